"""Check every claim of fresh and logged answers against the store and by what-if.

This module assembles the data of an answer; :mod:`whyrec.explain.verification.check` checks it. An
answer whose model, catalogue or events are gone counts as unverifiable.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from whyrec.core import DataError, WhyrecError
from whyrec.explain.dates import clock_of
from whyrec.explain.verification.check import (
    FALSE,
    UNVERIFIABLE,
    Check,
    Checked,
    check,
    unverifiable,
)
from whyrec.explain.verification.counts import Counts
from whyrec.explain.verification.report import Verified
from whyrec.explain.verification.world import World, verbs_of
from whyrec.serve.import_export import to_dataset
from whyrec.serve.insight.faithfulness import drawn_names
from whyrec.serve.insight.measurements import Progress
from whyrec.serve.insight.why_not import what_if
from whyrec.serve.recommend.answer import Inputs, answer, prepare
from whyrec.serve.recommend.snapshot import EVENTS, ServingSnapshot
from whyrec.serve.service import Service
from whyrec.serve.store.choices import chosen as is_chosen, least_of
from whyrec.serve.store.log import Record
from whyrec.serve.store.tables import events, recommendations

__all__ = [
    "Chosen",
    "asks",
    "chosen",
    "count",
    "fresh",
    "logged",
    "logged_ids",
    "sentences",
    "world_of_inputs",
]

SAMPLE = 100  # people, and answers, of a requested measurement if the settings give no number
LANGS = ("en", "zh")
REFUSED = (
    WhyrecError,
    LookupError,
    ValueError,
    OSError,
)  # errors of reading a version or catalogue that is gone


class Chosen(NamedTuple):
    """Choices of the people of a store, in the numbers of a model.

    `n_users` is the number of people who chose anything.
    """

    user: NDArray[Any]
    item: NDArray[Any]
    n_items: int
    n_users: int


def chosen(service: Service, live: ServingSnapshot) -> Counts:
    """Who chose what until the version was fitted.

    If the events of an item differ from those of the fit, its counts are marked as different.
    """
    exact = np.zeros(live.n_items, bool)
    fitted = live.data.item_table.numeric.get(EVENTS)
    try:
        data = to_dataset(service.store, like=live.data)
    except DataError:  # no events
        return Counts(Chosen(np.zeros(0, np.int64), np.zeros(0, np.int64), live.n_items, 0), exact)
    numbers = np.array([live.numbers.get(label, -1) for label in data.items])[data.item]
    known = (numbers >= 0) & (data.time <= service.registry.trained_to(live.version))
    made = Chosen(data.user[known], numbers[known], live.n_items, len(np.unique(data.user[known])))
    if fitted is not None:
        own = np.bincount(made.item, minlength=live.n_items)
        exact[: len(fitted)] = own[: len(fitted)] == np.nan_to_num(fitted)
    return Counts(made, exact)


def world_of_inputs(
    live: ServingSnapshot, inputs: Inputs, counts: Counts | None, **more: Any
) -> World:
    """The data to check an answer that was computed from these inputs."""
    ready = prepare(live, inputs)
    fitted = live.data.item_table.numeric.get(EVENTS)
    by_tags = ready.source == "content"
    nobody = ready.source == "popular"
    return World(
        live.model,
        ready.query,
        inputs.n,
        ready.allowed,
        live.titles,
        live.labels,
        ready.event_ids,
        clock_of(live.data.clock, inputs.zone),
        verbs_of(live.data, inputs.verb),
        counts,
        None if fitted is None else np.nan_to_num(fitted),
        live.popularity if nobody else None,
        live.tags_of if by_tags else None,
        [step[0] for step in ready.steps] if by_tags else (),
        values=live.data.values,
        drawn=inputs.explore > 0,
        terms=ready.listing.terms,
        **more,
    )


# --- fresh answers -----------------------------------------------------------------------------


def fresh(
    service: Service,
    live: ServingSnapshot,
    names: Sequence[str],
    counts: Counts,
    *,
    n: int = 10,
    langs: Sequence[str] = LANGS,
    told: Progress = lambda share: None,
) -> Iterator[tuple[str, list[Checked]]]:
    """(person, checks of each item) of answers that are made now and not logged.

    They are made in two languages, which must agree.
    """
    current = service.registry.current(service.store.counters()).version == live.version
    for at, name in enumerate(names):
        asked = {"user": name, "n": n, "reasons": 3}
        inputs = service.inputs(asked)[0]
        bodies = [answer(live, replace(inputs, lang=lang)) for lang in langs]
        world = world_of_inputs(
            live, inputs, counts, what_if=asks(service, asked) if current else None
        )
        own = stored(service, live, name)
        rows = [both(rows, langs) for rows in zip(*(body["items"] for body in bodies), strict=True)]
        yield name, [with_store(check(world, row, langs=langs), row, own) for row in rows]
        told((at + 1) / len(names))


def both(rows: Sequence[Mapping[str, Any]], langs: Sequence[str]) -> dict[str, Any]:
    """One row with the text of each language."""
    return {**rows[0], "text": {lang: row["text"] for lang, row in zip(langs, rows, strict=True)}}


def asks(service: Service, asked: Mapping[str, Any]) -> Any:
    """A function that removes the evidence of an item's row by what-if."""

    def leave_out(removed: Mapping[str, Any], label: str) -> tuple[int, int] | None:
        ids = [one for one in removed["event_ids"] if one is not None]
        body = what_if(
            service,
            {
                **asked,
                "remove_events": ids,
                "remove_items": [] if len(ids) == len(removed["event_ids"]) else removed["items"],
                "cut_paths": [
                    {"item": label, "path": path} for path in removed.get("cut_paths") or ()
                ],
                "add": [],
                "explain": False,
            },
        )
        moved = next((row for row in body["moves"] if row["item"] == label), None)
        if moved is None:
            return None
        return (moved["rank_before"], moved["rank_after"])

    return leave_out


def stored(service: Service, live: ServingSnapshot, user: str) -> dict[str, tuple[str, int]]:
    """The person's choices in the store: item and time by event id."""
    c = events.c
    statement = select(c.event_id, c.item, c.time).where(
        c.user == user, is_chosen(least_of(live.data.min_rating))
    )
    with service.store.read() as connection:
        return {id: (item, time) for id, item, time in connection.execute(statement)}


def with_store(
    found: Checked,
    row: Mapping[str, Any],
    own: Mapping[str, tuple[str, int]],
    *,
    logged: bool = False,
) -> Checked:
    """Add a check for each event behind a reason: it is stored, with this person, item and time.

    If `logged`, an event that is gone since the answer cannot be checked.
    """
    made = list(found.checks)
    for reason in row.get("reasons") or ():
        evidence = reason.get("evidence")
        if not evidence:
            continue
        for id in evidence.get("event_ids") or [evidence.get("event_id")]:
            if id is None:
                continue
            if id not in own:
                made.append(
                    Check(
                        "stored",
                        UNVERIFIABLE if logged else FALSE,
                        evidence["title"],
                        "the event is not in the store (erased)"
                        if logged
                        else "no event of this person",
                    )
                )
            elif own[id][0] != evidence["item"]:
                made.append(Check("stored", FALSE, evidence["item"], own[id][0]))
    return replace(found, checks=tuple(made))


# --- logged answers ----------------------------------------------------------------------------


def logged_ids(
    service: Service, most: int, *, since: int = 0, model: str | None = None, seed: int = 0
) -> list[str]:
    """Up to `most` answers of the log, drawn with a seed."""
    c = recommendations.c
    statement = select(c.id).where(c.time >= since).order_by(c.id)
    if model is not None:
        statement = statement.where(c.model == model)
    with service.store.read() as connection:
        ids = list(connection.execute(statement).scalars())
    return [
        ids[at] for at in np.sort(np.random.default_rng(seed).permutation(len(ids))[:most]).tolist()
    ]


def logged(
    service: Service, ids: Sequence[str], told: Progress = lambda share: None
) -> Iterator[tuple[str, list[Checked]]]:
    """(id, checks of each item) of answers of the log."""
    counts: dict[str, Counts] = {}
    for at, id in enumerate(ids):
        record = service.record(id)
        yield id, _of_record(service, record, counts)
        told((at + 1) / len(ids))


def _of_record(service: Service, record: Record, counts: dict[str, Counts]) -> list[Checked]:
    rows = [row for row in record.response["items"] if row.get("text")]
    try:
        live = service.registry.other(record.model, record.catalogue)
    except REFUSED as error:
        return [
            unverifiable(
                row, f"the model or catalogue of the answer is gone ({type(error).__name__})"
            )
            for row in rows
        ]
    except Exception as error:  # the database's own errors for a missing row
        return [
            unverifiable(
                row, f"the catalogue of the answer cannot be read ({type(error).__name__})"
            )
            for row in rows
        ]
    if live.version not in counts:
        counts[live.version] = chosen(service, live)
    inputs = Inputs.of(record.inputs)
    world = world_of_inputs(live, inputs, counts[live.version])
    if record.user is not None:
        own = stored(service, live, record.user)
    else:
        own = {}
    return [with_store(check(world, row, inputs.lang), row, own, logged=True) for row in rows]


# --- the measurement ---------------------------------------------------------------------------


def sentences(service: Service, version: str, told: Progress) -> dict[str, Any]:
    """Check fresh answers for a sample of people, and a sample of the version's logged answers.

    Its examples name answers by id and no people.
    """
    live = service.registry.other(version)
    found = Verified()
    most = service.settings.verify or SAMPLE
    names = drawn_names(service)[:most]
    ids = logged_ids(service, most, model=version, seed=service.now())
    told(0.0)
    for _, checked in _paused(
        fresh(service, live, names, chosen(service, live), told=lambda share: told(0.5 * share))
    ):
        count(found, "", checked)
    for where, checked in _paused(logged(service, ids, told=lambda share: told(0.5 + 0.5 * share))):
        count(found, where, checked)
    service.metrics.sentences_checked(found.claims, found.false, service.now())
    return found.as_json() | {
        "fresh": len(names),
        "logged": len(ids),
        "when": service.now(),
        "model": version,
    }


def _paused(answers: Iterator[tuple[str, list[Checked]]]) -> Iterator[tuple[str, list[Checked]]]:
    """Pause after each answer as long as it took, so that requests of people come first."""
    start = time.perf_counter()
    for one in answers:
        yield one
        time.sleep(min(1.0, time.perf_counter() - start))
        start = time.perf_counter()


def count(found: Verified, where: str, checked: Sequence[Checked]) -> None:
    found.checked += 1
    for one in checked:
        found.add(where, one)
