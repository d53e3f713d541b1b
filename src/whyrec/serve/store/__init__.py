"""The store: its tables, and everything that is written to or read from them."""
