"""Factors of who chose what, rotated to be interpretable, with their stability across people.

    (X - expected) / sqrt(people's events . items' events)  =  U S V^T,   then V S rotated by
    varimax

`expected` is what popularity and activity alone would give, so no factor is mere popularity. Counts
are raised by their mean; otherwise a few rare items would form a factor [qin2013]. The number of
factors is the number of singular values above the largest one of randomly permuted events
[horn1965]; there are none if nothing connects items.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.linalg import LinearOperator, svds

from whyrec.core import ArgumentError, Dataset

__all__ = ["STABLE", "Factors", "decompose", "matched", "stability"]

MOST = 24
STABLE = 0.4
SPLITS = 2
DEALT = 2
MARGIN = (
    1.1  # permuted events keep the counts only approximately, because nobody chooses an item twice
)
PEOPLE = 60_000  # larger data is sampled to this number of people
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Factors:
    """Factors of choices.

    Attributes:
        people: Numbers of the people, (u,).
        user: Loadings of people, (u, d), columns of unit length.
        sizes: Singular values, (d,), in falling order.
        item: Loadings of items, (n, d), columns of unit length.
        scale: Factor that turns an item's loading into score units, (n,).
        null: The largest singular value of permuted events, which factors must exceed.
    """

    people: NDArray[np.int64]
    user: Floats
    sizes: Floats
    item: Floats
    scale: Floats
    null: float

    def __len__(self) -> int:
        return len(self.sizes)

    def parts(self, items: NDArray[np.integer]) -> Floats:
        """What each factor adds for somebody who chose `items`, (n, d).

        Args:
            items: Item numbers.

        Returns:
            The parts, in units of the score of these factors.
        """
        taste = (self.item[items] * self.scale[items, None]).sum(0) / np.sqrt(max(1, len(items)))
        return np.asarray(self.item * self.scale[:, None] * taste)


def decompose(
    data: Dataset,
    *,
    seed: int = 0,
    most: int = MOST,
    size: int | None = None,
    people: NDArray[np.integer] | None = None,
) -> Factors:
    """Compute the factors of choices.

    Args:
        data: The events.
        seed: Seed of all random numbers.
        most: Largest number of factors.
        size: Number of factors; None takes as many as exceed chance.
        people: Numbers of the people to use; None for all.

    Returns:
        The factors.

    Raises:
        ArgumentError: If there are fewer than four people or four items.
    """
    rng = np.random.default_rng(seed)
    if people is None:
        chosen = np.arange(data.n_users)
    else:
        chosen = np.asarray(people)
    if len(chosen) > PEOPLE:
        chosen = np.sort(rng.permutation(chosen)[:PEOPLE])
    matrix = _events(data, chosen)
    if min(matrix.shape) < 4:
        raise ArgumentError(
            "factors need four people and four items or more",
            given="{} and {}".format(*matrix.shape),
        )
    k = min(most if size is None else size, min(matrix.shape) - 2)
    left, sizes, right = _svd(matrix, k, rng)
    null = 0.0
    if size is None:
        null = MARGIN * max(float(_svd(_dealt(matrix, rng), 1, rng)[1][0]) for _ in range(DEALT))
        k = int((sizes > null).sum())
    turned, turn = _varimax(right[:, :k] * sizes[:k])
    length = np.linalg.norm(turned, axis=0)
    order = np.argsort(-length, kind="stable")
    item = turned[:, order] / np.maximum(length[order], 1e-12)
    user = (left[:, :k] @ turn)[:, order]
    sign = np.where(
        (item**3).sum(0) < 0, -1.0, 1.0
    )  # few items far out on one side: orient the factor to that side
    popularity = np.asarray(matrix.sum(0)).ravel()
    return Factors(
        chosen,
        user * sign,
        length[order],
        item * sign,
        np.sqrt(popularity + popularity.mean()),
        null,
    )


def stability(
    data: Dataset, whole: Factors, *, seed: int = 0, splits: int = SPLITS
) -> tuple[Floats, list[Floats]]:
    """Measure how similar each factor is in two halves of the people.

    Args:
        data: The events.
        whole: The factors of all people.
        seed: Seed of all random numbers.
        splits: Number of random splits.

    Returns:
        The mean absolute cosine of each factor over the splits, (d,), and the loadings of each
        half, matched to the whole, (n, d) each.
    """
    rng = np.random.default_rng([seed, 1])
    alike = []
    halves = []
    if not len(whole):
        return np.zeros(0), []
    for _ in range(splits):
        order = rng.permutation(whole.people)
        pair = [
            matched(
                whole.item, decompose(data, seed=seed, size=len(whole), people=np.sort(part)).item
            )
            for part in (order[: len(order) // 2], order[len(order) // 2 :])
        ]
        alike.append(np.abs((pair[0] * pair[1]).sum(0)))
        halves += pair
    return np.mean(alike, 0), halves


def matched(to: Floats, found: Floats) -> Floats:
    """Reorder columns, and flip their signs, to be most similar to those of `to`.

    Args:
        to: Reference columns, (n, d).
        found: Columns, (n, d).

    Returns:
        The columns of `found`.
    """
    cosine = to.T @ found
    _, place = linear_sum_assignment(-np.abs(cosine))
    picked = found[:, place]
    return np.asarray(picked * np.where((picked * to).sum(0) < 0, -1.0, 1.0))


def _events(data: Dataset, people: NDArray[np.integer]) -> sparse.csr_array:
    row = np.full(data.n_users, -1)
    row[people] = np.arange(len(people))
    mine = row[data.user] >= 0
    made = sparse.csr_array(
        (np.ones(int(mine.sum())), (row[data.user[mine]], data.item[mine])),
        shape=(len(people), data.n_items),
    )
    made.data[:] = 1.0  # an item chosen twice counts once
    return made


def _dealt(matrix: sparse.csr_array, rng: np.random.Generator) -> sparse.csr_array:
    """Permute who chose what; people keep their activity and items their popularity."""
    people = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    dealt = rng.permutation(matrix.indices[: matrix.nnz])
    made = sparse.csr_array((np.ones(matrix.nnz), (people, dealt)), shape=matrix.shape)
    made.data[:] = 1.0  # as in the events: an item chosen twice counts once
    return made


def _svd(
    matrix: sparse.csr_array, k: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """(u, k), (k,) falling, (n, k) of what activity and popularity leave unexplained."""
    of_people, of_items = (np.asarray(matrix.sum(axis), np.float64).ravel() for axis in (1, 0))
    a, b = ((one + one.mean()) ** -0.5 for one in (of_people, of_items))
    plain = sparse.csr_array(sparse.diags_array(a) @ matrix @ sparse.diags_array(b))
    turned = sparse.csr_array(plain.T)
    total = matrix.sum() or 1.0
    p = a * of_people / np.sqrt(total)
    q = b * of_items / np.sqrt(total)
    rest = LinearOperator(
        matrix.shape,
        dtype=np.float64,
        matvec=lambda x: plain @ x.ravel() - p * (q @ x.ravel()),
        rmatvec=lambda y: turned @ y.ravel() - q * (p @ y.ravel()),
    )
    left, sizes, right = svds(rest, k, v0=rng.standard_normal(min(matrix.shape)), tol=1e-3)
    order = np.argsort(-sizes, kind="stable")
    return left[:, order], sizes[order], right[order].T


def _varimax(loadings: Floats, rounds: int = 60) -> tuple[Floats, Floats]:
    """Rotate loadings so that each column is large on few items [kaiser1958]; also the rotation."""
    turn = np.eye(loadings.shape[1])
    last = 0.0
    for _ in range(rounds):
        now = loadings @ turn
        u, s, vt = np.linalg.svd(loadings.T @ (now**3 - now * (now**2).mean(0)))
        turn = u @ vt
        if s.sum() < last * (1 + 1e-5):
            break
        last = s.sum()
    return loadings @ turn, turn
