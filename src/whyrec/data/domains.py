"""Several domains in one catalogue, such as films and books; the column `domain` states an item's.

Limits: an item has one domain; the first name counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, Queries, UnknownNameError
from whyrec.core.cases import EvaluationCases

__all__ = ["Crossing", "by_genre", "cross", "domains_of"]


@dataclass(frozen=True, eq=False)
class Crossing:
    """A split across domains: the test people have events outside one domain only.

    Attributes:
        train: Data to fit on.
        valid: Validation cases, whose relevant items and candidates are inside the domain.
        test: Test cases, likewise.
    """

    train: Dataset
    valid: EvaluationCases
    test: EvaluationCases


def domains_of(data: Dataset) -> NDArray[np.str_]:
    """Return the domain of each item, (n_items,), "" if unknown.

    Args:
        data: Data whose item table has the column `domain`.

    Returns:
        The domains.

    Raises:
        ArgumentError: If there is no such column.
    """
    if "domain" not in data.item_table.fields:
        raise ArgumentError(
            "items need the column 'domain'",
            given=", ".join(data.item_table.fields) or "no columns",
            fix="add it to the item table, such as film or book",
        )
    return np.array(
        [row[0] if row else "" for row in data.item_table.fields["domain"]], dtype=np.str_
    )


def by_genre(data: Dataset, genres: Sequence[str], rest: str = "A", chosen: str = "B") -> Dataset:
    """Add a column `domain`: `chosen` for items with one of the `genres`, otherwise `rest`.

    Args:
        data: Data with categories.
        genres: Names of categories.
        rest: Name of the domain of all other items.
        chosen: Name of the domain of the genres.

    Returns:
        The data with the column.

    Raises:
        UnknownNameError: If a category does not exist.
    """
    known = {name for row in data.item_table.categories for name in row}
    for name in genres:
        if name not in known:
            raise UnknownNameError("category", name, sorted(known))
    domain = tuple(
        (chosen if set(row) & set(genres) else rest,) for row in data.item_table.categories
    )
    return replace(
        data,
        item_table=replace(data.item_table, fields={**data.item_table.fields, "domain": domain}),
    )


def cross(
    data: Dataset, domain: str, *, share: float = 0.2, disjoint: bool = False, seed: int = 0
) -> Crossing:
    """Hide all events of some people in one domain; half are for validation, half for test.

    Limits: the split is by person, not by time, so an event may be later than what it predicts.

    Args:
        data: Data with domains.
        domain: The domain to hide.
        share: Share of the people with events on both sides.
        disjoint: Keep only one random side of every other person, so that nobody connects the
            domains.
        seed: Random seed.

    Returns:
        The split.

    Raises:
        UnknownNameError: If no item has the domain.
        ArgumentError: If fewer than two people have events on both sides.
    """
    names = domains_of(data)
    if domain not in names:
        raise UnknownNameError("domain", domain, sorted(set(names.tolist())))
    other = names == domain
    inside = other[data.item]
    counts = np.stack(
        [np.bincount(data.user[side], minlength=data.n_users) for side in (inside, ~inside)]
    )
    both = np.flatnonzero((counts > 0).all(0))
    rng = np.random.default_rng(seed)
    if len(both) < 2:
        raise ArgumentError(
            "two people or more must have events on both sides",
            given=f"{len(both)} of {data.n_users}",
        )
    cold = rng.permutation(both)[: max(2, round(share * len(both)))]
    is_cold = np.isin(np.arange(data.n_users), cold)
    lost = np.zeros(data.n_users, bool)
    keep = ~(is_cold[data.user] & inside)
    if disjoint:
        lost = rng.random(data.n_users) < 0.5  # these people keep only the domain
        keep &= is_cold[data.user] | (lost[data.user] == inside)
    outside = data.select(~inside).histories
    truth = data.select(inside).histories
    valid, test = (_cases(outside, truth, np.sort(part), other) for part in np.array_split(cold, 2))
    return Crossing(data.select(keep), valid, test)


def _cases(
    outside: Queries, truth: Queries, people: NDArray[np.int64], among: NDArray[np.bool_]
) -> EvaluationCases:
    items = [np.unique(truth[int(one)].items) for one in people]
    return EvaluationCases(
        outside[people], np.cumsum([0, *map(len, items)]), np.concatenate(items), among
    )
