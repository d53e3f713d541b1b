"""Invert a symmetric positive definite matrix with LAPACK, while other threads go on.

The functions of :mod:`scipy.linalg.lapack` hold Python's lock until they return, for a large matrix
minutes in which no progress is shown and no request answered. These are the same routines, called
through ctypes, which releases the lock.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cython_lapack

__all__ = ["invert"]


def _routine(name: str) -> Any:
    """Return void name(char *uplo, int *n, float *a, int *lda, int *info)."""
    capsule = cython_lapack.__pyx_capi__[name]
    api = ctypes.pythonapi
    named = ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.py_object)(("PyCapsule_GetName", api))
    pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
        ("PyCapsule_GetPointer", api)
    )
    whole = ctypes.POINTER(ctypes.c_int)
    kind = ctypes.CFUNCTYPE(None, ctypes.c_char_p, whole, ctypes.c_void_p, whole, whole)
    return kind(pointer(capsule, named(capsule)))


POTRF = _routine("spotrf")
POTRI = _routine("spotri")


def invert(matrix: NDArray[np.float32]) -> bool:
    """Replace the upper triangle of a matrix by that of its inverse.

    Args:
        matrix: (n, n) in column order; only its upper triangle is read. The lower one stays.

    Returns:
        Whether the matrix is positive definite; if not, its values are lost.
    """
    assert matrix.flags.f_contiguous and matrix.dtype == np.float32
    n, info = ctypes.c_int(len(matrix)), ctypes.c_int(0)
    for routine in (POTRF, POTRI):
        if len(matrix) and info.value == 0:
            routine(b"U", n, matrix.ctypes.data, n, info)
    return info.value == 0
