"""Milliseconds of the service's answers, reasons tested by removal or none: all items scored, or
those that an index finds.

    OMP_NUM_THREADS=1 python -m bench.scale.answer_latency [--items 100000,1000000] [--dims 64]
    [--people 200] [--neighbours 2200]

A low-rank model of simulated vectors (bench/scale/neighbours.py), lists of ten for sessions;
without web and log. One core.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bench.scale.neighbours import now, people, spread_of, world
from whyrec import registry
from whyrec.core import Dataset
from whyrec.serve.recommend.answer import Inputs, answer
from whyrec.serve.recommend.snapshot import ServingSnapshot, open_live


def live_of(items: int, dims: int) -> tuple[ServingSnapshot, np.ndarray]:
    """The model with its catalogue, and each item's cluster."""
    term, base, cluster = world(items, dims, 0.5, 0)
    model = registry.model(
        "lowrank",
        text=None,
        heads=len(term.position_weights),
        head_dims=dims // len(term.position_weights),
    )
    model.keys_, model.queries_, model.position_weights_, model.base_ = (
        term.keys,
        term.queries,
        term.position_weights,
        base,
    )
    none = np.zeros(0, int)
    data = Dataset(none, none, none, none, [], [f"i{i}" for i in range(items)])
    return open_live("bench", "lowrank", model, data), cluster


def measure(items: int, given: argparse.Namespace) -> list[dict[str, Any]]:
    live, cluster = live_of(items, given.dims)
    sessions = [
        [live.labels[item] for item in query.items]
        for query in people(given.people, cluster, live.model.base_, 1)
    ]
    rows, shown = [], {}
    for explain in (False, True):
        for few in (0, given.neighbours):
            asked = [Inputs(session=one, explain=explain, neighbours=few) for one in sessions]
            took = []
            for number, inputs in enumerate([*asked[:5], *asked]):
                began = now()
                body = answer(live, inputs)
                if number >= 5:  # before: what a first answer makes is kept
                    took.append(1e3 * (now() - began))
                    shown[few, number] = {row["item"] for row in body["items"]}
            kept = np.mean(
                [
                    len(shown[0, n] & shown[few, n]) / len(shown[0, n])
                    for n in range(5, 5 + len(asked))
                ]
            )
            rows.append(
                {
                    "items": items,
                    "reasons": explain,
                    "scored": few or items,
                    "kept": round(float(kept), 4),
                    **spread_of(took),
                }
            )
    return rows


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--items", default="100000,1000000")
    for name, default in (("dims", 64), ("people", 200), ("neighbours", 2200)):
        parse.add_argument(f"--{name}", type=int, default=default)
    parse.add_argument("--out", type=Path, default=Path("bench/results/answers.json"))
    given = parse.parse_args()
    with threadpool_limits(1):
        rows = [row for items in given.items.split(",") for row in measure(int(items), given)]
    print(
        f"{'items':>10} {'reasons':>8} {'scored':>10} {'kept':>7} "
        f"{'p50 ms':>8} {'p99 ms':>8} {'cpu p50':>8} {'cpu p99':>8}"
    )
    for row in rows:
        print(
            f"{row['items']:10} {'yes' if row['reasons'] else 'no':>8} {row['scored']:10} "
            f"{row['kept']:7.4f} "
            f"{row['p50']:8.2f} {row['p99']:8.2f} {row['cpu_p50']:8.2f} {row['cpu_p99']:8.2f}"
        )
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(
        json.dumps({"dims": given.dims, "people": given.people, "rows": rows}, indent=1),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
