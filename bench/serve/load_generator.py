"""A load of a constant rate: requests leave on a clock, whether or not earlier ones were answered.

A request's time is counted from when it was due, not from when it left: where a server falls
behind, everyone who waits is counted. Runs in a process of its own: python -m
bench.serve.load_generator '{"port": 8000, "requests": [[path, body], ...], ...}'.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from typing import Any

import numpy as np
import uvloop

CONNECTIONS = 64
ABANDON = 30.0  # seconds after the last request was due


async def one(pool: asyncio.Queue[Any], port: int, request: bytes) -> int:
    """Send a request on a free connection; the status, 0 where there was no answer."""
    pair = await pool.get()
    try:
        if pair is None:
            pair = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = pair
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line[15:])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        await reader.readexactly(length)
        return int(head[9:12])
    except (OSError, asyncio.IncompleteReadError, StopIteration):
        pair = None
        return 0
    finally:
        pool.put_nowait(pair)


async def load(port: int, requests: list[bytes], rate: float, seconds: float) -> dict[str, Any]:
    """Rate and times of `rate * seconds` requests; times in ms from when each was due."""
    pool: asyncio.Queue[Any] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        pool.put_nowait(None)
    total, taken, status, tasks = int(rate * seconds), [], [], set()

    async def timed(request: bytes, due: float) -> None:
        code = await one(pool, port, request)
        taken.append(time.perf_counter() - due)
        status.append(code)

    start = time.perf_counter() + 0.2
    for number, request in zip(range(total), itertools.cycle(requests), strict=False):
        due = start + number / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(timed(request, due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    if tasks:
        await asyncio.wait(tasks, timeout=ABANDON)
    elapsed = time.perf_counter() - start
    ms = np.array(taken) * 1000
    good = sum(code == 200 for code in status)
    return {
        "requests": total,
        "errors": total - good,
        "rate": round(good / elapsed, 1),
        **{f"p{p}": round(float(np.percentile(ms, p)), 2) for p in (50, 90, 99)},
        "max": round(float(ms.max()), 1),
    }


def http(path: str, body: Any, key: str) -> bytes:
    """The bytes of a POST."""
    content = json.dumps(body).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
        f"application/json\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode() + content


if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    made = [http(path, body, given["key"]) for path, body in given["requests"]]
    print(json.dumps(uvloop.run(load(given["port"], made, given["rate"], given["seconds"]))))
