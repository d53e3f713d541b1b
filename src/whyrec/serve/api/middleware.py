"""Size and rate limits, timing of every request, and log lines without personal data."""

from __future__ import annotations

import logging
import sys
import threading
import time
import uuid
from typing import Any

import orjson
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from whyrec.serve.api.problems import LANGUAGE, accepted, problem
from whyrec.serve.telemetry.metrics import Metrics

__all__ = ["Guard", "Rate", "structured_logs"]

log = logging.getLogger("whyrec.serve")


class Rate:
    """A token bucket for each key, on a monotonic clock."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = float(burst)
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Seconds until the key may ask again; 0 if it may now, which counts as a request."""
        now = time.monotonic()
        with self._lock:
            left, at = self._buckets.get(key, (self.burst, now))
            left = min(self.burst, left + (now - at) * self.rate)
            if left >= 1.0:
                self._buckets[key] = (left - 1.0, now)
                return 0.0
            self._buckets[key] = (left, now)
            return (1.0 - left) / self.rate


class _TooLarge(Exception):
    pass


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, metrics: Metrics, max_body: int) -> None:
        self.app = app
        self.metrics = metrics
        self.max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        LANGUAGE.set(
            accepted(dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1"))
        )
        start = time.perf_counter()
        seen = {"status": 500, "started": False}
        id = uuid.uuid4().hex[:16]
        scope.setdefault("state", {})["request_id"] = id

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.update(status=message["status"], started=True)
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                ]
                if not any(
                    name == b"cache-control" for name, _ in message["headers"]
                ):  # files of the page
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        try:
            refused = self._refused(scope)
            if refused is not None:
                await refused(scope, receive, watched)
            else:
                await self.app(scope, self._counted(scope, receive), watched)
        except _TooLarge:
            if not seen["started"]:
                await self._too_large()(scope, receive, watched)
        finally:
            self._told(scope, seen["status"], time.perf_counter() - start, id)

    def _refused(self, scope: Scope) -> Any:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self.max_body:
            return self._too_large()
        if (
            headers.get(b"content-encoding", b"identity") != b"identity"
        ):  # a small body could unpack to a huge one
            return problem(
                415,
                "encoded-body",
                "the body must be sent as it is, not compressed",
                "leave Content-Encoding out",
            )
        return None

    def _too_large(self) -> Any:
        return problem(
            413,
            "too-large",
            f"a body has at most {self.max_body} bytes",
            "send it in several requests",
        )

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        """Count the body's bytes, and keep them for :func:`security.claimed` if there is a key."""
        got = 0
        kept = bytearray() if b"idempotency-key" in dict(scope["headers"]) else None
        scope["state"]["body"] = kept

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > self.max_body:
                raise _TooLarge
            if kept is not None:
                kept.extend(message.get("body", b""))
            return message

        return counted

    def _told(self, scope: Scope, status: int, seconds: float, id: str) -> None:
        # The route's pattern, never the path, because paths contain people's labels.
        found = scope.get("route")
        if isinstance(found, Route | Mount):
            route = found.path
        else:
            route = "unmatched"
        state = scope.get("state", {})
        self.metrics.requests.labels(route, state.get("model", ""), str(status)).observe(seconds)
        self.metrics.recent.saw(scope["method"], route, status, seconds, id)
        log.info(
            "request",
            extra={
                "fields": {
                    "request": id,
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "ms": round(seconds * 1000, 2),
                    "key": state.get("key_id", ""),
                }
            },
        )


class _Lines(logging.Formatter):
    """Format log records as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        row = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **vars(record).get("fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            row["trace"] = _places(record.exc_info[1])
        return orjson.dumps(row, default=str, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def _places(error: BaseException) -> list[str]:
    """Files and lines of an error, without its message, which may contain personal data."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{type(error).__name__}", *(f"{frame.name}:{frame.lineno}" for frame in frames)]


def structured_logs(level: str) -> None:
    """Write log lines of the service and of uvicorn as JSON to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    for name in ("whyrec.serve", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level.upper())
    logging.getLogger("uvicorn").handlers = []
