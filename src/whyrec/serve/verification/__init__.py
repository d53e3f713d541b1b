"""Whether the sentences that were served are true, on request and by schedule."""
