"""Make a large model small: coded item vectors, pruned layers, an int8 network."""
