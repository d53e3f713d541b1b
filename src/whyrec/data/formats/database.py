"""Read the tables of the plain form from a database through SQLAlchemy, in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import (
    Engine,
    Inspector,
    MetaData,
    Table,
    column,
    create_engine,
    inspect,
    select,
    type_coerce,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError as SQLArgumentError,
    DBAPIError,
    NoSuchModuleError,
    SQLAlchemyError,
)
from sqlalchemy.types import NullType

from whyrec.core import ArgumentError, DataError
from whyrec.data.build import Loaded
from whyrec.data.fixes import missing_driver, renamed_in_table
from whyrec.data.formats.plain import roles_of
from whyrec.data.formats.single_table import event_columns
from whyrec.data.kinds import COLUMNS
from whyrec.data.read_table import choose
from whyrec.data.readers.column_types import column_of
from whyrec.data.readers.roles import in_roles
from whyrec.data.shape import TABLES, from_tables

__all__ = ["load_database", "read_database"]

ROWS_AT_ONCE = 50_000
TEXT = {
    "user",
    "item",
    "friend",
    "head",
    "relation",
    "tail",
    "kind",
    *COLUMNS,
}  # read as text whatever their type in the database


def load_database(
    url: str,
    *,
    name: str = "",
    domain: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Loaded:
    """Load the data set in a database with the tables of the plain form.

    Tables: events, and optional items, users, links and friends, with the columns of
    :func:`whyrec.data.formats.plain.load_plain`. Events of the same time are ordered by the primary
    key, otherwise by SQLite's rowid, otherwise by user and item.

    Args:
        url: SQLAlchemy URL, such as sqlite:///shop.db or postgresql+psycopg://me@host/shop.
        name: Name of the data set. Default: that of the database.
        domain: What the items are.
        columns: The column of each role in the table of events.

    Returns:
        The data and the steps.

    Raises:
        DataError: If a server, table or column is missing.
        MissingExtra: If the database driver is not installed.
    """
    tables = read_database(url, columns)
    return from_tables(
        tables, name=name or Path(make_url(url).database or "database").stem, domain=domain
    )


def read_database(url: str, columns: Mapping[str, str] | None = None) -> dict[str, pl.DataFrame]:
    """Read the raw tables; the password of the URL appears in no message."""
    address = _address(url)
    shown = address.render_as_string(hide_password=True)
    try:
        engine = create_engine(address)
    except NoSuchModuleError:
        raise ArgumentError(
            "the database must be one that SQLAlchemy knows",
            given=shown,
            fix="write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
        ) from None
    except ImportError as error:
        raise missing_driver(error, address) from None
    try:
        with renamed_in_table():
            return _tables(engine, shown, columns or {})
    except DBAPIError as error:
        raise DataError(
            f"the database {shown} must answer",
            given=str(error.orig).strip().split("\n")[0],
            fix="check that the server runs, and the host, port, name and password in the URL",
        ) from None
    except SQLAlchemyError as error:
        raise DataError(
            f"the database {shown} must be readable", given=str(error).split("\n")[0]
        ) from None
    finally:
        engine.dispose()


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except SQLArgumentError:
        raise ArgumentError(
            "a database is given as a URL",
            given=repr(url.partition("://")[0]),
            fix="write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
        ) from None
    file = address.database
    if address.get_backend_name() == "sqlite" and not (file and Path(file).is_file()):
        # SQLite would create an empty file
        raise DataError(
            "an SQLite database must be a file",
            given=f"{file or 'no path'}, which is not there",
            fix="check the path: three slashes before a relative one, four before an absolute one",
        )
    return address


def _tables(engine: Engine, shown: str, columns: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    there = inspect(engine)
    names = there.get_table_names() + there.get_view_names()
    events = _events(there, names, columns)
    if events is None:
        raise DataError(
            f"the database {shown} needs a table 'events'",
            given=", ".join(sorted(names)) or "no tables",
            fix="create a view 'events' with the columns user, item and, where there are any, "
            "value, time",
        )
    views = set(there.get_view_names())
    tables = {"events": _read(engine, events, events in views, columns)} | {
        name: _read(engine, name, name in views)
        for name in TABLES
        if name in names and name != "events"
    }
    if not tables["events"].height:
        raise DataError("the table 'events' must hold rows", given="none")
    return {name: table for name, table in tables.items() if table.height}


def _events(there: Inspector, names: Sequence[str], columns: Mapping[str, str]) -> str | None:
    """Return the name of the table of events: `events`, or the only one with its columns."""
    if "events" in names:
        return "events"
    needed = {*event_columns(columns).values()}
    able = [name for name in names if needed <= {one["name"] for one in there.get_columns(name)}]
    return able[0] if len(able) == 1 else None


def _read(
    engine: Engine, name: str, is_view: bool, columns: Mapping[str, str] | None = None
) -> pl.DataFrame:
    table = Table(name, MetaData(), autoload_with=engine)
    needed, optional = TABLES["events" if columns is not None else name]
    if columns:
        named = event_columns(columns)
        needed, optional = tuple(named.values()), tuple({*(optional or ())} - {*named})
    wanted = choose([c.name for c in table.columns], f"the table {name!r}", needed, optional)
    query = select(*(_raw(table.c[c], engine) for c in wanted)).order_by(
        *_order(engine, table, wanted, is_view)
    )
    parts = []
    with engine.connect().execution_options(
        stream_results=True, yield_per=ROWS_AT_ONCE
    ) as connection:
        for rows in connection.execute(query).partitions():
            fields = zip(*rows, strict=True)
            parts.append([_series(c, list(v)) for c, v in zip(wanted, fields, strict=True)])
    if not parts:
        return pl.DataFrame()
    whole = pl.DataFrame([_joined(list(column)) for column in zip(*parts, strict=True)])
    roles = roles_of("events" if columns is not None else name)
    if columns:
        roles = roles | event_columns(columns)
    made = in_roles(whole, roles, f"the table {name!r}")
    return made.rename({c: role for role, c in (columns or {}).items()})


def _order(engine: Engine, table: Table, wanted: Sequence[str], is_view: bool) -> list[Any]:
    if len(table.primary_key):
        return list(table.primary_key)
    if engine.dialect.name == "sqlite" and not is_view:
        return [column("rowid")]
    return [table.c[c] for c in wanted]


def _raw(part: Any, engine: Engine) -> Any:
    """Return the column as SQLite stores it: what its type says need not hold for its values."""
    return type_coerce(part, NullType()) if engine.dialect.name == "sqlite" else part


def _series(name: str, values: Sequence[Any]) -> pl.Series:
    """Return values of one type, otherwise text: a SQLite column may mix types."""
    if name in TEXT and not any(isinstance(v, bytes | memoryview | list | dict) for v in values):
        return pl.Series(name, [None if v is None else str(v) for v in values], pl.String)
    return column_of(name, [bytes(v) if isinstance(v, memoryview) else v for v in values])


def _joined(parts: list[pl.Series]) -> pl.Series:
    """Join the batches of a column; those of different types become text."""
    try:
        return pl.concat(
            [pl.DataFrame([plain]) for plain in parts], how="vertical_relaxed"
        ).to_series()
    except pl.exceptions.PolarsError:
        return column_of(parts[0].name, [value for part in parts for value in part])
