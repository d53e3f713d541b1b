"""Find the best of a million items in milliseconds, with exact scores and reasons.

    score(i) = base(i) + person . vectors(i)    person = sum of the weighted keys of the events

Models such as `lowrank` have this form. Every item's vector is also stored as codes of 4 bits per
two numbers (product quantisation, library faiss), of which a processor reads a million in a
millisecond. The best items by code are scored again from the full vectors, so the result is ranked
and explained exactly. Only the candidates are approximate: an item that the codes misjudge by much
is missing. Source: [douze2024].
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
SAMPLE = 65_536  # number of vectors from which the codes are learned
FILES = ("vectors.npy", "base.npy", "index.faiss", "neighbours.json")


class Found(NamedTuple):
    """One person's list.

    Attributes:
        items: Item numbers, best first, (k,) int64.
        scores: Exact scores, (k,) float64.
    """

    items: NDArray[np.int64]
    scores: NDArray[np.float64]


class Neighbours:
    """An index of the vectors and base scores of all items.

    Memory: n (d + 2) / 4 bytes of codes, and 4 n d bytes of vectors, which :meth:`load` maps from
    the file. Limits: below a few thousand items a full product is faster; models whose scores are
    not a product (`ease`, `additive` with counts) cannot be indexed.

    Args:
        vectors: Vectors, (n, d) float32.
        base: Base scores, (n,) float32. Default: 0.
        seed: Seed of the codes.

    Raises:
        ArgumentError: If the shapes do not fit.
        MissingExtra: If faiss is not installed.
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
        # The longest vectors, which products favour, are always among those that the codes are
        # learned from.
        index.train(self._with_base(np.concatenate([rows, longest])))
        for start in range(0, n, 65_536):
            index.add(self._with_base(np.arange(start, min(n, start + 65_536))))
        return index

    def _with_base(self, rows: NDArray[Any]) -> Floats:
        return _even(np.column_stack([self.vectors[rows], self.base[rows]]))

    def search(
        self, people: Any, k: int, *, candidates: int | None = None, exclude: Any = None
    ) -> list[Found]:
        """Find the k best items of each person, with exact scores.

        Args:
            people: Vectors of the people, (q, d).
            k: Length of the lists.
            candidates: Items to score exactly per person, which trades recall for time. Default: 20
                k + 200, plus one per excluded item.
            exclude: An array of excluded items per person.

        Returns:
            One list per person.

        Raises:
            ArgumentError: If the shapes do not fit.
        """
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
            allowed[seen] = False  # one table for all people, because isin would sort
            items = items[allowed[items]]
            allowed[seen] = True
            scores = self.score(person, items)
            best = np.argsort(-scores, kind="stable")[:k]  # ties by item number
            found.append(Found(items[best], scores[best]))
        return found

    def near(self, people: Floats, wanted: int) -> list[NDArray[np.int64]]:
        """Return the `wanted` best items by code for each person (q, d), sorted by item number."""
        asked = _even(np.column_stack([people, np.ones(len(people), np.float32)]))
        found = np.sort(self._index.search(asked, min(len(self.base), wanted))[1], axis=1)
        return [row[row >= 0] for row in found]

    def score(self, person: Floats, items: NDArray[Any]) -> NDArray[np.float64]:
        """Return the exact scores of items (m,) for one person (d,)."""
        return np.asarray(
            self.vectors[items].astype(np.float64) @ person.astype(np.float64) + self.base[items]
        )

    def save(self, folder: str | Path) -> Path:
        """Write vectors, base and index as files; neighbours.json comes last, as the seal."""
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
        """Open a saved folder, with memory-mapped vectors that processes share.

        Args:
            folder: The folder.

        Returns:
            The index.

        Raises:
            BadArtefact: If a file is missing or has another size. Contents are not checked, which
                would read the whole map.
        """
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
                f"{folder} holds no complete index of neighbours: {error}. Fix: save it again."
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
    """Append a column of zeros if the width is odd, because a code covers two numbers."""
    return np.ascontiguousarray(np.pad(rows, ((0, 0), (0, rows.shape[1] % 2))), np.float32)
