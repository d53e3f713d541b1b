"""Compute an answer from its inputs: a pure function, so that it can be run again.

A list is computed from the first of these that has data: user, session, content, popular. It is
named in `source`; if it is not the first that was requested, `fallback` says which was, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Decomposition, Listing, Query, decompose, top_k
from whyrec.core.decomposition import Constant
from whyrec.core.messages import Messages
from whyrec.explain.dates import clock_of
from whyrec.forces.expression import Expression
from whyrec.forces.force import Force
from whyrec.forces.wishes import Wish, forces_of_wishes, refused_by
from whyrec.models.graph.path_decomposition import PathDecomposition
from whyrec.serve.recommend import exploration, path_reasons
from whyrec.serve.recommend.policy import Rule, blocked_by, told
from whyrec.serve.recommend.reasons import ReasonContext, rows_of
from whyrec.serve.recommend.scoring import IndexedDecomposition, SharedTags
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.recommend.steering import steering
from whyrec.serve.recommend.terms import terms_of_answer, terms_told

__all__ = ["Inputs", "Prepared", "answer", "explained", "prepare", "repeats"]

# Require 20 allowed candidates per listed item.
# With fewer, recall drops below 99.8%.
SURE = 20
TEXTS = Messages("forces")
# Names of inputs in the log of version 0.1. Four words: a person blocks, a request excludes, the
# operator hides, and an event is withdrawn.
OLD_NAMES = {
    "banned_items": "blocked_items",
    "banned_tags": "blocked_tags",
    "circle": "social_user",
    "exclude": "excluded",
    "shown": "max_reasons",
}
# Item label, value, time, event id, and number of later choices. A withdrawn event leaves its place
# empty, so that a removal has exactly the effect that its reason states
# (docs/decisions/0006-steps-stay.md).
Step = tuple[str, float, int, str | None, int]


@dataclass(frozen=True)
class Inputs:
    """Everything an answer depends on besides model and catalogue.

    `history`: stored events that the person has not withdrawn; `session`: items of the request;
    `blocked_*`: the person's blocks; `excluded`: items excluded by the request; `rules`: the
    operator's rules that apply; `seen`: items ever chosen beyond the scored history; `avoided`:
    items refused or returned, never offered; `repeat`: whether chosen items may be listed again
    (None: as fitted).
    """

    history: Sequence[Step] = ()
    session: Sequence[str] = ()
    now: int = 0
    for_user: bool = False
    personalised: bool = True
    blocked_items: Sequence[str] = ()
    blocked_tags: Sequence[str] = ()
    excluded: Sequence[str] = ()
    any_tags: Sequence[str] = ()
    no_tags: Sequence[str] = ()
    only_items: Sequence[str] | None = None
    n: int = 10
    explain: bool = True
    max_reasons: int = 3
    lang: str = "en"
    explore: float = (
        0.0  # probability that the item at `place` (from 1) is drawn at random, with this seed
    )
    seed: int = 0
    place: int = 0
    rules: Sequence[Rule] = ()
    neighbours: int = 0  # number of items of the index that are scored; 0: all
    social_user: str | None = None  # person whose friends count, if the model knows them
    repeat: bool | None = None
    seen: Sequence[str] = ()
    avoided: Sequence[str] = ()
    zone: str = ""  # time zone of dates in sentences; "": UTC
    # what the person did, if the kinds of their events say so; "": the verb of the model's data
    verb: str = ""
    forces: Sequence[Force] = ()  # what is added to the model's scores
    where: str = ""  # expression that listed items fulfil
    wishes: Sequence[Wish] = ()  # the person's, in words

    @property
    def acting(self) -> tuple[Force, ...]:
        """All forces: given ones, and those of wishes."""
        return (*self.forces, *forces_of_wishes(self.wishes))

    def as_json(self) -> dict[str, Any]:
        """Inputs for the log."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Inputs:
        """Inputs from the log."""
        now = {OLD_NAMES.get(name, name): one for name, one in value.items()}
        # Logged before there were rules: none.
        now["rules"] = [Rule.of(one) for one in now.get("rules", ())]
        now["forces"] = [Force.of(one) for one in now.get("forces", ())]
        now["wishes"] = [Wish.of(one) for one in now.get("wishes", ())]
        now["history"] = [tuple(step) for step in now["history"]]
        return cls(**now)


class Prepared(NamedTuple):
    """A history in the model's numbers, its scores, and what may be recommended.

    `steps` are the events that were used.
    """

    event_ids: list[str | None]
    listing: Listing
    source: str
    fallback: dict[str, str] | None
    steps: list[Step]

    @property
    def query(self) -> Query:
        return self.listing.query

    @property
    def decomposition(self) -> Decomposition:
        return self.listing.decomposition

    @property
    def scores(self) -> NDArray[np.float32]:
        """Scores of all items, (n_items,)."""
        return self.listing.scores

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Which items may be recommended, (n_items,)."""
        return self.listing.allowed

    @property
    def masked(self) -> NDArray[np.float32]:
        """The scores (n_items,), -inf if an item is not allowed."""
        return self.listing.masked


def prepare(live: ServingSnapshot, inputs: Inputs, wanted: int | None = None) -> Prepared:
    """Choose the source of the answer, score it, and mask what may not be listed.

    `wanted` is the number of best items, which an index may find if the inputs say so; None scores
    all items.
    """
    source, steps, fallback = _source(live, inputs)
    allowed = _open(live, inputs)
    for wish in inputs.wishes:
        allowed &= ~refused_by(wish, live.facts)
    query, ids = _query(live, steps, inputs)
    if source == "popular":
        made: Decomposition = Constant(live.popularity, live.chosen)
    elif source == "content":
        numbers = {label: at for at, label in enumerate(dict.fromkeys(step[0] for step in steps))}
        query = Query([numbers[step[0]] for step in steps], times=_rising(steps))
        ids = [step[3] for step in steps]
        made = SharedTags(live, query, [live.tags_of(label) for label, *_ in steps])
    else:
        made = (_near(live, inputs, query, allowed, wanted) if wanted else None) or decompose(
            live.model, query
        )
    terms = terms_of_answer(
        live, inputs.acting, made, allowed, wanted or inputs.n, source, inputs.now
    )
    return Prepared(ids, Listing(made, allowed, inputs.n, terms), source, fallback, steps)


def _near(
    live: ServingSnapshot, inputs: Inputs, query: Query, allowed: NDArray[np.bool_], wanted: int
) -> IndexedDecomposition | None:
    """Score the history through the model's index.

    None if the inputs ask for all items, if the model has no index, or if filters and rules leave
    so few of the found items that others might belong between them.
    """
    if not 0 < inputs.neighbours < live.n_items or live.index is None:
        return None
    if inputs.acting:
        return None  # a force may lift any item
    made = IndexedDecomposition(live.model, query, live.index, inputs.neighbours)
    if np.count_nonzero(allowed[made.found]) >= SURE * wanted:
        return made
    return None


def answer(
    live: ServingSnapshot,
    inputs: Inputs,
    *,
    offset: int = 0,
    ready: Prepared | None = None,
    concealed: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Make the list: items from `offset` on with score and reasons, best first.

    It is shorter if fewer items are allowed. `ready` is the result of :func:`prepare` for the same
    inputs; `concealed` as in :func:`reason_context`.
    """
    wanted = offset + inputs.n + (exploration.CANDIDATES if inputs.explore else 0)
    if ready is None:
        ready = prepare(live, inputs, wanted)
    ready.listing.listed = offset + inputs.n
    chosen, drawn = _listed(inputs, ready, offset)
    more = len(chosen) == inputs.n and int(np.count_nonzero(ready.allowed)) > offset + inputs.n
    scores = ready.scores[chosen]
    rows: list[dict[str, Any]] = [
        {
            "item": live.labels[item],
            "title": live.titles[item],
            "rank": offset + at + 1,
            "score": float(score),
        }
        for at, (item, score) in enumerate(zip(chosen.tolist(), scores, strict=True))
    ]
    if inputs.explain:
        for row, why in zip(
            rows,
            explained(reason_context(live, inputs, ready, chosen, concealed), inputs.max_reasons),
            strict=True,
        ):
            row.update(why)
            row["terms"] = terms_told(live, ready.listing, inputs, live.numbers[row["item"]])
    return {
        "model": live.version,
        "model_name": live.name,
        "source": ready.source,
        "fallback": ready.fallback,
        "personalised": inputs.personalised,
        "lang": inputs.lang,
        "items": rows,
        "more": more,
        **({"exploration": exploration.told(drawn, inputs, live.labels)} if drawn else {}),
        **(
            {"neighbours": ready.decomposition.told}
            if isinstance(ready.decomposition, IndexedDecomposition)
            else {}
        ),
        **({"policy": told(live, inputs.rules, inputs.lang)} if inputs.rules else {}),
        **({"filter": _filtered(live, inputs, len(chosen))} if inputs.where else {}),
        **(
            {"wishes": steering(live, ready.listing, inputs, _open(live, inputs))}
            if inputs.wishes
            else {}
        ),
    }


def _filtered(live: ServingSnapshot, inputs: Inputs, listed: int) -> dict[str, Any]:
    """How many offered items the request's expression leaves, and a sentence if too few."""
    left = int(np.count_nonzero(_where(live, inputs.where) & live.available))
    text = None
    if listed < inputs.n:
        text = TEXTS.say("filtered", inputs.lang, where=inputs.where, items=left, listed=listed)
    return {"where": inputs.where, "items": left, "text": text}


def _listed(
    inputs: Inputs, ready: Prepared, offset: int
) -> tuple[NDArray[np.int32], exploration.Drawn | None]:
    """The items from `offset` on, and what was drawn."""
    end = offset + inputs.n
    if not inputs.explore:
        return _numbers(ready.listing.best(end)[offset:]), None
    order = _numbers(ready.listing.best(max(end, inputs.place - 1 + exploration.CANDIDATES)))
    drawn = exploration.draw(order, inputs)
    return (order if drawn is None else drawn.order)[offset:end], drawn


def _numbers(items: Sequence[int]) -> NDArray[np.int32]:
    return np.array(items, np.int32)


def explained(seen: ReasonContext, shown: int) -> list[dict[str, Any]]:
    """The reasons of each item: paths if the model is a sum of paths."""
    return (path_reasons.rows_of if isinstance(seen.decomposition, PathDecomposition) else rows_of)(
        seen, shown
    )


def reason_context(
    live: ServingSnapshot,
    inputs: Inputs,
    ready: Prepared,
    items: NDArray[Any],
    concealed: frozenset[str] = frozenset(),
) -> ReasonContext:
    """The context for the reasons of these items; `concealed` are further labels not to name."""
    tags = None
    titles = live.titles
    labels = live.labels
    if isinstance(ready.decomposition, SharedTags):
        labels = tuple(dict.fromkeys(step[0] for step in ready.steps))
        titles = tuple(map(live.title_of, labels))
        tags = ready.decomposition.best_tags()
    if ready.source in ("user", "session"):
        model = live.model
    else:
        model = None
    return ReasonContext(
        ready.listing,
        np.asarray(items, np.int32),
        titles,
        labels,
        ready.event_ids,
        live.data.domain,
        clock_of(live.data.clock, inputs.zone),
        inputs.lang,
        model,
        tags,
        inputs.verb or live.data.verb,
        live.concealed | concealed,
    )


def masked_by(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The scores, -inf if an item is not allowed."""
    masked = scores.copy()
    masked[~allowed] = -np.inf
    return masked


def best(masked: NDArray[np.float32], k: int) -> NDArray[np.int32]:
    """The k best items that are not -inf, in the order of :func:`whyrec.core.top_k`, as int32."""
    if not min(k, len(masked)):
        return np.zeros(0, np.int32)
    items, found = top_k(masked[None], k)
    best: NDArray[np.int32] = items[0][np.isfinite(found[0])]
    return best


def _session(inputs: Inputs) -> list[Step]:
    return [
        (label, 1.0, inputs.now, None, len(inputs.session) - 1 - at)
        for at, label in enumerate(inputs.session)
    ]


def _both(inputs: Inputs) -> list[Step]:
    """The history and then the session."""
    later = len(inputs.session)
    return [(*step[:4], step[4] + later) for step in inputs.history] + _session(inputs)


def _source(live: ServingSnapshot, inputs: Inputs) -> tuple[str, list[Step], dict[str, str] | None]:
    """(source, the events it uses, fallback)."""
    if inputs.for_user:
        first = "user"
    elif inputs.session:
        first = "session"
    else:
        first = "popular"
    if not inputs.personalised:
        why = {"asked": first, "used": "popular", "because": "personalisation is off"}
        return "popular", [], None if first == "popular" else why
    history = inputs.history
    session = _session(inputs)
    both = _both(inputs)
    if any(step[0] in live.numbers for step in history):
        return "user", [step for step in both if step[0] in live.numbers], None
    known = [step for step in session if step[0] in live.numbers]
    if first == "user":
        if not history:
            because = "the person has no history"
        else:
            because = "the model knows no item of the history"
    else:
        because = "the model knows no item of the session"
    if known:
        return (
            "session",
            known,
            None if first == "session" else {"asked": first, "used": "session", "because": because},
        )
    if _circle(live, inputs) is not None:
        return "user", [], None  # only their friends are known
    tagged = [step for step in both if live.by_tag.numbers.keys() & set(live.tags_of(step[0]))]
    if tagged:
        return "content", tagged, {"asked": first, "used": "content", "because": because}
    return (
        "popular",
        [],
        None if first == "popular" else {"asked": first, "used": "popular", "because": because},
    )


def repeats(live: ServingSnapshot, inputs: Inputs) -> bool:
    """Whether chosen items may be listed again."""
    if inputs.repeat is None:
        return live.data.repeat
    return inputs.repeat


def _query(
    live: ServingSnapshot, steps: Sequence[Step], inputs: Inputs
) -> tuple[Query, list[str | None]]:
    known = [step for step in steps if step[0] in live.numbers]
    times = _rising(known)
    # If a clock was set back, now must not be before the past.
    if len(times):
        moment = max(inputs.now, int(times[-1]))
    else:
        moment = inputs.now
    items, values = [live.numbers[label] for label, *_ in known], [step[1] for step in known]
    steps_back = [step[4] for step in known]
    user = _circle(live, inputs)
    hidden = _hidden(live, inputs)
    if live.data.order == "none":
        times = np.zeros(len(known), np.int64)
        steps_back = [0] * len(known)
    elif live.data.order == "file" and len(known) > 1 and not any(steps_back):
        steps_back = list(range(len(known)))[
            ::-1
        ]  # the store holds one time for all of them: keep the order of import
    return Query(items, values, times, moment, user, steps_back, repeats(live, inputs), hidden), [
        step[3] for step in known
    ]


def _hidden(live: ServingSnapshot, inputs: Inputs) -> list[int]:
    """Numbers of items that are never offered to this person: refused, or chosen earlier."""
    labels = [*inputs.avoided, *(() if repeats(live, inputs) else inputs.seen)]
    return [live.numbers[label] for label in labels if label in live.numbers]


def _circle(live: ServingSnapshot, inputs: Inputs) -> int | None:
    """Number of the person whose friends count, or None."""
    if inputs.social_user is None or live.friends is None:
        return None
    return live.friends.number(inputs.social_user)


def _rising(steps: Sequence[Step]) -> NDArray[np.int64]:
    """Non-decreasing times; a session may seem older than an event whose clock was ahead."""
    times = np.array([step[2] for step in steps], np.int64)
    if len(times):
        return np.maximum.accumulate(times)
    return times


def _open(live: ServingSnapshot, inputs: Inputs) -> NDArray[np.bool_]:
    """What may be listed, apart from what the person's wishes take out."""
    allowed = _allowed(live, inputs)
    allowed[_hidden(live, inputs)] = False
    if not repeats(live, inputs):
        chosen = [live.numbers[label] for label, *_ in _both(inputs) if label in live.numbers]
        allowed[chosen] = False
    return allowed


def _allowed(live: ServingSnapshot, inputs: Inputs) -> NDArray[np.bool_]:
    allowed = live.available.copy()
    if inputs.only_items is not None:
        only = np.zeros(live.n_items, bool)
        only[[live.numbers[label] for label in inputs.only_items if label in live.numbers]] = True
        allowed &= only
    if inputs.any_tags:
        some = np.zeros(live.n_items, bool)
        for tag in inputs.any_tags:
            some[live.by_tag.items_with(tag)] = True
        allowed &= some
    for tag in [*inputs.no_tags, *inputs.blocked_tags]:
        allowed[live.by_tag.items_with(tag)] = False
    allowed[
        [
            live.numbers[label]
            for label in [*inputs.blocked_items, *inputs.excluded]
            if label in live.numbers
        ]
    ] = False
    if inputs.where:
        allowed &= _where(live, inputs.where)
    for rule in inputs.rules:
        allowed &= ~blocked_by(live, rule)
    return allowed


def _where(live: ServingSnapshot, text: str) -> NDArray[np.bool_]:
    """The items for which an expression holds."""
    wanted = Expression(text)
    wanted.check(live.facts, values=False)
    return wanted.mask(live.facts)
