"""Factors of who chose what, turned so that each says one thing, and how surely each comes back
among other people.

    (X - expected) / sqrt(people's events . items' events)  =  U S V^T,   then V S turned by varimax

expected is what popularity and activity alone would give, so that no factor is mere popularity.
Counts are raised by their mean, else a handful of rare items makes a factor of its own [qin2013].
How many factors: as many as have a singular value above the largest one of the same events dealt
anew among people [horn1965]; none where nothing binds items together.
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
MARGIN = 1.1  # dealing anew keeps counts only nearly: nobody chooses an item twice
PEOPLE = 60_000  # of whom a sample of so many is read where there are more
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Factors:
    """people (u,): their numbers; user (u, d), sizes (d,) falling, item (n, d): loadings, of unit
    length; scale (n,): what turns an item's loading into pulls of the score; null: what the
    largest one of the events dealt anew must be beyond."""

    people: NDArray[np.int64]
    user: Floats
    sizes: Floats
    item: Floats
    scale: Floats
    null: float

    def __len__(self) -> int:
        return len(self.sizes)

    def parts(self, items: NDArray[np.integer]) -> Floats:
        """What each factor adds for somebody who chose `items`, (n, d), in units of the score of
        these factors.
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
    """The factors of `data`; size: how many, instead of as many as stand above chance. people:
    of these alone.
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
    )  # few items far out on one side: that side is the factor
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
    """(how alike each factor comes back in two halves of the people that share nobody, |cosine|,
    mean over splits (d,); the halves' own loadings, matched to the whole's, (n, d) each)."""
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
    """The columns of `found` in the order, and with the signs, in which they are most like those
    of `to`.
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
    made.data[:] = 1.0  # chosen twice is chosen
    return made


def _dealt(matrix: sparse.csr_array, rng: np.random.Generator) -> sparse.csr_array:
    """The same people and items, as active and as popular, with who chose what dealt anew."""
    people = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    dealt = rng.permutation(matrix.indices[: matrix.nnz])
    made = sparse.csr_array((np.ones(matrix.nnz), (people, dealt)), shape=matrix.shape)
    made.data[:] = 1.0  # as in the events: chosen twice is chosen
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
    """(the loadings turned so that each column is large on few items [kaiser1958], the turn)."""
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
