"""Close connections whose request does not arrive, so that they keep nobody else out.

uvicorn waits for the rest of a request as long as the client likes, and its `limit_concurrency`
answers 503 to everybody. Here a request has a time to arrive, and a client has a number of
connections that may wait; one more closes the client's oldest, so a client that sends its request
at once is never refused. A connection whose request is being answered does not count. Small
requests reach the app when they are complete, so an unfinished one costs next to nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["BoundedProtocol", "Limits", "Waiting", "limits_of"]

log = logging.getLogger("whyrec.serve")

RESERVED = 128  # file descriptors for the store, model files and requests that are answered
MOST = 10_000  # waiting connections of a process, however many descriptors it may have
SUMMARY = 10.0  # seconds between two log lines about closed connections
SMALL = 65_536  # bytes of a body that are held until it is complete
LATE = orjson.dumps(
    {
        "type": "urn:whyrec:request-timeout",
        "title": "Request Timeout",
        "status": 408,
        "detail": "the request did not arrive in time",
        "fix": "send headers and body without a pause, or a smaller body",
    }
)
TIMEOUT = b"".join(
    [
        b"HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json\r\n",
        b"content-length: %d\r\nconnection: close\r\n\r\n" % len(LATE),
        LATE,
    ]
)


@dataclass(frozen=True)
class Limits:
    """Limits of the connections of one process.

    Attributes:
        client: Waiting connections of one address; 0 for no limit of its own.
        total: Waiting connections of all addresses.
        header: Seconds for the header of a request, from the opening of the connection or the
            first byte.
        body: Seconds for the body; also for the client to read an answer that waits for it.
    """

    client: int
    total: int
    header: float
    body: float


def limits_of(connections: int, header: float, body: float) -> Limits:
    """The limits of the settings; in total half of the free file descriptors may wait."""
    try:
        import resource

        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    except ImportError:  # Windows has no such limit
        files = MOST
    if files < 0:  # unlimited
        files = MOST
    return Limits(connections, max(16, min(MOST, (files - RESERVED) // 2)), header, body)


class Waiting:
    """The connections of a process that wait for their client, the longest waiting first."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.every: OrderedDict[BoundedProtocol, None] = OrderedDict()
        self.by_client: dict[str, OrderedDict[BoundedProtocol, None]] = {}
        self.closed: Counter[str] = Counter()

    def add(self, one: BoundedProtocol) -> None:
        """The connection waits from now on; close the oldest if that is one too many."""
        self.remove(one)
        mine = self.by_client.setdefault(one.address, OrderedDict())
        self.every[one] = mine[one] = None
        if len(mine) > (self.limits.client or self.limits.total):
            next(iter(mine)).drop("client")
        elif len(self.every) > self.limits.total:
            next(iter(self.every)).drop("total")

    def remove(self, one: BoundedProtocol) -> None:
        """The connection does not wait any more."""
        if one in self.every:
            del self.every[one]
            mine = self.by_client[one.address]
            del mine[one]
            if not mine:
                del self.by_client[one.address]

    def note(self, reason: str, loop: asyncio.AbstractEventLoop) -> None:
        """Count a closed connection; one log line sums up those of some seconds."""
        if not self.closed:
            loop.call_later(SUMMARY, self._report)
        self.closed[reason] += 1

    def _report(self) -> None:
        fields = {**self.closed, "waiting": len(self.every), "clients": len(self.by_client)}
        log.warning("connections closed: their requests did not arrive", extra={"fields": fields})
        self.closed.clear()


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a deadline for each phase of a request.

    The phases are `header` and `body` (the client sends), `answer` (we do), `idle` (between
    requests: uvicorn's `timeout_keep_alive` ends it) and `closing`.
    """

    def __init__(self, *given: Any, waiting: Waiting, **more: Any) -> None:
        super().__init__(*given, **more)
        self.waiting = waiting
        self.address = ""
        self.phase: tuple[str, int] = ("", 0)
        self.held: bytearray | None = None  # the beginning of a body that the app does not see yet
        self.deadline: asyncio.TimerHandle | None = None
        self.unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self._enter("header")

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._follow("header")

    def on_headers_complete(self) -> None:
        if self.expect_100_continue:  # the client waits for the app before it sends the body
            super().on_headers_complete()
        else:
            self.held = bytearray()

    def on_body(self, body: bytes) -> None:
        if self.held is None:
            super().on_body(body)
        else:
            self.held += body
            if len(self.held) > SMALL:
                self._release()

    def on_message_complete(self) -> None:
        self._release()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._follow("idle")

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unread = self.loop.call_later(self.waiting.limits.body, self.drop, "unread")

    def resume_writing(self) -> None:
        super().resume_writing()
        self._cancel(self.unread)

    def connection_lost(self, exc: Exception | None) -> None:
        self.waiting.remove(self)
        self._cancel(self.deadline)
        self._cancel(self.unread)
        super().connection_lost(exc)

    def drop(self, reason: str) -> None:
        """Close the connection at once."""
        self.waiting.remove(self)
        self.waiting.note(reason, self.loop)
        self.transport.abort()

    def _release(self) -> None:
        """Start the app with what was held."""
        if self.held is not None:
            body, self.held = bytes(self.held), None
            super().on_headers_complete()
            if body:
                super().on_body(body)

    def _follow(self, between: str) -> None:
        """Enter the phase of the current request; `between` is that without one."""
        cycle = self.cycle
        if self.transport.is_closing():
            self._enter("closing")
        elif self.held is not None or (cycle is not None and cycle.more_body):
            self._enter("body")
        elif cycle is None:
            self._enter("header")
        else:
            self._enter(between if cycle.response_complete else "answer")

    def _enter(self, phase: str) -> None:
        if self.phase == (phase, id(self.cycle)):
            return
        self.phase = (phase, id(self.cycle))
        self._cancel(self.deadline)
        limits = self.waiting.limits
        if phase == "closing":
            self.deadline = self.loop.call_later(limits.body, self.drop, "unread")
        elif phase in ("header", "body"):
            seconds = limits.header if phase == "header" else limits.body
            self.deadline = self.loop.call_later(seconds, self._late, phase)
        if phase in ("answer", "closing"):
            self.waiting.remove(self)
        else:
            self.waiting.add(self)

    def _late(self, phase: str) -> None:
        """Answer 408 if nothing was answered yet, and close."""
        self.waiting.note(phase, self.loop)
        started = self.cycle is not None and self.cycle.response_started
        if phase == "header" or not started:
            self.transport.write(TIMEOUT)
        self.transport.close()
        self._enter("closing")

    def _cancel(self, timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
