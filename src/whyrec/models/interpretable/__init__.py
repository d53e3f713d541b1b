"""Models over readable features: a decision tree, rules and an explainable boosting machine."""
