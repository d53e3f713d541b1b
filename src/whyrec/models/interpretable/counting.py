"""The item-to-item strengths behind the readable features: counted once from the training
events, sparse.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from whyrec.core import Dataset, ItemTable, Queries

__all__ = [
    "cochosen",
    "followers",
    "history_weights",
    "largest",
    "one_hot",
    "surroundings",
    "word_vectors",
]

FADED = 1e-3  # an event that weighs less counts nothing
WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")  # of casefolded text; Chinese letter by letter


def history_weights(queries: Queries, n_items: int, decay: float) -> sparse.csr_array:
    """decay^steps of each event, (q, n_items) float32; an item chosen twice adds up."""
    weights = np.power(np.float32(decay), queries.events_ago.astype(np.float32))
    weights[weights < FADED] = 0.0
    rows = sparse.csr_array(
        (weights, queries.items.copy(), queries.indptr.copy()), shape=(len(queries), n_items)
    )
    rows.sum_duplicates()
    rows.eliminate_zeros()
    return rows


def largest(matrix: Any, k: int) -> sparse.csr_array:
    """The k largest entries of each row (ties: the first columns), the others left out."""
    rows = sparse.csr_array(matrix, dtype=np.float32)
    rows.sort_indices()
    sizes = np.diff(rows.indptr)
    if sizes.max(initial=0) <= k:
        return rows
    row = np.repeat(np.arange(rows.shape[0]), sizes)
    order = np.lexsort((rows.indices, -rows.data, row))
    place = np.arange(len(row)) - np.repeat(rows.indptr[:-1], sizes)
    keep = np.sort(order[place < k])
    return sparse.csr_array((rows.data[keep], (row[keep], rows.indices[keep])), shape=rows.shape)


def cochosen(data: Dataset, k: int) -> sparse.csr_array:
    """Cosine of the items' audiences [sarwar2001], (n_items, n_items), the k nearest of each
    item, none to itself.
    """
    ones = np.ones(len(data), np.float32)
    people = sparse.csr_array((ones, (data.user, data.item)), shape=(data.n_users, data.n_items))
    people.sum_duplicates()
    people.data[:] = 1.0
    norms = np.sqrt(np.maximum(people.sum(0), 1.0)).astype(np.float32)
    scaled = sparse.csr_array(people / norms[None, :])
    columns = sparse.csr_array(scaled.T)
    parts = []
    for start in range(
        0, data.n_items, 2_000
    ):  # in pieces: the whole product may not fit in memory
        part = sparse.coo_array(columns[start : start + 2_000] @ scaled)
        other = part.coords[0] + start != part.coords[1]
        parts.append(
            largest(
                sparse.csr_array(
                    (part.data[other], (part.coords[0][other], part.coords[1][other])),
                    shape=part.shape,
                ),
                k,
            )
        )
    return sparse.csr_array(sparse.vstack(parts, format="csr"))


def followers(data: Dataset, k: int, *, window: int = 5, decay: float = 0.6) -> sparse.csr_array:
    """T[j, i] = sum over gaps g = 1..window of decay^(g - 1) * [i came g events after j] /
    sqrt(n_j), (n_items, n_items) [ludewig2018], the k largest of each item. The root keeps items
    that were chosen once from seeming certain."""
    total = _transitions(data, window, decay)
    events_of = np.maximum(np.bincount(data.item, minlength=data.n_items), 1.0)
    total.data *= np.repeat(events_of**-0.5, np.diff(total.indptr)).astype(np.float32)
    return largest(total, k)


def _transitions(data: Dataset, window: int, decay: float) -> sparse.csr_array:
    """How often, and how soon, each item came after each other one, (n_items, n_items) float32."""
    events = data.ordered_histories
    row = events.row
    item = events.items
    total = sparse.csr_array((data.n_items, data.n_items), dtype=np.float32)
    for gap in range(1, min(window, len(row) - 1) + 1):
        same = (row[gap:] == row[:-gap]) & (item[gap:] != item[:-gap])
        source = item[:-gap][same]
        target = item[gap:][same]
        total = total + sparse.csr_array(
            (np.full(len(source), decay ** (gap - 1), np.float32), (source, target)),
            shape=total.shape,
        )
    return sparse.csr_array(total)


def surroundings(
    data: Dataset, dims: int, *, window: int = 8, decay: float = 0.7
) -> tuple[NDArray[np.float32], ...]:
    """Vectors of items as what came before and as what came after, (n_items, dims) each: the
    leading singular vectors of log(1 + T[j, i] n / (T[j, .] T[., i])), how much more often i
    follows j than by chance [levy2014]. before[j] @ after[i] tells of pairs that were seldom or
    never chosen in a row, by what is like them."""
    counts = _transitions(data, window, decay).astype(np.float64)
    dims = min(dims, data.n_items - 1)
    if counts.nnz <= dims:
        return (np.zeros((data.n_items, 0), np.float32),) * 2  # too little to tell
    before, after = (
        np.maximum(counts.sum(1), 1.0),
        np.maximum(counts.sum(0), 1.0),
    )  # 1: rare pairs prove little
    row = np.repeat(np.arange(data.n_items), np.diff(counts.indptr))
    counts.data = np.log1p(counts.data * counts.sum() / (before[row] * after[counts.indices]))
    u, s, v = svds(counts, k=dims, v0=np.ones(data.n_items), tol=1e-3)
    return (u * np.sqrt(s)).astype(np.float32), (v.T * np.sqrt(s)).astype(np.float32)


def one_hot(lists: tuple[tuple[str, ...], ...]) -> sparse.csr_array:
    """Which names each item has, (n_items, names) float32; names that one item alone has say
    nothing and are left out.
    """
    counts = Counter(name for row in lists for name in set(row))
    column = {
        name: at for at, name in enumerate(sorted(name for name, n in counts.items() if n > 1))
    }
    pairs = [
        (row, column[name])
        for row, names in enumerate(lists)
        for name in sorted(set(names))
        if name in column
    ]
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    return sparse.csr_array(
        (np.ones(len(rows), np.float32), (rows, columns)), shape=(len(lists), len(column))
    )


def word_vectors(
    table: ItemTable, labels: tuple[str, ...], *, most: int = 20_000
) -> sparse.csr_array:
    """TF-IDF of the words of titles and texts, rows of length 1, (n_items, words) float32. Words
    that one item alone or more than a tenth of the items have are left out; a title that only
    repeats its label has no words."""
    texts = [
        f"{title if title != label else ''} {text}".casefold()
        for title, text, label in zip(table.title, table.text, labels, strict=True)
    ]
    found = [Counter(WORD.findall(text)) for text in texts]
    spread = Counter(word for words in found for word in words)
    n = len(texts)
    kept = sorted(
        (word for word, df in spread.items() if 1 < df <= max(2, n // 10)),
        key=lambda w: (-spread[w], w),
    )[:most]
    column = {word: at for at, word in enumerate(kept)}
    rows = []
    columns = []
    data = []
    for row, words in enumerate(found):
        for word, times in words.items():
            if word in column:
                rows.append(row)
                columns.append(column[word])
                data.append((1 + np.log(times)) * np.log(n / spread[word]))
    made = sparse.csr_array((np.array(data, np.float32), (rows, columns)), shape=(n, len(kept)))
    return unit_rows(made)


def unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    """Rows of length 1; empty rows stay empty."""
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1))).ravel()
    scale: NDArray[Any] = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    return sparse.csr_array(sparse.diags_array(scale.astype(np.float32)) @ matrix)
