"""Lists and explanations of a model folder: what `whyrec recommend` and `whyrec explain` print, as
plain dictionaries.

They are the reasons and sentences that the service gives for the same history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from whyrec import api, storage
from whyrec.core import BadArgument, Dataset, Explanation, Listing, Query, Readable, Reason
from whyrec.core.decomposition import Constant
from whyrec.core.verbs import verb_of

HISTORY = (
    500  # events of a person that are scored; the service's setting `history` has the same default
)


def query(fitted: storage.Fitted, user: str | None, items: str | None) -> Query:
    """The history to recommend for: a stored person's, or items somebody new chose."""
    if (user is None) == (items is None):
        raise BadArgument(
            "give --user or --items, and only one of them",
            given="both" if user is not None else "neither",
        )
    if items is not None:
        labels = [label.strip() for label in items.split(",") if label.strip()]
        return fitted.data.asked([fitted.data.item_number(label) for label in labels])
    if not fitted.header.get("histories", True):
        raise BadArgument(
            "this model folder holds no histories",
            given=f"--user {user}",
            fix="give --items a,b,c, or fit without --no-histories",
        )
    return scored_history(fitted.data.history(str(user)))


def scored_history(whole: Query) -> Query:
    """The latest events of a history, as the service scores them; all that was ever chosen stays
    out of the list.
    """
    older = np.arange(max(0, len(whole) - HISTORY))
    if not len(older):
        return whole
    latest = np.arange(len(older), len(whole))
    left = older[:0] if whole.repeat else older
    seen = np.setdiff1d(whole.items[left], whole.items[latest])
    return replace(
        whole,
        items=whole.items[latest],
        values=whole.values[latest],
        times=whole.times[latest],
        steps=whole.steps[latest],
        avoided=np.union1d(whole.avoided, np.asarray(seen, np.int32)),
    )


def listing(fitted: storage.Fitted, asked: Query, k: int) -> Listing:
    """The list of a history as every surface makes it: of an empty one, what many people chose."""
    from whyrec.explain.counterfactual import listing_of

    if k < 1:
        raise BadArgument("k must be 1 or more", given=str(k))
    if len(asked) or api.follows(fitted, asked):
        return listing_of(fitted.model, asked, k)
    scores, chosen = api.popularity(fitted)
    allowed = np.ones(len(scores), bool)
    allowed[asked.avoided] = False
    return Listing(Constant(scores, chosen), allowed, k)


def recommend(
    fitted: storage.Fitted, asked: Query, k: int, *, user: str | None, zone: str = ""
) -> dict[str, Any]:
    """The slate with a sentence for each item: the ones that the service writes for the same
    history.
    """
    from whyrec.explain.tested import explain_list

    view, data = listing(fitted, asked, k), fitted.data
    rows = []
    for why in explain_list(view, view.best(), support=getattr(fitted.model, "support", None)):
        rows.append(
            {
                "item": data.items[why.item],
                "title": data.item_table.title[why.item],
                "rank": why.rank,
                "score": why.score,
                "explained_share": round(why.explained_share, 4),
                "share": why.share,
                "reasons": [
                    reason_row(fitted, asked, why.item, r) for r in why.reasons[: why.named]
                ],
                "removed": removed_row(data, asked, why),
                "text": {lang: words(fitted, why, asked, lang, zone) for lang in ("en", "zh")},
            }
        )
    return {"user": user, "model": fitted.header["name"], "items": rows}


def words(fitted: storage.Fitted, why: Any, asked: Query, lang: str, zone: str = "") -> str:
    """The explanation in sentences. zone: of dates; "" is UTC."""
    from whyrec.explain.dates import clock_of
    from whyrec.explain.words import say

    data, model = fitted.data, fitted.model
    tokens = bool(why.reasons) and why.reasons[0].kind == "token"

    def phrase(reason: Reason) -> str:
        if tokens:
            return str(model.tokens(model.text_of(data, why.item))[0][reason.refs[0]])
        return str(model.phrase(reason, asked, why.item)[lang == "zh"])

    return str(
        say(
            why,
            asked,
            data.item_table,
            lang=lang,
            domain=data.domain,
            verb=data.verb,
            clock=clock_of(data.clock, zone),
            phrases=phrase if tokens or isinstance(model, Readable) else None,
        )
    )


def explain(
    fitted: storage.Fitted,
    asked: Query,
    item: str | None,
    *,
    method: str,
    k: int,
    user: str | None,
    options: Mapping[str, Any] | None = None,
    zone: str = "",
) -> dict[str, Any]:
    """One item's reasons, what taking the named ones away does, and the smallest set of events that
    holds it in the list. The method auto says what `recommend` and the service say of the item."""
    from whyrec.explain.counterfactual import counterfactual
    from whyrec.explain.likeness import crossing, likeness

    data, model = fitted.data, fitted.model
    view = listing(fitted, asked, k)
    number = asked_item(fitted, asked, view, item)
    chosen, because = api.choose(model) if method == "auto" else (method, "asked for")
    why = explanation(fitted, asked, view, number, method, options or {})
    found = counterfactual(model, asked, number, k=k)
    title = data.item_table.title
    return {
        "chosen": {"method": chosen, "why": because},
        "cost": why.cost._asdict() if why.cost else None,
        "against": None
        if why.against is None
        else {"item": data.items[why.against], "title": title[why.against]},
        "intervals": [list(span) for span in why.intervals],
        "user": user,
        "item": data.items[number],
        "title": title[number],
        "rank": why.rank,
        "score": why.score,
        "base": why.base,
        "rest": why.rest,
        "gap": why.gap,
        "share": why.share,
        "explained_share": round(why.explained_share, 4),
        "method": why.method,
        "additive": why.additive,
        "interval": why.interval,
        "reasons": [reason_row(fitted, asked, why.item, r) for r in why.reasons],
        "removed": removed_row(data, asked, why),
        "counterfactual": counterfactual_row(data, asked, found, k),
        "modalities": likeness(
            model, asked, number, data.item_table, domain=data.domain, verb=data.verb
        ),
        "crossing": crossing(why, asked, data.item_table),
        "cut": cut_row(fitted, asked, why),
        "domain": data.domain,
        "verb": verb_of(data.verb, data.domain),
        "text": {lang: words(fitted, why, asked, lang, zone) for lang in ("en", "zh")},
    }


def asked_item(fitted: storage.Fitted, asked: Query, view: Listing, item: str | None) -> int:
    """The number of the item to explain: the first of the list where none is named."""
    if item is None:
        [*first] = view.best(1)
        if not first:
            raise BadArgument(
                "there must be an item the person has not seen",
                given="a history of all items",
                fix="give data of more people or items",
            )
        return first[0]
    number = fitted.data.item_number(item)
    if number in asked.items and not asked.repeat:
        raise BadArgument("--item must be an item the person has not chosen yet", given=repr(item))
    return int(number)


def explanation(
    fitted: storage.Fitted,
    asked: Query,
    view: Listing,
    item: int,
    method: str,
    options: Mapping[str, Any],
) -> Explanation:
    """The tested explanation of an item: by the decomposition of its score, or by the method
    that was asked for.
    """
    from whyrec.explain.tested import checked, explain_list

    if method == "auto":
        [why] = explain_list(
            view, [item], whole=True, support=getattr(fitted.model, "support", None)
        )
        return why
    return checked(
        view, api.explain(fitted.model, asked, item, method, data=fitted.data, **options)
    )


def cut_row(fitted: storage.Fitted, asked: Query, why: Any) -> dict[str, Any] | None:
    """What really happened once the first link of a graph among the reasons was cut; None where
    there is none.
    """
    from whyrec.explain.paths import rank_without

    first = next((r for r in why.reasons if r.kind == "path" and r.refs[0] >= 0), None)
    if first is None or not hasattr(fitted.model, "cut"):  # the paths of a tree are its questions
        return None
    before, after = rank_without(fitted.model, asked, why.item, first)
    return {
        "reason": reason_row(fitted, asked, why.item, first)["text"],
        "rank_before": before,
        "rank_after": after,
    }


def reason_row(fitted: storage.Fitted, asked: Query, item: int, reason: Reason) -> dict[str, Any]:
    """A reason as JSON. Of an event `refs` are item labels and `positions` places in the history;
    of others `refs` are the model's own numbers and `text` is what it says of them."""
    data = fitted.data
    if (
        reason.kind in ("event", "addition", "rule") and not hasattr(fitted.model, "phrase")
    ) or reason.kind == "event":
        return _item_row(data, asked, reason)
    if reason.kind == "token":
        words = fitted.model.tokens(fitted.model.text_of(data, item))[0]
        return {
            "kind": "token",
            "refs": list(reason.refs),
            "label": " ".join(words[r] for r in reason.refs),
            "weight": reason.weight,
        }
    if hasattr(fitted.model, "phrase"):
        en, zh = fitted.model.phrase(reason, asked, item)
        return {
            "kind": reason.kind,
            "refs": list(reason.refs),
            "label": en,
            "text": {"en": en, "zh": zh},
            "weight": reason.weight,
        }
    return {
        "kind": reason.kind,
        "refs": list(reason.refs),
        "label": reason.kind,
        "weight": reason.weight,
    }


def _item_row(data: Dataset, asked: Query, reason: Reason) -> dict[str, Any]:
    """A reason whose refs lead to items: positions in the history, or of an addition the items
    themselves.
    """
    added = reason.kind == "addition"
    items = [int(ref if added else asked.items[ref]) for ref in reason.refs]
    return {
        "kind": reason.kind,
        "refs": [data.items[i] for i in items],
        "positions": [] if added else list(reason.refs),
        "label": " + ".join(data.item_table.title[i] for i in items),
        "weight": reason.weight,
    }


def removed_row(data: Dataset, asked: Query, why: Explanation) -> dict[str, Any] | None:
    """What really happened once the named reasons were taken away together; None where that was
    not done.
    """
    found = why.removal
    if found is None:
        return None
    items = list(dict.fromkeys(int(asked.items[position]) for position in found.positions))
    return {
        "refs": [data.items[i] for i in items],
        "labels": [data.item_table.title[i] for i in items],
        "positions": list(found.positions),
        "rank_before": found.rank_before,
        "rank_after": found.rank_after,
        "listed": found.listed,
        "proved": found.proved,
        "random": {"draws": len(found.random), "rank_after": list(found.random)},
    }


def counterfactual_row(data: Dataset, asked: Query, found: Any, k: int) -> dict[str, Any]:
    """The smallest set of events that holds the item in the first k, and what really happened
    without it.
    """
    positions = list(found.positions) if found.found else []
    items = [int(asked.items[position]) for position in positions]
    return {
        "found": found.found,
        "k": k,
        "refs": [data.items[i] for i in items],
        "labels": [data.item_table.title[i] for i in items],
        "rank_before": found.rank_before,
        "rank_after": found.rank_after,
        "minimal": found.minimal,
        "slate": [data.item_table.title[i] for i in found.after.items],
    }
