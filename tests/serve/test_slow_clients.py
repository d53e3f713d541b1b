"""Requests that never become complete: they are cut off, and nobody else waits for them."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
import uvicorn

from bench.serve.slow_clients import measured, service
from tests.serve.helpers import fitted_folder, served
from tests.serve.postgres import free_port
from whyrec.serve.api.app import make_app
from whyrec.serve.connections import BoundedProtocol, Limits, Waiting, limits_of

HEAD = b"Host: x\r\nContent-Type: application/json\r\n"


def test_health_answers_while_one_address_holds_unfinished_requests(tmp_path):
    folder = fitted_folder(tmp_path / "m")
    with service(folder, f"sqlite:///{tmp_path / 'store.db'}", files=256) as port:
        found = measured(port, 500, 2.0)  # twice as many as there are file descriptors
    assert not found.errors
    assert len(found.seconds) > 50 and max(found.seconds) <= 0.1


@pytest.fixture
def listening(tmp_path) -> Iterator[Callable[..., int]]:
    """Starts a service with limits of its own and gives its port."""

    @contextmanager
    def run(limits: Limits) -> Iterator[int]:
        with served(tmp_path) as one:
            port = free_port()
            http = partial(BoundedProtocol, waiting=Waiting(limits))
            app = make_app(one.settings)
            server = uvicorn.Server(uvicorn.Config(app, port=port, http=http, ws="none"))
            thread = threading.Thread(target=server.run)
            thread.start()
            while not server.started:
                time.sleep(0.01)
            try:
                yield port
            finally:
                server.should_exit = True
                thread.join()

    return run


def opened(port: int, data: bytes = b"") -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), timeout=5)
    one.sendall(data)
    return one


def rest(one: socket.socket) -> bytes:
    """All that is sent until the connection is closed."""
    found = b""
    try:
        while more := one.recv(65_536):
            found += more
    except ConnectionResetError:
        pass
    return found


def test_a_late_header_or_body_is_answered_with_408_and_closed(listening):
    with listening(Limits(100, 100, header=0.4, body=0.8)) as port:
        late = {
            "nothing": opened(port),
            "header": opened(port, b"GET /health/live HTTP/1.1\r\n" + HEAD),
            "body": opened(
                port, b"POST /v1/events HTTP/1.1\r\nContent-Length: 9\r\n" + HEAD + b"\r\n{"
            ),
        }
        start = time.monotonic()
        dripping = opened(port, b"GET /health/live HTTP/1.1\r\n")
        with pytest.raises(OSError):  # each byte in time, the whole never
            while time.monotonic() < start + 3:
                dripping.sendall(b"a")
                time.sleep(0.05)
        assert time.monotonic() < start + 1.5
        for name, one in late.items():
            head, _, body = rest(one).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 408 "), name
            assert json.loads(body)["type"] == "urn:whyrec:request-timeout"


def test_whole_requests_keep_their_connection(listening):
    with listening(Limits(100, 100, header=0.3, body=0.3)) as port:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        for body in ("{}", '{"a": "' + 300_000 * "x" + '"}'):
            for _ in range(2):
                client.request("POST", "/v1/events", body, {"Content-Type": "application/json"})
                assert client.getresponse().read() and client.sock is not None
        time.sleep(0.6)  # between two requests the time of a header does not run
        client.request("GET", "/health/live")
        assert client.getresponse().status == 200
        two = b"GET /health/live HTTP/1.1\r\n" + HEAD + b"\r\n"
        assert rest(opened(port, two + two)).count(b"200 OK") == 2  # then 408 for no third
        waits = opened(
            port,
            b"POST /v1/events HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
            + HEAD
            + b"\r\n",
        )
        assert waits.recv(1000).startswith(b"HTTP/1.1 100 ")
        waits.sendall(b"{}")
        assert b" 401 " in waits.recv(1000)


def test_one_connection_too_many_closes_the_one_that_waits_longest(listening):
    with listening(Limits(3, 100, header=30, body=30)) as port:
        first, *others = [opened(port) for _ in range(3)]
        newest = opened(port)
        assert rest(first) == b""  # closed
        for one in (*others, newest):
            one.sendall(b"GET /health/live HTTP/1.1\r\n" + HEAD + b"\r\n")
            assert one.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_of_all_clients_half_of_the_file_descriptors_may_wait(monkeypatch):
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 1024))
    assert limits_of(256, 10, 30) == Limits(256, 448, 10, 30)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (-1, -1))
    assert limits_of(256, 10, 30).total == 4936
