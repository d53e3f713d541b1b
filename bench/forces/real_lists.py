"""A person's no and variety on MovieLens-1M: accuracy, later low ratings, likeness.

    python -m bench.forces.real_lists [--data FOLDER] [--model ease] [--publish]

Each person's ratings are cut in time: the first 80% are known, the rest is the future. Ratings of 3
stars or more are choices, lower ones are low ratings; the model learns from the choices before the
cuts. The weight of low ratings (the one with the fewest items rated low later whose NDCG@10 is not
below that without it, by a paired interval) and the strength of variety (the least alike lists that
cost at most 1% of NDCG@10) are chosen on one half of the people and measured on the other half.

Measures of the first ten: NDCG@10 of the future choices, the share of the ten that the person later
rates 2 or less, and how alike the ten are, by rare genres (which variety lowers) and by the share
of common genres (which it does not see).
"""

from __future__ import annotations

import argparse
import os
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.accuracy import find_data
from bench.kept_result import keep
from whyrec import api, registry
from whyrec.core import Dataset, Measurement, Queries, Query, progress
from whyrec.core.decomposition import Constant
from whyrec.evaluate.statistics import bootstrap
from whyrec.forces.facts import ItemFacts
from whyrec.forces.force import Force
from whyrec.forces.weights import Surroundings, spread, terms_of

KNOWN, LOW, TOP = 0.8, 2, 10
WEIGHTS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)
STRENGTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2)
COST = 0.01  # of NDCG@10 that variety may cost on the people it is chosen on


class Person(NamedTuple):
    """Item numbers: choices and low ratings before the cut, both after it."""

    chosen: NDArray[np.int64]
    low: NDArray[np.int64]
    later: NDArray[np.int64]
    later_low: NDArray[np.int64]


def people(path: Path, labels: dict[str, int]) -> list[Person]:
    """Cut each person's ratings in time."""
    with zipfile.ZipFile(path) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("ratings.dat")]
        rows = [line.split("::") for line in archive.read(name).decode().splitlines()]
    by: dict[str, list[tuple[int, int, int]]] = {}
    for at, (user, item, stars, time) in enumerate(rows):
        if item in labels:
            by.setdefault(user, []).append((int(time), at, labels[item] * 10 + int(stars)))
    made = []
    for events in by.values():
        codes = np.array([code for _, _, code in sorted(events)])
        items, stars = codes // 10, codes % 10
        cut = int(KNOWN * len(codes))
        before, after = np.arange(len(codes)) < cut, np.arange(len(codes)) >= cut
        made.append(
            Person(
                items[before & (stars > LOW)],
                items[before & (stars <= LOW)],
                items[after & (stars > LOW)],
                items[after & (stars <= LOW)],
            )
        )
    return [one for one in made if len(one.chosen) and len(one.later)]


class Lists:
    """Lists of all people by one model, with forces."""

    def __init__(self, data: Dataset, persons: list[Person], model: Any) -> None:
        self.persons = persons
        user = np.repeat(np.arange(len(persons)), [len(one.chosen) for one in persons])
        item = np.concatenate([one.chosen for one in persons])
        step = np.concatenate([np.arange(len(one.chosen)) for one in persons])
        order = np.argsort(step, kind="stable")
        train = Dataset(
            user[order],
            item[order],
            np.ones(len(user)),
            step[order],
            [str(at) for at in range(len(persons))],
            data.items,
            data.item_table,
            name="ml-1m before the cuts",
        )
        self.model = model.fit(train)
        self.scores = self.model.score(Queries.of([Query(one.chosen) for one in persons]))
        for row, one in zip(self.scores, persons, strict=True):
            row[np.concatenate([one.chosen, one.low])] = -np.inf
        table = data.item_table
        self.facts = ItemFacts(data.items, {"tags": table.categories})
        self.popularity = np.bincount(item, minlength=data.n_items).astype(float)
        empty = self.model.score([Query([])])[0]
        self.like = np.maximum(
            self.model.score(Queries.of([Query([n]) for n in range(data.n_items)])) - empty, 0
        )
        self.unit = float(np.median([spread(row) for row in self.scores[:500]]))
        self.genres = np.array(
            [
                [tag in row for tag in sorted(set().union(*table.categories))]
                for row in table.categories
            ],
            float,
        )

    def best(self, at: int, forces: list[Force]) -> NDArray[np.int64]:
        """The first ten of a person."""
        scores = self.scores[at]
        allowed = np.isfinite(scores)
        around = Surroundings(
            self.facts, self.unit, self.popularity, lambda item: self.like[item], 0
        )
        whole = np.where(allowed, scores, np.float32(0))
        terms = terms_of(forces, around, Constant(whole), allowed, TOP)
        total = whole + sum(terms.values(), np.zeros(len(whole)))
        return np.argsort(-np.where(allowed, total, -np.inf), kind="stable")[:TOP]

    def low_force(self, at: int, weight: float) -> list[Force]:
        """The person's low ratings as a force."""
        labels = tuple((self.facts.labels[item], weight) for item in self.persons[at].low)
        return [Force("rated low", "low", 1.0, items=labels)] if weight and labels else []

    def measured(self, at: int, items: NDArray[np.int64]) -> tuple[float, float, float, float]:
        """(NDCG@10, share rated low later, likeness by rare genres, by common genres)."""
        one = self.persons[at]
        gain = 1 / np.log2(np.arange(TOP) + 2)
        hit = np.isin(items, one.later)
        rows = self.facts.likeness[items].toarray()
        pairs = np.triu_indices(len(items), 1)
        genres = self.genres[items]
        both = genres @ genres.T
        either = genres.sum(1)[:, None] + genres.sum(1) - both
        return (
            float((gain * hit).sum() / gain[: min(TOP, len(one.later))].sum()),
            float(np.isin(items, one.later_low).mean()),
            float((rows @ rows.T)[pairs].mean()),
            float((both / np.maximum(either, 1))[pairs].mean()),
        )


MEASURES = ("ndcg@10", "rated low later", "likeness", "common genres")


def row(lists: Lists, some: NDArray[np.int64], force: Any) -> NDArray[np.float64]:
    """The measures of some people, (people, 4)."""
    return np.array([lists.measured(at, lists.best(at, force(at))) for at in some.tolist()])


def change(values: NDArray[np.float64], before: NDArray[np.float64]) -> dict[str, float]:
    """The mean paired difference with its interval."""
    return bootstrap(Measurement("difference", values - before))._asdict()


def told(values: NDArray[np.float64], before: NDArray[np.float64]) -> dict[str, Any]:
    """Means with intervals, and paired differences."""
    return {
        name: {
            "mean": float(values[:, at].mean()),
            "before": float(before[:, at].mean()),
            "difference": change(values[:, at], before[:, at]),
        }
        for at, name in enumerate(MEASURES)
    }


def main() -> None:
    """Measure and print."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--data", type=Path, default=None)
    made.add_argument("--model", default="ease")
    made.add_argument("--publish", action="store_true")
    options = made.parse_args()
    load = os.getloadavg()[0]
    path = find_data("ml-1m.zip", options.data)
    data = api.load(path)
    persons = people(path, {label: at for at, label in enumerate(data.items)})
    lists = Lists(data, persons, registry.model(options.model))
    order = np.random.default_rng(0).permutation(len(persons))
    valid, test = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
    found: dict[str, Any] = {"people": len(test), "model": options.model}
    plain = {name: row(lists, some, lambda at: []) for name, some in (("v", valid), ("t", test))}

    def low(weight: float) -> Any:
        return lambda at: lists.low_force(at, weight)

    def varied(strength: float) -> Any:
        return lambda at: [Force("variety", "diverse", strength)] if strength else []

    for title, sizes, force in (
        ("low ratings", WEIGHTS, low),
        ("variety", STRENGTHS, varied),
    ):
        tried = [(size, row(lists, valid, force(size))) for size in sizes]
        for size, values in tried:
            means = values.mean(0)
            progress.line(
                f"{title} {size:g}, validation people: "
                + ", ".join(f"{n} {m:.4f}" for n, m in zip(MEASURES, means, strict=True))
            )
        first = tried[0][1][:, 0]
        if title == "low ratings":
            at, able = 1, [one for one in tried if change(one[1][:, 0], first)["high"] >= 0]
        else:
            least = (1 - COST) * first.mean()
            at, able = 2, [one for one in tried if one[1][:, 0].mean() >= least]
        size = min(able, key=lambda one: one[1][:, at].mean())[0]
        result = told(row(lists, test, force(size)), plain["t"])
        found[title] = {"chosen": size} | result
        progress.line(f"{title} {size:g}, test people:")
        for name in MEASURES:
            one = result[name]
            moved = one["difference"]
            progress.line(
                f"  {name:16} {one['before']:.4f} -> {one['mean']:.4f}"
                f"  {moved['mean']:+.4f} [{moved['low']:+.4f}, {moved['high']:+.4f}]"
                f"  {100 * moved['mean'] / max(one['before'], 1e-9):+.1f}%"
            )
    if options.publish:
        command = f"python -m bench.forces.real_lists --model {options.model} --publish"
        keep("forces/real-lists", command, load, found)


if __name__ == "__main__":
    main()
