"""Deprecated aliases for names that moved to whyrec.api, whyrec.registry and whyrec.storage.

They work in this version only, with a warning.
"""

from whyrec.core.moved import moved

PLACES = {
    **dict.fromkeys(("PARTS", "find", "model", "names"), "whyrec.registry"),
    **dict.fromkeys(("Fitted", "open_fitted", "save"), "whyrec.storage"),
    **dict.fromkeys(
        (
            "checked",
            "choose",
            "explain",
            "faithful",
            "flaw",
            "load",
            "load_steps",
            "methods_for",
            "recommend",
        ),
        "whyrec.api",
    ),
}
__getattr__ = moved(__name__, PLACES)
