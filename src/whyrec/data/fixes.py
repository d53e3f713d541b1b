"""What helps if data are not as they must be: fixes that can be done, and that lead on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from whyrec.core import DataError, Dataset, MissingExtra

__all__ = ["missing_driver", "no_times", "other_protocols", "renamed_in_table"]

OPTION = "name the column with --columns"  # not for tables whose columns have fixed names
PACKAGES = {  # the package of each driver that no extra of whyrec brings
    "MySQLdb": "mysqlclient",
    "psycopg2": "psycopg2-binary",
}


def no_times(rows: int) -> DataError:
    """Return the error of a column of times that is empty in every row.

    Args:
        rows: Number of rows with a person and an item.

    Returns:
        The error.
    """
    return DataError(
        "the column 'time' of events must hold a time in some row",
        given=f"{rows:,} rows, all without one",
        fix="fill it in, or leave the column out: the order is then unknown",
    )


@contextmanager
def other_protocols(
    data: Dataset, protocols: Mapping[str, Callable[[Dataset], Any]]
) -> Iterator[None]:
    """If the data do not suit a protocol, name those by which they can be split.

    Args:
        data: The data.
        protocols: Every protocol by its name.
    """
    try:
        yield
    except DataError as error:
        able = []
        for name in ("next-item", "temporal", "random", "strong"):
            with suppress(DataError):
                protocols[name](data)
                able.append(name)
        fix = re.sub("(, or )?use --protocol .*", "", error.fix)
        if able:
            fix += f"{', or ' if fix else ''}use --protocol {' or '.join(able)}"
        raise DataError(error.required, given=error.given, fix=fix) from None


@contextmanager
def renamed_in_table() -> Iterator[None]:
    """Offer another name in the table itself where `--columns` would be refused."""
    try:
        yield
    except DataError as error:
        if OPTION not in error.fix:
            raise
        fix = error.fix.replace(OPTION, "rename the column in the table, or give a view of it")
        raise DataError(error.required, given=error.given, fix=fix) from None


def missing_driver(error: ImportError, address: Any) -> MissingExtra:
    """Return the error of a database whose driver is not installed.

    Args:
        error: The failed import.
        address: The SQLAlchemy URL.

    Returns:
        The error, with the package that brings the driver.
    """
    driver = error.name or address.drivername
    if driver == "psycopg":
        return MissingExtra(driver, "serve")
    return MissingExtra(driver, package=PACKAGES.get(driver, driver))
