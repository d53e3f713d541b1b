"""Texts of other parts in another language: a template with {slots} is found again in a text, and
its slots are put into the translation."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

__all__ = ["Phrasebook"]


class Phrasebook:
    """entries: English template to translation, with the same slots, e.g. {"drop rows without
    {column}": "..."}; a slot takes any text, and the first template that fits is taken."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self.entries = dict(entries)
        self._found = functools.lru_cache(4096)(self._find)

    def __call__(self, text: str) -> str | None:
        """The translation; None where no template fits.

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
