"""Find the table of events, and that of items, in a folder or zip of any layout by its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from whyrec.core import DataError, WhyrecError
from whyrec.data.build import Loaded, Step
from whyrec.data.formats.plain import ENDINGS, alike
from whyrec.data.formats.single_table import EVENT, ITEM, event_columns, from_events, read_events
from whyrec.data.read_table import header_of, read_table
from whyrec.data.readers.archive import Source, listed
from whyrec.data.readers.headerless import by_number

__all__ = ["Layout", "layout_of", "load_layout", "table_files"]

PARTITION = re.compile(r"([^/=]+)=([^/]*)/")  # folders of Hive and Spark: date=2024-01-01/
OTHER_ENDINGS = tuple(
    f".{form}{packing}" for form in ("txt", "dat", "data") for packing in ("", ".gz")
)
MOST_FILES = 2_000


@dataclass(frozen=True)
class Layout:
    """The tables of a folder: the files of the events in order, and that of the items."""

    events: tuple[str, ...]
    items: str | None
    header: tuple[str, ...]


def table_files(source: Source) -> list[str]:
    """Return the files that may be tables, in the order of their names."""
    endings = ENDINGS + OTHER_ENDINGS
    return [
        name
        for name in source.names()
        if name.casefold().endswith(endings) and not name.rsplit("/", 1)[-1].startswith(("_", "."))
    ]


def layout_of(source: Source, columns: Mapping[str, str] | None) -> Layout | None:
    """Find the tables that have the columns.

    Args:
        source: The folder or zip.
        columns: The column of each role, as in `load_table`.

    Returns:
        The tables; None if no file has the columns of events.

    Raises:
        DataError: If several tables could be the events.
    """
    needed = event_columns(columns)
    files = table_files(source)[:MOST_FILES]
    headers = {file: _header(source, file) for file in files}
    wanted = {needed[role] for role in EVENT if role in needed}
    if by_number(columns or {}):
        found = [file for file in files if headers[file]]
    else:
        found = [file for file in files if wanted <= {*headers[file], *_partitions(file)}]
    if not found:
        return None
    kinds = {tuple(headers[file]) for file in found}
    if len(kinds) > 1 and not (by_number(columns or {}) and _alike_names(found)):
        names = " and ".join(found[:3])
        raise DataError(
            f"one table of {source.path.name} must hold the events",
            given=f"{len(found)} tables of different columns that could: {names}",
            fix="give the file itself",
        )
    items = [
        file
        for file in files
        if file not in found
        and needed["item"] in headers[file]
        and _describes(headers[file], needed)
    ]
    return Layout(tuple(found), items[0] if len(items) == 1 else None, tuple(headers[found[0]]))


def load_layout(
    source: Source,
    layout: Layout,
    columns: Mapping[str, str] | None,
    *,
    domain: str | None = None,
) -> Loaded:
    """Load the tables that :func:`layout_of` found.

    Args:
        source: The folder or zip.
        layout: Its tables.
        columns: The column of each role.
        domain: What the items are.

    Returns:
        The data and the steps.
    """
    steps: list[Step] = []
    needed = event_columns(columns)
    own = {**(columns or {})}
    if layout.items:
        own = {
            role: name for role, name in own.items() if role not in ITEM or name in layout.header
        }
    parts = [_part(source, file, own, needed, steps) for file in layout.events]
    alike({file: part.schema for file, part in zip(layout.events, parts, strict=True)})
    if len(parts) > 1:
        rows = sum(part.height for part in parts)
        steps.append(Step(f"read {len(parts)} files as one table", rows, rows))
    items = None if layout.items is None else _items(source, layout.items, needed, steps)
    return from_events(
        pl.concat(parts),
        columns,
        name=source.name if len(parts) > 1 else Path(layout.events[0]).name.partition(".")[0],
        file=layout.events[0],
        items=items,
        domain=domain,
        steps=steps,
    )


def _part(
    source: Source, file: str, own: Mapping[str, str], needed: Mapping[str, str], log: list[Step]
) -> pl.DataFrame:
    of_folder = _partitions(file)
    given = {role: name for role, name in own.items() if name not in of_folder}
    events = read_events(_given(source, file), given, log=log, name=file)
    roles = {role: name for role, name in needed.items() if name in of_folder}
    roles |= {one: one for one in of_folder if one in EVENT + ITEM and one not in events.columns}
    return events.with_columns(pl.lit(of_folder[name]).alias(role) for role, name in roles.items())


def _items(source: Source, file: str, needed: Mapping[str, str], log: list[Step]) -> pl.DataFrame:
    names = {needed[role]: role for role in ("item", *ITEM) if role in needed}
    table = read_table(_given(source, file), name=file, columns=(needed["item"],), log=log)
    table = table.drop(
        role for column, role in names.items() if role != column and role in table.columns
    )
    table = table.rename({c: role for c, role in names.items() if c in table.columns})
    log.append(Step(f"read items from {file}", table.height, table.height))
    return table


def _describes(header: Sequence[str], needed: Mapping[str, str]) -> bool:
    """Say whether a table with the items' column has one of the named descriptions, or no names."""
    described = [needed[role] for role in ITEM if role in needed]
    return any(name in header for name in described) if described else True


def _partitions(file: str) -> dict[str, str]:
    """Return the columns that the folders of a file stand for.

    >>> _partitions("date=2024-01-01/kind=view/part-0.csv")
    {'date': '2024-01-01', 'kind': 'view'}
    """
    return dict(PARTITION.findall(file))


def _alike_names(files: Sequence[str]) -> bool:
    return len({re.sub(r"[\da-f]{2,}|\d", "", Path(file).name.casefold()) for file in files}) == 1


def _header(source: Source, file: str) -> list[str]:
    try:
        return header_of(_given(source, file), file)
    except WhyrecError:  # no table: a text about the data, for example
        return []


def _given(source: Source, file: str) -> Path | bytes:
    whole = source.file(file)
    return source.read(file) if whole is None else whole


def describe(source: Source) -> str:
    """Describe the tables of a folder with their columns."""
    tables = [(file, _header(source, file)) for file in table_files(source)[:4]]
    shown = [f"{file} ({', '.join(header[:8])})" for file, header in tables if header]
    return "; ".join(shown) or listed(source.names())
