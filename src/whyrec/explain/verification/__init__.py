"""Verify sentences: parse their claims and recompute each one."""
