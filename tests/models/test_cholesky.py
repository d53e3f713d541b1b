"""The inverse in place: its numbers, and that other threads go on meanwhile."""

import threading
import time

import numpy as np
import pytest
from scipy.linalg import lapack

from whyrec.models.linear.cholesky import invert


def positive(n, seed=0):
    rows = np.random.default_rng(seed).standard_normal((n, n))
    return np.asfortranarray(rows @ rows.T + n * np.eye(n), np.float32)


@pytest.mark.parametrize("n", [0, 1, 2, 65, 300])
def test_the_upper_triangle_becomes_that_of_the_inverse(n):
    given = positive(n)
    matrix = given.copy(order="F")
    assert invert(matrix)
    expected = np.linalg.inv(given.astype(np.float64)) if n else given
    np.testing.assert_allclose(np.triu(matrix), np.triu(expected), atol=1e-6)
    np.testing.assert_array_equal(np.tril(matrix, -1), np.tril(given, -1))
    if n:
        own, _ = lapack.spotri(lapack.spotrf(given)[0])
        np.testing.assert_array_equal(np.triu(matrix), np.triu(own))


def test_a_matrix_that_is_not_positive_is_refused():
    assert not invert(np.asfortranarray([[1.0, 2.0], [2.0, 1.0]], np.float32))
    assert not invert(np.zeros((3, 3), np.float32, order="F"))


def test_other_threads_go_on():
    matrix = positive(2_000)
    moments = []
    done = threading.Event()

    def work():
        while not done.wait(0.001):
            moments.append(time.monotonic())

    thread = threading.Thread(target=work)
    thread.start()
    start = time.monotonic()
    invert(matrix)
    end = time.monotonic()
    done.set()
    thread.join()
    assert sum(start < moment < end for moment in moments) > 5  # 0 to 2 if the lock is held
