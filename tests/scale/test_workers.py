"""`map` on other processes: the same results in the same order, whoever dies on the way."""

from __future__ import annotations

import multiprocessing
import operator
import os
import signal
import time

import pytest

from whyrec.core import ArgumentError, DataError
from whyrec.scale.workers import Pool, each

OF_RAY = pytest.mark.filterwarnings("ignore")  # its own, of many kinds
ENGINES = ["local", pytest.param("ray", marks=OF_RAY)]


@pytest.fixture
def ray_where_asked(request):
    if request.node.callspec.params["engine"] == "ray":
        request.getfixturevalue("ray_of_two")


def slower_first(number: int) -> int:
    time.sleep(0.3 * (number == 0))
    return -number


def refuse(number: int) -> int:
    if number == 3:
        raise DataError("a number must not be three", given=str(number))
    return number


@pytest.mark.usefixtures("ray_where_asked")
@pytest.mark.parametrize("engine", ENGINES)
def test_results_are_in_order_and_errors_come_back_as_they_are(engine):
    work = each(engine, 2)
    assert list(work(slower_first, range(7))) == [0, -1, -2, -3, -4, -5, -6]
    assert list(work(operator.neg, iter(()))) == []
    with pytest.raises(DataError, match="must not be three; got 3"):
        list(work(refuse, range(5)))


@pytest.mark.usefixtures("ray_where_asked")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_part_that_always_kills_its_worker_is_told_of(engine):
    with pytest.raises(
        ArgumentError, match="workers must live until their block is done; got 5 lost in a row"
    ):
        list(each(engine, 2)(os._exit, [9]))


def test_a_pool_lives_on_after_a_worker_was_killed():
    pool = Pool(2)
    found = []
    for result in pool(operator.neg, range(20)):
        if not found:
            os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)
        found.append(result)
    assert found == [-number for number in range(20)]
    assert list(pool(operator.neg, [1])) == [-1]
    pool.close()
    assert list(pool(operator.neg, [2])) == [-2]
    pool.close()


def test_one_local_worker_is_this_process_and_others_are_refused():
    assert each("local", 1) is map
    for engine, workers in (("spark", 2), ("ray", 0)):
        with pytest.raises(ArgumentError, match="local or ray, with 1 worker or more"):
            each(engine, workers)
