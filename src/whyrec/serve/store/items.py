"""Write and read items of the store: single, in bulk, in pages, and by time of change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, update

from whyrec.serve.store.store import bump, dumps, loads, upsert
from whyrec.serve.store.tables import items

__all__ = ["Item", "item_of", "items_since", "page_of_items", "put_items", "remove_item"]


@dataclass(frozen=True)
class Item:
    """One item.

    `fields` such as {"director": ["Ang Lee"]}; `numeric` such as {"year": 1999}; `hidden`: never
    recommended; `removed`: invisible to callers and never recommended.
    """

    item: str
    title: str = ""
    text: str = ""
    categories: tuple[str, ...] = ()
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numeric: Mapping[str, float] = field(default_factory=dict)
    hidden: bool = False
    changed: int = 0
    removed: bool = False

    def as_json(self) -> dict[str, Any]:
        """The item as the service shows it."""
        return {
            "item": self.item,
            "title": self.title,
            "text": self.text,
            "categories": list(self.categories),
            "fields": {name: list(value) for name, value in self.fields.items()},
            "numeric": dict(self.numeric),
            "hidden": self.hidden,
        }


def _item(row: Any) -> Item:
    more = loads(row.more)
    return Item(
        row.item,
        row.title,
        row.text,
        tuple(loads(row.categories)),
        more["fields"],
        more["numeric"],
        bool(row.hidden),
        row.changed,
        bool(row.removed),
    )


def put_items(connection: Connection, rows: Iterable[Item]) -> int:
    """Write items, replacing those with the same label; return the counter of this change."""
    changed = bump(connection, "items")
    values = [
        {
            "item": row.item,
            "title": row.title or row.item,
            "text": row.text,
            "categories": dumps(row.categories),
            "more": dumps({"fields": row.fields, "numeric": row.numeric}),
            "hidden": row.hidden,
            "removed": row.removed,
            "changed": changed,
        }
        for row in sorted(rows, key=lambda row: row.item)
    ]
    if values:
        statement = upsert(connection, items)
        columns = {name: statement.excluded[name] for name in values[0] if name != "item"}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["item"], set_=columns), values
        )
    return changed


def remove_item(connection: Connection, item: str) -> bool:
    """Never recommend or show the item again; return False if there is none.

    Its row stays, because histories name it.
    """
    if item_of(connection, item) is None:
        return False
    connection.execute(
        update(items)
        .where(items.c.item == item)
        .values(removed=True, changed=bump(connection, "items"))
    )
    return True


def item_of(connection: Connection, item: str) -> Item | None:
    """The item with this label."""
    row = connection.execute(
        select(items).where(items.c.item == item, ~items.c.removed)
    ).one_or_none()
    return None if row is None else _item(row)


def page_of_items(connection: Connection, after: str, limit: int) -> list[Item]:
    """Items whose labels come after `after`, in order of the label."""
    rows = connection.execute(
        select(items)
        .where(items.c.item > after, ~items.c.removed)
        .order_by(items.c.item)
        .limit(limit)
    )
    return [_item(row) for row in rows]


def items_since(connection: Connection, changed: int) -> list[Item]:
    """Items that were written after the counter was `changed`, in that order."""
    rows = connection.execute(
        select(items).where(items.c.changed > changed).order_by(items.c.changed, items.c.item)
    )
    return [_item(row) for row in rows]
