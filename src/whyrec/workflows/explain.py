"""Recommend and explain with the same reasons and sentences as the service."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from whyrec import api, registry, storage
from whyrec.core import ArgumentError, Dataset, Explanation, Listing, Query, Readable, Reason
from whyrec.core.decomposition import Constant
from whyrec.core.verbs import verb_of
from whyrec.workflows import printed, support
from whyrec.workflows.faithfulness import options_of
from whyrec.workflows.reading import Folder, opened, place_of
from whyrec.workflows.reason_rows import counterfactual_row, cut_row, reason_row, removed_row
from whyrec.workflows.result import IF_SET, PYTHON_ONLY, Block, Result, Row, Rows

if TYPE_CHECKING:
    from whyrec.explain.polish import Polisher

HISTORY = 500  # latest events that are scored; the default of the service's setting `history`


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class RecommendResult(Rows):
    """A list of items, each with its reasons in a sentence.

    Attributes:
        user: Label of the person; None for a history that was given.
        model: Name of the model.
        items: Each item with its place, score, reasons and sentences in English and Chinese.
        explanations: The explanation of each item, in the same order.
    """

    row_field: ClassVar[str] = "items"
    user: str | None
    model: str
    items: list[Row]
    explanations: list[Explanation] = field(metadata=PYTHON_ONLY)

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return printed.recommended(self.to_dict(), lang)


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ExplainResult(Result):
    """The explanation of one item, its sentences, and the measured effect of removing the reasons.

    Attributes:
        explanation: The explanation itself; `score`, `base`, `rest`, `gap`, `share`,
            `explained_share`, `method`, `additive`, `interval`, `intervals`, `rank`, `cost` and
            `against` are its values.
        chosen: The method that was used, and why.
        user: Label of the person; None for a history that was given.
        item: Label of the item.
        title: Its title.
        reasons: The reasons with labels instead of numbers.
        removed: The effect of removing the named reasons together; None if it was not measured.
        counterfactual: The smallest set of events without which the item leaves the list.
        modalities: The effects of text, order and other inputs on the score, in sentences.
        crossing: A reason that comes from another domain, in sentences.
        cut: The effect of cutting the first link of a graph.
        domain: What the items are.
        verb: What people did with them.
        text: The explanation in sentences, English and Chinese.
        polish: Whether a language model's wording was accepted; None if none was requested.
    """

    explanation: Explanation = field(metadata=PYTHON_ONLY)
    chosen: dict[str, str]
    cost: Row | None
    against: Row | None
    intervals: list[list[float]]
    user: str | None
    item: str
    title: str
    rank: int | None
    score: float
    base: float
    rest: float
    gap: float
    share: int | None
    explained_share: float
    method: str
    additive: bool
    interval: tuple[float, float] | None
    reasons: list[Row]
    removed: Row | None
    counterfactual: Row
    modalities: list[Row]
    crossing: Row | None
    cut: Row | None
    domain: str
    verb: str
    text: dict[str, str]
    polish: dict[str, int] | None = field(default=None, metadata=IF_SET)

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return printed.explained(self.to_dict(), lang)


def query(fitted: storage.Fitted, user: str | None, items: str | Sequence[str] | None) -> Query:
    """The history to recommend for: that of a stored person, or of the items of a new person."""
    if (user is None) == (items is None):
        raise ArgumentError(
            "give --user or --items, and only one of them",
            given="both" if user is not None else "neither",
        )
    if items is not None:
        given = items.split(",") if isinstance(items, str) else items
        labels = [label.strip() for label in given if label.strip()]
        numbers = [fitted.data.item_number(label) for label in labels]
        return scored_history(fitted.data.asked(numbers))
    if not fitted.header.get("histories", True):
        raise ArgumentError(
            "this model folder holds no histories",
            given=f"--user {user}",
            fix="give --items a,b,c, or fit without --no-histories",
        )
    return scored_history(fitted.data.history(str(user)))


def scored_history(whole: Query) -> Query:
    """The latest events of a history, as the service scores them.

    Everything that was ever chosen stays out of the list.
    """
    older = np.arange(max(0, len(whole) - HISTORY))
    if not len(older):
        return whole
    latest = np.arange(len(older), len(whole))
    seen: Any = [] if whole.repeat else np.setdiff1d(whole.items[older], whole.items[latest])
    return replace(
        whole,
        items=whole.items[latest],
        values=whole.values[latest],
        times=whole.times[latest],
        events_ago=whole.events_ago[latest],
        avoided=np.union1d(whole.avoided, np.asarray(seen, np.int32)),
    )


def listing(fitted: storage.Fitted, asked: Query, k: int) -> Listing:
    """Make the list of a history; for an empty history, the items that most people chose."""
    from whyrec.explain.counterfactual import listing_of

    if k < 1:
        raise ArgumentError("k must be 1 or more", given=str(k))
    if len(asked) or api.follows(fitted, asked):
        return listing_of(fitted.model, asked, k)
    scores, chosen = api.popularity(fitted)
    allowed = np.ones(len(scores), bool)
    allowed[asked.avoided] = False
    return Listing(Constant(scores, chosen), allowed, k)


def recommend(
    model: Folder,
    user: str | None = None,
    *,
    items: str | Sequence[str] | None = None,
    k: int = 10,
    zone: str = "",
) -> RecommendResult:
    """Recommend the k best items to a person, each with its reasons in a sentence.

    Args:
        model: A model folder.
        user: Label of a person of the folder.
        items: Instead of `user`: labels or titles of items that a new person chose, oldest first.
        k: Number of items.
        zone: Time zone of dates in sentences, such as "Europe/Berlin"; "" is UTC.

    Returns:
        The RecommendResult.

    Raises:
        UnknownNameError: If the person or an item is not in the folder.
        ArgumentError: If k is below 1, or unless exactly one of `user` and `items` is given.
    """
    fitted = opened(model)
    return recommend_to(fitted, query(fitted, user, items), k, user=user, zone=zone)


def recommend_to(
    fitted: storage.Fitted, asked: Query, k: int, *, user: str | None, zone: str = ""
) -> RecommendResult:
    """Recommend for a history, with the sentences that the service writes for it."""
    from whyrec.explain.tested import explain_list

    view = listing(fitted, asked, k)
    data = fitted.data
    found = list(explain_list(view, view.best(), support=support.counts(fitted.model)))
    rows = [
        {
            "item": data.items[why.item],
            "title": data.item_table.title[why.item],
            "rank": why.rank,
            "score": why.score,
            "explained_share": round(why.explained_share, 4),
            "share": why.share,
            "reasons": [reason_row(fitted, asked, why.item, r) for r in why.reasons[: why.named]],
            "removed": removed_row(data, asked, why),
            "text": {lang: words(fitted, why, asked, lang, zone) for lang in ("en", "zh")},
        }
        for why in found
    ]
    return RecommendResult(user=user, model=fitted.header["name"], items=rows, explanations=found)


def words(fitted: storage.Fitted, why: Any, asked: Query, lang: str, zone: str = "") -> str:
    """Write an explanation in sentences, with dates in the time zone `zone` ("" is UTC)."""
    from whyrec.explain.dates import clock_of
    from whyrec.explain.words import say

    data = fitted.data
    model = fitted.model
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
    model: Folder,
    user: str | None = None,
    *,
    items: str | Sequence[str] | None = None,
    item: str | None = None,
    method: str = "auto",
    against: str | None = None,
    budget: int | None = None,
    k: int = 10,
    zone: str = "",
    polisher: Polisher | None = None,
    lang: str = "en",
) -> ExplainResult:
    """Explain why a person got an item, and measure the list without the reasons.

    Args:
        model: A model folder.
        user: Label of a person of the folder.
        items: Instead of `user`: labels or titles of items that a new person chose, oldest first.
        item: Label or title of the item; None takes the first of the list.
        method: Name of an explainer; "auto" takes the one that suits the model.
        against: With method "contrast": the item to compare with; None takes the next of the list.
        budget: With methods "shapley" and "lime": the number of model evaluations.
        k: Length of the list that the counterfactual refers to.
        zone: Time zone of dates in sentences, such as "Europe/Berlin"; "" is UTC.
        polisher: A language model that may choose other words with the same meaning; see
            :func:`polisher_of`.
        lang: The language of these words, "en" or "zh".

    Returns:
        The ExplainResult.

    Raises:
        UnknownNameError: If the person, an item or the method does not exist.
        ArgumentError: If an option does not belong to the method, or unless exactly one of `user`
            and `items` is given.
    """
    method = registry.current("explainers", method)
    fitted = opened(model)
    options = options_of(place_of(model), fitted, method, against=against, budget=budget)
    asked = query(fitted, user, items)
    found = explain_to(
        fitted, asked, item, method=method, k=k, user=user, options=options, zone=zone
    )
    if polisher is None:
        return found
    return polished(found, polisher, lang)


def explain_to(
    fitted: storage.Fitted,
    asked: Query,
    item: str | None,
    *,
    method: str,
    k: int,
    user: str | None,
    options: Mapping[str, Any] | None = None,
    zone: str = "",
) -> ExplainResult:
    """Explain one item of a history; with "auto" as `recommend` and the service do."""
    from whyrec.explain.counterfactual import counterfactual
    from whyrec.explain.likeness import crossing, likeness

    data = fitted.data
    model = fitted.model
    view = listing(fitted, asked, k)
    number = asked_item(fitted, asked, view, item)
    if method == "auto":
        chosen, because = api.choose(model)
    else:
        chosen = method
        because = "asked for"
    why = explanation(fitted, asked, view, number, method, options or {})
    found = counterfactual(model, asked, number, k=k)
    return ExplainResult(
        explanation=why,
        chosen={"method": chosen, "why": because},
        user=user,
        **_values(data, why),
        reasons=[reason_row(fitted, asked, why.item, r) for r in why.reasons],
        removed=removed_row(data, asked, why),
        counterfactual=counterfactual_row(data, asked, found, k),
        modalities=likeness(
            model, asked, number, data.item_table, domain=data.domain, verb=data.verb
        ),
        crossing=crossing(why, asked, data.item_table),
        cut=cut_row(fitted, asked, why),
        domain=data.domain,
        verb=verb_of(data.verb, data.domain),
        text={lang: words(fitted, why, asked, lang, zone) for lang in ("en", "zh")},
    )


def _values(data: Dataset, why: Explanation) -> Row:
    """The values of an explanation, with labels instead of numbers."""
    title = data.item_table.title
    return {
        "cost": why.cost._asdict() if why.cost else None,
        "against": None
        if why.against is None
        else {"item": data.items[why.against], "title": title[why.against]},
        "intervals": [list(span) for span in why.intervals],
        "item": data.items[why.item],
        "title": title[why.item],
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
    }


def polisher_of(where: str, model: str = "default") -> Polisher:
    """Make a polisher from the address of an endpoint, or from the folder of a language model."""
    from whyrec.explain.polish import LocalModel, Polisher

    if where.startswith(("http://", "https://")):
        return Polisher(where, model, os.environ.get("WHYREC_POLISH_KEY"))
    if not Path(where).is_dir():
        raise ArgumentError(
            "--polish takes an http address or the folder of a language model", given=where
        )
    return Polisher(speaker=LocalModel(where))


def polished(result: ExplainResult, polisher: Polisher, lang: str) -> ExplainResult:
    """Reword a result with a polisher, and record whether the new wording was accepted."""
    text = {**result.text, lang: polisher(result.text[lang], lang)}
    return replace(result, text=text, polish=dict(polisher.counts))


def asked_item(fitted: storage.Fitted, asked: Query, view: Listing, item: str | None) -> int:
    """Number of the item to explain: by default the first of the list."""
    if item is None:
        [*first] = view.best(1)
        if not first:
            raise ArgumentError(
                "there must be an item the person has not seen",
                given="a history of all items",
                fix="give data of more people or items",
            )
        return first[0]
    number = fitted.data.item_number(item)
    if number in asked.items and not asked.repeat:
        raise ArgumentError(
            "--item must be an item the person has not chosen yet", given=repr(item)
        )
    return int(number)


def explanation(
    fitted: storage.Fitted,
    asked: Query,
    view: Listing,
    item: int,
    method: str,
    options: Mapping[str, Any],
) -> Explanation:
    """Explain an item by its decomposition or by the given method, and test the reasons."""
    from whyrec.explain.tested import checked, explain_list

    if method == "auto":
        [why] = explain_list(view, [item], whole=True, support=support.counts(fitted.model))
        return why
    return checked(
        view, api.explain(fitted.model, asked, item, method, data=fitted.data, **options)
    )
