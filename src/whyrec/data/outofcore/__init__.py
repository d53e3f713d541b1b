"""Prepare data sets that are larger than memory, by files and shards of people."""
