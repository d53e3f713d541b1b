"""Views of models and people beside the lists: maps, records and measurements."""
