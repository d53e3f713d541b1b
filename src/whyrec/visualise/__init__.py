"""Figures of models and explanations, and the HTML reports."""
