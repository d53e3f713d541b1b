"""Store an array in fewer bytes without losing a bit: for the sparse tables of item pairs.

The bytes of the numbers are grouped by their place within a number; sorted integers, such as the
column numbers of a sparse matrix, are stored as differences first. Each group is then compressed,
if that helps. Column numbers shrink to a tenth, weights little: their last bits are noise.
"""

from __future__ import annotations

import json
import math
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST", "pack", "packable", "unpack"]

FEWEST = 1 << 16  # bytes from which it is worth it
MOST = 1 << 28  # bytes up to which an array is read as a whole; larger ones stay memory-mapped
SAMPLE = 1 << 16
WORTH = 0.9


def packable(array: NDArray[Any]) -> bool:
    """Whether an array is stored packed: numbers in one dimension, neither few nor very many."""
    return array.ndim == 1 and array.dtype.kind in "iuf" and FEWEST <= array.nbytes <= MOST


def pack(array: NDArray[Any]) -> bytes:
    """The array as bytes.

    >>> array = np.arange(100_000) ** 2
    >>> data = pack(array)
    >>> len(data) < array.nbytes / 4, np.array_equal(unpack(data), array)
    (True, True)
    """
    array = np.ascontiguousarray(array)
    size = array.dtype.itemsize
    delta = array.dtype.kind in "iu" and size >= 4
    if delta:
        unsigned = array.view(f"{array.dtype.byteorder}u{size}")
        # Differences and sums wrap around. numpy gives them in the machine's own byte order.
        numbers = np.diff(unsigned, prepend=unsigned.dtype.type(0)).astype(unsigned.dtype)
    else:
        numbers = array
    planes = numbers.view(np.uint8).reshape(-1, size).T
    parts = [_compressed(np.ascontiguousarray(plane).tobytes()) for plane in planes]
    head = {
        "dtype": array.dtype.str,
        "size": len(array),
        "delta": delta,
        "planes": [[len(data), small] for data, small in parts],
    }
    return b"".join([json.dumps(head).encode(), b"\n", *(data for data, _ in parts)])


def unpack(data: bytes) -> NDArray[Any]:
    """The array of :func:`pack`; raises ValueError if the bytes are not what it wrote."""
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    dtype = np.dtype(head["dtype"])
    count = head["size"]
    if dtype.kind not in "iuf" or not 0 <= count * dtype.itemsize <= MOST:
        raise ValueError("the header of a packed array is wrong")
    planes = np.empty((dtype.itemsize, count), np.uint8)
    at = 0
    for plane, (length, small) in zip(planes, head["planes"], strict=True):
        part = rest[at : at + length]
        at += length
        if small:  # never more than the header says
            part = zlib.decompressobj().decompress(part, count + 1)
        plane[:] = np.frombuffer(part, np.uint8, count)
        if len(part) != count:
            raise ValueError("a part of a packed array has a wrong length")
    numbers = np.ascontiguousarray(planes.T).reshape(-1)
    if not head["delta"]:
        return numbers.view(dtype)
    unsigned = numbers.view(f"{dtype.byteorder}u{dtype.itemsize}")
    total = np.cumsum(unsigned, dtype=unsigned.dtype)
    return total.astype(unsigned.dtype, copy=False).view(dtype)


def _compressed(data: bytes) -> tuple[bytes, bool]:
    """(the bytes, whether they are compressed)."""
    start = math.ceil(max(0, len(data) - SAMPLE) / 2)
    sample = data[start : start + SAMPLE]
    if len(zlib.compress(sample, 1)) > WORTH * len(sample):
        return data, False
    return zlib.compress(data, 1), True
