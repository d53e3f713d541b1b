"""Models that others are compared with."""
