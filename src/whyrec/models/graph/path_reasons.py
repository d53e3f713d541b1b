"""The reasons of the graph model: its paths and friends as values, and what they name."""

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
    """Powers of :class:`whyrec.models.graph.graph.PathRecommender`, which holds the paths."""

    _cut: tuple[tuple[int, int], ...] = ()  # links that are left out: of an item, a column
    _ready: list[tuple[Walk, list[int]]] | None = None

    if TYPE_CHECKING:  # what the model that holds the paths has
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
        """(base, reasons), which sum to the score. Of kind "path": refs (column of links_ or -1,
        type, positions of the events it starts from); "friend": refs people's numbers; "event":
        what the model beside says of an event. routes: those of the item, where they are at
        hand."""
        if routes is None:
            routes = self.routes(query, item)
        base = float(self.base_[item])
        made = list(self._friend_reasons(query, item))
        by_link: dict[tuple[int, int], list[tuple[float, int]]] = {}
        for position, column, kind, weight in routes:
            if column < 0:
                made.append(Reason("path", (-1, kind, position), weight))
            else:
                by_link.setdefault((column, kind), []).append((-weight, position))
        for (column, kind), found in by_link.items():
            made.append(
                Reason(
                    "path",
                    (column, kind, *(p for _, p in sorted(found))),
                    -sum(w for w, _ in found),
                )
            )
        if self.base_model_weight_:
            more = self.base_model_.contributions(query, item)
            base += self.base_model_weight_ * more.base
            made += [
                Reason("event", (p,), self.base_model_weight_ * float(w))
                for p, w in enumerate(more.weights)
                if w
            ]
        return base, tuple(sorted(made, key=lambda r: (-r.weight, r.kind, r.refs)))

    def routes(self, query: Query, item: int) -> list[Route]:
        """Each path from one event to `item`: (position, column of links_ or -1, type, weight
        above 0).
        """
        out = []
        for walk, kinds in self._used():
            found = walk.through(query, item).tocoo()
            linked = walk.right is not None
            for at in np.flatnonzero(found.data):
                if linked:
                    column = int(found.col[at])
                else:
                    column = -1
                if linked:
                    kind = int(self.type_[column])
                else:
                    kind = kinds[0]
                out.append((int(found.row[at]), column, kind, float(found.data[at])))
        return out

    def number(self, label: str) -> int | None:
        """Who it is, for a query; None where nobody of this label has friends, or friends weigh
        nothing.
        """
        if not self.friend_weight_ or self.who_ is None:
            return None
        for person in np.flatnonzero(self.who_ == digest(label)).tolist():
            if self.friends_.indptr[person + 1] > self.friends_.indptr[person]:
                return person
            return None
        return None

    def through(self, column: int, kind: int) -> tuple[str, str]:
        """What a path leads through, in short: in English and in Chinese."""
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
        """The model without the link by which a reason of kind "path" reaches `item`: what removing
        the reason really does is then a matter of scoring again. Raises ArgumentError for other
        reasons, and for paths through people and order."""
        if reason.kind != "path":
            raise ArgumentError("only a path can be cut", given=f"a reason of kind {reason.kind!r}")
        column, kind, *_ = reason.refs
        made = copy.copy(self)
        made._ready = None
        if column >= 0:
            made._cut = (*self._cut, (item, column))
            return made
        raise ArgumentError(
            "only a link can be cut; of people and order the event is what can be taken away",
            given=self._types()[kind],
            fix="score the query without the event's position",
        )

    def phrase(self, reason: Reason, query: Query, item: int) -> tuple[str, str]:
        """A reason in English and in Chinese. People are counted from 20 on, and friends named only
        where they allow it (`named_to_friends` in the table of people)."""
        return said(self.names(reason, query, item))

    def names(self, reason: Reason, query: Query, item: int) -> Names:
        """What a reason names; see :meth:`phrase`."""
        if reason.kind == "friend":
            own = query.user is not None and bool(self.named_[query.user])
            return Names(
                "friend",
                count=len(reason.refs),
                titles=tuple(self.named_[f] for f in reason.refs if own and self.named_[f]),
            )
        if reason.kind == "event":
            positions = reason.refs
        else:
            positions = reason.refs[2:]
        made = Names(
            "event",
            titles=tuple(self.titles_[query.items[p]] for p in positions),
            value=float(query.values[positions[0]]) if len(positions) else None,
            work=self.work_,
            values=self.values_,
        )
        if reason.kind == "event":
            return made
        column, kind = reason.refs[:2]
        made = replace(made, type=self._types()[kind])
        if column >= 0 and self.entity_[column] >= 0:
            return replace(made, entity=self.entities_[self.entity_[column]])
        if made.type in (PEOPLE, THEN):
            return self._behind(made, int(query.items[positions[0]]), item)
        return made

    def _behind(self, made: Names, source: int, item: int) -> Names:
        """With what is known of the people behind a path through people or order."""
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
    """By which a person is found again, without their label: 64 bits of its hash."""
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:8], "big", signed=True)
