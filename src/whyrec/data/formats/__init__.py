"""Readers of whole data sets, one a published or stated format."""
