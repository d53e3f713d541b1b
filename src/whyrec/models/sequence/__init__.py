"""The sequence model: a transformer over histories, its training, and its compressed form."""
