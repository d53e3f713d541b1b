"""The recommendation models."""
