"""The large model over histories: its network, its training, and its compressed form."""
