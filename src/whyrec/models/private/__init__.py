"""Models for data that must stay private, or must be forgotten."""
