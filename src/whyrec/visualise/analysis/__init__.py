"""What pictures are computed from: factors, sparse features, names and networks of items."""
