"""The graph model: scores are sums over paths from a person to an item."""
