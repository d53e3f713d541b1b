"""Compress a large model: coded item vectors, pruned layers, an int8 network."""
