"""Translate texts by templates: match a text to a template and fill its slots into another."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

__all__ = ["Phrasebook"]


class Phrasebook:
    """Translations of templates.

    `entries` maps English templates to translations with the same slots, such as {"drop rows
    without {column}": "..."}. A slot matches any text; the first matching template wins.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        self.entries = dict(entries)
        self._found = functools.lru_cache(4096)(self._find)

    def __call__(self, text: str) -> str | None:
        """Translate a text; None if no template matches.

        >>> Phrasebook({"{n} rows of {file}": "{file} 的 {n} 行"})("12 rows of a.csv")
        'a.csv 的 12 行'
        """
        return self._found(text)

    def _find(self, text: str) -> str | None:
        if text in self.entries:
            return self.entries[text]
        for pattern, translation in self._patterns:
            found = pattern.fullmatch(text)
            if found:
                return translation.format(**found.groupdict())
        return None

    @functools.cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        return [
            (_pattern(template), translation)
            for template, translation in self.entries.items()
            if "{" in template
        ]


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    made = (re.escape(part) if at % 2 == 0 else f"(?P<{part}>.*?)" for at, part in enumerate(parts))
    return re.compile("".join(made), re.DOTALL)
