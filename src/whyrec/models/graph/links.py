"""Links as sparse matrices: which items share which entity, by which relation, and how much
sharing it proves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import Links

__all__ = ["LinkIncidence", "hops", "nearest", "proof", "scaled", "together"]

# pairs of choices, seen and expected, that every entity starts from: few shared choices prove
# little
PRIOR = 50.0
BLOCK = 20_000_000  # cells of one block of the counts of people by entities
SAMPLE = 20_000  # people who tell what sharing an entity proves


@dataclass(frozen=True)
class LinkIncidence:
    """items (n_items, c) csr float32: 1 where an item has what column c stands for: an entity by a
    relation, or one direct link between two items. relation (c,): number in `relations`; entity
    (c,): number in the Links' entities, -1 for a direct link. Columns that fewer than two items
    share lead nowhere and are left out; so are links that touch no item (idle)."""

    items: sparse.csr_array
    relation: NDArray[np.int32]
    entity: NDArray[np.int32]
    relations: tuple[str, ...]
    idle: int = 0


def hops(links: Links) -> LinkIncidence:
    """The links of a dataset as hops from item to item. A relation that says the same as another in
    the other direction (directed and directed_by, exactly the same pairs) is counted once, under
    the name whose head is the item."""
    of_entity = np.full(len(links.entities), -1, np.int64)
    real = np.flatnonzero(links.item_entity >= 0)
    of_entity[links.item_entity[real]] = real
    head = of_entity[links.head]
    tail = of_entity[links.tail]
    one = (head >= 0) != (tail >= 0)
    both = (head >= 0) & (tail >= 0) & (head != tail)
    forward = head[one] >= 0
    item = np.where(forward, head[one], tail[one])
    entity = np.where(forward, links.tail[one], links.head[one]).astype(np.int64)
    relation = links.relation[one].astype(np.int64)
    # A direct link becomes an entity of its own, which exactly its two items share; numbered behind
    # the real ones.
    low = np.minimum(head[both], tail[both])
    high = np.maximum(head[both], tail[both])
    pair = np.unique(np.stack([links.relation[both].astype(np.int64), low, high]), axis=1)
    own = len(links.entities) + np.arange(pair.shape[1])
    item = np.concatenate([item, pair[1], pair[2]])
    entity = np.concatenate([entity, own, own])
    relation = np.concatenate([relation, pair[0], pair[0]])
    kept, names = _once(item, relation, entity, forward, pair, links)
    return _columns(
        item[kept], names[relation[kept]], entity[kept], links, int((~one & ~both).sum())
    )


def _once(
    item: NDArray[Any],
    relation: NDArray[Any],
    entity: NDArray[Any],
    forward: NDArray[Any],
    pair: NDArray[Any],
    links: Links,
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """(rows to keep, the relation that stands for each): of relations with the same pairs one is
    kept.
    """
    count = len(links.relations)
    total = len(links.item_entity)
    direct = np.bincount(pair[0], minlength=count)
    ahead = np.bincount(relation[: len(forward)], weights=forward, minlength=count)
    seen: dict[tuple[Any, ...], int] = {}
    names = np.arange(count)
    for number in sorted(range(count), key=lambda r: (-ahead[r], r)):
        if direct[number]:
            rows = np.flatnonzero(pair[0] == number)
            key: tuple[Any, ...] = ("direct", (pair[1][rows] * total + pair[2][rows]).tobytes())
        else:
            rows = np.flatnonzero(relation == number)
            key = ("shared", np.unique(entity[rows] * total + item[rows]).tobytes())
        if len(rows):
            names[number] = seen.setdefault(key, number)
    return names[relation] == relation, names


def _columns(
    item: NDArray[Any], relation: NDArray[Any], entity: NDArray[Any], links: Links, idle: int
) -> LinkIncidence:
    n = len(links.item_entity)
    width = int(entity.max(initial=0)) + 1
    key, column = np.unique(relation * width + entity, return_inverse=True)
    matrix = sparse.csr_array((np.ones(len(item), np.float32), (item, column)), shape=(n, len(key)))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    shared = np.flatnonzero(np.bincount(matrix.indices, minlength=len(key)) >= 2)
    used, number = np.unique(key[shared] // width, return_inverse=True)
    entities = key[shared] % width
    return LinkIncidence(
        sparse.csr_array(matrix[:, shared]),
        number.astype(np.int32),
        np.where(entities < len(links.entities), entities, -1).astype(np.int32),
        tuple(links.relations[int(r)] for r in used),
        idle,
    )


def proof(
    chosen: sparse.csr_array, items: sparse.csr_array, *, seed: int = 0
) -> NDArray[np.float32]:
    """What sharing each column of `items` proves, (c,) float32, 0 or more: log((pairs + p) / (pairs
    expected + p)) over the pairs of its items that the same people chose, p = PRIOR; expected: as
    many as of any two items chosen as often. So a page that links everything weighs nothing, and a
    director whose films the same people watch weighs much.

    chosen (n_users, n_items) csr of ones. Beyond SAMPLE people a sample of them tells.
    """
    if chosen.shape[0] > SAMPLE:
        rng = np.random.default_rng(seed)
        sample = rng.choice(chosen.shape[0], SAMPLE, replace=False)
        chosen = chosen[np.sort(sample)]
    counts = np.asarray(chosen.sum(0)).ravel()
    columns = sparse.csc_array(items)
    total = np.asarray(counts @ items).ravel()
    squares = np.asarray(np.square(counts) @ items).ravel()
    pairs = np.zeros(items.shape[1])
    edges = np.cumsum(total) // BLOCK
    for block in np.unique(edges):
        at = np.flatnonzero(edges == block)
        both = chosen @ columns[:, at]
        both_squared = np.asarray(both.multiply(both).sum(0)).ravel()
        pairs[at] = both_squared - np.asarray(both.sum(0)).ravel()
    # People who choose much make any two items meet more often.
    sizes = np.asarray(chosen.sum(1)).ravel()
    met = float(np.square(sizes).sum() - sizes.sum())
    possible = float(counts.sum() ** 2 - np.square(counts).sum())
    usual = met / max(possible, 1.0)
    expected = (np.square(total) - squares) * usual
    ratio = (pairs + PRIOR) / (expected + PRIOR)
    return np.asarray(np.maximum(np.log(ratio), 0.0), np.float32)


def together(chosen: sparse.csr_array, counts: NDArray[Any], neighbours: int) -> sparse.csr_array:
    """Weights (n, n): people who chose both, each by 1 / the number of their choices, over the
    square root of both items' counts; the nearest of each item."""
    sizes = np.maximum(np.asarray(chosen.sum(1)).ravel(), 1)
    scale = 1 / np.sqrt(np.maximum(counts, 1))
    by_person = sparse.csr_array(sparse.diags_array(1 / sizes) @ chosen, dtype=np.float32)
    weights = []
    for start in range(0, chosen.shape[1], 2_000):  # in blocks: the whole would be nearly dense
        block = np.arange(start, min(start + 2_000, chosen.shape[1]))
        part = sparse.csr_array(chosen[:, block].T @ by_person)
        sizes_of_rows = np.diff(part.indptr)
        part.data *= np.repeat(scale[block], sizes_of_rows) * scale[part.indices]
        itself = np.repeat(block, sizes_of_rows) == part.indices
        part.data[itself] = 0.0  # no item leads to itself
        weights.append(nearest(part, neighbours))
    return sparse.csr_array(sparse.vstack(weights), dtype=np.float32)


def nearest(rows: sparse.csr_array, most: int) -> sparse.csr_array:
    """Of each row the `most` largest, ties by column."""
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    order = np.lexsort((rows.indices, -rows.data, row))
    place = np.arange(len(order)) - np.repeat(rows.indptr[:-1], np.diff(rows.indptr))
    kept = np.sort(order[(place < most) & (rows.data[order] > 0)])
    return sparse.csr_array(
        (rows.data[kept].astype(np.float32), (row[kept], rows.indices[kept])), shape=rows.shape
    )


def scaled(rows: sparse.csr_array) -> sparse.csr_array:
    """Each row divided by the square root of its sum."""
    sums = np.asarray(rows.sum(1)).ravel()
    scale = sparse.diags_array(1 / np.sqrt(np.maximum(sums, 1)))
    return sparse.csr_array(scale @ rows, dtype=np.float32)
