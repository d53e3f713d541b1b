"""A/B experiments: a stable hash assigns people to models, and their choices are compared."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, distinct, func, select

from whyrec.core import ArgumentError
from whyrec.serve.store.choices import LEAST, chosen as is_choice, switched_off
from whyrec.serve.store.store import Store, as_dicts, bump, dumps, loads, upsert
from whyrec.serve.store.tables import events, experiments, recommendations

__all__ = ["Experiments", "Variant", "outcome", "put_experiment", "rows_of_experiments"]

Z = 1.959963984540054  # 95%


@dataclass(frozen=True)
class Variant:
    """One arm: the experiment's name, its own name, its model version and its relative weight."""

    experiment: str
    name: str
    model: str
    weight: float

    @property
    def label(self) -> str:
        """The arm as the log stores it."""
        return f"{self.experiment}:{self.name}"


class Experiments:
    """The active experiment, read again when any experiment changes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._held: tuple[int, list[Variant]] = (-1, [])

    def variant(self, seen: Mapping[str, int], user: str) -> Variant | None:
        """The person's arm of the active experiment; None if none is active."""
        if self._held[0] != seen["experiments"]:
            with self.store.read() as connection:
                rows = [row for row in rows_of_experiments(connection) if row["active"]]
            if rows:
                arms = [Variant(rows[0]["name"], **arm) for arm in rows[0]["variants"]]
            else:
                arms = []
            self._held = (seen["experiments"], arms)
        arms = self._held[1]
        if arms:
            return chosen(arms, user)
        return None


def chosen(arms: Sequence[Variant], user: str) -> Variant:
    """The arm of a person: sha256 of experiment and label, as a number from 0 to 1, by weight.

    >>> arms = [Variant("e", "a", "1", 1.0), Variant("e", "b", "2", 1.0)]
    >>> chosen(arms, "ann") == chosen(arms, "ann")
    True
    """
    number = (
        int.from_bytes(hashlib.sha256(f"{arms[0].experiment}\0{user}".encode()).digest()[:8], "big")
        / 2**64
    )
    at = number * sum(arm.weight for arm in arms)
    for arm in arms:
        at -= arm.weight
        if at < 0:
            return arm
    return arms[-1]


def put_experiment(
    connection: Connection, name: str, variants: Sequence[Mapping[str, Any]], active: bool, now: int
) -> None:
    """Write an experiment; only one can be active, so that two never mix."""
    other = connection.execute(
        select(experiments.c.name).where(experiments.c.active, experiments.c.name != name)
    ).scalar()
    if active and other:
        raise ArgumentError(
            "only one experiment can be active", given=other, fix="end that one first"
        )
    statement = upsert(connection, experiments).values(
        name=name, variants=dumps(list(variants)), active=active, since=now
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"variants": statement.excluded.variants, "active": statement.excluded.active},
        )
    )
    bump(connection, "experiments")


def rows_of_experiments(connection: Connection) -> list[dict[str, Any]]:
    """Every experiment."""
    rows = connection.execute(select(experiments).order_by(experiments.c.since, experiments.c.name))
    return [
        row | {"variants": loads(row["variants"]), "active": bool(row["active"])}
        for row in as_dicts(rows)
    ]


def outcome(
    connection: Connection, name: str, variants: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """For each arm: people who got a list, people who chose from one, and their share.

    The share has a 95% interval and is compared with the first arm. People who switched
    personalisation off are left out. A choice counts if its event names the recommendation_id.
    """
    arms = [
        _arm(connection, f"{name}:{variant['name']}") | {"name": variant["name"]}
        for variant in variants
    ]
    first = arms[0]
    differences = [
        {"arm": arm["name"], "against": first["name"], **_difference(arm, first)}
        for arm in arms[1:]
    ]
    return {"arms": arms, "differences": differences}


def _arm(connection: Connection, label: str) -> dict[str, Any]:
    r = recommendations.c
    e = events.c
    people = connection.execute(
        select(func.count(distinct(r.user))).where(
            r.variant == label, r.user.not_in(switched_off())
        )
    ).scalar_one()
    joined = recommendations.join(events, (e.recommendation_id == r.id) & (e.user == r.user))
    chose = connection.execute(
        select(func.count(distinct(r.user)))
        .select_from(joined)
        .where(r.variant == label, is_choice(LEAST), e.user.not_in(switched_off()))
    ).scalar_one()
    return {"people": int(people), "chose": int(chose), **asdict(wilson(int(chose), int(people)))}


@dataclass(frozen=True)
class Share:
    """A share with its 95% interval; None without people."""

    share: float | None
    low: float | None
    high: float | None


def wilson(hits: int, of: int) -> Share:
    """Wilson's interval of a share [wilson1927], which stays within 0..1, also for few people.

    >>> [round(x, 3) for x in (wilson(8, 10).low, wilson(8, 10).high)]
    [0.49, 0.943]
    """
    if not of:
        return Share(None, None, None)
    p = hits / of
    z = Z
    middle = p + z * z / (2 * of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return Share(p, (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of))


def _difference(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, float | None]:
    """The difference of two shares with Newcombe's interval, from both Wilson intervals."""
    if a["share"] is None or b["share"] is None:
        return {"difference": None, "low": None, "high": None}
    d = a["share"] - b["share"]
    return {
        "difference": d,
        "low": d - math.hypot(a["share"] - a["low"], b["high"] - b["share"]),
        "high": d + math.hypot(a["high"] - a["share"], b["share"] - b["low"]),
    }
