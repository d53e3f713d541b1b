"""Model versions: storage, comparison, promotion and retraining."""
