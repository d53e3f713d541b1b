"""The graph model: a score is a sum over paths from a person to an item."""
