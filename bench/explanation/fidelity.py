"""How faithfully interpretable models follow a large one, and how accurate each is: one table, and
JSON.

    python -m bench.explanation.fidelity --teacher FOLDER --set amazon-games.zip [--teach 2000]
    [--people 1000] [--cases 2000]

The teacher is a folder of `whyrec fit` whose items are those of the set, fitted on the training
events of the protocol next-item (its accuracy is only fair then). Students are taught its
standardised scores on the histories of some people
and measured on others, on 1,000 candidates each: 300 the most popular, 400 the most tied to the
history, 300 random, none chosen by the teacher. "ties" says whether the students see how the large
model ties items, or the data alone. Rows "from choices" learned what people chose, not the teacher.
Accuracy: full ranking on the test cases.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import ROOT, find_data, write
from whyrec import api, registry, storage
from whyrec.core import ArgumentError, Measurement, WhyrecError, progress
from whyrec.core.cases import EvaluationCases, ranked
from whyrec.core.progress import interval
from whyrec.data.split import next_item
from whyrec.evaluate.accuracy import measure
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.models.interpretable.features import Features
from whyrec.models.interpretable.surrogate import (
    One,
    candidate_sets,
    fidelity,
    imitate,
    item_ties,
    people_apart,
)

STUDENTS: dict[str, dict[str, Any]] = {
    "tree": {"max_depth": 7},
    "rules": {},
    "ebm": {"bins": 512, "interactions": 0},
}
TRIVIAL = ("popularity", "cochosen", "after", "model")
NAMES = ("r2", "tau", "overlap@10")


class Run:
    """One data set with its teacher: rows are added one by one."""

    def __init__(self, options: Any) -> None:
        self.options, self.teacher = options, storage.open_fitted(options.teacher).model
        data = api.load(find_data(options.set, options.data))
        self.split = next_item(data)
        train = self.split.train
        self.taught, self.measured = people_apart(
            train, options.teach, options.people, options.seed
        )
        clock = time.perf_counter()
        vectors = None
        if options.text:
            from whyrec.models.item_content.item_texts import item_texts
            from whyrec.models.item_content.text_encoder import encode

            vectors = encode(item_texts(train.item_table, labels=train.items))
        ties = item_ties(self.teacher, train.n_items, seed=options.seed)
        self.features = {
            "yes": Features.of(train, vectors=vectors, ties=ties),
            "no": Features.of(train, vectors=vectors),
        }
        self.items = candidate_sets(
            self.features["no"], self.measured, options.candidates, seed=options.seed + 1
        )
        self.cases = self.split.test.sample(options.cases, options.seed)
        self.seconds = time.perf_counter() - clock
        self.rows: list[dict[str, Any]] = []
        self.values: dict[tuple[str, str], dict[str, Measurement]] = {}

    def add(self, name: str, ties: str, model: Any, seconds: float | None = None) -> None:
        """Measure the model and keep the row."""
        found = dict(fidelity(model, self.teacher, self.measured, self.items))
        if hasattr(model, "score"):
            found["ndcg@10"] = accuracy(model, self.cases)
        self.values[name, ties] = found
        self.rows.append(
            {
                "model": name,
                "ties": ties,
                "fit_seconds": seconds,
                "metrics": {
                    key: {k: round(v, 4) for k, v in bootstrap(value)._asdict().items()}
                    for key, value in found.items()
                },
            }
        )
        progress.line(
            f"{name} ({ties}): " + ", ".join(f"{k} {v.mean:.3f}" for k, v in found.items())
        )

    def all(self) -> None:
        self.add("teacher", "", self.teacher)
        for ties, features in self.features.items():
            for name in TRIVIAL if ties == "yes" else ():
                if name in features.names:
                    self.add(
                        f"{name} alone",
                        ties,
                        imitate(One(name), self.teacher, features, self.taught[:2]),
                    )
            for name, settings in STUDENTS.items():
                start = time.perf_counter()
                student = imitate(
                    registry.model(name, **settings),
                    self.teacher,
                    features,
                    self.taught,
                    candidates=self.options.candidates,
                    seed=self.options.seed,
                )
                self.add(name, ties, student, round(time.perf_counter() - start, 1))
        for name in STUDENTS:
            start = time.perf_counter()
            model = registry.model(name).fit(
                self.split.train, seed=self.options.seed, valid=self.split.valid
            )
            self.add(f"{name} from choices", "no", model, round(time.perf_counter() - start, 1))

    def differences(self) -> list[dict[str, Any]]:
        """The EBM against tree, rules and the best single feature, paired over people."""
        out = []
        for ties in ("yes", "no"):
            for other in ("tree", "rules", *(f"{name} alone" for name in TRIVIAL if ties == "yes")):
                for key in NAMES:
                    if (other, ties) in self.values:
                        found = paired(self.values["ebm", ties][key], self.values[other, ties][key])
                        out.append(
                            {
                                "a": "ebm",
                                "b": other,
                                "ties": ties,
                                "metric": key,
                                "difference": {k: round(v, 4) for k, v in found._asdict().items()},
                            }
                        )
        return out


def accuracy(model: Any, cases: EvaluationCases) -> Measurement:
    return measure(ranked(model, cases, 10), cases, np.zeros(1), metrics=("ndcg@10",))["ndcg@10"]


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = made.add_argument
    add("--teacher", required=True, help="a folder of `whyrec fit`")
    add("--set", default="amazon-games.zip", help="the data set the teacher was fitted on")
    add("--data", help="the folder that holds the data sets")
    add("--teach", type=int, default=2_000, help="people whose histories the students learn on")
    add("--people", type=int, default=1_000, help="other people, to measure on")
    add("--candidates", type=int, default=1_000)
    add("--cases", type=int, default=2_000, help="test cases of the accuracy")
    add(
        "--no-text",
        dest="text",
        action="store_false",
        help="no vectors of a text encoder among the features",
    )
    add("--seed", type=int, default=0)
    add("--out", type=Path, default=ROOT / "bench" / "results" / "fidelity.json")
    return made


def main() -> int:
    options = parser().parse_args()
    try:
        run = Run(options)
        if run.teacher.score(run.cases.queries[:1]).shape[1] != run.split.train.n_items:
            raise ArgumentError("the teacher must have the items of the set", given=options.set)
        run.all()
    except WhyrecError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2
    options.teacher = "given"
    write(
        options.out,
        options,
        {
            "set": options.set,
            "features": {k: list(f.names) for k, f in run.features.items()},
            "absent": dict(run.features["no"].absent),
            "rows": run.rows,
            "differences": run.differences(),
        },
    )
    progress.table(
        [
            {
                "model": row["model"],
                "ties": row["ties"],
                **{
                    key: interval(row["metrics"][key]) if key in row["metrics"] else ""
                    for key in (*NAMES, "ndcg@10")
                },
                "fit s": row["fit_seconds"],
            }
            for row in run.rows
        ],
        f"{options.set}: {len(run.measured):,} people measured, {run.items.shape[1]:,} "
        "candidates each, "
        f"{len(run.taught):,} others taught on; accuracy on {len(run.cases):,} cases",
    )
    for row in run.differences():
        d = row["difference"]
        progress.line(
            f"ebm − {row['b']} (ties: {row['ties']}), {row['metric']}: {d['mean']:+.4f} "
            f"[{d['low']:+.4f}, {d['high']:+.4f}]"
        )
    progress.line(f"written: {options.out.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
