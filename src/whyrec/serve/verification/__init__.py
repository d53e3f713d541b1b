"""Check whether served sentences are true, on request and by schedule."""
