"""What is known of items, as the expressions and weights of forces read it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.forces.text_words import folded, words_of

__all__ = ["TAGS", "TEXT", "ItemFacts", "folded"]

TAGS = "tags"  # the categories, as expressions name them
TEXT = "text"  # the words of title and description
Mask = NDArray[np.bool_]


class ItemFacts:
    """Tags, fields and numbers of items, with the items of each value.

    Args:
        labels: Labels of the items, (n_items,).
        texts: Values of each item by name, such as {"tags": (("Drama",), ...)}.
        numeric: Numbers by name, (n_items,) float64, NaN if unknown.
        written: Makes the title and description of each item; its words are searched as `text`.
    """

    def __init__(
        self,
        labels: Sequence[str],
        texts: Mapping[str, Sequence[Sequence[str]]],
        numeric: Mapping[str, NDArray[np.float64]] | None = None,
        written: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        self.labels = tuple(labels)
        self.texts = dict(texts)
        self.numeric = dict(numeric or {})
        self.written = written
        self.made: dict[str, Any] = {}  # what others compute once of the facts
        self._values: dict[str, dict[str, NDArray[np.int64]]] = {}

    @classmethod
    def of_one(cls, values: Mapping[str, str | float]) -> ItemFacts:
        """Facts of a single thing, such as the context of a request."""
        texts = {name: ((one,),) for name, one in values.items() if isinstance(one, str)}
        numbers = {
            name: np.array([float(one)]) for name, one in values.items() if not isinstance(one, str)
        }
        return cls(("context",), texts, numbers)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def names(self) -> list[str]:
        """Names that expressions may use."""
        own = [*self.texts, *(name for name in self.numeric if name not in self.texts)]
        return own if self.written is None else [*dict.fromkeys((*own, TEXT))]

    @functools.cached_property
    def places(self) -> dict[str, int]:
        """Number of each item by its label."""
        return {label: at for at, label in enumerate(self.labels)}

    def values(self, name: str) -> dict[str, NDArray[np.int64]]:
        """Items of each folded value of a field; empty without the field."""
        if name not in self._values:
            found: dict[str, list[int]] = {}
            for at, row in enumerate(self._rows(name)):
                for value in row:
                    found.setdefault(value, []).append(at)
            self._values[name] = {value: np.array(rows) for value, rows in found.items()}
        return self._values[name]

    def _rows(self, name: str) -> Iterable[set[str]]:
        """The folded values of each item, or the words of its text."""
        if name == TEXT and name not in self.texts and self.written is not None:
            return (set(words_of(text)) for text in self.written())
        return ({folded(one) for one in row} for row in self.texts.get(name, ()))

    def mask(self, items: Iterable[int]) -> Mask:
        """A mask (n_items,) that is True at these items."""
        made = np.zeros(len(self), bool)
        made[np.fromiter(items, np.int64)] = True
        return made

    def with_any(self, name: str, values: Iterable[str]) -> Mask:
        """Which items have one of the values in a field, without regard to case and accents.

        A value of `text` is one or several words, all of which an item must have.
        """
        made, known = np.zeros(len(self), bool), self.values(name)
        for value in values:
            if name == TEXT and name not in self.texts:
                words = [self.mask(known.get(word, ())) for word in words_of(value)]
                if words:
                    made |= np.logical_and.reduce(words)
            else:
                made[known.get(folded(value), [])] = True
        return made

    def has(self, name: str) -> Mask:
        """Which items have a value or a number of this name."""
        made = np.zeros(len(self), bool)
        for rows in self.values(name).values():
            made[rows] = True
        if name in self.numeric:
            made |= np.isfinite(self.numeric[name])
        return made

    def numbers(self, name: str) -> NDArray[np.float64]:
        """The numbers of a name, (n_items,), NaN if unknown; text that is a number counts."""
        if name in self.numeric:
            return self.numeric[name]
        made = np.full(len(self), np.nan)
        for value, rows in self.values(name).items():
            try:
                made[rows] = float(value)
            except ValueError:
                continue
        return made

    @functools.cached_property
    def likeness(self) -> sparse.csr_array:
        """Rows of length 1 (n_items, tags): tags weighted by their rarity.

        The product of two rows is how alike the items are, 0 to 1.
        """
        known = self.values(TAGS)
        sizes = np.array([len(rows) for rows in known.values()], np.int64)
        columns = np.repeat(np.arange(len(known)), sizes)
        items = np.concatenate([np.zeros(0, np.int64), *known.values()])
        rarity = np.log((1 + len(self)) / np.maximum(sizes, 1))
        table = sparse.csr_array(
            (rarity[columns], (items, columns)),
            shape=(len(self), max(1, len(known))),
        )
        norms = np.sqrt(np.asarray(table.multiply(table).sum(1)).ravel())
        scale = sparse.diags_array(1 / np.where(norms > 0, norms, 1))
        return sparse.csr_array(scale @ table, dtype=np.float32)

    def alike(self, item: int) -> NDArray[np.float32]:
        """How alike each item is to this one by its tags, (n_items,), 0 to 1."""
        rows = self.likeness
        own = rows[[item]].toarray().ravel()
        return np.asarray(rows @ own, np.float32)
