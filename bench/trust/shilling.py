"""Fake profiles: who is alarmed at, and what they and titles that copy popular items do for new
items.

    python -m bench.trust.shilling [--data FOLDER] [--only alarm|titles] [--seeds 3] [--targets 5]
    [--fakes 5] [--people 300]

alarm: 1% of people, each kind, by one signal and by both. titles: new items without any event join
the catalogue, with the genres and years of rarely chosen ones; their titles are words of rare
titles, words of the 20 most chosen ones, or one of the ten most chosen whole; each is pushed by
some fake profiles, or by none. Places among all unseen items, for random real people, by ease,
which reads no text, and by a small sequence model, which does.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.accuracy import find_data
from whyrec import api, registry
from whyrec.core import Dataset, mask_seen, progress
from whyrec.data.split import split
from whyrec.evaluate import attacks
from whyrec.evaluate.accuracy import accuracy

MODELS: dict[str, dict[str, Any]] = {
    "ease": {},
    "sequence": {"text": "minilm", "width": 32, "blocks": 1, "heads": 2, "length": 50, "epochs": 6},
}
TITLES = {
    "ease": ("rare words",),
    "sequence": ("rare words", "popular words", "popular title"),
}  # ease: all alike


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data")
    parser.add_argument("--only", choices=("alarm", "titles"))
    for name, value in (("seeds", 3), ("targets", 5), ("fakes", 5), ("people", 300)):
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    parts = split(api.load(find_data("ml-100k.zip", given.data)), "next-item", seed=0)
    train = parts.train
    if given.only != "titles":
        progress.table(alarms(train, given.seeds), "fake profiles")
    if given.only != "alarm":
        progress.table(untouched(parts), "the models without them")
        progress.table(lifts(train, given), "new items")


def alarms(train: Dataset, seeds: int) -> list[dict[str, Any]]:
    """Share of fakes found and of real people alarmed at, by kind."""
    clean, rows = attacks.signals(train), []
    for kind in attacks.KINDS:
        found = []
        for seed in range(seeds):
            target = int(np.random.default_rng(seed).choice(rare(train)))
            grown, fakes = attacks.inject(train, kind, target, seed=seed)
            now = attacks.signals(grown)
            for ringing in (attacks.alarm(clean[:, 0], now[:, 0]), attacks.alarm(clean, now)):
                found.append((ringing[fakes].mean(), ringing[: train.n_users].mean()))
        one, both = np.mean(found[::2], 0), np.mean(found[1::2], 0)
        rows.append(
            {
                "attack": kind,
                "recall, one signal": one[0],
                "false alarms, one": one[1],
                "recall, both": both[0],
                "false alarms, both": both[1],
                "least recall, both": np.min(found[1::2], 0)[0],
            }
        )
    return rows


def rare(train: Dataset) -> NDArray[np.int64]:
    """The less chosen half of the items."""
    counts = np.bincount(train.item, minlength=train.n_items)
    return np.flatnonzero((counts > 0) & (counts <= np.quantile(counts[counts > 0], 0.5)))


# --- new items with titles that copy --------------------------------------------------------------


def untouched(parts: Any) -> list[dict[str, Any]]:
    """How good the models are before anything is added, on the test people."""
    counts, rows = np.bincount(parts.train.item, minlength=parts.train.n_items), []
    for name, settings in MODELS.items():
        model = registry.model(name, **settings).fit(parts.train, seed=0)
        rows.append(
            {
                "model": name,
                "NDCG@10": accuracy(model, parts.test, counts, metrics=["ndcg@10"])["ndcg@10"].mean,
            }
        )
    return rows


def lifts(train: Dataset, given: argparse.Namespace) -> list[dict[str, Any]]:
    """For each model, title and number of fakes: places of the new items, over seeds, people and
    items.
    """
    rows = []
    for name, settings in MODELS.items():
        for form in TITLES[name]:
            for fakes in (0, given.fakes):
                places = [
                    placed(train, name, settings, form, fakes, seed, given)
                    for seed in range(given.seeds)
                ]
                each, whole = [np.median(one) for one in places], np.concatenate(places)
                rows.append(
                    {
                        "model": name,
                        "title": form,
                        "fakes each": fakes,
                        "median place": np.median(whole),
                        "by seed": " ".join(f"{one:.0f}" for one in each),
                        "in the first 100": (whole <= 100).mean(),
                        "in the first 10": (whole <= 10).mean(),
                    }
                )
    return rows


def placed(
    train: Dataset,
    name: str,
    settings: dict[str, Any],
    form: str,
    fakes: int,
    seed: int,
    given: argparse.Namespace,
) -> NDArray[np.float64]:
    """Places of the new items in the lists of random real people, (people * targets,), ties at
    their middle.
    """
    rng = np.random.default_rng(seed)
    grown = with_new(train, form, given.targets, rng)
    new = np.arange(train.n_items, grown.n_items)
    for target in new.tolist() if fakes else ():
        grown, _ = attacks.inject(grown, "popular", target, share=fakes / grown.n_users, seed=seed)
        grown = replace(grown, users=tuple(map(str, range(grown.n_users))))  # else labels repeat
    model = registry.model(name, **settings).fit(grown, seed=seed)
    asked = train.histories[
        np.sort(np.random.default_rng(seed).choice(train.n_users, given.people, replace=False))
    ]
    scores = mask_seen(model.score(asked), asked)
    own = scores[:, new]
    above = (scores[:, None, :] > own[:, :, None]).sum(2)
    level = (scores[:, None, :] == own[:, :, None]).sum(2)
    return (above + (level + 1) / 2).ravel()


def with_new(train: Dataset, form: str, n: int, rng: np.random.Generator) -> Dataset:
    """The data with n items more that nobody chose, each like a rarely chosen one but for its
    title.
    """
    likes = rng.choice(rare(train), n, replace=False)
    titles, order = (
        train.item_table.title,
        np.argsort(-np.bincount(train.item, minlength=train.n_items), kind="stable"),
    )
    source = rng.permutation(rare(train))[:20] if form == "rare words" else order[:20]
    if form == "popular title":
        made = [titles[int(item)] for item in rng.choice(order[:10], n, replace=False)]
    else:
        made = [_words([titles[int(item)] for item in source], rng) for _ in range(n)]
    table = train.item_table.take(np.concatenate([np.arange(train.n_items), likes]))
    return replace(
        train,
        items=(*train.items, *(f"new {at}" for at in range(n))),
        item_table=replace(table, title=(*titles, *made)),
    )


def _words(titles: Sequence[str], rng: np.random.Generator) -> str:
    """Four words of these titles."""
    words = sorted({word for title in titles for word in title.split() if len(word) > 3})
    return " ".join(rng.choice(words, 4, replace=False))


if __name__ == "__main__":
    main()
