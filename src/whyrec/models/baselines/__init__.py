"""Baselines: popularity, nearest neighbours and matrix factorisation."""
