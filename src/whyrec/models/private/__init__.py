"""Models with differential privacy, and a model that can forget people."""
