"""Differential privacy: accounting, attacks, and taking a person out of a model."""
