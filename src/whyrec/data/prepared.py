"""Deprecated alias of whyrec.data.outofcore.prepared.

The old names work in this version only, with a warning.
"""

from whyrec.core.moved import moved

__getattr__ = moved(
    __name__, dict.fromkeys(("load_prepared", "load_split"), "whyrec.data.outofcore.prepared")
)
