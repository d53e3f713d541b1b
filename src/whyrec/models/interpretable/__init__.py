"""Models over readable features: a tree, rules and an explainable boosting machine."""
