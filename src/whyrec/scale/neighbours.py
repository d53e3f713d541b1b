"""The best of a million items in milliseconds, with scores and reasons that stay exact.

    score(i) = base(i) + person . vectors(i)        person = sum over events of their weighted keys (`lowrank`: Heads.people)

An index (faiss, inverted lists of 8-bit vectors) names some hundred candidates; their scores are then computed from the
full vectors, so what is shown is ranked and explained exactly. Approximate is only who is a candidate: an item that the
index misses is missing from the list. Source: [douze2024].
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import BadArgument, BadArtefact, MissingExtra

__all__ = ["Found", "Neighbours"]

Floats = NDArray[np.float32]
PER_CELL = 40  # vectors a cell that k-means sees: more brings no recall, and takes time in proportion
FILES = ("vectors.npy", "base.npy", "index.faiss", "neighbours.json")


class Found(NamedTuple):
    """One person's list: items (k,) int64 best first, scores (k,) float64, exact."""

    items: NDArray[np.int64]
    scores: NDArray[np.float64]


class Neighbours:
    """vectors (n, d) and base (n,) float32 of all items; cells: lists of the index (default 4 sqrt(n)); probes: lists that a
    search reads (default a fortieth): the dial of recall against time.

    Memory of the index: n (d + 9) bytes, beside the vectors' 4 n d; after :meth:`load` both are read from the files as they
    are needed. Raises BadArgument on shapes that do not fit, MissingExtra without faiss. Not good for: a few thousand items,
    where a product with all of them takes less; models whose scores are no product (`ease`, `additive` with counts).
    """

    def __init__(self, vectors: Any, base: Any = None, *, cells: int | None = None, probes: int | None = None,
                 seed: int = 0) -> None:
        self.vectors = _finite(vectors, 2, "vectors")
        n = len(self.vectors)
        self.base = np.zeros(n, np.float32) if base is None else _finite(base, 1, "base")
        if not n or len(self.base) != n:
            raise BadArgument("neighbours need one base score an item, and an item", given=f"{len(self.base)} for {n} items")
        self.cells = _between(cells or min(n, int(4 * n**0.5)), n, "cells")
        self.probes = _between(probes or max(1, self.cells // 12), self.cells, "probes")
        self._index = self._build(seed)

    def _build(self, seed: int) -> Any:
        faiss, (n, d) = _faiss(), self.vectors.shape
        # Cells by direction: by distance, or with one more coordinate that brings all to one length, cells of long and of
        # short vectors form, and a fifth more of the best items is missed (bench/neighbours.py).
        index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(d + 1), d + 1, self.cells, faiss.ScalarQuantizer.QT_8bit,
                                              faiss.METRIC_INNER_PRODUCT, False)
        index.cp.spherical, index.cp.niter, index.cp.seed, index.cp.min_points_per_centroid = True, 8, seed + 1, 1
        some = self._with_base(np.sort(np.random.default_rng(seed).permutation(n)[:PER_CELL * self.cells]))
        # The 8 bits must span all items, not the sample: else the longest vectors are cut, and they are what is looked for.
        ends = [[*end(self.vectors, axis=0), end(self.base)] for end in (np.min, np.max)]
        index.train(np.concatenate([some, np.array(ends, np.float32)]))
        for start in range(0, n, 65_536):
            index.add(self._with_base(np.arange(start, min(n, start + 65_536))))
        return index

    def _with_base(self, rows: NDArray[Any]) -> Floats:
        return np.column_stack([self.vectors[rows], self.base[rows]])

    def search(self, people: Any, k: int, *, candidates: int | None = None, exclude: Any = None) -> list[Found]:
        """The k best items for each of people (q, d), their scores exact; exclude: one array of items a person (what was
        seen). candidates: how many are scored exactly (default 2 k + 20, and one more for each item excluded)."""
        people = _finite(people, 2, "people")
        if people.shape[1] != self.vectors.shape[1] or k < 1:
            raise BadArgument(f"people must have {self.vectors.shape[1]} columns, and k be 1 or more",
                              given=f"{people.shape[1]} columns, k {k}")
        gone = [np.zeros(0, np.int64)] * len(people) if exclude is None else [np.unique(part) for part in exclude]
        if len(gone) != len(people):
            raise BadArgument("exclude needs one array a person", given=f"{len(gone)} for {len(people)} people")
        wanted = min(len(self.base), (candidates or 2 * k + 20) + max(map(len, gone), default=0))
        near = self._candidates(people, wanted)
        return [self._exact(person, row, k, seen) for person, row, seen in zip(people, near, gone, strict=True)]

    def _candidates(self, people: Floats, wanted: int) -> NDArray[np.int64]:
        asked = np.column_stack([people, np.ones(len(people), np.float32)])
        self._index.nprobe = self.probes
        return np.asarray(self._index.search(asked, wanted)[1])

    def _exact(self, person: Floats, near: NDArray[np.int64], k: int, seen: NDArray[Any]) -> Found:
        items = np.sort(near[near >= 0])
        items = items[~np.isin(items, seen)]
        scores = self.vectors[items].astype(np.float64) @ person.astype(np.float64) + self.base[items]
        best = np.argsort(-scores, kind="stable")[:k]  # equal scores: by item number, as everywhere
        return Found(items[best], scores[best])

    def save(self, folder: str | Path) -> Path:
        """Write vectors, base and index as files that :meth:`load` maps; neighbours.json last: half a save is none."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILES[3]).unlink(missing_ok=True)
        np.save(folder / FILES[0], self.vectors)
        np.save(folder / FILES[1], self.base)
        _faiss().write_index(self._index, str(folder / FILES[2]))
        sizes = {name: (folder / name).stat().st_size for name in FILES[:3]}
        told = {"cells": self.cells, "probes": self.probes, "bytes": sizes}
        (folder / FILES[3]).write_text(json.dumps(told), encoding="utf-8")
        return folder

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Open a saved folder by memory map: at once, and several processes share the pages. Raises BadArtefact where a file
        is missing or shorter than it was; contents are not read through (that would take the map's point away)."""
        folder, faiss = Path(folder), _faiss()
        try:
            told = json.loads((folder / FILES[3]).read_text(encoding="utf-8"))
            for name, size in told["bytes"].items():
                if (found := (folder / name).stat().st_size) != size:
                    raise ValueError(f"{name} has {found} bytes of {size}")
            made = cls.__new__(cls)
            made.vectors, made.base = (np.load(folder / name, mmap_mode="r") for name in FILES[:2])
            made.cells, made.probes = told["cells"], told["probes"]
            made._index = faiss.read_index(str(folder / FILES[2]), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise BadArtefact(f"{folder} holds no whole index of neighbours: {error}. Fix: save it again.") from None
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
        raise BadArgument(f"{name} must have {dims} dimension{'s' * (dims > 1)}", given=f"shape {array.shape}")
    if not np.isfinite(array).all():
        raise BadArgument(f"{name} must be finite numbers", given=f"{np.count_nonzero(~np.isfinite(array))} that are not")
    return array


def _between(value: int, most: int, name: str) -> int:
    if not 1 <= value <= most:
        raise BadArgument(f"{name} must lie in 1..{most}", given=str(value))
    return int(value)
