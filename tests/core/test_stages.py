"""Stages of long work: the line that is shown, and the seconds of each."""

import time

import pytest

from whyrec.core import stages
from whyrec.core.stages import Stage, stage, watched


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets: clock(5) lets five seconds pass."""
    now = [100.0]

    def wait(seconds):
        now[0] += seconds

    monkeypatch.setattr(stages.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(stages.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(stages, "cpu_seconds", lambda: 2 * now[0])
    return wait


def test_a_stage_that_nobody_watches_does_nothing():
    with stage("counting") as update:
        assert update(0.5) is None
        assert update(0.5, "counting: 3 so far") is None


def test_the_line_is_the_path_with_the_innermost_share_and_the_time_left(clock):
    root = Stage("")
    assert root.line() == "" and root.known_share() is None
    with watched("comparing", root) as outer:
        assert root.line() == "comparing"
        outer.update(0.25, "comparing, best so far ease")
        assert root.line() == "comparing, best so far ease, 25%"
        with stage("fitting x") as update:
            assert root.line() == "comparing, best so far ease, 25%: fitting x"
            update(0.0)
            clock(10)
            update(0.2)  # a fifth in 10 s: four fifths take 40 s
            assert root.line() == "comparing, best so far ease: fitting x, 20%, 40 s left"
            assert root.known_share() == 0.2
            update(0.2, "epoch 3, 1 min left")
            assert root.line() == "comparing, best so far ease: epoch 3, 1 min left, 20%"
            with watched("counting", root):  # belongs to the open stage
                assert root.line().endswith("left, 20%: counting")
        clock(10)
        outer.update(0.5)
        assert root.line() == "comparing, 50%, 40 s left"  # a quarter took 20 s
        with stage("fitting y"):
            assert root.line() == "comparing, 50%: fitting y"  # it may take longer than the others
    assert root.line() == ""


def test_the_time_left_waits_for_a_pace(clock):
    root = Stage("")
    with watched("x", root) as one:
        assert one.seconds_left() is None
        one.update(0.5)
        clock(60)
        assert one.seconds_left() is None  # nothing was done since
        one.update(0.75)
        assert one.seconds_left() == 60
    with watched("x", root) as one:
        one.update(0.0)
        clock(1)
        one.update(0.5)
        assert one.seconds_left() is None  # too early


def test_durations_are_rounded():
    assert [stages.span(s) for s in (42.3, 200, 9000)] == ["42 s", "3 min", "2.5 h"]


def test_seconds_add_up_by_name_also_if_the_work_fails(clock):
    @stage("counting")
    def count(seconds):
        clock(seconds)
        return seconds

    root = Stage("")
    with watched("fitting", root):
        assert count(2) == 2
        clock(1)
        assert count(3) == 3
    with pytest.raises(ValueError, match="stop"), watched("fitting", root):
        clock(4)
        raise ValueError("stop")
    count(100)  # nobody watches any more
    assert list(root.rows()) == [("fitting", 10, 20), ("  counting", 5, 10)]


def test_processor_seconds_count_threads_and_children():
    import subprocess
    import sys
    import threading

    work = "x = 0\nfor i in range(3_000_000): x += i"
    start = stages.cpu_seconds()
    thread = threading.Thread(target=exec, args=(work, {}))
    thread.start()
    thread.join()
    between = stages.cpu_seconds()
    assert between - start > 0.02
    subprocess.run([sys.executable, "-c", work], check=True)
    assert stages.cpu_seconds() - between > 0.02
    before = stages.cpu_seconds()
    time.sleep(0.3)
    assert stages.cpu_seconds() - before < 0.3
