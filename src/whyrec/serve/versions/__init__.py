"""Versions of a model: kept, compared, promoted and trained again."""
