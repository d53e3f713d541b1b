"""A world of planted tastes: items in kinds, people who like one or two kinds, popularity beside it."""

from __future__ import annotations

import dataclasses

import numpy as np

from whyrec.core import Dataset, ItemTable

KINDS = (
    "opera",
    "chess",
    "sailing",
    "baking",
    "robots",
    "gardens",
    "history",
    "surfing",
    "poker",
    "violins",
)


def tastes(people=1200, each=24, events=18, seed=0, kinds=KINDS):
    """Each person chooses mostly from one or two kinds, else by popularity."""
    rng, n = np.random.default_rng(seed), each * len(kinds)
    kind = np.repeat(np.arange(len(kinds)), each)
    popular = rng.gumbel(0, 0.7, n)
    user, item = [], []
    for person in range(people):
        liked = rng.choice(len(kinds), rng.integers(1, 3), replace=False)
        pull = popular + 3.0 * np.isin(kind, liked) + rng.gumbel(size=n)
        chosen = np.argsort(-pull)[:events]
        user += [person] * events
        item += rng.permutation(chosen).tolist()
    order = np.argsort(np.tile(np.arange(events), people), kind="stable")
    table = ItemTable([f"item {i}" for i in range(n)], categories=[(kinds[k],) for k in kind])
    return Dataset(
        np.array(user)[order],
        np.array(item)[order],
        np.ones(len(user)),
        np.sort(np.tile(np.arange(events), people)),
        [f"p{i}" for i in range(people)],
        [f"i{i}" for i in range(n)],
        table,
        name="tastes",
        clock=False,
    )


def shuffled(data, seed=1):
    """The same people and items, as active and as popular, with who chose what dealt anew."""
    return dataclasses.replace(data, item=np.random.default_rng(seed).permutation(data.item))
