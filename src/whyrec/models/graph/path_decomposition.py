"""Decomposition of a sum of paths: the scores of one history with the paths as reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Queries, Query, Reason
from whyrec.core.decomposition import ItemContributions

__all__ = ["PathDecomposition", "is_link", "positions_of"]


def is_link(reason: Reason) -> bool:
    """Return whether a reason is a path through a link of the graph, which can be cut."""
    return reason.kind == "path" and reason.refs[0] >= 0


def positions_of(reason: Reason) -> tuple[int, ...]:
    """Return the events where a reason starts, the strongest first; empty for friends."""
    return {"path": reason.refs[2:], "event": reason.refs}.get(reason.kind, ())


class PathDecomposition:
    """The scores of one history under a graph model.

    The friends' part stays the same when events are left out.
    """

    method = "paths"

    def __init__(self, model: Any, query: Query) -> None:
        self.model = model
        self.query = query
        self.scores = np.asarray(model.score([query])[0], np.float32)
        self.friends = np.zeros_like(self.scores)
        if query.user is not None:
            self.friends = (
                self.scores - model.score([query.without([])])[0]
            )  # the query without its user
        self._found: dict[int, tuple[float, tuple[Reason, ...], list[Any]]] = {}

    def reasons_and_routes(self, item: int) -> tuple[float, tuple[Reason, ...], list[Any]]:
        """Return (base, reasons, routes) of an item."""
        if item not in self._found:
            routes = self.model.routes(self.query, item)
            self._found[item] = (*self.model.reasons(self.query, item, routes), routes)
        return self._found[item]

    def reasons(self, item: int) -> tuple[float, tuple[Reason, ...]]:
        return self.reasons_and_routes(item)[:2]

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        base = np.zeros(len(items))
        rest = np.zeros(len(items))
        weights = np.zeros((len(self.query), len(items)))
        for number, item in enumerate(np.asarray(items).tolist()):
            base[number], reasons, routes = self.reasons_and_routes(item)
            rest[number] = sum(reason.weight for reason in reasons if reason.kind == "friend")
            for position, *_, weight in routes:
                weights[position, number] += weight
            for reason in reasons:
                if reason.kind == "event":
                    weights[reason.refs[0], number] += reason.weight
        return ItemContributions(base, weights, rest, True)

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        left = self.model.score(Queries.of([self.query.without(one) for one in sets]))
        return np.asarray(left, np.float32) + self.friends

    def without_reasons(
        self, item: int, reasons: Sequence[Reason]
    ) -> tuple[tuple[int, ...], NDArray[np.float32]]:
        """Return the events without some reasons, and the scores.

        Links are cut, other paths lose the events they start from, and friends are not followed.
        """
        gone = sorted(
            {p for reason in reasons if not is_link(reason) for p in positions_of(reason)}
        )
        links = [reason for reason in reasons if is_link(reason)]
        friends = (
            np.float32(0) if any(reason.kind == "friend" for reason in reasons) else self.friends
        )
        reduced = self.query.without(gone)
        model = self.model
        left = np.asarray(model.score([reduced])[0], np.float32) + friends
        for reason in links:
            model = model.cut(item, reason)
        if links:  # cutting a link changes only this item
            left[item] = np.float32(model.score([reduced])[0, item]) + (
                friends[item] if isinstance(friends, np.ndarray) else friends
            )
        return tuple(gone), left
