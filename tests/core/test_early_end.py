"""Ctrl-C during a training: the first is a request, the second stops."""

import os
import signal
import threading

import pytest

from whyrec.core.early_end import interruptible


@pytest.fixture
def handler():
    """The usual handler, also if the tests run where the signal is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press():
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_is_a_request_and_the_second_stops(handler):
    with interruptible() as end:
        with end.training():
            assert not end.now
            press()
            assert end.now and end.asked
            with pytest.raises(KeyboardInterrupt):
                press()
        assert not end.now
        with end.training():  # it began after the request
            assert not end.now
            with pytest.raises(KeyboardInterrupt):
                press()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_outside_a_training_the_first_stops(handler):
    with interruptible() as end:
        with pytest.raises(KeyboardInterrupt):
            press()
        assert not end.asked


def test_a_signal_that_others_handle_stays_theirs(handler):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interruptible() as end, end.training():
        press()
        assert not end.asked


def test_another_thread_changes_nothing(handler):
    found = []

    def work():
        with interruptible():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]
