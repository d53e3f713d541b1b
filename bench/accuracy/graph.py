"""Graph models: accuracy beside item-kNN and additive, the test of their paths, friends, and a
graph of ten million links.

    python -m bench.accuracy.graph [--sets ml-100k,ml-1m,friends,people,follow,size] [--additive
    FOLDER] [--people 300] [--seeds 0]

ml-100k: ml-100k-atomic.zip with its own graph; ml-1m: ml-1m-order.zip with ml-1m-kg.zip; both next
item, weights learned on the validation items. --additive: a fitted additive model of ml-1m's
training part, to stand beside (else one without its learned part is fitted). friends: Last.fm, two
thirds of the people keep 5 of their artists; the rest is to be found.
people: a tenth of Last.fm's friendships hidden, each against 100 people who are no friends. follow:
friends who are alike, and friends who tag an artist after the other, against shuffled times. size:
random links, loaded.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.accuracy.accuracy import ROOT, find_data
from whyrec import api, registry, storage
from whyrec.core import Measurement, Queries, Query
from whyrec.core.cases import EvaluationCases, hits, ndcg, ranked
from whyrec.data.graphs import people_as_items, with_graph
from whyrec.data.split import next_item
from whyrec.evaluate.paths import cut_test, entity_popularity, linking_recency, path_variety
from whyrec.evaluate.social import diffusion, homophily
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.explain.paths import rank_without


def accuracy_of(model: Any, test: EvaluationCases) -> Measurement:
    return Measurement("ndcg@10", ndcg(hits(ranked(model, test, 10), test), test))


def recall_of(model: Any, cases: EvaluationCases) -> Measurement:
    found = hits(ranked(model, cases, 20), cases).sum(1)
    return Measurement("recall@20", found / np.minimum(np.diff(cases.indptr), 20))


def told(interval: Any, digits: int = 4) -> str:
    return f"{interval.mean:.{digits}f} [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"


def of_films(name: str, additive: Path | None, people: int) -> dict[str, Any]:
    """Accuracy of five models on the same people, and the tests of the graph model's paths."""
    if name == "ml-100k":
        data = api.load(find_data("ml-100k-atomic.zip", None))
    else:
        data = api.load(find_data("ml-1m-order.zip", None), graph=find_data("ml-1m-kg.zip", None))
    split, rows, models = next_item(data), {}, {}
    beside = (
        storage.open_fitted(additive).model
        if additive and name == "ml-1m"
        else registry.model("additive", components=("ease", "transitions")).fit(
            split.train, valid=split.valid
        )
    )
    made = {
        "item-kNN": registry.model("knn"),
        "links alone": registry.model("graph", people=False, successors=False),
        "graph": registry.model("graph"),
        "additive": beside,
        "graph beside additive": registry.model("graph", base_model=beside),
    }
    for label, model in made.items():
        start = time.perf_counter()
        if label != "additive":
            model.fit(split.train, **({} if label == "item-kNN" else {"valid": split.valid}))
        rows[label], models[label] = accuracy_of(model, split.test), model
        print(
            f"{name} {label}: ndcg@10 {told(bootstrap(rows[label]))}, fit "
            f"{time.perf_counter() - start:.0f} s",
            flush=True,
        )
    out: dict[str, Any] = {label: told(bootstrap(row)) for label, row in rows.items()}
    for a, b in (
        ("graph", "item-kNN"),
        ("links alone", "item-kNN"),
        ("graph beside additive", "additive"),
        ("graph beside additive", "graph"),
    ):
        out[f"{a} - {b}"] = told(paired(rows[a], rows[b]))
    out |= of_last_five(data) if name == "ml-100k" else {}
    out |= of_paths(models["graph"], split.test.sample(people, 0))
    for label, value in out.items():
        print(f"  {label}: {value}", flush=True)
    return out


def of_last_five(data: Any) -> dict[str, Any]:
    """Each of everyone's last five events from those before it; the sixth last is the validation
    item. Five times as many cases as the usual protocol, by models that know less of each
    person."""
    events, held = data.histories, np.zeros(len(data), bool)
    able, order = np.flatnonzero(events.sizes >= 12), np.argsort(data.user, kind="stable")
    for person in able:
        held[order[events.indptr[person + 1] - 6 : events.indptr[person + 1]]] = True
    train = data.select(~held)

    def cases(back: int) -> EvaluationCases:
        rows = [(int(person), events[int(person)]) for person in able]
        queries = [
            Query(q.items[:-back], q.values[:-back], q.times[:-back], user=person)
            for person, q in rows
        ]
        return EvaluationCases(
            Queries.of(queries),
            np.arange(len(able) + 1),
            np.array([q.items[-back] for _, q in rows]),
        )

    valid, tests = cases(6), [cases(back) for back in range(5, 0, -1)]
    beside = registry.model("additive", components=("ease", "transitions")).fit(train, valid=valid)
    made = {
        "additive": beside,
        "graph": registry.model("graph").fit(train, valid=valid),
        "graph beside additive": registry.model("graph", base_model=beside).fit(train, valid=valid),
    }
    rows = {
        name: Measurement(
            "ndcg@10", np.mean([accuracy_of(model, test).values for test in tests], axis=0)
        )
        for name, model in made.items()
    }
    out = {f"last five, {name}": told(bootstrap(row)) for name, row in rows.items()}
    return out | {
        "last five, beside - additive": told(
            paired(rows["graph beside additive"], rows["additive"])
        )
    }


def of_paths(model: Any, cases: EvaluationCases) -> dict[str, Any]:
    """What the paths of the first item of each person are worth, and how quickly they are there."""
    slates = ranked(model, cases, 10)
    first, took, made = slates[:, 0], [], []
    for query, item in zip(cases.queries, first, strict=True):
        start = time.perf_counter()
        made.append(api.explain(model, query, int(item)))
        took.append(1000 * (time.perf_counter() - start))
    ten = [
        [api.explain(model, query, int(item)) for item in slate]
        for query, slate in zip(cases.queries[:50], slates[:50], strict=True)
    ]
    out = {
        "explained by paths": f"{np.mean([one.explained_share == 1 and bool(one.reasons) for one in made]):.1%}",  # noqa: E501
        "ms p50, p99": f"{np.percentile(took, 50):.1f}, {np.percentile(took, 99):.1f}",
        "LIR": told(bootstrap(linking_recency(cases.queries, made)), 3),
        "SEP": told(bootstrap(entity_popularity(made, np.bincount(model.links_.indices))), 3),
        "PTD": told(bootstrap(path_variety(ten, len(model._types()))), 3),
    }
    for linked in (True, False):
        cut, other = cut_test(model, cases.queries, first, api.explain, rank_without, linked=linked)
        both = ~np.isnan(cut.values)
        name = "links" if linked else "all paths"
        pairs = [Measurement(one.name, one.values[both]) for one in (cut, other)]
        out |= {
            f"{name}: places lost, first path cut": told(bootstrap(pairs[0]), 2),
            f"{name}: places lost, a random one": told(bootstrap(pairs[1]), 2),
            f"{name}: difference": told(paired(*pairs), 2),
            f"{name}: people": int(both.sum()),
        }
    return out


def of_friends(seed: int) -> dict[str, Any]:
    """Recall@20 of people with 5 events, with and without their friends' choices. Half of these
    people teach the weights of both models, the other half are measured."""
    data = api.load(find_data("hetrec2011-lastfm-2k.zip", None))
    rng = np.random.default_rng(seed)
    linked = np.unique(data.friends)
    hidden = np.zeros(len(data), bool)
    for person in rng.choice(linked, 2 * len(linked) // 3, replace=False):
        own = np.flatnonzero(data.user == person)
        if len(own) > 10:
            hidden[rng.permutation(own)[5:]] = True
    train = data.select(~hidden)
    people = rng.permutation(np.unique(data.user[hidden]))
    truth = [data.item[hidden & (data.user == person)] for person in people]
    cases = EvaluationCases(
        train.histories[people], np.cumsum([0, *map(len, truth)]), np.concatenate(truth)
    )
    valid, test = (
        cases.take(np.arange(len(cases) // 2)),
        cases.take(np.arange(len(cases) // 2, len(cases))),
    )
    found = {"popular": recall_of(registry.model("popular").fit(train), test)}
    for name, friends in (("with friends", True), ("without", False)):
        model = registry.model("graph", friends=friends).fit(train, valid=valid, seed=seed)
        found[name] = recall_of(model, test)
        if friends:
            empty = Queries.of(
                [Query([], user=int(person)) for person in people[len(cases) // 2 :]]
            )
            found["no event at all, friends"] = recall_of(
                model, dataclasses.replace(test, queries=empty)
            )
    out: dict[str, Any] = {name: told(bootstrap(one)) for name, one in found.items()}
    out |= {
        "people": len(test),
        "difference": told(paired(found["with friends"], found["without"])),
        "friends alone - popular": told(
            paired(found["no event at all, friends"], found["popular"])
        ),
    }
    print(f"friends, seed {seed}: {out}", flush=True)
    return out


def of_people(seed: int) -> dict[str, Any]:
    """AUC of hidden friendships against people who are no friends, 100 each."""
    data = api.load(find_data("hetrec2011-lastfm-2k.zip", None))
    rng = np.random.default_rng(seed)
    pairs = np.unique(np.sort(data.friends, axis=1), axis=0)
    gone = rng.random(len(pairs)) < 0.1
    kept = np.concatenate([pairs[~gone], pairs[~gone][:, ::-1]])
    world = people_as_items(dataclasses.replace(data, friends=kept))
    all_pairs = {tuple(pair) for pair in np.concatenate([pairs, pairs[:, ::-1]]).tolist()}
    asked = np.concatenate([pairs[gone], pairs[gone][:, ::-1]])
    asked = asked[np.isin(asked[:, 0], kept[:, 0])]
    out: dict[str, Any] = {"hidden": len(asked)}
    models = {
        "popular": registry.model("popular"),
        "item-kNN": registry.model("knn"),
        "graph": registry.model("graph"),
    }
    for name, model in models.items():
        model.fit(world, seed=seed)
        values = []
        for person in np.unique(asked[:, 0]):
            scores = model.score(world.histories[[person]])[0]
            drawn = rng.choice(data.n_users, 140)
            others = scores[
                [p for p in drawn if p != person and (person, int(p)) not in all_pairs][:100]
            ]
            for friend in asked[asked[:, 0] == person, 1]:
                values.append(
                    float((scores[friend] > others).mean() + (scores[friend] == others).mean() / 2)
                )
        out[name] = told(bootstrap(Measurement("auc", np.array(values))), 3)
    print(f"people, seed {seed}: {out}", flush=True)
    return out


def of_following(days: float) -> dict[str, Any]:
    """Homophily and diffusion on Last.fm: a choice is the first time that a person tags an
    artist (known to the month).
    """
    path = find_data("hetrec2011-lastfm-2k.zip", None)
    data = api.load(path)
    with zipfile.ZipFile(path) as archive:
        tags = pl.read_csv(archive.read("user_taggedartists.dat"), separator="\t")
    number = [{label: at for at, label in enumerate(labels)} for labels in (data.users, data.items)]
    known = (
        tags.filter(pl.col("year") >= 2005)
        .with_columns(  # four rows are older than the site
            user=pl.col("userID")
            .cast(pl.String)
            .replace_strict(number[0], default=None, return_dtype=pl.Int32),
            item=pl.col("artistID")
            .cast(pl.String)
            .replace_strict(number[1], default=None, return_dtype=pl.Int32),
            time=pl.datetime("year", "month", 1).dt.epoch("s"),
        )
        .drop_nulls()
        .sort("time")
    )
    data = dataclasses.replace(
        data,
        user=known["user"],
        item=known["item"],
        value=np.ones(len(known)),
        time=known["time"],
        clock=True,
        order="time",
    )
    likeness, found = homophily(data), diffusion(data, days=days)
    out = {
        "days": days,
        "friends": told(bootstrap(likeness[0])),
        "matched": told(bootstrap(likeness[1])),
        "difference": told(paired(*likeness)),
        "followed": found.count,
        "shared": found.of,
    }
    for name, null in (("within item", found.within_item), ("within person", found.within_person)):
        out[name] = f"{null.mean:.0f} +- {null.spread:.0f}, p {null.p:.3f}"
    out["excess"] = f"{found.excess:.1%}"
    print(f"follow: {out}", flush=True)
    return out


def of_size(links: int = 10_000_000, items: int = 100_000) -> dict[str, Any]:
    """Seconds and memory to load a table of links beside a small log, in a process that did
    nothing else.
    """
    rng = np.random.default_rng(0)
    data = api.load("films")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "links.parquet"
        labels = np.array([*data.items, *(f"thing {i}" for i in range(items - data.n_items))])
        pl.DataFrame(
            {
                "head": labels[rng.integers(0, items, links)],
                "relation": rng.choice(["by", "about", "with"], links),
                "tail": pl.Series(rng.integers(0, 1_000_000, links)).cast(pl.String),
            }
        ).write_parquet(table)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        linked = with_graph(data, table).data
        seconds = time.perf_counter() - start
        assert linked.links is not None
        out = {
            "links": len(linked.links),
            "load s": round(seconds, 1),
            "peak GB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
            "of it before": round(before / 2**20, 2),
        }
    print(f"size: {out}", flush=True)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", default="size,ml-100k,ml-1m,friends,people,follow")
    parser.add_argument("--additive", type=Path)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--out", default=str(ROOT / "bench" / "results" / "graph.json"))
    given = parser.parse_args()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    found: dict[str, Any] = {}
    for name in given.sets.split(","):
        if name == "size":
            found[name] = of_size()
        elif name == "follow":
            found[name] = [of_following(days) for days in (31, 92, 366)]
        elif name in ("friends", "people"):
            found[name] = [(of_friends if name == "friends" else of_people)(seed) for seed in seeds]
        else:
            found[name] = of_films(name, given.additive, given.people)
    Path(given.out).parent.mkdir(parents=True, exist_ok=True)
    Path(given.out).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
