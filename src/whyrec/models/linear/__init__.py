"""Models whose score is a sum of item-to-item weights, so that every event has its exact part."""
