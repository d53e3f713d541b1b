"""Train again on the store's events, and keep the new model only if it is not worse.

Test data are the latest choices of people who chose something since the serving model was fitted;
neither model has seen them. A model fitted on all other events is compared with the serving one on
the same people. If it is not worse, the same settings are fitted on everything and become a
candidate.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import storage
from whyrec.core import ArgumentError, Dataset, Queries
from whyrec.core.cases import EvaluationCases
from whyrec.core.lifecycle import Private
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.statistics import Interval, bootstrap, paired
from whyrec.registry import model as make_model
from whyrec.serve.import_export import to_dataset
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.store.store import Store
from whyrec.serve.versions.registry import Registry, active_version

__all__ = ["FEWEST", "Among", "Renumbered", "Retrained", "held_out", "refit", "retrain"]

FEWEST = 20  # test people


@dataclass(frozen=True)
class Retrained:
    """The result of retraining.

    `version`: the candidate, None if the new model was worse; `difference`: NDCG@10 of the new
    model minus the serving one, over the same people.
    """

    version: str | None
    serving: str
    people: int
    events: int
    new: Interval
    old: Interval
    difference: Interval


def retrain(
    store: Store, registry: Registry, now: int, *, seed: int = 0, fewest: int = FEWEST
) -> Retrained:
    """Train the serving model's kind on the store's events, as described in the module.

    Raises ArgumentError if fewer than `fewest` people chose something new to both models.
    """
    with store.read() as connection:
        serving = active_version(connection)
    if serving is None:
        raise ArgumentError(
            "the store must have a model that serves",
            given="none",
            fix="start with `whyrec serve M`",
        )
    live = registry.checked(serving)
    data = timed = stored(store, live)
    held = held_out(timed, live, registry.trained_to(serving))
    if live.data.order == "none":
        data = timed.without_order()
    check_judges(held, fewest, "the serving model", "wait for more events")
    new, old = _measured(live, data, held, seed)
    difference = paired(new, old)
    version = None
    if difference.high >= 0:  # not worse, as far as these people can tell
        version = _candidate(
            live,
            data,
            registry,
            now,
            seed,
            int(timed.time[-1]),
            measures(new, old, serving, int(held.sum())),
        )
    return Retrained(
        version, serving, int(held.sum()), len(data), bootstrap(new), bootstrap(old), difference
    )


def measures(new: Any, old: Any, serving: str, people: int) -> dict[str, Any]:
    """What is kept of two models' NDCG@10 on the same people."""
    return {
        "ndcg@10": bootstrap(new)._asdict(),
        "serving": serving,
        "serving_ndcg@10": bootstrap(old)._asdict(),
        "difference": paired(new, old)._asdict(),
        "people": people,
    }


def stored(store: Store, live: ServingSnapshot) -> Dataset:
    """The store's events with their times of arrival, even if the model uses no order.

    The times tell which choices came after the fit.
    """
    return to_dataset(store, like=live.data, timed=True)


def check_judges(held: Any, fewest: int, which: str, fix: str) -> None:
    """Raise ArgumentError if there are too few test people; `which` names the model in words."""
    if held.sum() < fewest:
        raise ArgumentError(
            f"{fewest} people must have chosen, since {which} was fitted, something that it "
            "knows and that is new to them",
            given=f"{int(held.sum())} people",
            fix=fix,
        )


def held_out(data: Dataset, live: ServingSnapshot, trained_to: int) -> Any:
    """(events,) bool: the last event of each person, if it can serve as a test.

    It came after the fit, and its item is known to the serving model and new to the person (unless
    items may repeat).
    """
    events = data.histories
    order = np.argsort(data.user, kind="stable")  # the place of each event of `events` in the data
    last = events.indptr[1:] - 1
    held = np.zeros(len(data), bool)
    for person in np.flatnonzero(events.sizes >= 2):
        end = last[person]
        item = events.items[end]
        if (
            events.times[end] > trained_to
            and data.items[item] in live.numbers
            and (live.data.repeat or item not in events.items[events.indptr[person] : end])
        ):
            held[order[end]] = True
    return held


def _measured(live: ServingSnapshot, data: Dataset, held: Any, seed: int) -> tuple[Any, Any]:
    """NDCG@10 of a new fit without the held-out events, and of the serving model.

    Only items that both know are ranked.
    """
    fitted = refit(live, data.select(~held), seed)
    numbers = numbers_of(live, data)
    old = Renumbered(live.model, numbers, data.n_items)
    return _ndcg(data, held, [fitted, old], numbers >= 0)


def on_same_people(
    data: Dataset, held: Any, one: ServingSnapshot, other: ServingSnapshot
) -> tuple[Any, Any]:
    """NDCG@10 of two fitted models on the held-out choices, among the items that both know."""
    numbers = [numbers_of(live, data) for live in (one, other)]
    made = [
        Renumbered(live.model, known, data.n_items)
        for live, known in zip((one, other), numbers, strict=True)
    ]
    return _ndcg(data, held, made, (numbers[0] >= 0) & (numbers[1] >= 0))


def numbers_of(live: ServingSnapshot, data: Dataset) -> Any:
    """The model's number of each item of the data, -1 if it does not know it."""
    return np.array([live.numbers.get(label, -1) for label in data.items])


def _ndcg(data: Dataset, held: Any, fitted: Sequence[Any], shared: Any) -> tuple[Any, Any]:
    """NDCG@10 of two models on the held-out choices, (people,) each."""
    rest = data.select(~held)
    people = data.user[held]
    truth = data.item[held]
    order = np.argsort(people, kind="stable")
    people = people[order]
    truth = truth[order]
    cases = EvaluationCases(rest.histories[people], np.arange(len(people) + 1), truth)
    counts = np.bincount(rest.item, minlength=data.n_items)
    new, old = (
        accuracy(Among(model, shared), cases, counts, metrics=("ndcg@10",))["ndcg@10"]
        for model in fitted
    )
    return new, old


def refit(live: ServingSnapshot, data: Dataset, seed: int) -> Any:
    """A new model of the same kind and settings, fitted on `data`.

    Raises ArgumentError if the model is private.
    """
    from whyrec.core import artefact

    if isinstance(live.model, Private):
        raise ArgumentError(
            "a private model is not fitted again by the service: each fit spends epsilon of "
            "everybody in the data",
            given=live.name,
            fix="decide it: run whyrec fit --ledger FILE, and add the folder as a version",
        )
    return make_model(live.name, **artefact.model_config(live.model)).fit(data, seed=seed)


def _candidate(
    live: ServingSnapshot,
    data: Dataset,
    registry: Registry,
    now: int,
    seed: int,
    trained_to: int,
    metrics: dict[str, Any],
) -> str:
    fitted = refit(live, data, seed)
    with tempfile.TemporaryDirectory() as folder:
        storage.save(Path(folder) / "m", fitted, data, name=live.name, seed=seed)
        return registry.add(Path(folder) / "m", now, metrics=metrics, trained_to=trained_to)


class Among:
    """A model whose scores exclude the items that only one of the models knows."""

    def __init__(self, model: Any, shared: Any) -> None:
        self.model = model
        self.shared = shared

    def score(self, queries: Any) -> Any:
        scores = np.array(self.model.score(queries), np.float32)
        scores[:, ~self.shared] = np.finfo(np.float32).min
        return scores


class Renumbered:
    """The serving model, asked in the numbers of the store's items; unknown events are left out."""

    def __init__(self, model: Any, numbers: Any, n_items: int) -> None:
        self.model = model
        self.numbers = numbers
        self.n_items = n_items

    def score(self, queries: Any) -> Any:
        batch = Queries.of(queries)
        items = self.numbers[batch.items]
        keep = items >= 0
        sizes = np.bincount(batch.row[keep], minlength=len(batch))
        asked = replace(
            batch,
            indptr=np.concatenate([[0], np.cumsum(sizes)]),
            items=items[keep],
            values=batch.values[keep],
            times=batch.times[keep],
            events_ago=batch.events_ago[keep],
            user=np.full(len(batch), -1),
        )
        found = self.model.score(asked)
        scores = np.zeros((len(batch), self.n_items), np.float32)
        known = self.numbers >= 0
        scores[:, known] = found[:, self.numbers[known]]
        return scores
