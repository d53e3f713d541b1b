"""Low-level readers: archives, separators, timestamps and columns of vectors."""
