"""Does the glass box name the sense by which people choose? A world where each person has one,
known to us.

    python -m bench.accuracy.modalities [--seeds 0 1 2] [--out FILE]

For each person, of the first recommended item: which modality gives the larger part of the score,
and was it theirs?
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.accuracy.accuracy import ROOT, write
from whyrec import registry
from whyrec.core import recommend
from whyrec.data.simulate import SenseWorld, senses


def right(world: SenseWorld, seed: int, parts: list[str]) -> np.ndarray:
    """(people,) bool."""
    model = registry.model("additive", components=parts).fit(world.data, seed=seed)
    found = []
    for person, slate in enumerate(recommend(model, world.data.histories, 1)):
        parts_of = model.part_contributions(world.data.histories[person], int(slate.items[0]))
        found.append(
            np.argmax([parts_of[name].sum() for name in world.names]) == world.sense[person]
        )
    return np.array(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "modalities.json")
    options = parser.parse_args()
    table, rows = (
        Table(
            "pull",
            "seed",
            "people",
            "named right",
            title="the sense by which people choose (bar: 95%)",
        ),
        [],
    )
    for pull in (3.0, 6.0, 10.0):
        for seed in options.seeds:
            found = right(senses(seed=seed, pull=pull), seed, ["ease", "transitions"])
            rows.append(
                {"pull": pull, "seed": seed, "people": len(found), "right": float(found.mean())}
            )
            table.add_row(f"{pull:g}", str(seed), str(len(found)), f"{found.mean():.1%}")
    write(options.out, options, {"rows": rows})
    Console().print(table)


if __name__ == "__main__":
    main()
