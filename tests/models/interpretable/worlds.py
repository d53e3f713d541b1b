"""A world where taste is one known rule, and a small one with everything an item table can hold."""

from __future__ import annotations

import numpy as np

from whyrec.core import Dataset, ItemTable


def by_category(
    people: int = 300, items: int = 60, categories: int = 6, events: int = 10, seed: int = 0
) -> Dataset:
    """Each person has one category and chooses nothing else, all of its items alike: the category says it all. Nobody
    chooses more than half of it, so that ties between items are few."""
    rng = np.random.default_rng(seed)
    user, item = [], []
    of = np.arange(items) % categories
    for person in range(people):
        mine = rng.permutation(np.flatnonzero(of == rng.integers(categories)))[: events // 2]
        item += mine.tolist()
        user += [person] * len(mine)
    order = rng.permutation(len(user))
    table = ItemTable(
        tuple(f"Thing {i}" for i in range(items)), categories=tuple((f"kind {c}",) for c in of)
    )
    return Dataset(
        np.array(user)[order],
        np.array(item)[order],
        np.ones(len(user)),
        np.arange(len(user)),
        [f"u{p}" for p in range(people)],
        [f"i{i}" for i in range(items)],
        table,
        clock=False,
    )


def rich(people: int = 80, items: int = 30, events: int = 900, seed: int = 0) -> Dataset:
    """Random events on items with categories, a brand, a price, texts and vectors; ratings, a clock and friends."""
    rng = np.random.default_rng(seed)
    user, item = rng.integers(0, people, events), rng.integers(0, items, events)
    first = np.sort(np.unique(user * items + item, return_index=True)[1])
    price = np.exp(rng.normal(2, 2, items))
    price[3] = np.nan
    table = ItemTable(
        tuple(f"Thing {i}" for i in range(items)),
        tuple(f"a {'red' if i % 2 else 'blue'} thing no{i % 10}" for i in range(items)),
        tuple((f"kind {i % 4}",) for i in range(items)),
        {"brand": tuple((f"brand {i % 3}",) for i in range(items))},
        {"price": price},
        {"text": rng.normal(size=(items, 8))},
    )
    return Dataset(
        user[first],
        item[first],
        rng.integers(1, 6, len(first)),
        1_700_000_000 + 86_400 * np.arange(len(first)) // 4,
        [f"u{p}" for p in range(people)],
        [f"i{i}" for i in range(items)],
        table,
        friends=np.stack([np.arange(people - 1), np.arange(1, people)], 1),
        values="rating",
    )
