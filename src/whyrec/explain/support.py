"""What may be said of a reason by the number of people behind it: the rules live in core, where
models read them too.
"""

from __future__ import annotations

from whyrec.core.support import FEWEST, UNKNOWN, Supported, often, prefer, strength

__all__ = ["FEWEST", "UNKNOWN", "Supported", "often", "prefer", "strength"]
