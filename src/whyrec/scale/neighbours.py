"""The best of a million items in milliseconds, with scores and reasons that stay exact.

    score(i) = base(i) + person . vectors(i)        person = sum over events of their weighted keys
    (`lowrank`: LowRankTerm.people)

Every item's vector is kept a second time as codes of 4 bits for each two numbers (faiss, product
quantisation), which a processor reads a million of in a millisecond. The best by codes are scored
again from the full vectors, so what is shown is ranked and explained exactly. Approximate is only
who is scored again: an item that the codes misjudge by much is missing.
Source: [douze2024].
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, BadArtefact, MissingExtra

__all__ = ["Found", "Neighbours"]

Floats = NDArray[np.float32]
SAMPLE = 65_536  # vectors from which the codes are learned
FILES = ("vectors.npy", "base.npy", "index.faiss", "neighbours.json")


class Found(NamedTuple):
    """One person's list: items (k,) int64 best first, scores (k,) float64, exact."""

    items: NDArray[np.int64]
    scores: NDArray[np.float64]


class Neighbours:
    """vectors (n, d) and base (n,) float32 of all items.

    Memory: n (d + 2) / 4 bytes of codes, beside the vectors' 4 n d, which after :meth:`load` are
    read from the file when needed. Raises ArgumentError on shapes that do not fit, MissingExtra
    without faiss. Not good for: a few thousand items, where a product with all of them takes less;
    models whose scores are no product (`ease`, `additive` with counts).
    """

    def __init__(self, vectors: Any, base: Any = None, *, seed: int = 0) -> None:
        self.vectors = _finite(vectors, 2, "vectors")
        n = len(self.vectors)
        if base is None:
            self.base = np.zeros(n, np.float32)
        else:
            self.base = _finite(base, 1, "base")
        if not n or len(self.base) != n:
            raise ArgumentError(
                "neighbours need one base score an item, and an item",
                given=f"{len(self.base)} for {n} items",
            )
        self._index = self._build(seed)

    def _build(self, seed: int) -> Any:
        faiss, (n, d) = _faiss(), self.vectors.shape
        wide = d + 2 - d % 2
        index = faiss.IndexPQFastScan(wide, wide // 2, 4, faiss.METRIC_INNER_PRODUCT)
        index.pq.cp.seed, index.pq.cp.min_points_per_centroid = seed + 1, 1
        rows = np.sort(np.random.default_rng(seed).permutation(n)[:SAMPLE])
        longest = np.argsort(np.einsum("ij,ij->i", self.vectors, self.vectors))[
            -min(n, SAMPLE // 64) :
        ]
        # The longest, which a product looks for, are always among those that the codes are learned
        # from.
        index.train(self._with_base(np.concatenate([rows, longest])))
        for start in range(0, n, 65_536):
            index.add(self._with_base(np.arange(start, min(n, start + 65_536))))
        return index

    def _with_base(self, rows: NDArray[Any]) -> Floats:
        return _even(np.column_stack([self.vectors[rows], self.base[rows]]))

    def search(
        self, people: Any, k: int, *, candidates: int | None = None, exclude: Any = None
    ) -> list[Found]:
        """The k best items for each of people (q, d), their scores exact; exclude: one array of
        items a person (what was seen). candidates: how many are scored exactly (default 20 k + 200,
        and one more for each item excluded): the dial of recall against time."""
        people = _finite(people, 2, "people")
        if people.shape[1] != self.vectors.shape[1] or k < 1:
            raise ArgumentError(
                f"people must have {self.vectors.shape[1]} columns, and k be 1 or more",
                given=f"{people.shape[1]} columns, k {k}",
            )
        if exclude is None:
            gone = [np.zeros(0, np.int64)] * len(people)
        else:
            gone = [np.unique(part) for part in exclude]
        if len(gone) != len(people):
            raise ArgumentError(
                "exclude needs one array a person", given=f"{len(gone)} for {len(people)} people"
            )
        near = self.near(people, (candidates or 20 * k + 200) + max(map(len, gone), default=0))
        allowed = np.ones(len(self.base), bool)
        found = []
        for person, items, seen in zip(people, near, gone, strict=True):
            allowed[seen] = False  # one table for all: isin would sort
            items = items[allowed[items]]
            allowed[seen] = True
            scores = self.score(person, items)
            best = np.argsort(-scores, kind="stable")[
                :k
            ]  # equal scores: by item number, as everywhere
            found.append(Found(items[best], scores[best]))
        return found

    def near(self, people: Floats, wanted: int) -> list[NDArray[np.int64]]:
        """The `wanted` best items by their codes for each of people (q, d), in the order of
        their numbers.
        """
        asked = _even(np.column_stack([people, np.ones(len(people), np.float32)]))
        found = np.sort(self._index.search(asked, min(len(self.base), wanted))[1], axis=1)
        return [row[row >= 0] for row in found]

    def score(self, person: Floats, items: NDArray[Any]) -> NDArray[np.float64]:
        """The exact scores of items (m,) for one person (d,)."""
        return np.asarray(
            self.vectors[items].astype(np.float64) @ person.astype(np.float64) + self.base[items]
        )

    def save(self, folder: str | Path) -> Path:
        """Write vectors, base and index as files that :meth:`load` maps; neighbours.json last:
        half a save is none.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILES[3]).unlink(missing_ok=True)
        np.save(folder / FILES[0], self.vectors)
        np.save(folder / FILES[1], self.base)
        _faiss().write_index(self._index, str(folder / FILES[2]))
        sizes = {name: (folder / name).stat().st_size for name in FILES[:3]}
        (folder / FILES[3]).write_text(json.dumps({"bytes": sizes}), encoding="utf-8")
        return folder

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Open a saved folder, the vectors by memory map: several processes share their pages.
        Raises BadArtefact where a file is missing or shorter than it was; contents are not read
        through (that would take the map's point away)."""
        folder = Path(folder)
        faiss = _faiss()
        try:
            told = json.loads((folder / FILES[3]).read_text(encoding="utf-8"))
            for name, size in told["bytes"].items():
                found = (folder / name).stat().st_size
                if found != size:
                    raise ValueError(f"{name} has {found} bytes of {size}")
            made = cls.__new__(cls)
            made.vectors, made.base = (np.load(folder / name, mmap_mode="r") for name in FILES[:2])
            made._index = faiss.read_index(str(folder / FILES[2]))
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise BadArtefact(
                f"{folder} holds no whole index of neighbours: {error}. Fix: save it again."
            ) from None
        return made


def _faiss() -> Any:
    try:
        import faiss
    except ImportError:
        raise MissingExtra("faiss", "scale") from None
    return faiss


def _finite(values: Any, dims: int, name: str) -> Floats:
    array = np.ascontiguousarray(values, np.float32)
    if array.ndim != dims:
        raise ArgumentError(
            f"{name} must have {dims} dimension{'s' * (dims > 1)}", given=f"shape {array.shape}"
        )
    if not np.isfinite(array).all():
        raise ArgumentError(
            f"{name} must be finite numbers",
            given=f"{np.count_nonzero(~np.isfinite(array))} that are not",
        )
    return array


def _even(rows: Floats) -> Floats:
    """The rows with a column of zeros where their number is odd: a code stands for two."""
    return np.ascontiguousarray(np.pad(rows, ((0, 0), (0, rows.shape[1] % 2))), np.float32)
