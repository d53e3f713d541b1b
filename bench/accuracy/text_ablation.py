"""What text brings: text off and on, warm and cold items, and text that tells more (plots and
credits).

    python -m bench.accuracy.text_ablation [--sets amazon-games.zip,ml-1m.zip] [--minutes 10]
    [--seed 0] [--out FILE]

Warm: next-item, all items, full ranking. Cold: a tenth of the items lose all their events before
the fit; each case is one of those events, its query the person's events before it among the items
that are left; ranked among all items and among the cold ones alone. Differences are paired over
cases.
"""

from __future__ import annotations

import argparse
import copy
import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import find_data
from whyrec import api, registry
from whyrec.core import Dataset, ItemTable, Measurement, Queries, mask_seen
from whyrec.core.cases import EvaluationCases, hold_out_last, ndcg_of_scores
from whyrec.core.ranking import batches, ranks
from whyrec.data.split import next_item
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.models.item_content.item_texts import item_texts
from whyrec.models.item_content.text_encoder import encode

SETTINGS: dict[str, dict[str, Any]] = {
    "amazon-games.zip": {
        "width": 128,
        "length": 50,
        "dropout": 0.4,
        "learning_rate": 0.001,
        "epochs": 12,
    },
    "ml-1m.zip": {"batch_tokens": 8192, "epochs": 12},
}
NO_TEXT = {"text": None, "label_dims": 0}
WARM, BOOST = (
    4_000,
    5.0,
)  # people whose last, known item is predicted too; how much more often new items are shown


def with_plots(data: Dataset, path: Path) -> Dataset:
    """MovieLens-1M with the plots and credits of the graph's zip as item text."""
    with zipfile.ZipFile(path) as zipped, zipped.open("ml-1m-kg/movies_extra.csv") as file:
        rows = {row["movie_id"]: row for row in csv.DictReader(io.TextIOWrapper(file, "utf-8"))}
    known = [rows.get(label, {}) for label in data.items]
    names = {
        column: tuple(
            tuple(n.strip() for n in row.get(column, "").split(",") if n.strip())[:4]
            for row in known
        )
        for column in ("directors", "actors")
    }
    table = data.item_table
    return replace(
        data,
        item_table=ItemTable(
            table.title,
            tuple(row.get("plot", "") for row in known),
            table.categories,
            dict(table.fields) | names,
            table.numeric,
            table.vectors,
        ),
    )


def cold_split(
    data: Dataset, seed: int, share: float = 0.1, most: int = 20_000
) -> tuple[Dataset, EvaluationCases, np.ndarray]:
    """(the data without any event of the cold items, cases whose truth is one of those events,
    cold (n_items,) bool).
    """
    rng = np.random.default_rng(seed)
    cold = rng.random(data.n_items) < share
    events = data.histories
    at = np.flatnonzero(cold[events.items])
    queries, truth = [], []
    for event in rng.permutation(at)[:most]:
        person = int(np.searchsorted(events.indptr, event, side="right")) - 1
        before = np.arange(events.indptr[person], event)
        before = before[~cold[events.items[before]]]
        if len(before):
            queries.append(events[person].only(before - events.indptr[person]))
            truth.append(events.items[event])
    # steps as the person's history without the cold events has them: the model never knew of those
    fresh = [replace(q, events_ago=None) for q in queries]
    return (
        data.select(~cold[data.item]),
        EvaluationCases(Queries.of(fresh), np.arange(len(truth) + 1), np.array(truth)),
        cold,
    )


def places(scores: Any, cases: EvaluationCases, cold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rank of the truth among all unseen items, and among the cold items alone; scores(queries)
    -> (q, n).
    """
    among_all, among_cold = [], []
    for rows, part in batches(cases.queries):
        table, truth = mask_seen(scores(part), part), cases.items[rows]
        among_all.append(ranks(table, truth))
        table[:, ~cold] = -np.inf
        among_cold.append(ranks(table, truth))
    return np.concatenate(among_all), np.concatenate(among_cold)


class TextCosine:
    """Baseline: cosine of an item's text with the mean text of the person's events, recent ones
    heavier.
    """

    def __init__(self, table: ItemTable, labels: Any) -> None:
        self.vectors = encode(item_texts(table, labels=labels))

    def __call__(self, queries: Queries) -> np.ndarray:
        rows = []
        for query in queries:
            weights = 0.8 ** query.events_ago.astype(np.float32)
            rows.append(weights @ self.vectors[query.items])
        return np.asarray(np.stack(rows) @ self.vectors.T, np.float32)


def warm(
    name: str, variants: dict[str, tuple[Dataset, dict[str, Any]]], arguments: Any
) -> list[dict[str, Any]]:
    found = {}
    for label, (data, settings) in variants.items():
        split = next_item(data)
        model = registry.model("sequence", max_minutes=arguments.minutes or None, **settings)
        model.fit(split.train, seed=arguments.seed, valid=split.valid)
        counts = np.bincount(split.train.item, minlength=data.n_items)
        found[label] = accuracy(model, split.test, counts, metrics=("ndcg@10", "hr@10"))
        print(f"{name}  warm  {label:28} " + show(bootstrap(found[label]["ndcg@10"])), flush=True)
    first = next(iter(found))
    return [
        row(name, "warm ndcg@10", label, one["ndcg@10"], found[first]["ndcg@10"])
        for label, one in found.items()
    ]


def cold(
    name: str, variants: dict[str, tuple[Dataset, dict[str, Any]]], arguments: Any
) -> list[dict[str, Any]]:
    base = next(iter(variants.values()))[0]
    _, cases, is_cold = cold_split(base, arguments.seed)
    scorers: dict[str, Any] = {
        "random": lambda q: np.random.default_rng(len(q)).random(
            (len(q), base.n_items), np.float32
        ),
        "text cosine": TextCosine(list(variants.values())[-1][0].item_table, base.items),
    }
    rows: list[dict[str, Any]] = []
    first: dict[str, Measurement] | None = None
    for label, (data, settings) in variants.items():
        rest, known = hold_out_last(cold_split(data, arguments.seed)[0], WARM, arguments.seed)
        assert known is not None
        model = registry.model("sequence", max_minutes=arguments.minutes or None, **settings).fit(
            rest, seed=arguments.seed
        )
        scorers[label] = model.score
        # The same model with new items shown more often, and what that costs people who choose
        # known ones.
        more = copy.copy(model)
        more.cold_item_boost, more._network_ = BOOST, None
        scorers[f"{label}, cold_item_boost {BOOST:g}"] = more.score
        before, after = (warm_ndcg(one.score, known) for one in (model, more))
        print(
            f"{name}  cold  {label}: known items' NDCG@10 {show(bootstrap(before))}, with "
            f"cold_item_boost {BOOST:g} "
            f"{show(bootstrap(after))}",
            flush=True,
        )
        rows += [
            row(name, "ndcg@10 of known items", text, one, before)
            for text, one in ((label, before), (f"{label}, cold_item_boost {BOOST:g}", after))
        ]
    for label, scorer in scorers.items():
        for where, place in zip(("all", "cold"), places(scorer, cases, is_cold), strict=True):
            one = Measurement(f"recall@50 among {where}", (place <= 50).astype(float))
            first = {where: one, **(first or {})}
            print(f"{name}  cold  {label:28} among {where:5}" + show(bootstrap(one)), flush=True)
            rows.append(row(name, one.name, label, one, first[where]))
    return rows


def warm_ndcg(scores: Any, cases: EvaluationCases) -> Measurement:
    return Measurement(
        "ndcg@10",
        np.concatenate(
            [
                ndcg_of_scores(mask_seen(scores(part), part), cases.take(rows), 10)
                for rows, part in batches(cases.queries)
            ]
        ),
    )


def row(name: str, metric: str, label: str, one: Measurement, first: Measurement) -> dict[str, Any]:
    return {
        "data": name,
        "metric": metric,
        "model": label,
        "cases": len(one.values),
        **bootstrap(one)._asdict(),
        "minus_first": paired(one, first)._asdict(),
    }


def show(interval: Any) -> str:
    return f"{interval.mean:.4f} [{interval.low:.4f}, {interval.high:.4f}]"


def variants_of(name: str) -> dict[str, tuple[Dataset, dict[str, Any]]]:
    path, settings = find_data(name, None), SETTINGS.get(name, {})
    data = api.load(path)
    if name != "ml-1m.zip":
        return {"no text": (data, settings | NO_TEXT), "text": (data, settings)}
    return {
        "no text": (data, settings | NO_TEXT),
        "titles and genres": (data, settings),
        "with plots and credits": (
            with_plots(data, find_data("ml-1m-kg.zip", None)),
            settings | {"max_tokens": 128},
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", default="amazon-games.zip,ml-1m.zip")
    parser.add_argument(
        "--minutes", type=float, default=10.0, help="of each fit; 0: as long as its epochs take"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="warm,cold")
    parser.add_argument(
        "--models", default="", help="only these rows, by commas, such as text (default: all)"
    )
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for name in arguments.sets.split(","):
        for part in arguments.only.split(","):
            variants = {
                label: one
                for label, one in variants_of(name).items()
                if not arguments.models or label in arguments.models.split(",")
            }
            rows += {"warm": warm, "cold": cold}[part](name, variants, arguments)
    for one in rows:
        d = one["minus_first"]
        print(
            f"{one['data']}  {one['metric']:24} {one['model']:24} {one['mean']:.4f}   minus "
            "the first row: "
            f"{d['mean']:.4f} [{d['low']:.4f}, {d['high']:.4f}]"
        )
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
