"""The eleven sanity checks over pairs of model and explainer: a table of pass and fail with
figures, and JSON.

    python -m bench.explanation.sanity [--models ease als sequence ...] [--cases 25] [--out FILE]
    [--publish]

Models are fitted small on the built-in world `films`. The explained items have the places 1 to 10
in turn, as a person sees them: a first place alone often stays whatever is removed. Beside the
catalogue's explainers stand two that must fail: random weights, and the likeness of audiences,
which never reads the model.
--publish writes which pairs failed into the package, where `whyrec methods` and the page read it.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import inspect
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import ROOT, write
from whyrec import api, registry, storage
from whyrec.core import Dataset, progress, recommend
from whyrec.data.simulate import films
from whyrec.evaluate.baselines import cosine
from whyrec.evaluate.sanity import CHECKS, failures, sanity
from whyrec.workflows.explain import words
from whyrec.workflows.faithfulness import people_apart

SEQUENCE = {
    "text": "minilm",
    "text_dims": 16,
    "width": 32,
    "blocks": 2,
    "heads": 2,
    "length": 50,
    "epochs": 8,
}
LEARNED = {"text": None, "heads": 2, "head_dims": 8, "length": 20, "epochs": 3}
SETTINGS: dict[str, dict[str, Any]] = {
    "sequence": SEQUENCE,
    "als": {"embedding_size": 16},
    "bpr": {"embedding_size": 16},
    "svd": {"embedding_size": 16},
    "lowrank": LEARNED,
    "additive": {"learned": LEARNED},
    "fused": {
        "large": {"model": "sequence", **SEQUENCE},
        "glass": {"model": "additive", "learned": LEARNED},
        "explained_share_min": 0.5,
    },
}
MODELS = (
    "knn",
    "svd",
    "bpr",
    "als",
    "ease",
    "slim",
    "cooccurrence",
    "pctm",
    "sequential-rules",
    "graph",
    "lowrank",
    "additive",
    "tree",
    "rules",
    "ebm",
    "sequence",
    "fused",
)
OF_ONE_KIND = (
    "exact",
    "exact-with-features",
    "features",
    "gradient-input",
    "integrated-gradients",
    "tokens",
    "attention",
    "als-decomposition",
    "als-leave-one-out",
)


def shuffled(data: Dataset, seed: int) -> Dataset:
    """The same people and times, with the items dealt anew."""
    return dataclasses.replace(data, item=np.random.default_rng(seed).permutation(data.item))


def run(name: str, data: Dataset, options: Any) -> list[Any]:
    """Every explainer that the model allows."""
    train, test = people_apart(data)
    fit = functools.partial(registry.model, name, **SETTINGS.get(name, {}))
    part = data.select(np.isin(data.user, train))
    model, other, mixed = (
        fit().fit(d, seed=s) for d, s in ((part, 0), (_other(part), 1), (shuffled(part, 2), 0))
    )
    queries = data.histories[np.sort(np.random.default_rng(0).permutation(test)[: options.cases])]
    items = np.array(
        [int(slate.items[n % len(slate)]) for n, slate in enumerate(recommend(model, queries, 10))]
    )
    fitted = storage.Fitted(model, data, {"name": name})
    out = []
    for method in [*api.methods_for(model), "control: random", "control: cosine"]:
        spoken = None if method.startswith("control") else functools.partial(_spoken, fitted)
        out.append(
            sanity(
                _explainer(method, data),
                model,
                queries,
                items,
                name=method,
                model_name=name,
                other=other,
                shuffled=mixed,
                own_model=method in OF_ONE_KIND,
                spoken=spoken,
            )
        )
        lost = [check.name for check in out[-1].checks if check.passed is False]
        progress.line(
            f"{name}, {method}: {'all passed' if not lost else 'FAILS ' + ', '.join(lost)}"
        )
    return out


def _other(data: Dataset) -> Dataset:
    """Other people's tastes: the items' numbers dealt anew, so that the model's weights belong
    to other items.
    """
    return dataclasses.replace(
        data, item=np.random.default_rng(9).permutation(data.n_items)[data.item]
    )


def _explainer(method: str, data: Dataset) -> Any:
    if method == "control: random":
        rng = np.random.default_rng(0)
        return lambda model, query, item: rng.normal(size=len(query))
    if method == "control: cosine":
        return cosine(data)
    function = registry.find("explainers", method)
    known = inspect.signature(function).parameters
    more = {"data": data} if "data" in known else {}
    if "seed" in known:
        return lambda model, query, item, *, seed=0: function(model, query, item, seed=seed, **more)
    return lambda model, query, item: function(model, query, item, **more)


def _spoken(fitted: Any, found: Any, query: Any) -> bool:
    """Whether both languages' sentences are read back."""
    from whyrec.explain.words import parse

    return all(bool(parse(words(fitted, found, query, lang), lang)) for lang in ("en", "zh"))


def publish(reports: list[Any]) -> None:
    """{model: {explainer: [checks it failed]}}, of the catalogue's own explainers; an empty
    list: all passed. Models that were not run keep what is known of them.
    """
    found: dict[str, dict[str, list[str]]] = json.loads(api.SANITY_RESULT.read_text("utf-8"))
    for name in {r.model for r in reports}:
        found[name] = {
            r.explainer: [check.name for check in r.checks if check.passed is False]
            for r in reports
            if r.model == name and not r.explainer.startswith("control")
        }
    api.SANITY_RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--models", nargs="*", default=MODELS)
    made.add_argument("--cases", type=int, default=25)
    made.add_argument("--people", type=int, default=500)
    made.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "sanity.json")
    made.add_argument("--publish", action="store_true")
    options = made.parse_args()
    data = films(people=options.people, events=options.people * 25, seed=0).data
    reports = [report for name in options.models for report in run(name, data, options)]
    progress.table(
        [report.row() for report in reports],
        f"Sanity on films, {options.cases} people: {', '.join(CHECKS)}",
    )
    write(
        options.out,
        options,
        {
            "failed": failures(reports),
            "rows": [
                {
                    "model": r.model,
                    "explainer": r.explainer,
                    "checks": [dataclasses.asdict(c) for c in r.checks],
                }
                for r in reports
            ],
        },
    )
    if options.publish:
        publish(reports)
    caught = all(not r.passed for r in reports if r.explainer.startswith("control"))
    progress.line(
        "the two controls fail, as they must"
        if caught
        else "A CONTROL PASSED: the suite is too weak here"
    )
    return 0 if caught else 1


if __name__ == "__main__":
    sys.exit(main())
