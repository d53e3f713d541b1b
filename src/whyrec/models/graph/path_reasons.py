"""Reasons of the graph model: its paths and friends as values, and their phrases."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Query, Reason
from whyrec.core.queries import Int
from whyrec.core.support import often
from whyrec.models.graph.path_phrases import Names, said, short
from whyrec.models.graph.walks import Walk

__all__ = ["PEOPLE", "THEN", "PathReasons", "Route", "digest"]

PEOPLE = "people"
THEN = "then"
Route = tuple[int, int, int, float]  # position of the event, column of links_ or -1, type, weight


class PathReasons:
    """Mixin of :class:`whyrec.models.graph.graph.PathRecommender` with everything about reasons."""

    _cut: tuple[tuple[int, int], ...] = ()  # links that are left out: (item, column)
    _ready: list[tuple[Walk, list[int]]] | None = None

    if TYPE_CHECKING:  # attributes of the model
        base_: NDArray[np.float32]
        base_model_: Any
        base_model_weight_: float
        friend_weight_: float
        friends_: Any
        chosen_: Any
        who_: NDArray[np.int64] | None
        named_: list[str]
        titles_: list[str]
        entities_: list[str]
        entity_: NDArray[np.int32]
        type_: NDArray[np.int32]
        after_: Any
        support_of_: dict[str, Any]
        work_: bool
        values_: str

        def support(self, items: Any, item: int | Int) -> Int: ...
        def _types(self) -> list[str]: ...
        def _used(self) -> list[tuple[Walk, list[int]]]: ...

    def reasons(
        self, query: Query, item: int, routes: list[Route] | None = None
    ) -> tuple[float, tuple[Reason, ...]]:
        """Return the reasons of an item; exact.

        Kinds: "path" with refs (column of links_ or -1, type, positions of the events it starts
        from), "friend" with people's numbers as refs, and "event" from the additional model.

        Args:
            query: One history.
            item: Number of the item.
            routes: Routes of the item, if they are already computed.

        Returns:
            (base, reasons), which sum to the score.
        """
        if routes is None:
            routes = self.routes(query, item)
        base = float(self.base_[item])
        reasons = list(self._friend_reasons(query, item))
        by_link: dict[tuple[int, int], list[tuple[float, int]]] = {}
        for position, column, kind, weight in routes:
            if column < 0:
                reasons.append(Reason("path", (-1, kind, position), weight))
            else:
                by_link.setdefault((column, kind), []).append((-weight, position))
        for (column, kind), found in by_link.items():
            reasons.append(
                Reason(
                    "path",
                    (column, kind, *(p for _, p in sorted(found))),
                    -sum(w for w, _ in found),
                )
            )
        if self.base_model_weight_:
            more = self.base_model_.contributions(query, item)
            base += self.base_model_weight_ * more.base
            reasons += [
                Reason("event", (p,), self.base_model_weight_ * float(w))
                for p, w in enumerate(more.weights)
                if w
            ]
        return base, tuple(sorted(reasons, key=lambda r: (-r.weight, r.kind, r.refs)))

    def routes(self, query: Query, item: int) -> list[Route]:
        """Return each path from one event to an item.

        Args:
            query: One history.
            item: Number of the item.

        Returns:
            (position, column of links_ or -1, type, weight above 0) of each.
        """
        out = []
        for walk, kinds in self._used():
            matrix = walk.through(query, item).tocoo()
            linked = walk.right is not None
            for entry in np.flatnonzero(matrix.data):
                if linked:
                    column = int(matrix.col[entry])
                else:
                    column = -1
                if linked:
                    kind = int(self.type_[column])
                else:
                    kind = kinds[0]
                out.append((int(matrix.row[entry]), column, kind, float(matrix.data[entry])))
        return out

    def number(self, label: str) -> int | None:
        """Return a person's number for a query; None if friends do not count for them."""
        if not self.friend_weight_ or self.who_ is None:
            return None
        for person in np.flatnonzero(self.who_ == digest(label)).tolist():
            if self.friends_.indptr[person + 1] > self.friends_.indptr[person]:
                return person
            return None
        return None

    def through(self, column: int, kind: int) -> tuple[str, str]:
        """Return what a path leads through, in English and in Chinese."""
        if column >= 0 and self.entity_[column] >= 0:
            entity = self.entities_[self.entity_[column]]
        else:
            entity = ""
        return short(self._types()[kind], entity)

    def _friend_reasons(self, query: Query, item: int) -> tuple[Reason, ...]:
        if (
            not self.friend_weight_
            or query.user is None
            or not 0 <= query.user < self.friends_.shape[0]
        ):
            return ()
        through = (self.friends_[[query.user]].multiply(self.chosen_[:, [item]].T.tocsr())).tocoo()
        weight = self.friend_weight_ * float(through.data.sum())
        order = np.argsort(-through.data, kind="stable")
        if weight:
            return (Reason("friend", tuple(int(f) for f in through.coords[1][order]), weight),)
        return ()

    def cut(self, item: int, reason: Reason) -> Self:
        """Return the model without the link by which a path reaches `item`.

        Scoring again then shows the true effect of removing the reason.

        Args:
            item: Number of the item.
            reason: A reason of kind "path" through a link.

        Returns:
            A new model.

        Raises:
            ArgumentError: For other reasons, and for paths through people or order.
        """
        if reason.kind != "path":
            raise ArgumentError("only a path can be cut", given=f"a reason of kind {reason.kind!r}")
        column, kind, *_ = reason.refs
        model = copy.copy(self)
        model._ready = None
        if column >= 0:
            model._cut = (*self._cut, (item, column))
            return model
        raise ArgumentError(
            "only a link can be cut; of people and order the event is what can be taken away",
            given=self._types()[kind],
            fix="score the query without the event's position",
        )

    def phrase(self, reason: Reason, query: Query, item: int) -> tuple[str, str]:
        """Phrase a reason.

        Fewer than 20 people are not counted, and friends are named only if they allow it
        (`named_to_friends` in the user table).

        Args:
            reason: One of the reasons of the item.
            query: One history.
            item: Number of the item.

        Returns:
            (English, Chinese).
        """
        return said(self.names(reason, query, item))

    def names(self, reason: Reason, query: Query, item: int) -> Names:
        """Return what a phrase about the reason is made of; see :meth:`phrase`."""
        if reason.kind == "friend":
            may_name = query.user is not None and bool(self.named_[query.user])
            return Names(
                "friend",
                count=len(reason.refs),
                titles=tuple(self.named_[f] for f in reason.refs if may_name and self.named_[f]),
            )
        if reason.kind == "event":
            positions = reason.refs
        else:
            positions = reason.refs[2:]
        names = Names(
            "event",
            titles=tuple(self.titles_[query.items[p]] for p in positions),
            value=float(query.values[positions[0]]) if len(positions) else None,
            work=self.work_,
            values=self.values_,
        )
        if reason.kind == "event":
            return names
        column, kind = reason.refs[:2]
        names = replace(names, type=self._types()[kind])
        if column >= 0 and self.entity_[column] >= 0:
            return replace(names, entity=self.entities_[self.entity_[column]])
        if names.type in (PEOPLE, THEN):
            return self._behind(names, int(query.items[positions[0]]), item)
        return names

    def _behind(self, made: Names, source: int, item: int) -> Names:
        """Add what is known about the people behind a path through people or order."""
        both = int(self.support([source], item)[0])
        if made.type == PEOPLE:
            return replace(made, count=max(both, 0), support=both)
        one = int(self.support([source], source)[0])
        two = int(self.support([item], item)[0])
        if self.after_ is not None:
            after = int(self.after_[source, item])
        else:
            after = -1
        return replace(
            made,
            support=both,
            often=bool(self.support_of_["pairs"])
            and often(after, one, two, self.support_of_["people"]),
        )


def digest(label: str) -> int:
    """Return 64 bits of a label's hash, which identify a person without the label."""
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:8], "big", signed=True)
