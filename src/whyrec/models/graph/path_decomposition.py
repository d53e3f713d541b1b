"""The scores of a model that is a sum of paths, with the paths as their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Queries, Query, Reason
from whyrec.core.decomposition import ItemContributions

__all__ = ["PathDecomposition", "is_link", "positions_of"]


def is_link(reason: Reason) -> bool:
    """Whether a reason is a path through a link of the graph, which can be cut."""
    return reason.kind == "path" and reason.refs[0] >= 0


def positions_of(reason: Reason) -> tuple[int, ...]:
    """The events a reason starts from, the strongest first; none of friends."""
    return {"path": reason.refs[2:], "event": reason.refs}.get(reason.kind, ())


class PathDecomposition:
    """One history and a graph model. What friends add stays, whatever event is left out."""

    method = "paths"

    def __init__(self, model: Any, query: Query) -> None:
        self.model = model
        self.query = query
        self.scores = np.asarray(model.score([query])[0], np.float32)
        self.friends = np.zeros_like(self.scores)
        if query.user is not None:
            self.friends = (
                self.scores - model.score([query.without([])])[0]
            )  # without anybody who asks
        self._found: dict[int, tuple[float, tuple[Reason, ...], list[Any]]] = {}

    def reasons_and_routes(self, item: int) -> tuple[float, tuple[Reason, ...], list[Any]]:
        """(base, reasons, routes) of an item: see
        :class:`whyrec.models.graph.graph.PathRecommender`."""
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
        for at, item in enumerate(np.asarray(items).tolist()):
            base[at], reasons, routes = self.reasons_and_routes(item)
            rest[at] = sum(reason.weight for reason in reasons if reason.kind == "friend")
            for position, *_, weight in routes:
                weights[position, at] += weight
            for reason in reasons:
                if reason.kind == "event":
                    weights[reason.refs[0], at] += reason.weight
        return ItemContributions(base, weights, rest, True)

    def without(self, sets: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        left = self.model.score(Queries.of([self.query.without(one) for one in sets]))
        return np.asarray(left, np.float32) + self.friends

    def without_reasons(
        self, item: int, reasons: Sequence[Reason]
    ) -> tuple[tuple[int, ...], NDArray[np.float32]]:
        """Links are cut, other paths lose the events they start from, and friends are not
        followed.
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
        if links:  # cutting a link moves no other item
            left[item] = np.float32(model.score([reduced])[0, item]) + (
                friends[item] if isinstance(friends, np.ndarray) else friends
            )
        return tuple(gone), left
