"""Interpretable rankers (tree, rules, boosting machine), and models fused with a glass box."""
