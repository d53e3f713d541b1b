"""Why a list changed: the exact difference between two answers, by cause.

The inputs of the older answer are replaced by those of the newer one, one cause after another, in
the order of :data:`whyrec.serve.insight.control.replacement.CAUSES`:

    time, events, showings, refusals, items, model, operator, settings, request, exploration

After each replacement the list is computed again by the code that serves. The change of an item's
score by a cause is the difference of two such scores, so the changes by all causes sum to the
whole change, with no rest. So do the items that came and went.

How the change is shared out depends on the order: with another order, what two causes do only
together would go to the other one. Time comes first, so that the ageing of earlier choices is
measured without the new ones; the model follows the catalogue, so that an item that both models
can score comes with the catalogue. "Because of" is therefore said only if it does not depend on
the order: the newer list is computed without that one cause, and the item's coming or going must
be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from whyrec.core import ArgumentError
from whyrec.core.messages import Messages
from whyrec.serve.insight.control.replacement import Replacement, Side
from whyrec.serve.recommend import exploration
from whyrec.serve.recommend.answer import Inputs, Prepared, answer, prepare
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.service import Service
from whyrec.serve.store.log import Record

__all__ = ["Scored", "between", "changes", "scored"]

TEXTS = Messages("changes")
NAMED = 5  # events, items or forces that a step names


@dataclass(frozen=True)
class Scored:
    """A list on the way from one answer to the other."""

    live: ServingSnapshot
    ready: Prepared
    listed: tuple[str, ...]

    def score(self, label: str) -> float | None:
        """The score of an item; None if the model does not know it."""
        number = self.live.numbers.get(label)
        return None if number is None else float(self.ready.scores[number])

    def rank(self, label: str) -> int | None:
        """The place of an item in the list, from 1; None if it is not listed."""
        return self.listed.index(label) + 1 if label in self.listed else None


def scored(live: ServingSnapshot, inputs: Inputs) -> Scored:
    """Score all items and make the list, as for an answer."""
    ready = prepare(live, inputs, inputs.n + (exploration.CANDIDATES if inputs.explore else 0))
    rows = answer(live, inputs, ready=ready)["items"]
    return Scored(live, ready, tuple(row["item"] for row in rows))


def between(service: Service, before: Record, after: Record, lang: str) -> dict[str, Any]:
    """Explain the difference between two logged answers to one person.

    Raises ArgumentError if they are for different people.
    """
    if before.user != after.user:
        raise ArgumentError(
            "both answers must be for one person",
            given="answers for two",
            fix="take two answers of the same user",
        )
    withdraws = None
    if after.user is not None:
        with service.store.read() as connection:
            person, _ = service.known(connection, after.user)
        withdraws = person.controls.withdraws if person else None
    first, second = (
        Side(
            service.registry.other(record.model, record.catalogue),
            Inputs.of(record.inputs),
            record.request,
        )
        for record in (before, after)
    )
    return {
        "user": after.user,
        **{
            name: {"recommendation_id": record.id, "time": record.time, "model": record.model}
            for name, record in (("before", before), ("after", after))
        },
        **changes(first, second, lang, withdraws),
    }


def changes(before: Side, after: Side, lang: str, withdraws: Any = None) -> dict[str, Any]:
    """Explain the difference between two answers to one person.

    Args:
        before: The older answer.
        after: The newer answer.
        lang: Language of the sentences.
        withdraws: Whether the person has withdrawn an event, by its id and time.

    Returns:
        `steps` (the causes that acted, with the items that came and went by each), `items` (every
            item of either list with its places and scores, and the parts of its change), and
            `text`.
    """
    mix = Replacement(before, after, withdraws)
    path = [_at(mix, mix.changed[:number]) for number in range(len(mix.changed) + 1)]
    steps = [
        {
            "cause": cause,
            "name": TEXTS.say(f"cause-{cause}", lang),
            "what": _what(mix, cause),
            "came": [label for label in new.listed if label not in old.listed],
            "went": [label for label in old.listed if label not in new.listed],
        }
        for cause, old, new in zip(mix.changed, path, path[1:], strict=False)
    ]
    for step in steps:
        step["text"] = TEXTS.say(
            "step", lang, cause=step["name"], came=len(step["came"]), went=len(step["went"])
        )
    first, last = path[0], path[-1]
    labels = dict.fromkeys([*last.listed, *first.listed])
    without: dict[str, Scored] = {}
    items = [_item(mix, path, label, lang, without) for label in labels]
    came = len(set(last.listed) - set(first.listed))
    went = len(set(first.listed) - set(last.listed))
    key = "summary" if steps else "unchanged"
    causes = TEXTS.say("between", lang).join(str(step["name"]) for step in steps)
    return {
        "steps": steps,
        "items": items,
        "text": TEXTS.say(key, lang, came=came, went=went, causes=causes),
    }


def _at(mix: Replacement, done: Collection[str]) -> Scored:
    return scored(mix.live(done), mix.inputs(done))


def _item(
    mix: Replacement,
    path: Sequence[Scored],
    label: str,
    lang: str,
    without: dict[str, Scored],
) -> dict[str, Any]:
    """The change of one item; `without` keeps the newer list without single causes."""
    scores = [one.score(label) for one in path]
    ranks = [one.rank(label) for one in path]
    parts = [
        {"cause": cause, "change": (new or 0.0) - (old or 0.0), "rank": rank}
        for cause, old, new, rank in zip(mix.changed, scores, scores[1:], ranks[1:], strict=False)
    ]
    switched = [
        cause
        for cause, old, new in zip(mix.changed, ranks, ranks[1:], strict=False)
        if (old is None) != (new is None)
    ]
    there = (ranks[0] is not None, ranks[-1] is not None)
    cause = switched[-1] if switched and there[0] != there[1] else None
    alone = None
    if cause is not None:
        if cause not in without:
            without[cause] = _at(mix, [one for one in mix.changed if one != cause])
        alone = (without[cause].rank(label) is not None) == there[0]
    live = path[-1].live if label in path[-1].live.numbers else path[0].live
    row = {
        "item": label,
        "title": live.title_of(label),
        "rank_before": ranks[0],
        "rank_after": ranks[-1],
        "score_before": scores[0],
        "score_after": scores[-1],
        "change": (scores[-1] or 0.0) - (scores[0] or 0.0),
        "parts": [part for part in parts if part["change"] or part["cause"] in switched],
        "cause": cause,
        "alone": alone,
    }
    return row | {"text": _said(row, lang)}


def _said(row: dict[str, Any], lang: str) -> str:
    """The sentence of an item."""
    if row["cause"] is not None:
        key = "came" if row["rank_before"] is None else "went"
        key += "" if row["alone"] else "-with"
        cause = TEXTS.say(f"cause-{row['cause']}", lang)
        place = TEXTS.say(key, lang, title=row["title"], cause=cause)
    else:
        key = "kept" if row["rank_before"] == row["rank_after"] else "moved"
        place = TEXTS.say(
            key, lang, title=row["title"], rank=row["rank_after"], before=row["rank_before"]
        )
    parts = TEXTS.say("between", lang).join(
        TEXTS.say(
            "part", lang, cause=TEXTS.say(f"cause-{part['cause']}", lang), change=part["change"]
        )
        for part in row["parts"]
        if part["change"]
    )
    if not parts:
        return place
    return place + TEXTS.say("score", lang, change=row["change"], parts=parts)


def _what(mix: Replacement, cause: str) -> list[str]:
    """What changed in an input: titles, names of forces and rules, or names of inputs."""
    first, second = mix.before.inputs, mix.after.inputs
    live = mix.after.live
    if cause == "model":
        return [mix.after.live.version]
    if cause == "items":
        old, new = mix.before.live, mix.live({"items"})
        rows = [label for label, row in new.rows.items() if old.rows.get(label) != row]
        return [live.title_of(label) for label in rows[:NAMED]]
    if cause == "events":
        known = {step[3] for step in first.history}
        labels = [step[0] for step in second.history if step[3] not in known]
        return [live.title_of(label) for label in dict.fromkeys(labels[::-1])][:NAMED]
    if cause == "refusals":
        labels = sorted(set(first.avoided) ^ set(second.avoided))
        return [live.title_of(label) for label in labels[:NAMED]]
    one, none = mix.inputs({cause}), mix.inputs(())
    old_forces, new_forces = set(none.forces), set(one.forces)
    names = [force.name for force in (*one.forces, *none.forces)]
    moved = {force.name for force in old_forces ^ new_forces}
    found = [name for name in dict.fromkeys(names) if name in moved]
    found += sorted({rule.name for rule in {*none.rules} ^ {*one.rules}})
    fields = [
        name
        for name in Inputs.__dataclass_fields__
        if name not in ("forces", "rules", "now") and getattr(one, name) != getattr(none, name)
    ]
    return [*found, *fields][:NAMED]
