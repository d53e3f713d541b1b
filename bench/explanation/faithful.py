"""How true explanations are: every explainer on the same people, one table per recommender, and
JSON.

    python -m bench.explanation.faithful --models FOLDER [--rows ml-1m-order-sequence ...] [--people
    200] [--last 50]
                             [--shapley 40] [--out FILE]

FOLDER holds folders of `whyrec fit`, named SET-MODEL (ml-1m-order-sequence). People are split 80 :
20 with seed 42: explainers learn, and choices are made, on the 80%; the tables are of others. Each
history is cut to its latest --last events, the item explained is the model's first recommendation.
One explanation of each method serves all metrics.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import ROOT, write
from bench.explanation.kernel_shap import kernel_shap
from whyrec import api, registry, storage
from whyrec.core import ArgumentError, Queries, WhyrecError, progress, recommend
from whyrec.evaluate.faithfulness import Faithfulness, faithfulness
from whyrec.evaluate.quality import agreement, by_group, sparsity, stability
from whyrec.explain.games import Game
from whyrec.explain.learned import Learned, learned
from whyrec.explain.shapley import enumerated, sampled
from whyrec.workflows.faithfulness import people_apart

DEFAULT_ROWS = (
    "ml-1m-order-additive",
    "ml-1m-order-sequence",
    "amazon-games-additive-taught",
    "amazon-games-sequence",
)
SHOWN = ("pos@5", "pos@20", "neg@5", "del", "ins", "cdcg", "drop", "pos@5.few", "cdcg.few")
SEQUENCE = (
    "deletion",
    "deletion-margin",
    "greedy-removal",
    "bidirectional-removal",
    "shapley",
    "lime",
    "gradient-input",
    "integrated-gradients",
    "attention",
)
ADDITIVE = ("exact", "deletion-margin", "greedy-removal", "bidirectional-removal", "lime")


def cut(queries: Queries, last: int) -> Queries:
    """Each history's latest events; a history so cut is one of its own, its user unknown."""
    return Queries.of([query.without(range(max(0, len(query) - last))) for query in queries])


class Run:
    """One recommender: its people, its explainers, its rows."""

    def __init__(self, name: str, options: Any) -> None:
        self.name, self.options = name, options
        fitted = storage.open_fitted(options.models / name)
        self.model, self.data = fitted.model, fitted.data
        train, test = people_apart(self.data)
        rng = np.random.default_rng(options.seed)
        histories = self.data.histories
        self.test = cut(histories[np.sort(rng.permutation(test)[: options.people])], options.last)
        self.train = cut(histories[np.sort(rng.permutation(train)[: options.learn])], options.last)

    def explainers(self) -> dict[str, Any]:
        made = {
            name: self._by(name)
            for name in (SEQUENCE if hasattr(self.model, "attention") else ADDITIVE)
        }
        if hasattr(self.model, "attention"):
            made["integrated gradients, margin"] = self._by("integrated-gradients", margin=True)
            made["shapley, margin"] = self._by("shapley", margin=True)
        made["KernelSHAP (10 an event)"] = kernel_shap
        if self.options.learn:
            start = time.perf_counter()
            explainer = Learned(epochs=self.options.epochs).fit(
                self.model, self.train, self.data, seed=self.options.seed
            )
            progress.line(
                f"{self.name}: learned from {len(self.train):,} people in "
                f"{time.perf_counter() - start:.0f} s, "
                f"error left {min(row['left'] for row in explainer.curve_):.2f}"
            )
            made["learned"] = lambda model, query, item: learned(
                model, query, item, explainer=explainer
            )
        return made

    def _by(self, method: str, **options: Any) -> Any:
        function = registry.find("explainers", method)
        return lambda model, query, item: function(model, query, item, **options)

    def all(self) -> dict[str, Any]:
        explainers = self.explainers()
        graded = faithfulness(
            self.model, self.test, explainers, data=self.data, seed=self.options.seed
        )
        main = api.choose(self.model)[0]
        out = {
            "model": self.name,
            "last": self.options.last,
            "auto": main,
            **graded.as_json(),
            "against": differences(graded, main),
        }
        table(
            graded,
            f"{self.name}: {graded.cases:,} people, latest {self.options.last} events; "
            f"output {graded.output}; "
            f"auto takes {main}",
        )
        few = self.test[np.arange(min(self.options.quality, len(self.test)))]
        firsts = np.array([int(slate.items[0]) for slate in recommend(self.model, few, 1)])
        chosen = {name: explainers[name] for name in explainers if not name.startswith("Kernel")}
        out["quality"] = quality(self.model, few, firsts, chosen)
        out["groups"] = groups(graded, self.test, main, self.data)
        return out


def table(graded: Faithfulness, title: str) -> None:
    progress.table(
        [
            {
                "method": name + (" (oracle)" if row.oracle else ""),
                **{key: row.metrics[key].mean for key in SHOWN},
                "ms p50": float(np.median(row.ms.values)),
                "p99": float(np.quantile(row.ms.values, 0.99)),
                "evaluations": row.evaluations.mean,
            }
            for name, row in graded.rows.items()
        ],
        title,
    )


def differences(graded: Faithfulness, main: str) -> list[dict[str, Any]]:
    """The default method against every other row, paired over people."""
    return [
        {
            "a": main,
            "b": name,
            "metric": key,
            "better": graded.better(main, name, key),
            "difference": {
                k: round(v, 4) for k, v in graded.difference(main, name, key)._asdict().items()
            },
        }
        for name in graded.rows
        if name != main
        for key in SHOWN
    ]


def quality(model: Any, queries: Queries, items: Any, explainers: dict[str, Any]) -> dict[str, Any]:
    """Sparsity, stability and agreement of the explainers on a few people."""
    found = {
        name: {
            "sparsity": round(sparsity(model, queries, items, explain).mean, 3),
            "stability": round(stability(model, queries, items, explain).mean, 3),
        }
        for name, explain in explainers.items()
    }
    both = agreement(model, queries, items, explainers)
    first = list(explainers)[:4]
    progress.table(
        [
            {
                "method": name,
                **row,
                **{f"with {other}": round(both[name, other].mean, 2) for other in first},
            }
            for name, row in found.items()
        ],
        f"{len(queries)} people: share of events that hold nine tenths of the weights; the "
        "same order once the event "
        "that matters least is gone; agreement of orders (Kendall's tau)",
    )
    return {
        "rows": found,
        "agreement": [
            {"a": a, "b": b, "tau": round(value.mean, 3)} for (a, b), value in both.items()
        ],
    }


def groups(graded: Faithfulness, queries: Queries, main: str, data: Any) -> list[dict[str, Any]]:
    """The default's lead over the most recent event, by people and by items."""
    counts = np.bincount(data.item, minlength=data.n_items)
    rows = by_group(
        graded, main, "most recent", "pos@5.few", queries.sizes, counts[graded.notes["items"]]
    )
    progress.table(rows, f"{main} minus most recent event on pos@5.few (lower is better), by group")
    return rows


def shapley_accuracy(run: Run, people: int) -> dict[str, Any]:
    """Sampled against enumerated values on the latest 12 events of test people: error, and how
    often intervals hold.
    """
    able = [q for q in run.test if len(q) >= 12][:people]
    errors: dict[int, list[float]] = {5: [], 10: [], 20: []}
    inside: dict[int, list[float]] = {5: [], 10: [], 20: []}
    for query in able:
        query = query.without(range(len(query) - 12))
        item = int(recommend(run.model, query, 1)[0].items[0])
        game = _tabled(Game(run.model, query, item))
        exact = enumerated(game, 12).values
        for budget in errors:
            for seed in range(3):
                made = sampled(game, 12, budget * 12, seed=seed)
                errors[budget].append(
                    float(np.linalg.norm(made.values - exact) / np.linalg.norm(exact))
                )
                inside[budget].append(
                    float((np.abs(made.values - exact) <= made.half + 1e-9).mean())
                )
    rows = [
        {
            "evaluations an event": budget,
            "relative error": float(np.mean(errors[budget])),
            "95% interval holds": float(np.mean(inside[budget])),
        }
        for budget in errors
    ]
    progress.table(
        rows,
        f"{run.name}: Shapley values of 12 events against enumeration, {len(able)} people, 3 "
        "draws each",
    )
    return {"model": run.name, "people": len(able), "rows": rows}


def _tabled(game: Game) -> Any:
    """The game of 12 events with all its values known."""
    places = 1 << np.arange(12)
    values = game((np.arange(4096)[:, None] & places) > 0)
    return lambda keep: values[np.asarray(keep, int) @ places]


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = made.add_argument
    add("--models", type=Path, help="a folder of folders of `whyrec fit`, named SET-MODEL")
    add("--rows", nargs="*", default=DEFAULT_ROWS, help="which of them")
    add("--people", type=int, default=200)
    add("--last", type=int, default=50, help="events kept of each history")
    add("--learn", type=int, default=1000, help="training people of the learned explainer; 0: none")
    add("--epochs", type=int, default=30)
    add("--quality", type=int, default=20, help="people for sparsity, stability and agreement")
    add("--shapley", type=int, default=0, help="people to check Shapley values on")
    add("--seed", type=int, default=0)
    add("--out", type=Path, default=ROOT / "bench" / "results" / "faithful.json")
    return made


def main() -> int:
    options = parser().parse_args()
    results: dict[str, Any] = {"rows": [], "shapley": []}
    try:
        if options.rows and options.models is None:
            raise ArgumentError(
                "give --models, the folder that holds the fitted models", given="none"
            )
        for name in options.rows:
            if not (options.models / name).exists():
                progress.line(f"{name}: not at hand, left out")
                continue
            run = Run(name, options)
            if options.people:
                results["rows"].append(run.all())
            if options.shapley:
                results["shapley"].append(shapley_accuracy(run, options.shapley))
    except WhyrecError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2
    if results["rows"]:
        from bench.explanation.curve_plots import draw

        draw(results["rows"], options.out.parent)
    options.models = "given"
    write(options.out, options, results)
    progress.line(f"written: {options.out.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
