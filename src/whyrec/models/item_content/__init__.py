"""Item content as vectors: text, pictures, features and a knowledge graph."""
