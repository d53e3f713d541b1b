"""The store: its tables, and every function that writes to them or reads from them."""
