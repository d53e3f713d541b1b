"""The folder for downloads and expensive results."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """Return WHYREC_CACHE, otherwise "whyrec" in XDG_CACHE_HOME, otherwise in ~/.cache."""
    own = os.environ.get("WHYREC_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whyrec"
