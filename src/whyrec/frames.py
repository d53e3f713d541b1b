"""Build polars and pandas frames; the libraries are imported only when a frame is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    PolarsFrame: TypeAlias = pl.DataFrame
    PandasFrame: TypeAlias = pd.DataFrame

__all__ = ["pandas_frame", "polars_frame"]


def polars_frame(columns: Mapping[str, Sequence[Any]]) -> PolarsFrame:
    """Return named columns as a polars frame.

    Args:
        columns: The values of each column.

    Returns:
        The frame.
    """
    import polars as pl

    return pl.DataFrame(columns)


def pandas_frame(columns: Mapping[str, Sequence[Any]]) -> PandasFrame:
    """Return named columns as a pandas frame.

    Args:
        columns: The values of each column.

    Returns:
        The frame.

    Raises:
        ImportError: If pandas is not installed; whyrec itself does not need it.
    """
    try:
        import pandas as pd
    except ImportError:
        raise ImportError(
            "to_pandas needs the library 'pandas', which is not installed. "
            "Fix: pip install pandas, or use to_polars()."
        ) from None
    return pd.DataFrame(columns)
