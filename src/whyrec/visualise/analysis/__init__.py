"""Analyses behind the pictures: factors, sparse features, names and item networks."""
