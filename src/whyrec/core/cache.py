"""Where downloads and what is slow to compute are kept."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """Where downloads go: WHYREC_CACHE, else "whyrec" in XDG_CACHE_HOME, else in ~/.cache."""
    own = os.environ.get("WHYREC_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whyrec"
