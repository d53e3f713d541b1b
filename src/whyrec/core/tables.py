"""The tables beside the events of a Dataset: items, people, and links among items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core.errors import DataError
from whyrec.core.queries import Float, Int, frozen

__all__ = ["ItemTable", "Labels", "Links", "UserTable", "check_rows", "in_range", "labels"]

Labels = tuple[str, ...]


def labels(values: Sequence[Any], name: str) -> Labels:
    """Convert labels to text; DataError if one is repeated."""
    out = tuple(map(str, values))
    if len(set(out)) != len(out):
        seen: set[str] = set()
        twice = next(v for v in out if v in seen or seen.add(v))  # type: ignore[func-returns-value]
        raise DataError(
            f"{name} must not repeat",
            given=f"{twice!r} twice",
            fix="merge the rows that share an id",
        )
    return out


def check_rows(table: Mapping[str, Any], n: int, name: str) -> None:
    """Check that every column has n rows; DataError if not."""
    for column, values in table.items():
        if len(values) != n:
            raise DataError(
                f"{name} must have one row per label ({n})", given=f"{len(values)} in {column!r}"
            )


@dataclass(frozen=True, eq=False)
class ItemTable:
    """What is known about the items; every column has one row per item, empty if unknown.

    Attributes:
        title: Title shown to people (the label if unknown).
        text: Text for language models.
        categories: Lists such as genres.
        fields: Further named lists, such as {"director": (("Ang Lee",), ...)}.
        numeric: Numbers, such as {"year": (n,) float64}; NaN if unknown.
        vectors: {"name": (n, d) float32}.
    """

    title: Labels
    text: Labels = ()
    categories: tuple[Labels, ...] = ()
    fields: Mapping[str, tuple[Labels, ...]] = field(default_factory=dict)
    numeric: Mapping[str, Float] = field(default_factory=dict)
    vectors: Mapping[str, Float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.title)
        put = object.__setattr__
        put(self, "title", tuple(map(str, self.title)))
        put(self, "text", tuple(map(str, self.text)) or ("",) * n)
        put(self, "categories", tuple(tuple(map(str, row)) for row in self.categories) or ((),) * n)
        put(
            self,
            "fields",
            {k: tuple(tuple(map(str, r)) for r in v) for k, v in self.fields.items()},
        )
        put(self, "numeric", {k: frozen(v, np.float64, k) for k, v in self.numeric.items()})
        put(self, "vectors", {k: _matrix(v, k) for k, v in self.vectors.items()})
        columns: dict[str, Any] = {"text": self.text, "categories": self.categories}
        for group in (self.fields, self.numeric, self.vectors):
            columns |= dict(group)
        check_rows(columns, n, "the item table")

    def __len__(self) -> int:
        return len(self.title)

    def take(self, rows: Int) -> ItemTable:
        """Return the table of some items.

        Args:
            rows: Item numbers, (k,).

        Returns:
            Their rows, in that order.
        """

        def pick(column: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(column[int(r)] for r in rows)

        return ItemTable(
            pick(self.title),
            pick(self.text),
            pick(self.categories),
            {k: pick(v) for k, v in self.fields.items()},
            {k: v[rows] for k, v in self.numeric.items()},
            {k: v[rows] for k, v in self.vectors.items()},
        )


def _matrix(values: Any, name: str) -> NDArray[np.float32]:
    matrix = np.array(values, np.float32)
    if matrix.ndim != 2:
        raise DataError(f"vectors {name!r} must be (n_items, d)", given=f"shape {matrix.shape}")
    matrix.setflags(write=False)
    return matrix


@dataclass(frozen=True, eq=False)
class UserTable:
    """What is known about the people, one row per person; used for fairness, never shown to others.

    Attributes:
        fields: Text columns, "" if unknown.
        numeric: Numeric columns, NaN if unknown.
    """

    fields: Mapping[str, Labels] = field(default_factory=dict)
    numeric: Mapping[str, Float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", {k: tuple(map(str, v)) for k, v in self.fields.items()})
        object.__setattr__(
            self, "numeric", {k: frozen(v, np.float64, k) for k, v in self.numeric.items()}
        )

    def take(self, rows: Int) -> UserTable:
        """Return the table of some people.

        Args:
            rows: Numbers of the people, (k,).

        Returns:
            Their rows, in that order.
        """
        return UserTable(
            {k: tuple(v[int(r)] for r in rows) for k, v in self.fields.items()},
            {k: v[rows] for k, v in self.numeric.items()},
        )


@dataclass(frozen=True, eq=False)
class Links:
    """A knowledge graph.

    Attributes:
        entities: Labels of the entities.
        relations: Labels of the relations.
        head: Entity at which each link starts, (l,) int32.
        relation: Relation of each link, (l,) int32.
        tail: Entity at which each link ends, (l,) int32.
        item_entity: Entity of each item, (n_items,) int32; -1 if none.
    """

    entities: Labels
    relations: Labels
    head: Int
    relation: Int
    tail: Int
    item_entity: Int

    def __post_init__(self) -> None:
        object.__setattr__(self, "entities", labels(self.entities, "entity labels"))
        object.__setattr__(self, "relations", labels(self.relations, "relation labels"))
        for name in ("head", "relation", "tail", "item_entity"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.int32, f"Links.{name}"))
        if not len(self.head) == len(self.relation) == len(self.tail):
            raise DataError(
                "links need equally many heads, relations and tails",
                given=f"{len(self.head)}, {len(self.relation)}, {len(self.tail)}",
            )
        entities = len(self.entities)
        relations = len(self.relations)
        for name, limit, low in (
            ("head", entities, 0),
            ("tail", entities, 0),
            ("relation", relations, 0),
            ("item_entity", entities, -1),
        ):
            in_range(getattr(self, name), limit, f"Links.{name}", low)

    def __len__(self) -> int:
        return len(self.head)


def in_range(numbers: Int, limit: int, name: str, low: int = 0) -> None:
    """Check that numbers lie in low..limit - 1; DataError if not."""
    if len(numbers) and (numbers.min() < low or numbers.max() >= limit):
        bad = int(np.flatnonzero((numbers < low) | (numbers >= limit))[0])
        raise DataError(
            f"{name} must lie in {low}..{limit - 1}", given=f"{numbers[bad]} at row {bad}"
        )
