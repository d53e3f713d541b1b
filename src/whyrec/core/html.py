"""Deprecated alias of whyrec.core.notebook_repr.

The old names work in this version only, with a warning.
"""

from whyrec.core.moved import moved

__getattr__ = moved(__name__, dict.fromkeys(("Html", "titled"), "whyrec.core.notebook_repr"))
