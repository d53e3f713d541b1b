"""Do private releases tell neighbouring data sets apart? Random pairs, all that is saved compared;
and the best attack that knows both.

    python -m bench.trust.neighbours [--pairs 200] [--draws 1000] [--only folders,attacks] [--out F]

folders: each pair differs by one person with events of a random kind (a label of their own, other
values, times, kinds of events). Both are read, fitted with one seed and saved without histories;
reported is how many pairs differ in anything but the noisy numbers: labels, order, header, names
and sizes of files. attacks: one pair, many fits with new noise; the 95% lower bound of epsilon must
lie below the promise.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.trust.privacy import run_parts
from whyrec import api, registry, workflows
from whyrec.core import Dataset, artefact
from whyrec.privacy.attack import distinguish
from whyrec.privacy.noise import Seeded
from whyrec.privacy.perturb import perturb

ITEMS = 12
EPSILON = 1.0
DELTA = 1e-5
SMALL: dict[str, dict[str, Any]] = {
    "private": {"items": 10, "groups": 3},
    "private-sequence": {
        "text": None,
        "label_dims": 4,
        "width": 8,
        "heads": 2,
        "length": 8,
        "steps": 2,
        "rate": 1.0,
    },
}
COLUMNS = ["user", "item", "value", "time", "kind"]
Row = tuple[str, str, float, int, str]


def crowd(rng: np.random.Generator, people: int = 40) -> list[Row]:
    return [
        (f"u{person:02d}", f"i{item:02d}", 1.0, 1_700_000_000 + 90 * person + place, "view")
        for person in range(people)
        for place, item in enumerate(rng.permutation(ITEMS)[: rng.integers(2, 9)])
    ]


def newcomer(rng: np.random.Generator) -> list[Row]:
    """One person's events, unlike anybody's in a random way."""
    labels = [f"i{item:02d}" for item in rng.permutation(ITEMS)[: rng.integers(1, ITEMS + 1)]]
    if rng.random() < 0.5:
        labels[0] = f"only-{rng.integers(10**9)}"
    kind = str(rng.choice(["view", "purchase", "like", "dislike"]))
    value = float(rng.choice([1.0, 0.5, 5.0, 417.0]))
    first = int(rng.choice([1, 1_600_000_000, 1_699_999_990]))
    return [("zoe", label, value, first + n, kind) for n, label in enumerate(labels)]


def written(folder: Path, rows: list[Row]) -> Path:
    folder.mkdir(parents=True)
    pl.DataFrame(rows, schema=COLUMNS, orient="row").write_csv(folder / "events.csv")
    labels = [*(f"i{n:02d}" for n in range(ITEMS)), "never-chosen"]
    kinds = ["drama" if n % 2 else "comedy" for n in range(len(labels))]
    pl.DataFrame({"item": labels, "categories": kinds}).write_csv(folder / "items.csv")
    return folder


def public_part(folder: Path) -> dict[str, Any]:
    """All in a folder but the noisy numbers and what follows from their bytes."""
    stored = artefact.load(folder)
    arrays = {
        name: (array.shape, str(array.dtype), name.startswith("model.") or array.tobytes())
        for name, array in stored.arrays.items()
    }
    files = sorted((path.name.split("-")[0], path.suffix) for path in folder.iterdir())
    sizes = sorted(path.stat().st_size for path in folder.iterdir() if path.suffix == ".npy")
    header = {k: v for k, v in stored.header.items() if k not in ("files", "sha256", "created")}
    return {
        "header": json.dumps(header, sort_keys=True),
        "documents": json.dumps(stored.documents, sort_keys=True),
        "arrays": arrays,
        "files": files,
        "sizes": sizes,
    }


def folders(pairs: int) -> list[dict[str, Any]]:
    out = []
    for name, settings in SMALL.items():
        differ: dict[str, int] = {}
        for number in range(pairs):
            rng = np.random.default_rng(number)
            rows, more = crowd(rng), newcomer(rng)
            with tempfile.TemporaryDirectory() as place:
                found = []
                for side, events in (("without", rows), ("with", more + rows)):
                    data = written(Path(place) / side / "shop", events)
                    made = Path(place) / side / "model"
                    config = {**settings, "reproducible": True}
                    workflows.fit(data, name, made, config=config, histories=False)
                    found.append(public_part(made))
            for part, value in found[0].items():
                differ[part] = differ.get(part, 0) + (value != found[1][part])
        out.append({"model": name, "pairs": pairs, **differ})
    return out


def attacks(draws: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(0)
    rows = crowd(rng)
    alone = [("zoe", "i03", 1.0, 1_700_009_999, "view"), ("zoe", "i07", 1.0, 1_700_009_999, "view")]
    with tempfile.TemporaryDirectory() as place:
        one, other = (
            api.load(written(Path(place) / str(n) / "shop", events), catalogue="own")
            for n, events in enumerate((rows, rows + alone))
        )
    out = []
    for name, settings in SMALL.items():
        config = {**settings, "epsilon": EPSILON, "delta": DELTA, "reproducible": True}

        def numbers(data: Dataset, seed: int, name: str = name, config: Any = config) -> Any:
            made = registry.model(name, **config).fit(data, seed=seed)
            arrays = artefact.model_parts(made)[0]
            return np.concatenate([np.ravel(array) for array in arrays.values()]).astype(float)

        found = distinguish(numbers, one, other, draws=draws, delta=DELTA)
        out.append({"release": name, "promise": EPSILON} | vars(found))

    changed = one.item.copy()
    changed[0] = np.setdiff1d(np.arange(ITEMS), one.item[one.user == one.user[0]])[0]
    moved = Dataset(
        one.user,
        changed,
        one.value,
        one.time,
        one.users,
        one.items,
        one.item_table,
        catalogue=one.catalogue,
    )

    def bits(data: Dataset, seed: int) -> Any:
        told = perturb(data, EPSILON, random=Seeded(seed))
        return np.bincount(told.item[told.user == one.user[0]], minlength=told.n_items).astype(
            float
        )

    # another item in place of one is two bits, so twice epsilon is promised
    found = distinguish(bits, one, moved, draws=draws)
    out.append({"release": "perturb, two bits", "promise": 2 * EPSILON} | vars(found))
    return out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--only", default="folders,attacks")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parents[1] / "results" / "neighbours.json"
    )
    given = parser.parse_args()
    parts = {"folders": lambda: folders(given.pairs), "attacks": lambda: attacks(given.draws)}
    run_parts(parts, given.only, given.out)


if __name__ == "__main__":
    main()
