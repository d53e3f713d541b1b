"""The files of a step: whole or not there, whoever wrote them and died."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["save_array", "write_table"]


def save_array(path: Path, array: NDArray[Any]) -> None:
    half = path.with_name(f"{path.name}.{os.getpid()}")
    with half.open("wb") as file:
        np.save(file, array)
    half.replace(path)


def write_table(path: Path, frame: pl.DataFrame) -> None:
    half = path.with_name(f"{path.name}.{os.getpid()}")
    frame.write_parquet(half, compression="zstd")
    half.replace(path)
