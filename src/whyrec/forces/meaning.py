"""What items are alike to words in meaning: by vectors of texts, and by who chooses them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Meaning"]

# Measured on films and games with bench/forces/steering.py: below these, nonsense is alike too.
LEAST = 0.54  # of the likeness of the nearest item
LEAST_NAME = 0.5  # of the likeness of a name
AHEAD = 0.03  # by which the nearest name leads
SEEDS = 30  # items nearest in text, from which co-choice finds others
NEAREST = 200
MOST_NAMES = 500

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class Meaning:
    """Likeness in meaning.

    The nearest texts are the seeds of a concept; what people choose who choose the seeds belongs to
    it too, as far as `like` says. Both count equally, in standard deviations.

    Args:
        encode: Makes vectors of length 1 of texts, (n, d).
        vectors: Vectors of the items' texts, (n_items, d).
        like: What choosing an item adds to the score of each, (n_items,), by its number; or None.
    """

    def __init__(
        self,
        encode: Encode,
        vectors: NDArray[np.float32],
        like: Callable[[int], NDArray[np.float32]] | None = None,
    ) -> None:
        self.encode = encode
        self.vectors = vectors
        self.like = like
        self._names: tuple[tuple[str, ...], NDArray[np.float32]] | None = None

    def items(self, text: str) -> NDArray[np.float64] | None:
        """Measure how far each item belongs to what a text means.

        Args:
            text: A few words.

        Returns:
            Shares (n_items,) from 0 to 1, above 0 for the nearest; None if no item is near.
        """
        near = (self.vectors @ self.encode([text])[0]).astype(np.float64)
        if not len(near) or near.max() < LEAST:
            return None
        whole = _standard(near)
        order = np.argsort(-near, kind="stable")
        if self.like is not None and len(order) > 2 * SEEDS:
            added = np.zeros(len(near))
            for item in order[:SEEDS].tolist():
                more = np.maximum(self.like(item), 0).astype(np.float64)
                added += (near[item] - near[order[2 * SEEDS]]) * more / (more.max() or 1.0)
            whole = whole + _standard(added)
        kept = np.argsort(-whole, kind="stable")[: NEAREST + 1]
        low, high = whole[kept[-1]], whole[kept[0]]
        shares: NDArray[np.float64] = np.clip((whole - low) / ((high - low) or 1.0), 0, 1)
        return shares

    def name(self, text: str, names: Sequence[str]) -> str | None:
        """Find the name that means about the same as a text.

        Args:
            text: A few words.
            names: The names of a catalogue; of more than 500, none is found.

        Returns:
            The name; None if none is near, or several are about equally near.
        """
        if not 0 < len(names) <= MOST_NAMES:
            return None
        if self._names is None or self._names[0] != tuple(names):
            self._names = (tuple(names), self.encode(names))
        near = self._names[1] @ self.encode([text])[0]
        order = np.argsort(-near, kind="stable")
        second = float(near[order[1]]) if len(order) > 1 else 0.0
        best = float(near[order[0]])
        return names[order[0]] if best >= max(LEAST_NAME, second + AHEAD) else None


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    made: NDArray[np.float64] = (values - values.mean()) / (values.std() or 1.0)
    return made
