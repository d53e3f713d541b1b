"""The atlas: maps of items and people, nearest neighbours, networks, and summaries of a region.

A map is made once for a model version and its current items, and kept in memory. Distances on it
are approximate; neighbours are searched in the full space.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.serve.insight.item_vectors import (
    MOST,
    ItemEmbedding,
    effects,
    embed_items,
    flat,
    nearest,
    refined,
)
from whyrec.serve.insight.measurements import Measurements, Progress
from whyrec.serve.recommend.snapshot import EVENTS, ServingSnapshot
from whyrec.serve.service import Service
from whyrec.serve.store.choices import cancelled_events, chosen, least_of, switched_off
from whyrec.serve.store.tables import events
from whyrec.visualise.analysis.item_network import communities, layout

__all__ = ["Atlas", "refine"]

GROUPS = 5  # tags with their own colour; all others share the sixth
NODES = 150
TIES = 3
HELD = 2  # maps in memory
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Drawn:
    """A map: its vectors and places (k, 2)."""

    live: ServingSnapshot
    space: ItemEmbedding
    places: Floats


class Atlas:
    """The maps of one service."""

    def __init__(self, service: Service, findings: Measurements) -> None:
        self.service = service
        self.findings = findings
        self._drawn: OrderedDict[tuple[str, int], Drawn] = OrderedDict()
        self._lock = threading.Lock()

    def drawn(self) -> Drawn:
        """The map of the serving model."""
        live = self.service.registry.current(self.service.store.counters())
        key = (live.version, live.changed)
        with self._lock:  # one at a time: a second caller finds it ready
            if key not in self._drawn:
                space = embed_items(live)
                self._drawn[key] = Drawn(live, space, flat(space.vectors))
                while len(self._drawn) > HELD:
                    self._drawn.popitem(last=False)
            return self._drawn[key]

    def items(self, fine: bool = True) -> dict[str, Any]:
        """The map of items, in columns; `fine` uses t-SNE if it was computed for this version."""
        drawn = self.drawn()
        live = drawn.live
        space = drawn.space
        names, group = groups_of([live.tags[item] for item in space.items])
        places = drawn.places
        method = "pca"
        found = self.findings.of("layout", live.version)
        if fine and found["result"]:
            known = dict(zip(found["result"]["items"], found["result"]["places"], strict=True))
            if all(live.labels[item] in known for item in space.items):
                places = np.array([known[live.labels[item]] for item in space.items], np.float32)
                method = "tsne"
        return {
            "model": live.version,
            "model_name": live.name,
            "kind": "items",
            "method": method,
            "kept": space.kept,
            "dimensions": space.vectors.shape[1],
            "groups": names,
            "x": np.round(places[:, 0], 4),
            "y": np.round(places[:, 1], 4),
            "group": group,
            "label": [live.labels[item] for item in space.items],
            "title": [live.titles[item] for item in space.items],
            "chosen": counts_of(live)[space.items],
            "left_out": int(live.available.sum()) - len(space.items),
        }

    def people(self) -> dict[str, Any]:
        """The map of people: each at the mean of the vectors of the items they chose."""
        drawn = self.drawn()
        live = drawn.live
        space = drawn.space
        row_of = np.full(live.n_items, -1)
        row_of[space.items] = np.arange(len(space.items))
        with self.service.store.read() as connection:
            names, vectors, sizes, top = _people(connection, live, space, row_of)
        if len(names) < 3:
            raise ArgumentError(
                "a map of people needs three of them with choices that the model knows",
                given=f"{len(names)}",
            )
        tags, group = groups_of([[tag] if tag else [] for tag in top])
        places = flat(vectors)
        return {
            "model": live.version,
            "model_name": live.name,
            "kind": "people",
            "method": "pca",
            "kept": space.kept,
            "dimensions": space.vectors.shape[1],
            "groups": tags,
            "x": np.round(places[:, 0], 4),
            "y": np.round(places[:, 1], 4),
            "group": group,
            "label": names,
            "title": names,
            "chosen": sizes,
            "left_out": 0,
        }

    def neighbours(self, item: str, n: int) -> dict[str, Any]:
        """The nearest items in the full space, with their cosine and shared tags."""
        drawn = self.drawn()
        live = drawn.live
        at = self._row(drawn, item)
        rows, likeness = nearest(drawn.space.vectors, at, n)
        own = set(live.tags[drawn.space.items[at]])
        found = [
            {
                "item": live.labels[number],
                "title": live.titles[number],
                "likeness": float(cosine),
                "shared": sorted(own & set(live.tags[number])),
                "chosen": int(counts_of(live)[number]),
            }
            for number, cosine in zip(
                drawn.space.items[rows].tolist(), likeness.tolist(), strict=True
            )
        ]
        title = live.titles[drawn.space.items[at]]
        return {
            "model": live.version,
            "item": item,
            "title": title,
            "tags": sorted(own),
            "neighbours": found,
        }

    def network(self, item: str, size: int) -> dict[str, Any]:
        """The network around an item, with up to `size` items.

        It has the items that choosing it recommends most and those that they recommend, each with
        its three strongest links to others.
        """
        drawn = self.drawn()
        live = drawn.live
        self._row(drawn, item)
        members = _around(live, live.numbers[item], min(size, NODES))
        table = np.maximum(effects(live, members)[:, members], 0.0).astype(np.float64)
        np.fill_diagonal(table, 0.0)
        keep = np.zeros_like(table, bool)
        np.put_along_axis(keep, np.argsort(-table, axis=1, kind="stable")[:, :TIES], True, axis=1)
        keep[0] = True  # show all links of the item itself
        table = np.where(keep, table, 0.0)
        group = np.minimum(communities(table + table.T), GROUPS)
        places = layout(table + table.T, group, rounds=150)
        nodes = [
            {
                "item": live.labels[number],
                "title": live.titles[number],
                "x": float(places[row, 0]),
                "y": float(places[row, 1]),
                "group": int(group[row]),
                "chosen": int(counts_of(live)[number]),
            }
            for row, number in enumerate(members.tolist())
        ]
        edges = [
            {
                "source": live.labels[members[a]],
                "target": live.labels[members[b]],
                "weight": float(table[a, b]),
            }
            for a, b in zip(*np.nonzero(table), strict=True)
        ]
        return {
            "model": live.version,
            "item": item,
            "title": live.title_of(item),
            "nodes": nodes,
            "edges": edges,
        }

    def slice(self, items: Sequence[str]) -> dict[str, Any]:
        """Summary of a region: number of items, choices, and tags compared with the catalogue."""
        drawn = self.drawn()
        live = drawn.live
        counts = counts_of(drawn.live)
        numbers = sorted({live.numbers[label] for label in items if label in live.numbers})
        if not numbers:
            raise UnknownNameError("item of the model", items[0] if items else "", live.nearby)
        order = sorted(numbers, key=lambda number: (-counts[number], number))
        whole = Counter(_tags(live, drawn.space.items))
        part = Counter(_tags(live, numbers))
        tags = [
            {
                "tag": tag,
                "items": count,
                "share": count / len(numbers),
                "share_of_all": whole[tag] / len(drawn.space.items),
            }
            for tag, count in sorted(part.items(), key=lambda one: (-one[1], one[0]))[:20]
        ]
        chosen = counts[numbers]
        return {
            "model": live.version,
            "items": len(numbers),
            "of": len(drawn.space.items),
            "chosen": int(chosen.sum()),
            "share_of_choices": float(chosen.sum() / max(1, counts.sum())),
            "median_chosen": float(np.median(chosen)),
            "median_of_all": float(np.median(counts[drawn.space.items])),
            "tags": tags,
            "top": [
                {
                    "item": live.labels[n],
                    "title": live.titles[n],
                    "chosen": int(counts[n]),
                    "tags": list(live.tags[n]),
                }
                for n in order[:50]
            ],
        }

    def _row(self, drawn: Drawn, item: str) -> int:
        number = drawn.live.numbers.get(item)
        rows = np.flatnonzero(drawn.space.items == (-1 if number is None else number))
        if not len(rows):
            raise UnknownNameError(
                "item of the map", item, [drawn.live.labels[n] for n in drawn.space.items[:2000]]
            )
        return int(rows[0])


def refine(service: Service, version: str, told: Progress) -> dict[str, Any]:
    """Compute the t-SNE map of a version's items."""
    live = service.registry.other(version)
    space = embed_items(live)
    told(0.1)
    places = refined(space.vectors, flat(space.vectors))
    return {
        "items": [live.labels[item] for item in space.items],
        "places": np.round(places.astype(float), 4).tolist(),
    }


def counts_of(live: ServingSnapshot) -> NDArray[np.int64]:
    """Number of choices of each item at the fit, (n_items,)."""
    whole = np.zeros(live.n_items, np.int64)
    known = live.data.item_table.numeric.get(EVENTS)
    if known is not None:
        whole[: len(known)] = np.nan_to_num(known)
    return whole


def groups_of(tags: Sequence[Iterable[str]]) -> tuple[list[str], list[int]]:
    """(the most frequent tags, for each row the rarest of them that it has, -1 for none)."""
    counts = Counter(tag for row in tags for tag in set(row))
    names = [tag for tag, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:GROUPS]]
    place = {tag: at for at, tag in enumerate(names)}
    return names, [max((place[tag] for tag in row if tag in place), default=-1) for row in tags]


def _tags(live: ServingSnapshot, numbers: Iterable[int]) -> Iterable[str]:
    return (tag for number in numbers for tag in set(live.tags[number]))


def _around(live: ServingSnapshot, first: int, size: int) -> NDArray[np.int64]:
    """The item and those that it or its neighbours recommend most, ring by ring, (<= size,)."""
    found: dict[int, None] = {first: None}
    ring = [first]
    width = max(4, size // 5)
    while ring and len(found) < size:
        table = effects(live, np.array(ring))
        table[:, ~live.available] = 0.0
        new: list[int] = []
        for row in table:
            best = np.argsort(-row, kind="stable")[:width]
            new += [
                int(n) for n in best if row[n] > 0 and int(n) not in found and int(n) not in new
            ]
        found |= dict.fromkeys(new[: size - len(found)])
        ring = new[:size]
        width = 6
    return np.array(list(found), np.int64)


def _people(
    connection: Connection, live: ServingSnapshot, space: ItemEmbedding, row_of: NDArray[Any]
) -> tuple[list[str], Floats, list[int], list[str]]:
    """Labels, mean vectors, choices and most frequent tag of up to :data:`MOST` people."""
    c = events.c
    least = least_of(live.data.min_rating)
    gone = cancelled_events(connection, least)
    used = (
        select(c.user, c.item, c.seq)
        .where(chosen(least), c.user.not_in(switched_off()))
        .order_by(c.user)
    )
    found = [row[:2] for row in connection.execute(used) if row[2] not in gone]
    rows: dict[str, list[int]] = {}
    for user, item in found:
        number = live.numbers.get(item)
        if number is not None and row_of[number] >= 0 and (user in rows or len(rows) < MOST):
            rows.setdefault(user, []).append(int(row_of[number]))
    vectors = np.zeros((len(rows), space.vectors.shape[1]), np.float32)
    top = []
    for at, own in enumerate(rows.values()):
        vectors[at] = space.vectors[own].mean(0)
        tags = Counter(tag for row in own for tag in live.tags[space.items[row]])
        top.append(max(tags, key=lambda tag: (tags[tag], tag)) if tags else "")
    return list(rows), vectors, [len(own) for own in rows.values()], top
