"""Data frames of other libraries as polars frames."""

from __future__ import annotations

from os import PathLike
from typing import Any, Protocol, runtime_checkable

import numpy as np
import polars as pl

from whyrec.core import DataError
from whyrec.data.readers.column_types import column_of

__all__ = ["as_frame", "is_frame"]


@runtime_checkable
class LikePandas(Protocol):
    """A data frame of pandas, which is not imported here."""

    columns: Any
    iloc: Any


def is_frame(source: Any) -> bool:
    """Say whether an object is no name and no path: a data frame, or what only one can be.

    >>> is_frame(pl.DataFrame({"user": ["ann"]})), is_frame("films")
    (True, False)
    """
    return not isinstance(source, str | PathLike)


def as_frame(source: Any) -> pl.DataFrame:
    """Return a polars, pandas or Arrow table, columns by name, or a list of rows as a frame.

    Raises:
        DataError: If it is none of them, or has several columns of one name.
    """
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, LikePandas):
        names = [str(name) for name in source.columns]
        if len(set(names)) < len(names):
            raise DataError(
                "the columns of a data frame must have different names", given=", ".join(names)
            )
        return pl.DataFrame([_pandas(name, source.iloc[:, at]) for at, name in enumerate(names)])
    try:
        if isinstance(source, dict):
            return pl.DataFrame([column_of(str(name), list(rows)) for name, rows in source.items()])
        if isinstance(source, list):
            rows = [dict(row) for row in source]
            names = list(dict.fromkeys(name for row in rows for name in row))
            return pl.DataFrame(
                [column_of(name, [row.get(name) for row in rows]) for name in names]
            )
        return pl.DataFrame(source)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise DataError(
            "data must be a path, a known name, a database URL or a data frame",
            given=f"{type(source).__name__} ({str(error).partition(chr(10))[0]})",
            fix="give a pandas, polars or Arrow table with a column for each field",
        ) from None


def _pandas(name: str, column: Any) -> pl.Series:
    """Return a column of pandas; missing values of any kind become null."""
    missing = column.isna()
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iufb":
        return pl.Series(name, column.to_numpy()).set(pl.Series(missing.to_numpy()), None)
    values = column.astype(object).where(~missing, None).tolist()
    return column_of(name, values)
