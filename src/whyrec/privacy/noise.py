"""Random numbers for private releases: discrete Gaussian noise and coin flips.

Sums are multiples of a fixed grid step and get noise that is a multiple of it too, so nothing is
left of a person in the last bits of a result [mironov2012], [canonne2020]. On a grid as fine as
GRID the privacy of discrete noise equals that of continuous noise to more digits than an
accountant computes. `System` draws from the operating system's cryptographic generator, by the
library OpenDP; `Seeded` is for research and tests, because anyone who knows the seed can subtract
its noise.
"""

from __future__ import annotations

import os
from math import ceil
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from whyrec.core import MissingExtra

__all__ = ["GRID", "Generator", "Seeded", "System", "generator"]

#: Steps of the grid in one unit of sensitivity.
GRID = 2**36

Integers = NDArray[np.int64]


class Generator(Protocol):
    """A source of the random numbers of a private release; research_only: not for real people."""

    research_only: bool

    def gaussian(self, spread: float, n: int) -> Integers:
        """Draw n values of a discrete Gaussian distribution.

        Args:
            spread: Standard deviation in steps of the grid, above 0.
            n: Number of values.

        Returns:
            The values, (n,).
        """

    def flips(self, probability: float, n: int) -> NDArray[np.bool_]:
        """Flip n coins.

        Args:
            probability: Probability of True.
            n: Number of coins.

        Returns:
            The outcomes, (n,).
        """

    def order(self, n: int) -> Integers:
        """Return the numbers below n in random order, (n,)."""


class System:
    """The operating system's cryptographic generator."""

    research_only = False

    def __init__(self) -> None:
        try:
            import opendp.prelude as opendp
        except ImportError:
            raise MissingExtra("opendp", "privacy") from None
        opendp.enable_features("contrib")
        self._opendp: Any = opendp

    def gaussian(self, spread: float, n: int) -> Integers:
        opendp = self._opendp
        domain = opendp.vector_domain(opendp.atom_domain(T="i64"), size=n)
        noise = opendp.m.make_gaussian(
            domain, opendp.l2_distance(T="f64"), scale=float(ceil(spread))
        )
        return np.array(noise([0] * n), np.int64)

    def flips(self, probability: float, n: int) -> NDArray[np.bool_]:
        return _bits(n) < _threshold(probability)

    def order(self, n: int) -> Integers:
        return np.argsort(_bits(n), kind="stable").astype(np.int64)


class Seeded:
    """Reproducible random numbers, for research and tests only.

    Args:
        seed: The seed.
    """

    research_only = True

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def gaussian(self, spread: float, n: int) -> Integers:
        return np.rint(self._random.normal(0.0, spread, n)).astype(np.int64)

    def flips(self, probability: float, n: int) -> NDArray[np.bool_]:
        return np.asarray(self._random.random(n) < probability)

    def order(self, n: int) -> Integers:
        return self._random.permutation(n)


def generator(seed: int | None) -> Generator:
    """Return the generator of a release.

    Args:
        seed: A seed, for research only; None: the operating system's generator.

    Raises:
        MissingExtra: If the library OpenDP is not installed and there is no seed.
    """
    return System() if seed is None else Seeded(seed)


def _bits(n: int) -> NDArray[np.uint64]:
    return np.frombuffer(os.urandom(8 * n), np.uint64)


def _threshold(probability: float) -> np.uint64:
    """Return the number below which a share `probability` of all 64-bit numbers lies."""
    return np.uint64(min(int(probability * 2.0**64), 2**64 - 1))
