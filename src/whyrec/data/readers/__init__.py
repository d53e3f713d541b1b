"""What the formats are read with: archives, separators, timestamps and columns of vectors."""
