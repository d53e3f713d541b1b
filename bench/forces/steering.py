"""Whether wishes in words hold: obedience, unasked movement and cost of 200 generated wishes.

    python -m bench.forces.steering [--data FOLDER] [--people N] [--tune] [--out FILE]

In the manner of SteerEval (arXiv 2601.21105): wishes that raise and lower what is asked for, from
plain tags to niche subjects, each with the items that truly have it. 80 wishes on tags and fields
(ml-1m), 40 in free text on ml-1m with its tags (the words are not the tags' names), 40 on ml-1m
whose tags are hidden from the understanding, so that titles are all it has, and 40 on games, which
have titles alone. Wishes are English, on tags and fields Chinese too.

obedience: the share of the first ten that has what was asked for (less, no: that has it not),
before and after; the mean over wishes of the mean over people, with a bootstrap interval over
wishes.
obeyed: the share of wishes after which that share rose, or was 1 before.
reach: "before" of the best possible list, which is below 1 if too few items have it.
other tags: total variation between the distributions of the tags that were not asked for in the
first ten before and after; chance: the same between two lists of different people.
order: Kendall's tau of the items that a wish does not select, among the first 200 before.
kept: the stated estimate of what the list keeps of its expected accuracy; ndcg: next-item NDCG@10.
People are test people of the next-item split; the strengths were chosen with --tune, on validation
people. Nothing is fitted to wishes.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import kendalltau

from bench.accuracy.accuracy import ROOT, find_data
from bench.forces.worlds import (
    MEANT,
    NONSENSE,
    Asked,
    film_wishes,
    free_wishes,
    game_truths,
    tag_truths,
)
from bench.kept_result import provenance
from whyrec import api, registry
from whyrec.core import Dataset, Measurement
from whyrec.core.cases import EvaluationCases
from whyrec.data.split import split
from whyrec.evaluate import statistics
from whyrec.forces.meaning import Meaning
from whyrec.forces.wishes import Wish, understand
from whyrec.models.item_content.text_encoder import encode, kept_open
from whyrec.serve.recommend.answer import Inputs, Prepared, answer, prepare
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.recommend.steering import selected
from whyrec.serve.recommend.terms import like

TEN, ORDERED = 10, 200
SIZES = (1 / 6, 1 / 3, 2 / 3, 1.0, 4 / 3)  # times the strengths that are built in
MODELS = {"ml-1m.zip": "ease", "amazon-games.zip": "cooccurrence"}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default=None)
    parser.add_argument("--sets", nargs="+", default=list(MODELS))
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--wishes", type=int, default=40, help="of each of the five kinds")
    parser.add_argument("--tune", action="store_true", help="validation people, several strengths")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "steering.json")
    given = parser.parse_args()
    start, rows = time.process_time(), list[dict[str, Any]]()
    for name in given.sets:
        world = World(name, given)
        for kind, facts, wishes in world.kinds(given.wishes):
            for size in SIZES if given.tune else (1.0,):
                rows.append(world.measured(kind, facts, wishes, size))
                show(rows[-1:])
        rows.append(world.nonsense())
    show(rows)
    command = f"python -m bench.forces.steering --people {given.people}"
    kept = {"rows": rows, "cpu_s": round(time.process_time() - start)}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(provenance(command) | kept, indent=1, ensure_ascii=False)
    given.out.write_text(text.replace("NaN", "null") + "\n", encoding="utf-8")


class World:
    """A set with a fitted model, people and vectors of the titles."""

    def __init__(self, name: str, given: argparse.Namespace) -> None:
        self.name = name
        parts = split(api.load(find_data(name, given.data)), "next-item")
        cases: EvaluationCases = (parts.valid if given.tune else parts.test).sample(given.people, 0)
        self.cases, data = cases, parts.train
        self.data: Dataset = data
        model = registry.model(MODELS[name]).fit(data)
        table = data.item_table
        self.live = ServingSnapshot(
            "1", MODELS[name], model, data, data.items, table.title, table.categories, frozenset()
        )
        texts = self.live.written()
        vectors = encode(texts, cache=ROOT / "bench" / "results" / "texts")
        self.meaning = Meaning(kept_open(), vectors, lambda item: like(self.live, item))

    def kinds(self, count: int) -> list[tuple[str, ServingSnapshot, list[Asked]]]:
        """Kinds of wishes, with the catalogue that the understanding sees."""
        rng = np.random.default_rng(0)
        if self.name != "ml-1m.zip":
            truths = game_truths(self.data)
            words = {about: about for about in truths}
            return [("games: free text", self.live, free_wishes(truths, words, rng, count))]
        truths = tag_truths(self.data)
        hidden = replace(self.live, tags=((),) * self.live.n_items)
        films = film_wishes(self.data, rng, 2 * count)
        return [
            ("films: tags", self.live, [one for one in films if one.kind == "tags"]),
            ("films: year", self.live, [one for one in films if one.kind == "fields"]),
            ("films: free text", self.live, free_wishes(truths, MEANT, rng, count)),
            ("films: free text, tags hidden", hidden, free_wishes(truths, MEANT, rng, count)),
        ]

    def people(self) -> list[tuple[Inputs, Any]]:
        """The inputs of each person, and the true next items."""
        found = []
        for row in range(len(self.cases)):
            query = self.cases.queries[row]
            last = len(query.items) - 1
            history = tuple(
                (self.data.items[item], 1.0, int(query.times[at]), None, last - at)
                for at, item in enumerate(query.items)
            )
            now = int(query.now) if query.now is not None else 0
            inputs = Inputs(history, now=now, for_user=True, n=TEN, explain=False)
            truth = self.cases.items[self.cases.indptr[row] : self.cases.indptr[row + 1]]
            found.append((inputs, truth))
        return found

    def measured(
        self, kind: str, live: ServingSnapshot, wishes: Sequence[Asked], size: float
    ) -> dict[str, Any]:
        """All figures of one kind of wish."""
        people = self.people()
        first = [prepare(live, inputs) for inputs, _ in people]
        each = []
        for asked in wishes:
            found = understand(asked.text, live.facts, self.meaning)
            held = [replace(one, strength=min(100, one.strength * size)) for one in found]
            each.append(self._one(live, asked, held, people, first))
        figures = {
            name: np.array([row[name] for row in each], float)
            for name in each[0]
            if name not in ("text", "polarity")
        }
        means = {name: round(float(np.nanmean(column)), 3) for name, column in figures.items()}
        interval = statistics.bootstrap(Measurement("after", figures["after"]))
        return {
            "kind": kind,
            "size": size,
            "wishes": len(each),
            **means,
            "after_low": round(interval.low, 3),
            "after_high": round(interval.high, 3),
            "chance": round(self._chance(first), 3),
            "by polarity": {
                polarity: [
                    round(
                        float(np.mean([row[when] for row in each if row["polarity"] == polarity])),
                        3,
                    )
                    for when in ("before", "after")
                ]
                for polarity in ("more", "less", "no")
            },
            "missed": [row["text"] for row in each if not row["obeyed"]][:12],
        }

    def _one(
        self,
        live: ServingSnapshot,
        asked: Asked,
        wishes: Sequence[Wish],
        people: Sequence[tuple[Inputs, Any]],
        first: Sequence[Prepared],
    ) -> dict[str, Any]:
        """The figures of one wish, the mean over people."""
        wanted = asked.truth if asked.polarity == "more" else ~asked.truth
        chosen = np.any([selected(live, wish) for wish in wishes], axis=0)
        rows = []
        for (inputs, truth), plain in zip(people, first, strict=True):
            steered = replace(inputs, wishes=tuple(wishes))
            ready = prepare(live, steered)
            told = answer(live, steered, ready=ready)["wishes"]
            before, after = plain.listing.best(TEN), ready.listing.best(TEN)
            best = np.sort(wanted[plain.allowed])[::-1][:TEN]
            rows.append(
                {
                    "before": wanted[before].mean(),
                    "after": wanted[after].mean() if after else np.nan,
                    "reach": best.mean(),
                    "other tags": self._apart(before, after, asked.about),
                    "order": self._order(plain, ready, chosen),
                    "kept": np.nan if told["cost"]["kept"] is None else told["cost"]["kept"],
                    "ndcg before": gain(before, truth),
                    "ndcg after": gain(after, truth),
                }
            )
        means = {name: float(np.nanmean([row[name] for row in rows])) for name in rows[0]}
        full = means["before"] == means["reach"]
        return {
            **means,
            "obeyed": float(
                means["after"] > means["before"] or (full and means["after"] >= means["before"])
            ),
            "understood": float(any(not wish.problem for wish in wishes)),
            "text": asked.text,
            "polarity": asked.polarity,
        }

    def _tags(self, items: Sequence[int], without: str) -> dict[str, float]:
        rows = [tag for item in items for tag in self.data.item_table.categories[item]]
        left = [tag for tag in rows if tag != without]
        return {tag: left.count(tag) / len(left) for tag in set(left)}

    def _apart(self, one: Sequence[int], two: Sequence[int], without: str) -> float:
        """Total variation between the other tags of two lists."""
        a, b = self._tags(one, without), self._tags(two, without)
        if not a or not b:
            return float("nan")
        return sum(abs(a.get(tag, 0) - b.get(tag, 0)) for tag in a.keys() | b.keys()) / 2

    def _chance(self, first: Sequence[Prepared]) -> float:
        lists = [one.listing.best(TEN) for one in first]
        return float(np.nanmean([self._apart(a, b, "") for a, b in itertools.pairwise(lists)]))

    def _order(self, plain: Prepared, ready: Prepared, chosen: Any) -> float:
        """Kendall's tau of what the wish does not select, among the first 200 before."""
        items = [item for item in plain.listing.best(ORDERED) if not chosen[item]]
        if len(items) < 3:
            return float("nan")
        return float(kendalltau(plain.scores[items], ready.scores[items]).statistic)

    def nonsense(self) -> dict[str, Any]:
        """The share of senseless prompts that are understood as nothing."""
        understood = [
            text[:40]
            for text in NONSENSE
            if any(not one.problem for one in understand(text, self.live.facts, self.meaning))
        ]
        return {
            "kind": f"{self.name}: nonsense",
            "wishes": len(NONSENSE),
            "understood": len(understood) / len(NONSENSE),
            "missed": understood,
        }


def gain(items: Sequence[int], truth: Any) -> float:
    """NDCG of a list for one next item."""
    places = [at for at, item in enumerate(items) if item in truth]
    return float(sum(1 / np.log2(at + 2) for at in places[:1]))


def show(rows: Sequence[dict[str, Any]]) -> None:
    columns = ("size", "wishes", "understood", "before", "after", "reach", "obeyed")
    more = ("other tags", "chance", "order", "kept", "ndcg before", "ndcg after")
    table = Table("kind", *columns, *more)
    for row in rows:
        cells = [f"{row[name]:.3g}" if name in row else "" for name in (*columns, *more)]
        if "after_low" in row:
            cells[4] += f" [{row['after_low']:.2f}, {row['after_high']:.2f}]"
        table.add_row(row["kind"], *cells)
    Console(width=220).print(table)
    for row in rows:
        if "by polarity" in row:
            print(row["kind"], "before, after:", row["by polarity"])
        if row["missed"]:
            print(row["kind"], "missed:", row["missed"])


if __name__ == "__main__":
    main()
