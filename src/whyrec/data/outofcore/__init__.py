"""Data sets larger than memory: prepared a file and a shard of people at a time."""
