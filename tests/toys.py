"""Small data sets that several tests share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from whyrec.core import Dataset, ItemTable


def random_data(seed: int = 0, people: int = 60, items: int = 25, events: int = 700) -> Dataset:
    """Random events without repeated pairs; every item has a title and categories."""
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.ones(items) * 2)
    user, item = rng.integers(0, people, events), rng.choice(items, events, p=share)
    _, first = np.unique(user * items + item, return_index=True)
    first = np.sort(first)
    return Dataset(
        user[first],
        item[first],
        rng.integers(1, 6, len(first)),
        1_700_000_000 + 3600 * np.arange(len(first)),
        [f"u{i}" for i in range(people)],
        [f"i{i}" for i in range(items)],
    )


def listed(data: Dataset) -> Dataset:
    """The same data, whose items are said to be a list that was made without the events."""
    return replace(data, catalogue={"source": "a list"})


def sequences(rows: list[list[int]], items: int) -> Dataset:
    """One person a row, with these items in this order, all people in step."""
    events = sorted((t, u, i) for u, row in enumerate(rows) for t, i in enumerate(row))
    time, user, item = (np.array(column) for column in zip(*events, strict=True))
    return Dataset(
        user,
        item,
        np.ones(len(user)),
        time,
        [f"u{i}" for i in range(len(rows))],
        [f"i{i}" for i in range(items)],
        clock=False,
    )


def titled_data(seed: int = 0) -> Dataset:
    """:func:`random_data` whose items have words for titles, so that a text encoder has something to read."""
    words = ("zelda", "racing", "puzzle", "space", "dragon", "football", "castle", "robot")
    data = random_data(seed)
    titles = [f"{words[i % 8]} {words[(i * 3 + i // 8) % 8]} {i}" for i in range(data.n_items)]
    return replace(data, item_table=ItemTable(titles))


def returning(seed: int = 0, people: int = 60, items: int = 30, events: int = 20) -> Dataset:
    """People who come back: three events in four are one of a person's three favourites, the others are any item. An event an
    hour, all people in step."""
    rng = np.random.default_rng(seed)
    own = np.stack([rng.choice(items, 3, replace=False) for _ in range(people)])
    back = rng.random((events, people)) < 0.75
    item = np.where(
        back,
        own[np.arange(people), rng.integers(0, 3, (events, people))],
        rng.integers(0, items, (events, people)),
    )
    return Dataset(
        np.tile(np.arange(people), events),
        item.ravel(),
        np.ones(item.size),
        1_700_000_000 + 3600 * np.repeat(np.arange(events), people),
        [f"u{i}" for i in range(people)],
        [f"i{i}" for i in range(items)],
        domain="music",
        repeat=True,
    )
