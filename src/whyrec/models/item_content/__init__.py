"""What is known of an item itself, as vectors: text, pictures, features and a knowledge graph."""
