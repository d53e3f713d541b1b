"""What `min_support` costs: NDCG@10 on validation people where pairs that fewer people chose have
no weight.

    python -m bench.accuracy.min_support [--data FOLDER] [--sets SET ...] [--models MODEL ...]
    [--people N]

Each model is fitted once on the training events of the next-item split; Last.fm, whose events have
no order, on a random 80% of each person's artists, and the rest of them are what is to be found.
The models keep how many people are behind each
pair, so weights are taken out of the same fitted model, and the same validation people score it:
differences are paired, with 95% intervals. `shrunk` multiplies the weights of weaker pairs by
people / min_support instead of taking them out.
`weak` is the share of the first reasons of the first 10 places, of 50 people, that fewer than 5
people are behind: of the model as it is, and with the chosen min_support. No test person is looked
at.
"""

from __future__ import annotations

import argparse
import copy
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import sparse

from bench.accuracy.accuracy import ROOT, find_data, write
from whyrec import api, registry
from whyrec.core import Dataset, Queries, Query
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.core.ranking import batches, mask_seen
from whyrec.data.split import split
from whyrec.evaluate.support import first_reasons, summary
from whyrec.models.linear.masking import by_source
from whyrec.models.linear.min_support import TRIED, choose, costs

SHOP = {
    "columns": {
        "user": "Customer ID",
        "item": "StockCode",
        "time": "InvoiceDate",
        "title": "Description",
    }
}
LASTFM = "hetrec2011-lastfm-2k.zip"
SETS: dict[str, dict[str, Any]] = {
    "ml-1m-order.zip": {},
    "ml-latest-small.zip": {"item_core": 5},
    "amazon-beauty.zip": {"people": 6_000, "item_core": 3},
    "online-retail-ii-2009-2010.parquet": SHOP,
    LASTFM: {"item_core": 5},
}
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "cooccurrence": ("cooccurrence", {}),
    "ease": ("ease", {}),
    "knn": ("knn", {}),
    "slim": ("slim", {}),
    "additive": ("additive", {"components": ("ease", "transitions"), "ridge": (200.0,)}),
}
UNORDERED: dict[str, dict[str, Any]] = {
    "additive": {"components": ("ease",), "ridge": (200.0,)}
}  # no order: no transitions


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default=None)
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    parser.add_argument("--people", type=int, default=4_000, help="validation people at most")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "min-support.json")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for name in given.sets:
        train, valid = cut(name, find_data(name, given.data))
        for model in given.models:
            if name == LASTFM and model == "cooccurrence":
                continue
            rows += measured(name, model, train, valid.sample(given.people, 0))
            write(given.out, given, {"rows": rows})
            show([row for row in rows if row["set"] == name and row["model"] == model])


def cut(name: str, path: str) -> tuple[Dataset, EvaluationCases]:
    """Training events and validation people of a set."""
    config = dict(SETS[name])
    people = config.pop("people", None)
    data = api.load(path, **config)
    if people and people < data.n_users:
        data = data.of_people(
            np.sort(np.random.default_rng(0).choice(data.n_users, people, replace=False))
        ).compact()
    if name == LASTFM:
        return random_holdout(data)
    parts = split(data, "next-item")
    return parts.train, parts.valid


def random_holdout(
    data: Dataset, share: float = 0.2, seed: int = 0
) -> tuple[Dataset, EvaluationCases]:
    """A random part of each person's items is to be found from the rest; nothing has an order or
    an age.
    """
    held = np.random.default_rng(seed).random(len(data)) < share
    train, rest = data.select(~held), data.select(held)
    people = [
        p for p in range(data.n_users) if train.histories.sizes[p] and rest.histories.sizes[p]
    ]
    queries, truth = [], []
    for person in people:
        items = train.histories[person].items
        queries.append(
            Query(items, times=np.zeros(len(items)), events_ago=np.zeros(len(items), int))
        )
        truth.append(np.setdiff1d(rest.histories[person].items, items))
    kept = [at for at, items in enumerate(truth) if len(items)]
    return train, EvaluationCases(
        Queries.of([queries[at] for at in kept]),
        np.cumsum([0, *(len(truth[at]) for at in kept)]),
        np.concatenate([truth[at] for at in kept]),
    )


def measured(name: str, label: str, train: Dataset, valid: EvaluationCases) -> list[dict[str, Any]]:
    """A row a min_support, of one model on one set."""
    kind, config = MODELS[label]
    config = config | (UNORDERED.get(label, {}) if name == LASTFM else {})
    start = time.perf_counter()
    model = registry.model(kind, **config, min_support=0)
    model.fit(train, **({"valid": valid} if kind == "additive" else {}))
    seconds = time.perf_counter() - start
    found = costs(model, valid, TRIED)
    chosen = choose(found)
    some = valid.queries[np.arange(min(50, len(valid)))]
    weak = {
        least: summary(first_reasons(model.at_support(least), some, api.explain))["weak"]
        for least in {0, chosen}
    }
    plain = quality(model, valid)
    for row in found:
        lost = plain - quality(shrunk(model, row["min_support"]), valid)
        row |= {
            "set": name,
            "model": label,
            "chosen": chosen,
            "plain": float(plain.mean()),
            "weak": weak[0],
            "weak_chosen": weak[chosen],
            "fit_seconds": seconds,
            "shrunk": float(lost.mean()),
            "shrunk_error": 1.96 * float(lost.std()) / len(lost) ** 0.5,
        }
    return found


def shrunk(model: Any, least: int) -> Any:
    """The model with the weights of pairs that fewer people chose multiplied by people / least."""
    made, across = copy.copy(model), by_source(model.support_, model.support_of_)
    for attribute in model.counted:
        if hasattr(model, attribute):
            weights, blocks = getattr(model, attribute), []
            for start in range(0, weights.shape[0], 512):
                part = weights[start : start + 512]
                factor = np.clip(dense(across[start : start + 512]) / least, 0, 1).astype(
                    np.float32
                )
                blocks.append(
                    sparse.csr_array(part.multiply(factor))
                    if sparse.issparse(part)
                    else part * factor
                )
            joined = (
                sparse.vstack(blocks, format="csr")
                if sparse.issparse(weights)
                else np.concatenate(blocks)
            )
            setattr(made, attribute, joined)
    return made


def dense(matrix: Any) -> np.ndarray:
    return matrix.toarray() if sparse.issparse(matrix) else np.asarray(matrix)


def quality(model: Any, cases: EvaluationCases) -> np.ndarray:
    return np.concatenate(
        [
            ndcg_of_scores(mask_seen(model.score(part), part), cases.take(rows), 10)
            for rows, part in batches(cases.queries)
        ]
    )


def show(rows: list[dict[str, Any]]) -> None:
    first = rows[0]
    table = Table(
        title=f"{first['set']}, {first['model']}: NDCG@10 {first['plain']:.4f} on "
        f"{first['people']:,} people; "
        f"chosen {first['chosen']}; weak first reasons {first['weak']:.0%}, then "
        f"{first['weak_chosen']:.0%}"
    )
    for head in ("min_support", "cost", "95% interval", "cost in %", "cost if shrunk"):
        table.add_column(head)
    for row in rows:
        table.add_row(
            str(row["min_support"]),
            f"{row['cost']:+.4f}",
            f"{row['low']:+.4f} … {row['high']:+.4f}",
            f"{row['share']:+.1%}",
            f"{row['shrunk']:+.4f} ± {row['shrunk_error']:.4f}",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
