"""The service without its web layer: people, models and the log; one object per process."""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import Connection

from whyrec.core import UnknownNameError
from whyrec.core.verbs import verb_of_stored
from whyrec.forces.directives import read_directives
from whyrec.serve.recommend.active import Trends, forces_of_request, widened
from whyrec.serve.recommend.answer import Inputs, Step, answer
from whyrec.serve.recommend.exploration import exploring
from whyrec.serve.recommend.lists import inputs_of_list
from whyrec.serve.recommend.policy import Rule, age_of, blocked_by, read_policy
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.recommend.wishing import Wishing
from whyrec.serve.settings import Settings
from whyrec.serve.store import log as logbook
from whyrec.serve.store.api_keys import Key, digest, key_of
from whyrec.serve.store.choices import Known, known_of, least_of
from whyrec.serve.store.idempotency import Claim, bind, bound, drop_claims
from whyrec.serve.store.people import Controls, Person, person_of
from whyrec.serve.store.showings import showings_of
from whyrec.serve.store.store import Store, counters
from whyrec.serve.telemetry.metrics import Metrics
from whyrec.serve.versions.experiments import Experiments
from whyrec.serve.versions.registry import Registry, model_rows

__all__ = ["Service"]

log = logging.getLogger("whyrec.serve")

NOBODY = Controls()
HOUR, DAY = 3600, 86_400  # seconds
PORTION = 1000  # answers that are deleted from the log in one transaction
LABELS = ("recommendation_id", "variant", "next")  # fields of a response that are not computed


def _verb(live: ServingSnapshot, known: Known) -> str:
    """What the person did, according to the kinds of the choices that count."""
    return verb_of_stored(live.data.verb, live.data.domain, known.kinds)


class Service:
    """A store with its models, ready to answer; safe to use from many threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.policy = read_policy(settings.policy)
        self.directives = read_directives(settings.forces)
        self.store = Store(settings.store)
        self.registry = Registry(self.store, settings.models_folder, index=settings.neighbours > 0)
        self.trends = Trends(self.store, lambda seen: self.registry.current(seen).data.min_rating)
        self.experiments = Experiments(self.store)
        self.metrics = Metrics()
        self.wishing = Wishing(settings)
        self._histories: OrderedDict[str, tuple[int, Known]] = OrderedDict()
        self._keys: tuple[int, dict[str, Key]] = (-1, {})
        self._durable: set[str] = set()  # digests of catalogues that are known to be stored
        self._lock = threading.Lock()
        self.computing = ThreadPoolExecutor(1, "whyrec-answers")
        self._stop = threading.Event()
        self.chores: list[
            Callable[[bool], None]
        ] = []  # called at each check for a new model, with whether there is one
        self.working: set[str] = set()  # batches that a thread of this process works on
        self._watcher = threading.Thread(target=self._watch, name="whyrec-models", daemon=True)

    def start(self) -> None:
        """Open the serving model, and start to watch for another."""
        self.registry.current(self.store.counters())
        self._watcher.start()

    def close(self) -> None:
        """Finish pending writes and close the store."""
        self._stop.set()
        if self._watcher.is_alive():
            self._watcher.join()
        self.computing.shutdown()
        self.store.close()

    @property
    def stopping(self) -> bool:
        """Whether the service is shutting down, so that long work must stop."""
        return self._stop.is_set()

    def model_age(self, live: ServingSnapshot) -> int:
        """Seconds since the version was added; 0 if the store does not know it."""
        with self.store.read() as connection:
            added = next(
                (row["added"] for row in model_rows(connection) if row["version"] == live.version),
                self.now(),
            )
        return max(0, self.now() - added)

    def observe_model(self) -> None:
        """Update the metric of the serving model's age."""
        self.metrics.model_age.set(self.model_age(self.registry.current(self.store.counters())))

    def now(self) -> int:
        """Current time in Unix seconds."""
        return int(time.time())

    def prune(self) -> int:
        """Delete answers that are older than the settings allow; return how many.

        They are deleted in portions, so a request waits for one portion at most.
        """
        before = self.now() - self.settings.keep_days * DAY
        if self.settings.keep_days:
            self.store.write(lambda connection: drop_claims(connection, before))
        gone = 0
        while self.settings.keep_days and not self.stopping:
            found = self.store.write(
                lambda connection: logbook.drop_records(connection, before, PORTION)
            )
            gone += found
            if found < PORTION:
                break
        return gone

    def _watch(self) -> None:
        pruned = float(-HOUR)
        while not self._stop.wait(self.settings.refresh):
            try:
                if time.monotonic() - pruned >= HOUR:
                    pruned = time.monotonic()
                    self.prune()
                failed = len(self.registry.failures)
                self.chore(self.registry.refresh())
                if len(self.registry.failures) > failed:
                    self.metrics.model_failures.inc()
            except OSError:  # the store does not answer: requests report it; keep watching
                continue

    def chore(self, promoted: bool) -> None:
        """Do what is due; `promoted` says that another model has started to serve."""
        for one in self.chores:
            one(promoted)

    # --- the start of a request -------------------------------------------------------------------

    def key(
        self, secret: str, connection: Connection | None = None
    ) -> tuple[Key | None, Mapping[str, int]]:
        """Look up the key of a secret (cached until any key changes), with the store's counters."""
        with self._reading(connection) as connection:
            seen = counters(connection)
            if self._keys[0] != seen["keys"]:
                self._keys = (seen["keys"], {})
            known = self._keys[1]
            hashed = digest(secret)
            if hashed not in known:
                found = key_of(connection, hashed)
                if found is None:
                    return None, seen
                known[hashed] = found
            return known[hashed], seen

    def _reading(self, connection: Connection | None) -> AbstractContextManager[Connection]:
        """The given connection, or a new one."""
        if connection is None:
            return self.store.read()
        return nullcontext(connection)

    def person(self, connection: Connection, user: str) -> tuple[Person | None, tuple[Step, ...]]:
        """The person and the choices that count.

        Withdrawn choices do not count; nothing counts if personalisation is off.
        """
        found, known = self.known(connection, user)
        return found, known.history if found is None or found.personalised else ()

    def known(
        self, connection: Connection, user: str, seen: Mapping[str, int] | None = None
    ) -> tuple[Person | None, Known]:
        """The person and their history, from memory if its revision is unchanged.

        `seen` are the store's counters, if they have been read.
        """
        found = person_of(connection, user)
        if found is None:
            self._histories.pop(user, None)
            return None, Known()
        held = self._histories.get(user)
        if held is None or held[0] != found.revision:
            # The revision is read first: if the history is newer, it is read again next time; an
            # older one is never kept.
            live = self.registry.current(counters(connection) if seen is None else seen)
            least = least_of(live.data.min_rating)
            held = (
                found.revision,
                known_of(connection, user, self.settings.history, least, found.controls),
            )
            if self.directives.feedback.shown:
                shown = showings_of(connection, user, self.now())
                held = (held[0], replace(held[1], shown=shown))
            with self._lock:
                self._histories[user] = held
                while len(self._histories) > self.settings.remember:
                    self._histories.popitem(last=False)
        return found, held[1]

    def forget(self, user: str) -> None:
        """Drop a person from this process's memory; other processes notice at the next request."""
        self._histories.pop(user, None)

    # --- recommend --------------------------------------------------------------------------------

    def inputs(
        self,
        ask: Mapping[str, Any],
        seen: Mapping[str, int] | None = None,
        connection: Connection | None = None,
    ) -> tuple[Inputs, ServingSnapshot, str | None]:
        """The inputs of an answer to this request, the model that computes it, and the variant.

        `seen` are the store's counters and `connection` an open connection, if the request has
        them.
        """
        user = ask.get("user")
        with self._reading(connection) as connection:
            seen = seen or counters(connection)
            if user is not None:
                person, known = self.known(connection, user, seen)
            else:
                person = None
                known = Known()
        if user is not None:
            variant = self.experiments.variant(seen, user)
        else:
            variant = None
        if variant:
            live = self.registry.other(variant.model)
        else:
            live = self.registry.current(seen)
        controls = person.controls if person else NOBODY
        wanted = ask.get("filter") or {}
        asked = bool(ask.get("personalised", ask.get("personalized", True)))
        on = person is None or person.personalised
        personal = asked and on
        history = known.history
        # With personalisation off, seen items are still excluded: this affects only the person's
        # own list. A request for nobody in particular excludes nothing, so gaps reveal no history.
        seen_too = () if on else {step[0] for step in history}
        made = Inputs(
            history=history if personal else (),
            seen=tuple(sorted({*known.seen, *seen_too})) if asked else (),
            avoided=known.avoided if asked else (),
            session=tuple(ask.get("session") or ()) if personal else (),
            now=self.now(),
            for_user=user is not None,
            personalised=personal,
            blocked_items=controls.blocked_items,
            blocked_tags=controls.blocked_tags,
            excluded=(*(ask.get("exclude") or ()), *(known.withdrawn if asked else ())),
            any_tags=tuple(wanted.get("any_tags") or ()),
            no_tags=tuple(wanted.get("no_tags") or ()),
            only_items=wanted.get("only_items"),
            n=ask.get("n", 10),
            explain=ask.get("explain", True),
            max_reasons=ask.get("reasons", 3),
            repeat=ask.get("repeat"),
            lang=ask.get("lang", "en"),
            zone=ask.get("zone") or "",
            verb=_verb(live, known) if personal else "",
            rules=self.rules(person, ask.get("age")),
            social_user=user if person and personal and live.friends is not None else None,
            where=wanted.get("where") or "",
            wishes=self.wishing.acting(live, ask.get("wishes") or "", controls.wishes, personal),
            forces=(
                *widened(controls.wider if personal else 0.0),
                *forces_of_request(
                    self.directives,
                    ask,
                    known if personal else Known(),
                    controls.forces if asked else {},
                    self.now(),
                    self.trends,
                ),
            ),
        )
        return made, live, variant.label if variant else None

    def rules(self, person: Person | None, stated: float | None = None) -> tuple[Rule, ...]:
        """The operator's rules that apply to a person; `stated` is the age given by the request."""
        return self.policy.rules_for(
            age_of(person.fields if person else {}, self.policy.age_field, stated)
        )

    def recommend(
        self,
        ask: Mapping[str, Any],
        key_id: str,
        claim: Claim | None = None,
        seen: Mapping[str, int] | None = None,
    ) -> bytes:
        """Answer and log; return the JSON that is sent.

        The same `claim` returns the first answer again. `seen` is as in :meth:`inputs`.
        """
        durable, finish_recommendation = self.start_recommendation(ask, key_id, claim, seen)
        return finish_recommendation(durable.result())

    def start_recommendation(
        self,
        ask: Mapping[str, Any],
        key_id: str,
        claim: Claim | None = None,
        seen: Mapping[str, int] | None = None,
        connection: Connection | None = None,
    ) -> tuple[Future[logbook.Record | None], Callable[[logbook.Record | None], bytes]]:
        """Like :meth:`recommend` without waiting: return the pending write and the JSON's maker.

        The function makes the JSON from the value of the write. `connection` is as in
        :meth:`inputs`.
        """
        if claim is not None:
            with self._reading(connection) as opened:
                bound(opened, claim)
        inputs, live, variant = inputs_of_list(
            self.directives.lists, ask, lambda one: self.inputs(one, seen, connection)
        )
        id = secrets.token_urlsafe(18) if claim is None else claim.id
        inputs = replace(
            exploring(inputs, self.settings.explore, id), neighbours=self.settings.neighbours
        )
        body = answer(live, inputs)
        if body["more"]:
            following = f"/v1/recommendations/{id}/items?offset={inputs.n}"
        else:
            following = None
        text = orjson.dumps(
            {"recommendation_id": id, "variant": variant, **body, "next": following}
        )
        row = {
            "id": id,
            "time": inputs.now,
            "user": ask.get("user"),
            "key_id": key_id,
            "model": live.version,
            "variant": variant,
            "request": logbook.pack(dict(ask)),
            "inputs": logbook.pack(inputs.as_json()),
            "response": logbook.pack(text),
        }

        def finish_recommendation(first: logbook.Record | None) -> bytes:
            self._durable.add(live.packed[0])
            if first is not None:
                return orjson.dumps(first.response)
            self._count(body)
            return text

        return self.store.begin(
            lambda connection: self._log(connection, live, row, claim)
        ), finish_recommendation

    def _log(
        self,
        connection: Connection,
        live: ServingSnapshot,
        row: Mapping[str, Any],
        claim: Claim | None,
    ) -> logbook.Record | None:
        """Write the answer and, if this process has not seen it stored yet, its catalogue."""
        if claim is not None:
            bind(connection, claim, row["time"])
        digest, state = live.packed
        if digest not in self._durable:
            logbook.keep_catalogue(connection, digest, state)
        return logbook.write_record(connection, {**row, "catalogue": digest})

    def _count(self, body: Mapping[str, Any]) -> None:
        if body["fallback"]:
            self.metrics.fallbacks.labels(
                body["fallback"]["used"], body["fallback"]["because"]
            ).inc()
        wrong = [
            row
            for row in body["items"]
            if "gap" in row and not self.metrics.adds_up(row["gap"], row["score"])
        ]
        for row in wrong:
            log.error(
                "the parts of a score do not add up: no reasons are given",
                extra={
                    "fields": {
                        "model": body["model"],
                        "item": row["item"],
                        "score": row["score"],
                        "gap": row["gap"],
                    }
                },
            )
        if wrong:
            self.metrics.gap_seen(self.now())

    # --- the log ----------------------------------------------------------------------------------

    def record(self, id: str) -> logbook.Record:
        """The record of an answer; raises UnknownNameError."""
        with self.store.read() as connection:
            found = logbook.record_of(connection, id)
        if found is None:
            raise UnknownNameError("recommendation_id", id, [])
        return found

    def recompute(
        self,
        record: logbook.Record,
        *,
        offset: int = 0,
        n: int | None = None,
        explain: bool | None = None,
        max_reasons: int | None = None,
        lang: str | None = None,
        concealed: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        """Recompute a logged answer from its recorded inputs, or further items of its list.

        The items of `concealed` are not named in reasons.
        """
        changes = {
            name: value
            for name, value in (
                ("n", n),
                ("explain", explain),
                ("max_reasons", max_reasons),
                ("lang", lang),
            )
            if value is not None
        }
        inputs = Inputs.of(dict(record.inputs) | changes)
        live = self.registry.other(record.model, record.catalogue)
        return answer(live, inputs, offset=offset, concealed=concealed)

    def today(self, record: logbook.Record, **changes: Any) -> dict[str, Any]:
        """As :meth:`recompute`, without what is hidden or excluded today."""
        now = self.registry.current(self.store.counters()).concealed
        return self.shown_now(record, self.recompute(record, **changes, concealed=now))

    def shown_now(self, record: logbook.Record, body: Mapping[str, Any]) -> dict[str, Any]:
        """Remove items that are hidden, refused or excluded by today's policy."""
        with self.store.read() as connection:
            seen = counters(connection)
            if record.user is None:
                person = None
                known = Known()
            else:
                person, known = self.known(connection, record.user, seen)
            concealed = self.registry.current(seen).concealed
        rules = self.rules(person, record.request.get("age"))
        lives: tuple[ServingSnapshot, ...] = ()
        if rules:
            lives = (
                self.registry.current(seen),
                self.registry.other(record.model, record.catalogue),
            )
        gone = {
            row["item"]
            for row in body["items"]
            for live in lives
            for rule in rules
            if row["item"] in live.numbers and blocked_by(live, rule)[live.numbers[row["item"]]]
        } | {*known.avoided, *concealed}
        return {**body, "items": [row for row in body["items"] if row["item"] not in gone]}

    def replay(self, record: logbook.Record) -> dict[str, Any]:
        """Recompute an answer, and report whether it is identical to the last bit."""
        body = self.recompute(record)
        before = {name: value for name, value in record.response.items() if name not in LABELS}
        different = sorted(
            name
            for name in body.keys() | before.keys()
            if orjson.dumps(body.get(name)) != orjson.dumps(before.get(name))
        )
        return {
            "recommendation_id": record.id,
            "identical": not different,
            "different": different,
            "model": record.model,
            "items": len(body["items"]),
            "sha256": hashlib.sha256(orjson.dumps(body)).hexdigest(),
        }
