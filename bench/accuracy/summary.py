"""The models of the summary in docs/benchmarks.md, measured anew and kept as JSON.

    python -m bench.accuracy.summary [--data FOLDER] [--sets ml-1m-order,...] [--refit]
        [--models additive] [--budget best]

Each data set is compared by `whyrec compare --no-tune` in a process of its own, on one thread. The
result goes to docs/results/accuracy/SET[-BUDGET][-refit].json with its command, commit, date and
the machine's load at the start. `make claims` makes the tables from these files.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.accuracy.accuracy import ROOT, find_data
from bench.kept_result import provenance
from whyrec.core import progress

RESULTS = ROOT / "docs" / "results" / "accuracy"
MODELS = ("popular", "knn", "als", "ease", "pctm", "cooccurrence", "additive")
SHOP = "online-retail-ii-2009-2010.parquet"
COLUMNS = (
    "--columns",
    'user="Customer ID",item=StockCode,time=InvoiceDate,title=Description',
)
SETS: dict[str, tuple[str, tuple[str, ...]]] = {  # by the name of the result
    "ml-1m-order": ("ml-1m-order.zip", ()),
    "amazon-beauty": ("amazon-beauty.zip", ()),
    "amazon-games": ("amazon-games.zip", ()),
    "ml-latest-small": ("ml-latest-small.zip", ()),
    "ml-100k": ("ml-100k.zip", ()),
    "lastfm": ("hetrec2011-lastfm-2k.zip", ("--protocol", "random")),
    "goodbooks": ("goodbooks-10k-5pct-users.zip", ("--protocol", "random")),
    "shop": (SHOP, COLUMNS),
    "shop-repeat": (SHOP, (*COLUMNS, "--repeat")),
}
KEPT = ("ndcg@10", "hr@10")


def measured(
    name: str, folder: Path | None, models: list[str], *, budget: str | None, refit: bool
) -> dict[str, Any]:
    """Compare the models on one data set in a process of its own."""
    data, more = SETS[name]
    if "--repeat" in more:
        models = [models[0], "personal-popular", *models[1:]]
    arguments = ["--models", ",".join(models), "--no-tune", *more]
    arguments += ["--budget", budget] if budget else []
    arguments += ["--refit"] if refit else []
    load = os.getloadavg()[0]
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "whyrec", "compare", "--json"),
            *("--data", str(find_data(data, folder)), *arguments),
        ],
        env=os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(answer.stdout)
    rows = [
        {
            "model": row["model"],
            "fit_cpu_seconds": round(row["fit_cpu_seconds"], 1),
            "peak_mb": row["peak_mb"],
            **{metric: row["metrics"][metric] for metric in KEPT},
        }
        for row in found["rows"]
    ]
    return {
        "data": data,
        **provenance(
            f"OMP_NUM_THREADS=1 whyrec compare --data {data} {shlex.join(arguments)}", load
        ),
        **{key: found[key] for key in ("protocol", "users", "items", "events", "cases")},
        "rows": rows,
        "comparisons": [one for one in found["comparisons"] if "additive" in (one["a"], one["b"])],
    }


def main() -> None:
    """Measure and write."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--data", type=Path, default=None)
    made.add_argument("--sets", default=",".join(SETS))
    made.add_argument("--models", default=",".join(MODELS))
    made.add_argument("--budget", help="of each fit, as whyrec compare takes it")
    made.add_argument("--refit", action="store_true")
    options = made.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    for name in options.sets.split(","):
        found = measured(
            name,
            options.data,
            options.models.split(","),
            budget=options.budget,
            refit=options.refit,
        )
        parts = [name, options.budget, "refit" if options.refit else None]
        path = RESULTS / f"{'-'.join(part for part in parts if part)}.json"
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        progress.line(
            f"{path.relative_to(ROOT)}: "
            + ", ".join(f"{row['model']} {row['ndcg@10']['mean']:.4f}" for row in found["rows"])
        )


if __name__ == "__main__":
    main()
