"""Read events from files, tables and databases, clean them, and split them for evaluation."""
