"""Re-exports the rules on the number of people behind a reason, which live in core."""

from __future__ import annotations

from whyrec.core.support import FEWEST, UNKNOWN, Supported, often, prefer, strength

__all__ = ["FEWEST", "UNKNOWN", "Supported", "often", "prefer", "strength"]
