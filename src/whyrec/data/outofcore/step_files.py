"""Write the files of a step atomically, so that a file is either complete or absent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["save_array", "write_table"]


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array atomically."""
    half = path.with_name(f"{path.name}.{os.getpid()}")
    with half.open("wb") as file:
        np.save(file, array)
    half.replace(path)


def write_table(path: Path, frame: pl.DataFrame) -> None:
    """Write a table as Parquet atomically."""
    half = path.with_name(f"{path.name}.{os.getpid()}")
    frame.write_parquet(half, compression="zstd")
    half.replace(path)
