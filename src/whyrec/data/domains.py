"""Several domains in one catalogue: films and books, or two kinds of film. An item's domain is the
column `domain`.

Not good for: items of two domains at once; the first name counts.
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
    """Fit on `train`; the people of `valid` and `test` have events outside the domain only; their
    truth, and all that may be recommended to them, is inside it."""

    train: Dataset
    valid: EvaluationCases
    test: EvaluationCases


def domains_of(data: Dataset) -> NDArray[np.str_]:
    """(n_items,) the domain of each item, "" where unknown. Raises ArgumentError where no column
    tells.
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
    """The data with a column `domain`: `chosen` for items with one of the categories `genres`,
    else `rest`.
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
    """Some people lose all their events in `domain`: half of them for `valid`, half for `test`.

    share: of the people who have events on both sides. disjoint: of all others, each keeps one side
    only, by lot, so that no person joins the domains. By person, not by time: an event may be later
    than the truth that it foretells. Raises UnknownNameError for a domain that no item has,
    ArgumentError where fewer than two people have both sides.
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
        lost = rng.random(data.n_users) < 0.5  # these keep the domain alone
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
