"""Quality by slice: how well a version's lists contain people's next choices.

There are two protocols. since-fit tests the serving model itself on the latest choices that were
made after its fit. next-item fits the same kind and settings again on all but each person's last
two choices and tests on the last; it tests the recipe, not the served model, and needs no new
choices. All items are ranked, seen items are excluded, intervals are bootstrapped over people.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import DataError, Dataset, Measurement
from whyrec.core.cases import EvaluationCases, Split, hold_out_last, ranked
from whyrec.data.split import split
from whyrec.evaluate.accuracy import measure
from whyrec.evaluate.statistics import bootstrap
from whyrec.serve.insight.measurements import Progress
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.service import Service
from whyrec.serve.versions.retrain import (
    FEWEST,
    Among,
    Renumbered,
    check_judges,
    held_out,
    refit,
    stored,
)

__all__ = ["FEWEST", "interval_of", "next_item", "since_fit"]

K = 10
MOST = 5_000  # test people
METRICS = ("ndcg@10", "hr@10", "mrr@10", "coverage@10", "novelty@10", "popularity_lift@10")
LENGTHS = ((1, 9), (10, 29), (30, 99), (100, None))  # events of a history
COLD = 5  # an item with fewer events is cold
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Lists for cases, in the numbers of `data`; `counts` (n_items,) are training events."""

    protocol: str
    data: Dataset
    cases: EvaluationCases
    people: NDArray[Any]  # (cases,) numbers of the data
    lists: NDArray[Any]  # (cases, K)
    counts: NDArray[Any]
    candidates: int
    notes: str


def since_fit(service: Service, version: str, told: Progress) -> dict[str, Any]:
    """Test the serving model on choices after its fit, as described in the module.

    Raises ArgumentError if fewer than 20 people chose something new since the fit.
    """
    live, data = _stored(service, version)
    held = held_out(data, live, service.registry.trained_to(version))
    check_judges(
        held, FEWEST, "this version", "wait for more events, or measure by the protocol next-item"
    )
    told(0.2)
    rest = data.select(~held)
    people = data.user[held]
    truth = data.item[held]
    order = np.argsort(people, kind="stable")
    people = people[order]
    cases = EvaluationCases(rest.histories[people], np.arange(len(people) + 1), truth[order])
    rows = _drawn(len(cases))
    cases = cases.take(rows)
    people = people[rows]
    numbers = np.array([live.numbers.get(label, -1) for label in data.items])
    model = Among(Renumbered(live.model, numbers, data.n_items), numbers >= 0)
    counts = np.bincount(rest.item, minlength=data.n_items)
    lists = ranked(model, cases, K)
    note = "the model as it serves; the latest choice of each person after its fit"
    return _told(
        Judged("since-fit", data, cases, people, lists, counts, int((numbers >= 0).sum()), note),
        told,
    )


def next_item(service: Service, version: str, told: Progress) -> dict[str, Any]:
    """Test a new fit on last choices, as described in the module.

    Raises DataError if nobody has three choices.
    """
    live, data = _stored(service, version)
    told(0.1)
    made = _last_or_any(data, live.data.order)
    fitted = refit(live, made.train, 0)
    told(0.6)
    people = np.asarray(made.test.queries.user)
    rows = _drawn(len(made.test))
    cases = made.test.take(rows)
    people = people[rows]
    counts = np.bincount(made.train.item, minlength=data.n_items)
    lists = ranked(fitted, cases, K)
    return _told(
        Judged("next-item", data, cases, people, lists, counts, data.n_items, made.notes), told
    )


def _last_or_any(data: Dataset, order: str) -> Split:
    """Hold out each person's last choice, or a random one if the model uses no order."""
    if order != "none":
        return split(data, "next-item")
    data = data.without_order()
    rest, cases = hold_out_last(data, data.n_users, 0)
    if cases is None:
        raise DataError("quality needs people with 3 choices or more", given="none")
    notes = (
        "fit without one choice of each person at random, since the events have no order; "
        "full "
        "ranking"
    )
    return Split("next-item", rest, cases, cases, notes)


def _stored(service: Service, version: str) -> tuple[ServingSnapshot, Dataset]:
    live = service.registry.other(version)
    return live, stored(service.store, live)


def _drawn(n: int) -> NDArray[Any]:
    if n <= MOST:
        return np.arange(n)
    return np.sort(np.random.default_rng(0).choice(n, MOST, replace=False))


def _told(j: Judged, told: Progress) -> dict[str, Any]:
    found = measure(j.lists, j.cases, j.counts, metrics=METRICS)
    told(0.8)
    ndcg = found["ndcg@10"].values
    hr = found["hr@10"].values
    rows = [
        {"slice": name, "group": group, "people": int(mask.sum())}
        | {"ndcg@10": interval_of(ndcg[mask]), "hr@10": interval_of(hr[mask])}
        for name, group, mask in _slices(j)
        if mask.sum() >= FEWEST
    ]
    small = sum(0 < mask.sum() < FEWEST for _, _, mask in _slices(j))
    return {
        "protocol": j.protocol,
        "notes": j.notes,
        "people": len(j.cases),
        "events": len(j.data),
        "candidates": j.candidates,
        "fewest": FEWEST,
        "left_out": int(small),
        "overall": {name: interval_of(one.values) for name, one in found.items()},
        "slices": rows,
        "exposure": _exposure(j),
    }


def interval_of(values: NDArray[Any]) -> dict[str, float | None]:
    """mean, low, high (95%, bootstrap); None without values. One value has no interval."""
    if len(values) == 1:
        return {"mean": float(values[0]), "low": None, "high": None}
    made = bootstrap(Measurement("", values))._asdict()
    return {name: float(value) if np.isfinite(value) else None for name, value in made.items()}


# --- slices ---------------------------------------------------------------------------------------


def _slices(j: Judged) -> list[tuple[str, str, Mask]]:
    """(slice, group, which cases)."""
    sizes = j.cases.queries.sizes
    truth = j.cases.items
    rows: list[tuple[str, str, Mask]] = []
    for low, high in LENGTHS:
        if high is None:
            name = f"{low}+"
        else:
            name = f"{low}-{high}"
        rows.append(("history", name, (sizes >= low) & (sizes <= (high or np.iinfo(np.int64).max))))
    classes = item_classes(j.counts)
    rows += [("popularity", name, classes[truth] == at) for at, name in enumerate(CLASSES)]
    tags = [set(row) for row in j.data.item_table.categories]
    frequent = Counter(tag for item in truth.tolist() for tag in tags[item]).most_common(8)
    rows += [
        ("tag", tag, np.array([tag in tags[item] for item in truth.tolist()], bool))
        for tag, _ in frequent
    ]
    scripts = np.array([script_of(j.data.item_table.title[item]) for item in truth.tolist()])
    if len(set(scripts)) > 1:
        rows += [("script", name, scripts == name) for name in sorted(set(scripts))]
    return rows + _groups_of_people(j)


def _groups_of_people(j: Judged) -> list[tuple[str, str, Mask]]:
    rows = []
    for field, values in j.data.user_table.fields.items():
        own = np.array([values[person] for person in j.people.tolist()])
        groups = sorted(set(own.tolist()) - {""})
        if 1 < len(groups) <= 12:
            rows += [(f"people: {field}", group, own == group) for group in groups]
    return rows


CLASSES = ("cold", "tail", "middle", "head")


def item_classes(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Class of each item by its events.

    0 is cold (fewer than 5 events), 1 tail (the lower half of the others), 3 head (their top
    tenth), 2 between.
    """
    warm = np.flatnonzero(counts >= COLD)
    made = np.zeros(len(counts), np.int64)
    order = warm[np.argsort(-counts[warm], kind="stable")]
    made[order] = 2
    made[order[: max(1, len(order) // 10)]] = 3
    made[order[len(order) // 2 :]] = 1
    return made


def script_of(title: str) -> str:
    """The script of most letters of a title: latin, han, cyrillic, ... or none."""
    names = Counter(
        unicodedata.name(letter, "").split(" ")[0].lower() for letter in title if letter.isalpha()
    )
    if names:
        first = names.most_common(1)[0][0]
    else:
        first = "none"
    return "han" if first == "cjk" else first


def _exposure(j: Judged) -> list[dict[str, Any]]:
    """Share of each class of items in the catalogue, in people's next choices and in lists."""
    classes = item_classes(j.counts)
    shown = classes[j.lists]
    chosen = classes[j.cases.items]
    return [
        {
            "group": name,
            "items": int((classes == at).sum()),
            "share_of_items": float((classes == at).mean()),
            "share_of_choices": interval_of((chosen == at).astype(float)),
            "share_of_places": interval_of((shown == at).mean(1)),
        }
        for at, name in enumerate(CLASSES)
    ]


def quartiles(values: Sequence[float]) -> dict[str, float]:
    """p50 and p99 of some times."""
    return {"p50": float(np.quantile(values, 0.5)), "p99": float(np.quantile(values, 0.99))}
