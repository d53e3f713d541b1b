"""What is known of an item before anybody chose it, as numbers: text, categories and names,
pictures.

Each kind is whitened on the catalogue it was fitted on; an item that comes later goes through the
same maps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import eigsh

from whyrec.core import DataError, ItemTable
from whyrec.models.item_content.item_texts import item_texts
from whyrec.models.item_content.text_encoder import Whitening, encode

__all__ = ["ItemFeatureEncoder"]

Floats = NDArray[np.float32]
Part = Any  # a dense (n, d) array, or a sparse one for the labels
MOST_LABELS = 5_000


@dataclass
class ItemFeatureEncoder:
    """The maps from an item table to vectors (n, t) float32.

    text: the encoder's name or folder, None for no text; dims: directions kept of the text;
    label_dims: of categories and names; fields: which columns are read (default: all).
    """

    text: str | None = "minilm"
    dims: int = 128
    label_dims: int = 64
    max_tokens: int = 64
    fields: Sequence[str] | None = None
    maps: dict[str, Whitening] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    without_text: int = field(default=0, init=False)  # items whose text was empty

    def fit(self, table: ItemTable, labels: Sequence[str], **how: Any) -> Floats:
        """Learn the maps on a catalogue; returns its vectors."""
        if self.label_dims:
            self.labels = _frequent(table)
        else:
            self.labels = []
        raw = self._raw(table, labels, **how)
        self.maps = {name: self._map(name, part) for name, part in raw.items()}
        return self._mapped(raw, len(table))

    def transform(self, table: ItemTable, labels: Sequence[str], **how: Any) -> Floats:
        """The vectors of other items through the same maps."""
        raw = self._raw(table, labels, **how)
        if "text" in self.maps:  # none of them has any: nothing is known, which is no fault
            raw.setdefault("text", np.zeros((len(table), len(self.maps["text"].mean)), np.float32))
        for name, one in self.maps.items():
            if name not in raw or raw[name].shape[1] != len(one.mean):
                raise DataError(
                    f"new items must have the vectors {name!r} of the catalogue, "
                    f"{len(one.mean)} numbers each",
                    given="none" if name not in raw else f"{raw[name].shape[1]} numbers",
                )
        return self._mapped({name: raw[name] for name in self.maps}, len(table))

    def _raw(
        self,
        table: ItemTable,
        labels: Sequence[str],
        *,
        network: object = None,
        cache: Path | None = None,
        device: str = "cpu",
        progress: Callable[[float], None] = lambda share: None,
    ) -> dict[str, Part]:
        parts: dict[str, Part] = {}
        if self.text is not None:
            texts = item_texts(table, fields=self.fields, labels=labels)
            self.without_text = sum(not text for text in texts)
            if self.without_text < len(texts):
                parts["text"] = encode(
                    texts,
                    self.text,
                    network=network,
                    max_tokens=self.max_tokens,
                    cache=cache,
                    device=device,
                    progress=progress,
                )
        if self.labels:
            parts["labels"] = _multi_hot(table, self.labels)
        return parts | {
            f"vectors.{name}": np.asarray(v, np.float32) for name, v in table.vectors.items()
        }

    def _map(self, name: str, part: Part) -> Whitening:
        if name != "labels":
            return Whitening.fit(part, self.dims)
        dims = min(self.label_dims, min(part.shape) - 1)
        if dims < 1:
            return Whitening(
                np.zeros(part.shape[1], np.float32), np.zeros((part.shape[1], 0), np.float32)
            )
        # Thousands of columns, nearly all 0: the leading directions alone, by Lanczos from a fixed
        # start (svds would draw where directions are equally strong).
        sizes, directions = eigsh(
            (part.T @ part).astype(np.float64), k=dims, v0=np.ones(part.shape[1]), rng=0
        )
        spread = np.sqrt(np.maximum(sizes, 0))
        good = spread > 1e-6 * max(spread.max(initial=0), 1e-12)
        matrix = directions[:, good] / spread[good] * np.sqrt(part.shape[0])
        return Whitening(np.zeros(part.shape[1], np.float32), matrix.astype(np.float32))

    def _mapped(self, raw: Mapping[str, Part], n: int) -> Floats:
        rows = [
            part @ self.maps[name].matrix if name == "labels" else self.maps[name](part)
            for name, part in raw.items()
        ]
        return np.concatenate(
            [np.zeros((n, 0), np.float32), *(np.clip(row, -8, 8) for row in rows)], 1
        )


def _words(table: ItemTable, row: int) -> list[str]:
    """Every category and name of an item, with its column."""
    return [f"category={name}" for name in table.categories[row]] + [
        f"{column}={name}" for column, values in table.fields.items() for name in values[row]
    ]


def _frequent(table: ItemTable) -> list[str]:
    """The categories and names that two items or more share, most frequent first."""
    counts = Counter(word for row in range(len(table)) for word in set(_words(table, row)))
    return sorted(
        (word for word, count in counts.items() if count > 1), key=lambda w: (-counts[w], w)
    )[:MOST_LABELS]


def _multi_hot(table: ItemTable, labels: Sequence[str]) -> sparse.csr_array:
    column = {word: at for at, word in enumerate(labels)}
    pairs = {
        (row, column[word])
        for row in range(len(table))
        for word in _words(table, row)
        if word in column
    }
    row, at = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    return sparse.csr_array(
        (np.ones(len(row), np.float32), (row, at)), shape=(len(table), len(labels))
    )
