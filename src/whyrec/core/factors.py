"""Large models whose scores are products of two vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Factored", "Factors"]


class Factors(NamedTuple):
    """A score as one product: hidden(history) . vector(item) + bias(item) + a constant.

    The constant may differ between histories, but not between the items of one.

    Attributes:
        hidden: Function from q queries to states, (q, d) float32; zeros for an empty history.
        vectors: Function from item numbers (k,) to vectors, (k, d) float32.
        bias: Item bias, (n,) float32.
    """

    hidden: Callable[[Any], NDArray[np.float32]]
    vectors: Callable[[NDArray[Any]], NDArray[np.float32]]
    bias: NDArray[np.float32]


@runtime_checkable
class Factored(Protocol):
    """A large model whose scores are products, so that a few items can be scored alone."""

    def factors(self) -> Factors:
        """Return the parts of the product."""
