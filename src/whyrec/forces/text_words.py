"""The words of a text, as they are searched: without case, accents and plural; Chinese in pairs."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["folded", "is_wide", "words_of"]

# Chinese and Japanese characters, which stand without spaces, or the letters of other scripts.
PIECES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def folded(text: str) -> str:
    """Reduce text for comparing: without case, width and accents.

    >>> folded("Émile")
    'emile'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def is_wide(text: str) -> bool:
    """Whether the text has characters of a script that is written without spaces."""
    return bool(WIDE.search(text))


def words_of(text: str) -> list[str]:
    """The words of a text in their order.

    >>> words_of("The Dogs' diaries, 科幻片 2")
    ['the', 'dog', 'diary', '科幻', '幻片', '2']
    """
    found = []
    for piece in PIECES.findall(folded(text).replace("'s", "s").replace("’s", "s")):
        if WIDE.match(piece) and len(piece) > 1:
            found += [piece[at : at + 2] for at in range(len(piece) - 1)]
        else:
            found.append(_singular(piece))
    return found


def _singular(word: str) -> str:
    """English plurals, by the rules of the S stemmer [harman1991]."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word if word.endswith(("us", "ss")) else word[:-1]
