"""Differential privacy: accounting, attacks, and removing a person from a model."""
