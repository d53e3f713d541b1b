"""Readers of whole data sets, one module per format."""
