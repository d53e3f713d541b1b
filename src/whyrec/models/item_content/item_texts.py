"""The text of an item that an encoder reads: title, categories, fields and description."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from whyrec.core import ArgumentError, ItemTable

__all__ = ["LONGEST", "item_texts"]

# letters of one item's text that are read; the tokens decide, this bounds a text of a megabyte
LONGEST = 2_000


def item_texts(
    table: ItemTable, *, fields: Sequence[str] | None = None, labels: Sequence[str] = ()
) -> list[str]:
    """What the encoder reads of each item: "Title. Categories: a, b. Director: c. Price: 9.99.
    Description."

    fields: which named fields and numbers to read besides title, categories and text (default:
    all). labels: the items' labels; a title that only repeats its label says nothing and is left
    out, as are categories that are mere numbers. An item of which nothing is known gives "".

    >>> item_texts(ItemTable(["Alien"], ["In space."], [("Horror",)], {"director": [("Ridley Scott",)]}))
    ['Alien. Categories: Horror. Director: Ridley Scott. In space.']
    """  # noqa: E501
    known = [*table.fields, *table.numeric]
    if fields is None:
        chosen = known
    else:
        chosen = list(fields)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise ArgumentError(
            "text fields must be columns of the item table",
            given=", ".join(unknown),
            fix=f"choose from {', '.join(known) or 'none: the table has no further columns'}",
        )
    out = []
    for row, title in enumerate(table.title):
        parts = ["" if labels and title == labels[row] else title.strip()]
        words = [name for name in table.categories[row] if not name.isdigit()]
        if words:
            parts.append(f"Categories: {', '.join(words)}")
        for name in chosen:
            parts.append(_field(table, name, row))
        parts.append(table.text[row].strip())
        out.append(_sentences(parts)[:LONGEST])
    return out


def _field(table: ItemTable, name: str, row: int) -> str:
    label = name.replace("_", " ").capitalize()
    if name in table.fields:
        if table.fields[name][row]:
            return f"{label}: {', '.join(table.fields[name][row])}"
        return ""
    number = table.numeric[name][row]
    if np.isfinite(number):
        return f"{label}: {number:g}"
    return ""


def _sentences(parts: Sequence[str]) -> str:
    return " ".join(part if part[-1] in ".!?。！？" else part + "." for part in parts if part)
