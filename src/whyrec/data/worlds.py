"""Deprecated alias of whyrec.data.simulate.

The old names work in this version only, with a warning.
"""

from whyrec.core.moved import moved

__getattr__ = moved(
    __name__, dict.fromkeys(("film_table", "films", "planted", "senses"), "whyrec.data.simulate")
)
