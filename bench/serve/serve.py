"""The service under a constant load, beside a small FastAPI wrapper around implicit's ALS on the
same catalogue.

    python -m bench.serve.serve [--model FOLDER ... | --items 100000] [--rate 300] [--seconds 60]
    [--workers 2] [--store URL] [--rows whyrec,implicit] [--keep NAME]

Ours: real store, keys and log on; of ten requests nine are a top-10 with reasons, one an event. The
peer: recommend and explain for the same people, with no key, no store, no log and no events; its
person vectors are those of its fit. Load generator and server share the machine; its load before is
printed. Several folders are served one after the other in one run, so that their figures can be
compared whatever else the machine does. --keep writes docs/results/service/NAME.json.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np

from bench.kept_result import ROOT, provenance
from whyrec import registry, storage
from whyrec.core import Dataset, ItemTable, progress
from whyrec.core.progress import dumps

HERE = Path(__file__).parent
N, EVENTS_EACH, REASONS = 10, 25, 3


def shop(items: int, people: int, seed: int = 0) -> Dataset:
    """A catalogue in 500 groups, a Zipf law inside each; people stay mostly in three groups."""
    rng = np.random.default_rng(seed)
    groups, m = 500, people * EVENTS_EACH
    size = items // groups
    mine = rng.integers(0, groups, (people, 3))
    user = np.repeat(np.arange(people), EVENTS_EACH)
    group = np.where(
        rng.random(m) < 0.85, mine[user, rng.integers(0, 3, m)], rng.integers(0, groups, m)
    )
    place = np.minimum((size * rng.random(m) ** 3).astype(int), size - 1)
    item = group * size + place
    order = np.argsort(rng.random(m), kind="stable")
    table = ItemTable(
        tuple(f"Item {n}" for n in range(items)),
        categories=tuple((f"group {n // size}",) for n in range(items)),
    )
    return Dataset(
        user[order],
        item[order],
        np.ones(m),
        1_700_000_000 + np.arange(m),
        [f"u{n}" for n in range(people)],
        [f"i{n}" for n in range(items)],
        table,
        name="shop",
        domain="shop",
    )


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(port: int, path: str, process: subprocess.Popen[Any]) -> None:
    for _ in range(2400):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
                return
        except OSError:
            if process.poll() is not None:
                raise SystemExit("the server did not start") from None
            time.sleep(0.05)
    raise SystemExit("the server did not answer in two minutes")


def under_load(
    command: list[str], port: int, ready: str, plan: dict[str, Any], seconds: list[float]
) -> dict[str, Any]:
    """Start the server, warm it up, load it; the last load's figures and the server's processor
    share.
    """
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(port, ready, process)
            for span in seconds:
                before, start = processor(process.pid), time.perf_counter()
                given = json.dumps({**plan, "port": port, "seconds": span})
                done = subprocess.run(
                    [sys.executable, str(HERE / "load_generator.py")],
                    input=given,
                    capture_output=True,
                    text=True,
                    check=True,
                )
                found = json.loads(done.stdout)
                found["cpu"] = round(
                    (processor(process.pid) - before) / (time.perf_counter() - start), 2
                )
            found["peak_mb"] = peak(process.pid)
        finally:
            process.terminate()
            process.wait()
    return found


def family(pid: int) -> list[int]:
    """The process and its workers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def processor(pid: int) -> float:
    """Seconds of processor of a process and its workers."""
    stats = [
        Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in family(pid)
    ]
    return sum(int(fields[11]) + int(fields[12]) for fields in stats) / os.sysconf("SC_CLK_TCK")


def peak(pid: int) -> int:
    """Megabytes at most, of a process and its workers together."""
    lines = [
        line for one in family(pid) for line in Path(f"/proc/{one}/status").read_text().splitlines()
    ]
    return round(sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000)


def ours(
    data: Dataset, folder: Path, store: str, fitted: Path | None, arguments: argparse.Namespace
) -> dict[str, Any]:
    from whyrec.serve.main import prepare
    from whyrec.serve.settings import Settings
    from whyrec.serve.store.api_keys import make_key
    from whyrec.serve.store.store import Store

    if fitted is None:
        fitted = folder / "m"
        model = registry.model("additive", mix={}, max_dense=3_000).fit(data)
        storage.save(fitted, model, data, name="additive")
    prepare(Settings(store=store, models=str(folder / "models")), fitted)
    with Store(store) as opened:
        key = opened.write(lambda c: make_key(c, "service", int(time.time())))[1]
    rng = np.random.default_rng(1)
    requests: list[list[Any]] = []
    for number, person in enumerate(
        rng.integers(0, data.n_users, int(arguments.rate * arguments.seconds))
    ):
        user, item = data.users[person], data.items[rng.integers(0, data.n_items)]
        event = {"event_id": f"b{number}-{time.time_ns()}", "user": user, "item": item}
        ask = {"user": user, "n": N, "reasons": REASONS}
        requests.append(
            ["/v1/events", {"events": [event]}]
            if number % 10 == 9
            else ["/v1/recommendations", ask]
        )
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "whyrec",
        "serve",
        "--store",
        store,
        "--port",
        str(port),
        "--config",
        str(folder / "s.toml"),
    ]
    (folder / "s.toml").write_text(
        f'models = "{folder / "models"}"\nworkers = {arguments.workers}\n'
    )
    plan = {"requests": requests, "rate": arguments.rate, "key": key}
    return under_load(command, port, "/health/ready", plan, [5.0, arguments.seconds])


def theirs(data: Dataset, folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    storage.save(folder / "data", registry.model("popular").fit(data), data, name="popular")
    rng = np.random.default_rng(1)
    people = rng.integers(0, data.n_users, int(arguments.rate * arguments.seconds))
    port = free_port()
    plan = {
        "requests": [["/recommend", {"user": int(person), "n": N}] for person in people],
        "rate": arguments.rate,
        "key": "-",
    }
    command = [sys.executable, str(HERE / "serve_peer.py"), str(folder / "data"), str(port)]
    return under_load(command, port, "/ready", plan, [5.0, arguments.seconds])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--model",
        type=Path,
        nargs="+",
        default=[None],
        help="fitted folders to serve; default: additive on a simulated shop",
    )
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=300.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument(
        "--store", default="", help="a PostgreSQL URL; default: SQLite in a temporary folder"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes of the service")
    parser.add_argument("--rows", default="whyrec,implicit")
    parser.add_argument("--json", type=Path, default=Path("bench/results/serve.json"))
    parser.add_argument("--keep", metavar="NAME", help="keep the figures in docs/results/service")
    arguments = parser.parse_args()
    if arguments.rate * arguments.seconds > 1_000_000 or arguments.seconds > 900:
        raise SystemExit("at most 1,000,000 requests and 900 seconds")
    load = os.getloadavg()[0]
    print(f"load of the machine before: {load:.2f} on {os.cpu_count()} processors", flush=True)
    rows: list[dict[str, Any]] = []
    for fitted in arguments.model:
        if fitted is None:
            data = shop(arguments.items, arguments.people)
        else:
            data = storage.open_fitted(fitted).data
        for row in arguments.rows.split(","):
            with tempfile.TemporaryDirectory() as name:
                rows.append(measured(row, data, Path(name), fitted, arguments))
    progress.table(
        rows,
        f"{arguments.rate:.0f} requests/s for {arguments.seconds:.0f} s, {data.n_items:,} "
        f"items, top-{N} with reasons",
    )
    settings = vars(arguments) | {"json": "", "model": [str(one or "") for one in arguments.model]}
    keep(arguments.json, {"load_after": os.getloadavg(), "settings": settings, "rows": rows})
    if arguments.keep:
        command = "python -m bench.serve.serve --model " + " ".join(
            one.name for one in arguments.model if one is not None
        )
        command += f" --rate {arguments.rate:.0f} --seconds {arguments.seconds:.0f}"
        command += f" --workers {arguments.workers} --rows {arguments.rows}"
        found = provenance(command, load) | {
            "data": data.name,
            "items": data.n_items,
            "workers": arguments.workers,
            "asked": arguments.rate,
            "rows": rows,
        }
        keep(ROOT / "docs" / "results" / "service" / f"{arguments.keep}.json", found)


def measured(
    row: str, data: Dataset, folder: Path, fitted: Path | None, arguments: argparse.Namespace
) -> dict[str, Any]:
    """The figures of one server."""
    if row != "whyrec":
        return {"server": "implicit ALS in FastAPI", **theirs(data, folder, arguments)}
    store = arguments.store or f"sqlite:///{folder / 'store.db'}"
    name = "additive" if fitted is None else fitted.name
    found = ours(data, folder, store, fitted, arguments)
    return {
        "server": f"whyrec, {name}, {store.partition(':')[0]}",
        **found,
        "cpu_ms": round(1000 * found["cpu"] / found["rate"], 1),
    }


def keep(path: Path, found: dict[str, Any]) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
