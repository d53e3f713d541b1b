"""What engineers, auditors and people look at beside a list: maps, records, measurements."""
