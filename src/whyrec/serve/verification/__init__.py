"""Check whether served sentences are true, and whether the documents' promises hold here."""
