"""What the views find: factors and concepts on real and planted data, how many are stable, and
seconds of every view.

    python -m bench.explanation.views [--sets films amazon-games.zip ml-1m.zip
    hetrec2011-lastfm-2k.zip] [--model FOLDER] [--out FILE]

Factors: of each set, stable and named ones, agreement of their names under another seed, and of the
same events dealt anew how many are named. films: how many of the planted genres are among the
names. --model: a fitted large model, for seconds of every view and for concepts under two seeds.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import ROOT, find_data, write
from whyrec import api, storage
from whyrec.core import progress
from whyrec.data.simulate import film_table
from whyrec.visualise.views.concepts import find_concepts, vectors_of
from whyrec.visualise.views.factors import named_factors
from whyrec.workflows.views import look


def of_set(name: str, where: str | None) -> dict[str, Any]:
    data = api.load("films" if name == "films" else find_data(name, where))
    start = time.perf_counter()
    found = named_factors(data)[1]
    seconds = time.perf_counter() - start
    stable = [one for one in found if one.stable]
    again = {one.name.split(" · ")[0] for one in named_factors(data, seed=1)[1]}
    dealt = dataclasses.replace(data, item=np.random.default_rng(0).permutation(data.item))
    row = {
        "set": name,
        "factors": len(found),
        "stable": len(stable),
        "named": sum(bool(one.terms) for one in stable),
        "same name, other seed": _share([one.name.split(" · ")[0] in again for one in stable]),
        "stable, dealt anew": sum(one.stable for one in named_factors(dealt)[1]),
        "seconds": round(seconds, 2),
        "planted found": "–",
    }
    if name == "films":
        genres = set(film_table().genres)
        row["planted found"] = (
            f"{len(genres & {term for one in stable for term, _ in one.terms})} of {len(genres)}"
        )
    return row


def _share(values: list[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


def of_model(folder: Path) -> dict[str, Any]:
    """Concepts under two seeds, and every view's seconds."""
    fitted = storage.open_fitted(folder)
    vectors, items, _ = vectors_of(fitted.model, fitted.data)
    runs = [
        [
            one
            for one in find_concepts(vectors, items, fitted.data, seed=seed)[1]
            if one.stable and one.name
        ]
        for seed in (0, 1)
    ]
    noise = np.stack([np.random.default_rng(0).permutation(column) for column in vectors.T], 1)
    none = [one for one in find_concepts(noise, items, fitted.data)[1] if one.stable and one.again]
    with tempfile.TemporaryDirectory() as out:
        views = look(fitted, Path(out)).views
    return {
        "model": folder.name,
        "concepts": len(runs[0]),
        "twin of the other seed has the same name": float(np.mean([one.again for one in runs[0]])),
        "pure": float(np.mean([one.pure for one in runs[0]])),
        "random direction": runs[0][0].chance,
        "concepts of noise": len(none),
        "names of another run": float(
            np.mean([one.name in {o.name for o in runs[1]} for one in runs[0]])
        ),
        "seconds": {row["view"]: row["seconds"] for row in views},
    }


def main() -> None:
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--sets",
        nargs="*",
        default=["films", "amazon-games.zip", "ml-1m.zip", "hetrec2011-lastfm-2k.zip"],
    )
    made.add_argument("--data")
    made.add_argument("--model")
    made.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "look.json")
    options = made.parse_args()
    rows = [of_set(name, options.data) for name in options.sets]
    progress.table(rows, "Factors")
    model = of_model(Path(options.model)) if options.model else None
    if model:
        progress.table(
            [{k: v for k, v in model.items() if k != "seconds"}],
            "Concepts of a model's item vectors",
        )
        progress.table([model["seconds"]], "Seconds of every view, two languages, with all files")
    write(options.out, options, {"sets": rows, "model": model})


if __name__ == "__main__":
    main()
