"""Vectors of items from the words of their titles, categories, fields and texts, without a network.

Words are weighted by TF-IDF [salton1988] and reduced to a few dimensions by a truncated singular
value decomposition [deerwester1990]: a second for a catalogue of tens of thousands. What a
pretrained encoder adds is that it knows words as alike that no two items share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from whyrec.core import ItemTable

__all__ = ["has_words", "word_vectors"]

UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han and kana
WORD = re.compile(rf"[{UNSPACED}]+|[^\W{UNSPACED}]+")
UNSPACED_RUN = re.compile(f"[{UNSPACED}]")
LEAST = 2  # items that must have a word; a word of one item makes nothing alike


def has_words(table: ItemTable) -> bool:
    """Return whether at least two items have a word in common that not all of them have.

    A title that only repeats the item's label is no description, but such titles rarely share a
    word.
    """
    seen: set[str] = set()
    shared: set[str] = set()
    common: set[str] | None = None  # words of all items so far
    for row in range(len(table)):
        words = set(_words(table, row))
        common = words if common is None else common & words
        shared |= words & seen
        seen |= words
        if shared - common:
            return True
    return False


def word_vectors(table: ItemTable, dims: int = 128) -> NDArray[np.float32]:
    """Return item vectors (n, at most dims) float32 of length 1, or 0 without words.

    Args:
        table: The item table.
        dims: Largest number of dimensions.

    Returns:
        Vectors whose products are the similarity of the items' words.
    """
    weights = _weights(table)
    if not weights.shape[1]:
        return np.zeros((len(table), 0), np.float32)
    weights = weights.astype(np.float64)
    if min(weights.shape) <= dims:
        left, size, _ = np.linalg.svd(weights.toarray(), full_matrices=False)
    else:
        # ARPACK's restarts, where singular values are equal, take random numbers from elsewhere.
        left, size, _ = svds(weights, k=dims, solver="propack", rng=np.random.default_rng(0))
    vectors = left * size
    known = np.diff(weights.indptr) > 0
    vectors[known] -= vectors[known].mean(0)
    vectors[~known] = 0.0
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)


def _weights(table: ItemTable) -> sparse.csr_array:
    """Return TF-IDF weights (n items, words), each row of length 1."""
    found = [Counter(_words(table, row)) for row in range(len(table))]
    items_with = Counter(word for words in found for word in words)
    numbers = {
        word: number
        for number, word in enumerate(
            sorted(w for w, items in items_with.items() if LEAST <= items < len(table))
        )
    }
    rows, columns, values = [], [], []
    for row, words in enumerate(found):
        for word, times in words.items():
            if word in numbers:
                rows.append(row)
                columns.append(numbers[word])
                values.append((1 + np.log(times)) * np.log(len(table) / items_with[word]))
    weights = sparse.csr_array(
        (np.array(values, np.float32), (rows, columns)), shape=(len(table), len(numbers))
    )
    length = np.sqrt(np.asarray(weights.multiply(weights).sum(1)).ravel())
    return sparse.csr_array(
        sparse.diags_array((1 / np.maximum(length, 1e-9)).astype(np.float32)) @ weights
    )


def _words(table: ItemTable, row: int) -> Iterator[str]:
    """Yield the words of an item; categories and names of fields are words as a whole."""
    yield from _words_of(table.title[row])
    yield from _words_of(table.text[row])
    for label in table.categories[row]:
        yield f"categories:{label.lower()}"
    for name, values in table.fields.items():
        for label in values[row]:
            yield f"{name}:{label.lower()}"


def _words_of(text: str) -> Iterator[str]:
    """Yield the words of a text; where no spaces separate words, every two adjacent characters."""
    for word in WORD.findall(text.lower()):
        if UNSPACED_RUN.match(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            yield word
