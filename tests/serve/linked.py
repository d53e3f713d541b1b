"""Films with a graph and friends: who directed them, who stars, what genre; each person follows some whose choices are like."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from whyrec.core import Dataset, Links, UserTable
from whyrec.data.simulate import films


def linked(data: Dataset) -> Dataset:
    """The built-in films with links made of their own table, and simulated friendships: each person follows the three who
    share most with them of every fortieth person. Half the people let friends read their names."""
    table = data.item_table
    columns = {
        "directed_by": table.fields["director"],
        "starring": table.fields["lead"],
        "genre": table.categories,
    }
    triples = [
        (item, kind, value)
        for kind, rows in columns.items()
        for item, row in enumerate(rows)
        for value in row
    ]
    names = list(dict.fromkeys(value for *_, value in triples))
    relations = list(columns)
    links = Links(
        [*data.items, *names],
        relations,
        [item for item, *_ in triples],
        [relations.index(k) for _, k, _ in triples],
        [data.n_items + names.index(value) for *_, value in triples],
        np.arange(data.n_items),
    )
    chosen = np.zeros((data.n_users, data.n_items), np.float32)
    chosen[data.user, data.item] = 1.0
    known = np.arange(0, data.n_users, 40)
    shared = chosen @ chosen[known].T
    shared[known, np.arange(len(known))] = -1.0
    nearest = known[np.argsort(-shared, axis=1, kind="stable")[:, :3]]
    friends = np.stack([np.repeat(np.arange(data.n_users), 3), nearest.ravel()], 1)
    allow = ["yes" if n % 80 == 0 or n % 40 else "" for n in range(data.n_users)]
    return replace(
        data, links=links, friends=friends, user_table=UserTable({"named_to_friends": allow})
    )


def small() -> Dataset:
    """As many people of it as a test needs."""
    return linked(films(people=240, events=8_000).data)
