"""The large model made small: bytes, milliseconds, accuracy and reasons of each form, over seeds; a
table, JSON, a picture.

    python -m bench.trust.compress [--sets amazon-games.zip,ml-1m-order.zip] [--people 20000]
    [--epochs 3] [--seeds 0,1,2,3,4]
                             [--forms kept,small,pruned,smallest] [--models FOLDER] [--out FOLDER]

The large model is fitted on the training events of next-item; all forms are judged on the same test
people. A loss is the mean over the seeds of its making, paired over people; the spread over seeds
stands beside it. --models: fitted models are kept there and used again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bench.accuracy.accuracy import find_data
from bench.accuracy.fusion import fitted
from bench.accuracy.row_specs import FILMS_SEQUENCE, SHOP_SEQUENCE
from whyrec import api, registry
from whyrec.core import Measurement, progress
from whyrec.data.split import next_item
from whyrec.visualise.views.pareto import pareto
from whyrec.workflows.compress import lines, ndcg, row

LARGE = {"ml-1m-order.zip": FILMS_SEQUENCE, "amazon-games.zip": SHOP_SEQUENCE[0]}
FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "kept": (
        "64 + 64 bytes an item, nothing learned again",
        {"item_bytes": 64, "event_bytes": 64, "epochs": 0},
    ),
    "small": (
        "32 + 64 bytes, items learn again",
        {"item_bytes": 32, "event_bytes": 64, "only_items": True},
    ),
    "pruned": (
        "32 + 64 bytes, half of heads and units",
        {"item_bytes": 32, "event_bytes": 64, "heads": 2, "units": 128},
    ),
    "block": ("32 + 64 bytes, one block", {"item_bytes": 32, "event_bytes": 64, "blocks": 1}),
    "smallest": ("32 + 16 bytes, all learns again", {"item_bytes": 32, "event_bytes": 16}),
}


def steps(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The table of a data set."""
    split = next_item(api.load(find_data(name, None)))
    large, _ = fitted(LARGE[name], split, None, arguments)
    cases = split.test.sample(arguments.people, 0)
    counts = np.bincount(split.train.item, minlength=split.train.n_items)
    before = ndcg(large, cases)
    rows, tables = [row("large", large, large, cases, before, before, counts)], {}
    for form in arguments.forms.split(","):
        label, how = FORMS[form]
        made, after = None, []
        for seed in map(int, arguments.seeds.split(",")):
            one = registry.model("compact", **{"epochs": arguments.epochs} | how).of(
                large, split.train, seed=seed
            )
            made = made or one
            after.append(ndcg(one, cases).values)
        mean = Measurement("ndcg@10", np.mean(after, 0))
        rows.append(
            row(label, made, large, cases, before, mean, counts)
            | {"seeds": [round(float(1 - one.mean() / before.values.mean()), 4) for one in after]}
        )
        tables[label] = table(large, made)
        print(label, rows[-1]["loss"], "by seed", rows[-1]["seeds"], flush=True)
    return {"data": name, "steps": rows, "chosen": "", "people": len(cases), "item_table": tables}


def table(large: Any, small: Any) -> dict[str, int]:
    """Bytes of what is kept of each item: vectors to recommend and of events, and what the large
    model reads of its text.
    """
    served = large.served()
    before = served.vectors.nbytes + served.events.nbytes + large.side_.nbytes
    return {"before": before, "after": sum(small._codes(side).nbytes for side in ("item", "event"))}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", default=",".join(LARGE))
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seeds", default="0,1,2,3,4")
    parser.add_argument("--forms", default="kept,small,pruned,smallest")
    parser.add_argument("--models", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=Path("bench/results"))
    arguments = parser.parse_args()
    arguments.seed, found = 0, []
    arguments.out.mkdir(parents=True, exist_ok=True)
    with threadpool_limits(1):
        for name in arguments.sets.split(","):
            found.append(steps(name, arguments))
            progress.table(
                lines(found[-1]),
                f"{name}, {found[-1]['people']:,} people, seeds {arguments.seeds}",
            )
            for label, one in found[-1]["item_table"].items():
                print(
                    f"item table, {label}: {one['before'] / 1e6:.1f} MB, then "
                    f"{one['after'] / 1e6:.2f} MB: "
                    f"{one['before'] / one['after']:.1f} times smaller"
                )
            picture = pareto(
                found[-1]["steps"],
                arguments.out / f"compress-{Path(name).stem}.png",
                title=f"{Path(name).stem}: the large model and its smaller forms",
            )
            print(f"picture: {picture}")
    (arguments.out / "compress.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
