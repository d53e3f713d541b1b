"""Whether a service answers others while one address opens connections and sends no whole request.

    python -m bench.serve.slow_clients [CONNECTIONS] [SECONDS]

A third of the connections send a part of a header, a third a part of a body, a third nothing. The
service has 1,024 file descriptors. The health checks come from the same address, each with a
connection of its own. Exit code 1 if one fails or takes more than 100 ms.
"""

from __future__ import annotations

import http.client
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.serve.serve import free_port, wait_for
from whyrec import storage
from whyrec.core import progress
from whyrec.data import load
from whyrec.registry import model

FILES = 1024
LIMIT = 0.1  # seconds
UNFINISHED = (
    b"GET /health/live HTTP/1.1\r\nHost: x\r\n",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100\r\n\r\n{",
    b"",
)


@dataclass
class Health:
    """Seconds of each health check, and the errors of those that failed."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def watched(port: int) -> Iterator[Health]:
    """Ask for the health every 20 ms while the block runs."""
    found = Health()
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.02):
            start = time.perf_counter()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/health/live")
                status = connection.getresponse().status
                connection.close()
            except OSError as error:
                found.errors.append(repr(error))
                continue
            if status != 200:
                found.errors.append(str(status))
            found.seconds.append(time.perf_counter() - start)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def attack(port: int, connections: int) -> list[socket.socket]:
    """Open connections that stay unfinished."""
    opened = []
    for number in range(connections):
        one = socket.create_connection(("127.0.0.1", port), timeout=5)
        with suppress(OSError):  # closed already
            one.sendall(UNFINISHED[number % len(UNFINISHED)])
        opened.append(one)
    return opened


@contextmanager
def service(folder: Path, store: str, files: int = FILES) -> Iterator[int]:
    """`whyrec serve` with few file descriptors; the port it listens on."""
    port = free_port()
    command = [sys.executable, "-m", "whyrec", "serve", str(folder), "--store", store]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": "1", "WHYREC_VERIFY": "0"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
    )
    try:
        wait_for(port, "/health/ready", process)
        yield port
    finally:
        process.terminate()
        process.wait()


def measured(port: int, connections: int, seconds: float) -> Health:
    """The health checks before, while and after the connections are opened."""
    with watched(port) as found:
        time.sleep(0.5)
        opened = attack(port, connections)
        time.sleep(seconds)
    for one in opened:
        one.close()
    return found


def main() -> None:
    connections = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    with tempfile.TemporaryDirectory() as work:
        data = load.load("films").data
        folder = storage.save(Path(work) / "m", model("ease").fit(data), data, name="ease")
        with service(folder, f"sqlite:///{Path(work) / 'store.db'}") as port:
            found = measured(port, connections, seconds)
    times = sorted(found.seconds)
    row = {
        "unfinished": connections,
        "health checks": len(times),
        "failed": len(found.errors),
        "median ms": 1000 * times[len(times) // 2],
        "p99 ms": 1000 * times[int(0.99 * len(times))],
        "longest ms": 1000 * times[-1],
    }
    progress.table([row], f"Health checks beside unfinished requests, {FILES} file descriptors")
    sys.exit(bool(found.errors) or times[-1] > LIMIT)


if __name__ == "__main__":
    main()
