"""Named lists: each is a request with a filter, forces and a choice of what counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.core.messages import Messages
from whyrec.forces.lists import NamedList
from whyrec.serve.recommend.answer import Inputs
from whyrec.serve.recommend.snapshot import ServingSnapshot

__all__ = ["inputs_of_list", "ready", "title_of_list"]

TEXTS = Messages("forces")
USUAL = 3  # most frequent tags of a person, which "not your usual" leaves out
Made = tuple[Inputs, ServingSnapshot, str | None]


def ready(one: NamedList, ask: Mapping[str, Any], adjustable: Mapping[str, float]) -> bool:
    """Whether a request says what the list needs: an item, a session, or what is new."""
    if one.kind == "new" and "freshness" not in adjustable:
        return False
    if one.kind == "more-like-this":
        return bool(ask.get("item"))
    return one.kind != "bought-together" or bool(ask.get("session"))


def inputs_of_list(
    lists: Sequence[NamedList], ask: Mapping[str, Any], inputs: Callable[[Mapping[str, Any]], Made]
) -> Made:
    """The inputs of an answer, for the list that the request names, if it names one.

    Args:
        lists: The operator's.
        ask: The request.
        inputs: Makes the inputs of a request.

    Raises:
        ArgumentError: If the list needs an item or a session that the request does not name.
        UnknownNameError: For an unknown list or item.
    """
    name = ask.get("list")
    if name is None:
        return inputs(ask)
    one = next((one for one in lists if one.name == name), None)
    if one is None:
        raise UnknownNameError("list", name, [one.name for one in lists])
    if not ready(one, ask, {"freshness": 0}):
        key = "item" if one.kind == "more-like-this" else "session"
        raise ArgumentError(
            f"the list {name!r} needs {key}", given="none", fix=f"{key} in the request"
        )
    wanted = dict(ask.get("filter") or {})
    both = [text for text in (one.where, wanted.get("where")) if text]
    wanted["where"] = " and ".join(f"({text})" for text in both) if len(both) > 1 else "".join(both)
    asked = {force: size for force, size in (ask.get("forces") or {}).items() if size is not None}
    made, live, variant = inputs({**ask, "filter": wanted, "forces": dict(one.forces) | asked})
    return _shaped(one, made, live, ask), live, variant


def _shaped(one: NamedList, made: Inputs, live: ServingSnapshot, ask: Mapping[str, Any]) -> Inputs:
    """What counts in a list of this kind; a list with nothing to go by is empty."""
    past = [step[0] for step in made.history]
    if one.kind == "trending":
        return _only(
            made, [item for f in made.forces if f.kind == "trending" for item, _ in f.items]
        )
    if one.kind == "not-your-usual":
        counted = Counter(tag for label in past for tag in live.tags_of(label))
        usual = [tag for tag, _ in sorted(counted.items(), key=lambda row: (-row[1], row[0]))]
        return replace(made, no_tags=(*made.no_tags, *usual[:USUAL]))
    if one.kind == "because-you-chose":
        last = [(*step[:4], 0) for step in made.history[-1:]]
        alone = replace(made, history=last, session=(), seen=_seen(made, past), social_user=None)
        return alone if last else _only(alone, [])
    if one.kind in ("more-like-this", "bought-together"):
        items = (ask["item"],) if one.kind == "more-like-this" else tuple(ask["session"])
        for item in items:
            if not live.has(item):
                raise UnknownNameError("item", item, live.labels[:2000])
        return replace(
            made,
            history=(),
            session=items,
            seen=_seen(made, past),
            for_user=False,
            social_user=None,
        )
    return made


def _seen(made: Inputs, past: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*made.seen, *past}))


def _only(made: Inputs, items: Sequence[str]) -> Inputs:
    """Of what the request allows, these items alone."""
    allowed = items if made.only_items is None else set(items) & set(made.only_items)
    return replace(made, only_items=tuple(sorted(allowed)))


def title_of_list(one: NamedList, lang: str, of: str) -> str:
    """The operator's title in a language, or that of the kind.

    Args:
        one: The list.
        lang: The language.
        of: Title of the item that it goes by, if it goes by one.
    """
    titles = dict(one.title)
    own = titles.get(lang) or titles.get("en") or next(iter(titles.values()), "")
    return own or TEXTS.say(f"list-{one.kind}", lang, of=of)
