"""How time and memory grow with the data: 1, 2, 4 and 8 times as many events, people and items;
exponents with intervals.

    OMP_NUM_THREADS=1 python -m bench.scale.scale [--events 25000] [--repeats 3] [--publish]
        [--stage "fit sequence, an epoch" ...]

Simulated: Zipf items in clusters, 20 events a person in the mean, a person for each item. Each size
in a process of its own, one thread. Seconds are the process's own (a shared machine's clock also
counts others' work), the mean of as many calls as fill a second; memory is the most that was
resident during the first. Every law is fitted on the smaller sizes too, and its error at the next
size is told, of memory with what the libraries hold. --publish writes the laws of `whyrec plan`
into the package; with --stage, only those of the named stages are measured and replaced.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from whyrec.scale import plan

TIMES = (1, 2, 4, 8)
ENOUGH = 0.5  # processor seconds of calls: one call of a few milliseconds says little


def write_events(events: int, folder: Path, seed: int) -> None:
    import polars as pl

    rng = np.random.default_rng(seed)
    users = items = events // 20
    weight = rng.lognormal(0, 0.8, users)
    user = rng.choice(users, events, p=weight / weight.sum())
    home = rng.integers(20, size=users)
    rank = (rng.random(events) ** 3 * (items // 20)).astype(int)  # popular ones first
    cluster = np.where(rng.random(events) < 0.7, home[user], rng.integers(20, size=events))
    pl.DataFrame(
        {"user": user, "item": rank * 20 + cluster, "time": np.arange(events) + 1_500_000_000}
    ).with_columns(
        ("u" + pl.col("user").cast(pl.String)).alias("user"),
        ("i" + pl.col("item").cast(pl.String)).alias("item"),
    ).write_csv(folder / "events.csv")


def people_of(users: int) -> int:
    """How many are scored and explained: a sixteenth."""
    return -(-users // 16)


def texts_of(items: int) -> list[str]:
    """Made-up titles of ten words, for a quarter of the items."""
    rng = np.random.default_rng(0)
    words = np.array(["red", "small", "large", "kitchen", "garden", "box", "lamp", "tea", "game"])
    return [" ".join(row) for row in rng.choice(words, (-(-items // 4), 10))]


def stages(folder: Path) -> dict[str, Callable[[], Any]]:
    """Each stage as a call; later ones use what earlier ones left."""
    from whyrec import api, registry
    from whyrec.core.ranking import batches, mask_seen, top_k
    from whyrec.models.item_content.text_encoder import encode

    kept: dict[str, Any] = {}

    def fit(name: str, **settings: Any) -> Any:
        kept["model"] = registry.model(name, **settings).fit(kept["data"], seed=0)

    def score() -> None:
        some = kept["data"].histories[: people_of(kept["data"].n_users)]
        kept["lists"] = [
            top_k(mask_seen(kept["model"].score(part), part), 10)[0]
            for _, part in batches(some, 256)
        ]

    def explain() -> None:
        lists = np.concatenate(kept["lists"])
        for query, items in zip(kept["data"].histories[: len(lists)], lists, strict=True):
            np.argsort(-kept["model"].contributions_to(query, items)[1], axis=0)[:3]

    small = {
        "text": None,
        "label_dims": 0,
        "heads": 2,
        "head_dims": 32,
        "length": 50,
        "epochs": 1,
        "loss": "sampled",
        "negatives": 256,
        "warm_start": False,
    }
    return {
        "load": lambda: kept.update(data=api.load(folder)),
        "fit popular": lambda: fit("popular"),
        "fit cooccurrence": lambda: fit("cooccurrence"),
        "fit lowrank, an epoch": lambda: fit("lowrank", **small),
        "read item texts": lambda: encode(texts_of(kept["data"].n_items)),
        "fit sequence, an epoch": lambda: fit("sequence", text=None, label_dims=0, epochs=1),
        "score": score,
        "explain": explain,
    }


def child(folder: Path, names: list[str]) -> None:
    """Print one JSON line: seconds and MB of each named stage, and the sizes."""
    import torch

    from whyrec import api

    torch.set_num_threads(1)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:  # what a first call loads is no part of a stage
        write_events(2000, Path(place), 0)
        for name, call in stages(Path(place)).items():
            if name in names or name == "load":
                call()
    gc.collect()
    fixed = resident("VmRSS")
    for name, call in stages(folder).items():
        if name not in names and name != "load":
            continue
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        began, calls, mb = time.process_time(), 0, 0.0
        while not calls or time.process_time() - began < ENOUGH:
            call()
            calls, mb = calls + 1, mb or resident("VmHWM") - fixed
        found[name] = {"seconds": (time.process_time() - began) / calls, "mb": mb}
    data = api.load(folder)
    found["fixed_mb"] = fixed
    found["sizes"] = {"events": len(data), "users": data.n_users, "items": data.n_items}
    print(json.dumps(found))


def resident(what: str) -> float:
    """MB of this process: VmRSS, now; VmHWM, at most since the peak began anew."""
    text = Path("/proc/self/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith(what)).split()[1]) / 1024


def asked(given: argparse.Namespace) -> list[str]:
    """The options of the named stages."""
    return [part for name in given.stage for part in ("--stage", name)]


def measure(given: argparse.Namespace) -> list[dict[str, Any]]:
    found = []
    for repeat in range(given.repeats):
        for times in TIMES:
            with tempfile.TemporaryDirectory() as place:
                write_events(given.events * times, Path(place), 10 * repeat + times)
                done = subprocess.run(
                    [sys.executable, "-m", "bench.scale.scale", "--child", place, *asked(given)],
                    capture_output=True,
                    text=True,
                )
            if done.returncode:
                raise SystemExit(done.stderr[-2000:])
            found.append(
                {"times": times, "repeat": repeat, **json.loads(done.stdout.splitlines()[-1])}
            )
            print(
                f"{times}x, run {repeat + 1}: "
                + ", ".join(f"{name} {found[-1][name]['seconds']:.2f} s" for name in given.stage),
                flush=True,
            )
    return found


def driver_of(row: dict[str, Any], name: str, unit: str = "seconds") -> float:
    """What this run's cost is a law of; memory always of events."""
    sizes, what = row["sizes"], plan.STAGES[name].driver if unit == "seconds" else "events"
    if what == "items":
        return float(len(texts_of(sizes["items"])))
    return plan.drivers(sizes["events"], people_of(sizes["users"]), sizes["items"])[what]


def law_of(rows: list[dict[str, Any]], name: str, unit: str, most: int = 8) -> plan.Law:
    some = [row for row in rows if row["times"] <= most]
    return plan.fit_law(
        [driver_of(row, name, unit) for row in some], [max(row[name][unit], 1e-6) for row in some]
    )


def error(rows: list[dict[str, Any]], name: str, unit: str, times: int) -> float:
    """|predicted by the sizes below / measured - 1| at this size; memory with what the libraries
    hold, as it is planned.
    """
    told = [row for row in rows if row["times"] == times]
    made = law_of(rows, name, unit, times // 2)
    fixed = float(np.median([row["fixed_mb"] for row in rows])) if unit == "mb" else 0.0
    real = float(np.median([row[name][unit] for row in told]))
    return abs((fixed + made.at(driver_of(told[0], name, unit))[0]) / (fixed + real) - 1)


def summary(rows: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    print(
        f"{'':40}{'exponent':>9}{'95% interval':>16}   predicted wrongly by: s at 4x, 8x; MB "
        "at 4x, 8x"
    )
    for name in names:
        seconds, mb = law_of(rows, name, "seconds"), law_of(rows, name, "mb")
        low, high = seconds.exponent()
        wrong = {
            f"{unit} {times}x": error(rows, name, unit, times)
            for unit in ("seconds", "mb")
            for times in (4, 8)
        }
        out[name] = {"seconds": plan.as_json(seconds), "mb": plan.as_json(mb), "error": wrong}
        print(
            f"{name:24}{plan.STAGES[name].driver:16}{seconds.b:9.2f} {low:7.2f}-{high:<7.2f}"
            + "".join(f"{value:>10.0%}" for value in wrong.values())
        )
    return out


def draw(rows: list[dict[str, Any]], names: list[str], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
    for axis, unit, label in (
        (axes[0], "seconds", "processor seconds"),
        (axes[1], "mb", "peak memory, MB"),
    ):
        for number, name in enumerate(names):
            events = np.array([row["sizes"]["events"] for row in rows], float)
            cost = np.array([max(row[name][unit], 1e-4) for row in rows])
            times = np.array([row["times"] for row in rows])
            axis.loglog(events, cost, ".", color=f"C{number}", alpha=0.5)
            middle = [[np.median(what[times == one]) for one in TIMES] for what in (events, cost)]
            axis.loglog(*middle, color=f"C{number}", label=name)
        axis.set_xlabel("events")
        axis.set_ylabel(label)
        axis.grid(alpha=0.3)
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=6, fontsize=9
    )
    figure.savefig(path, dpi=110)


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--events", type=int, default=25_000)
    parse.add_argument("--repeats", type=int, default=3)
    parse.add_argument("--publish", action="store_true")
    parse.add_argument("--stage", action="append", choices=list(plan.STAGES))
    parse.add_argument("--child", type=Path)
    parse.add_argument("--out", type=Path, default=Path("bench/results/scale.json"))
    given = parse.parse_args()
    some = bool(given.stage)
    given.stage = given.stage or list(plan.STAGES)
    if given.child:
        return child(given.child, given.stage)
    rows = measure(given)
    told = {
        "machine": f"{platform.machine()}, one thread, Python {platform.python_version()}",
        "command": f"python -m bench.scale.scale --events {given.events} --repeats {given.repeats} "
        "--publish" + "".join(f" --stage '{name}'" for name in given.stage if some),
        "largest": {
            plan.STAGES[name].driver: max(driver_of(row, name) for row in rows)
            for name in given.stage
        },
        "fixed_mb": float(np.median([row["fixed_mb"] for row in rows])),
        "stages": summary(rows, given.stage),
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(told | {"rows": rows}, indent=1), encoding="utf-8")
    draw(rows, given.stage, given.out.with_suffix(".png"))
    if given.publish and some:
        told = joined(json.loads(plan.LAWS.read_text(encoding="utf-8")), told)
    if given.publish:
        plan.LAWS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    if given.publish and not some:
        draw(rows, given.stage, Path("docs/images/scale.png"))


def joined(before: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The laws of before with the newly measured stages in place of their own."""
    stages = before["stages"] | new["stages"]
    return before | {
        "command": f"{before['command']}; {new['command']}",
        "largest": before["largest"] | new["largest"],
        "stages": {name: stages[name] for name in plan.STAGES if name in stages},
    }


if __name__ == "__main__":
    main()
