"""RMSE and MAE of predicted ratings beside means and a tuned SVD.

    python -m bench.accuracy.ratings [--data FOLDER] [--sets u1 ml-1m] [--rows mean biases svd
    rating] [--seeds 0,1,2] [--out FILE]

Sets: u1, MovieLens 100K's official first fold; ml-1m, a random tenth of MovieLens 1M (split seed
0). Every row runs in a process of its own on one thread. What needs tuning (biases, SVD) is tuned
on a tenth of the training ratings and then fitted on all of them; the rating head runs with its
defaults.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy_ours import write_data
from bench.accuracy.accuracy_run import BENCH, Failed, environment
from whyrec import api
from whyrec.core import ArgumentError, Dataset, Measurement, WhyrecError, progress
from whyrec.data.formats.movielens import official_split
from whyrec.data.readers.archive import open_source
from whyrec.data.split import rating_split
from whyrec.evaluate.ratings import errors, rmse
from whyrec.evaluate.statistics import paired

SETS = {"u1": "ml-100k.zip", "ml-1m": "ml-1m.zip"}
SEEDS = {"u1": (0, 1, 2), "ml-1m": (0,)}
ROWS = {
    "mean": "mean of all ratings",
    "biases": "biases, tuned",
    "svd": "SVD, tuned (Surprise)",
    "rating": "rating",
}
SURPRISE = BENCH.parent / ".venv-surprise" / "bin" / "python"


def split(name: str, folder: Path) -> tuple[Dataset, Dataset]:
    """(train, test) of the set."""
    path = folder / SETS[name]
    if not path.exists():
        raise ArgumentError(
            "the data set must be at hand",
            given=f"no {path.name} in {folder}",
            fix="give its folder with DATA= or in WHYREC_DATA",
        )
    if name == "u1":
        with open_source(path) as source:
            return official_split(source, "u1")
    return rating_split(
        api.load(path, ratings="all"), 0.1, seed=0
    )  # to foretell ratings, all of them


def written(train: Dataset, test: Dataset, folder: Path) -> dict[str, Any]:
    """Both sides on disk: as data sets for us, as arrays for the peer; held: the training
    ratings to tune on.
    """
    write_data(str(folder / "train"), train)
    write_data(str(folder / "test"), test)
    held = np.random.default_rng(1).random(len(train)) < 0.1
    np.savez(
        folder / "arrays.npz",
        user=train.user,
        item=train.item,
        value=train.value,
        held=held,
        test_user=test.user,
        test_item=test.item,
    )
    return {
        "train": str(folder / "train"),
        "test": str(folder / "test"),
        "arrays": str(folder / "arrays.npz"),
    }


def run(row: str, job: dict[str, Any], folder: Path) -> tuple[np.ndarray, dict[str, Any]]:
    """The row's predictions of the test ratings and the facts of its run."""
    python, script = (
        (SURPRISE, [str(BENCH / "peers" / "surprise_svd.py")])
        if row == "svd"
        else (sys.executable, ["-m", "bench.accuracy.ratings_row"])
    )
    if not Path(python).exists():
        raise ArgumentError(
            "Surprise needs an environment of its own",
            given="no .venv-surprise here",
            fix="run `make bench-ratings`, or leave it out with --rows mean biases rating",
        )
    job = job | {"row": row, "out": str(folder / "answer.npz")}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    done = subprocess.run(
        [str(python), *script, str(folder / "job.json")],
        env=environment(1),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{row}: exit {done.returncode}: {done.stderr.strip()[-600:]}")
    with np.load(job["out"]) as answer:
        return answer["predicted"], json.loads(str(answer["facts"]))


def measured(
    row: str, job: dict[str, Any], test: Dataset, seeds: tuple[int, ...], folder: Path
) -> tuple[dict[str, Any], dict[str, Any], Measurement]:
    """(the table's line, all that was measured, squared errors averaged over the seeds)."""
    facts, found = [], []
    for seed in seeds if row in ("svd", "rating") else seeds[:1]:
        settings = facts[0]["settings"] if facts else {}  # tuned once
        guess, fact = run(row, job | {"seed": seed, "settings": settings}, folder)
        facts.append(fact)
        found.append(errors(guess, test.value))
    squared, absolute = (
        Measurement(name, np.mean([one[name].values for one in found], 0), higher_is_better=False)
        for name in ("squared", "absolute")
    )
    each = [rmse(one["squared"]).mean for one in found]
    low, high = rmse(squared)[1:]
    settings = " ".join(f"{k}={v}" for k, v in (facts[0].get("settings") or {}).items())
    line = {
        "model": ROWS[row],
        "RMSE": float(np.mean(each)),
        "low": low,
        "high": high,
        "MAE": absolute.mean,
        "fit s": _mean(facts, "fit_seconds"),
        "CPU s": _mean(facts, "fit_cpu_seconds"),
        "tuning CPU s": facts[0].get("tune_cpu_seconds"),
        "peak MB": max(f["peak_mb"] for f in facts),
        "RMSE of each seed": " ".join(f"{e:.4f}" for e in each),
        "settings": settings or "defaults",
    }
    return (
        line,
        line | {"row": row, "seeds": list(seeds[: len(each)]), "rmse": each, "facts": facts},
        squared,
    )


def _mean(facts: list[dict[str, Any]], name: str) -> float:
    return round(float(np.mean([fact[name] for fact in facts])), 1)


def table(name: str, data: Path, rows: list[str], seeds: tuple[int, ...]) -> dict[str, Any]:
    """Measure and print one set."""
    train, test = split(name, data)
    lines, kept, squared = [], [], {}
    with tempfile.TemporaryDirectory() as folder:
        job = written(train, test, Path(folder))
        for row in rows:
            line, all_of_it, squared[row] = measured(row, job, test, seeds, Path(folder))
            lines.append(line)
            kept.append(all_of_it)
            print(f"{name}: {row} {line['RMSE']:.4f}", file=sys.stderr, flush=True)
    progress.table(
        lines,
        f"{name}: {len(train):,} ratings to learn from, {len(test):,} to predict, "
        f"{train.n_users:,} people, "
        f"{train.n_items:,} items",
    )
    out = {"set": name, "train": len(train), "test": len(test), "rows": kept}
    if {"svd", "rating"} <= set(squared):
        gain = paired(squared["rating"], squared["svd"])
        print(
            f"squared error, rating - SVD, paired: {gain.mean:+.4f} [{gain.low:+.4f}, "
            f"{gain.high:+.4f}]\n"
        )
        out["rating minus svd"] = gain._asdict()
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = os.environ.get("WHYREC_DATA") or BENCH.parents[1] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(default), help="the folder of the zips")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument(
        "--seeds", help="of the fits, e.g. 0,1,2; default three for u1, one for ml-1m"
    )
    parser.add_argument("--out", type=Path, default=BENCH / "results" / "ratings.json")
    options = parser.parse_args()
    try:
        found = [
            table(
                name,
                options.data,
                options.rows,
                tuple(map(int, options.seeds.split(","))) if options.seeds else SEEDS[name],
            )
            for name in options.sets
        ]
    except (WhyrecError, Failed) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"sets": found}, indent=1, default=float), encoding="utf-8")


if __name__ == "__main__":
    main()
