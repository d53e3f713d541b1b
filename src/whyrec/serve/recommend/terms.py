"""The terms of an answer: the weights of its forces, and what each did to a listed item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Decomposition, Listing, Query, decompose
from whyrec.core.messages import Messages
from whyrec.forces.force import OPERATOR, Force
from whyrec.forces.weights import Surroundings, spread, terms_of
from whyrec.serve.recommend.snapshot import ServingSnapshot

__all__ = ["terms_of_answer", "terms_told"]

TEXTS = Messages("forces")
TRIED = 8  # made-up histories, over which the unit of strength is measured
LONG = 10  # events of each
KNOWN = 200  # of the most popular items
REMEMBERED = 256  # refused items whose effect on all others stays in memory


def terms_of_answer(
    live: ServingSnapshot,
    forces: Sequence[Force],
    made: Decomposition,
    allowed: NDArray[np.bool_],
    listed: int,
    source: str,
    now: int,
) -> dict[str, NDArray[np.float32]]:
    """The weight of each item in each force, (n_items,) by name."""
    own = source in ("user", "session")
    if not own:  # the events behind the list are not items of the model
        forces = [force for force in forces if force.kind != "wider"]
    if not forces:
        return {}
    around = Surroundings(
        live.facts,
        unit(live) if own else spread(made.scores),
        live.chosen,
        lambda item: like(live, item),
        now,
    )
    return terms_of(forces, around, made, allowed, listed)


def unit(live: ServingSnapshot) -> float:
    """What strength 1 adds to scores of the model: the median over made-up histories.

    It depends on the model alone, so the same force weighs the same in every answer.
    """
    if "unit" not in live.masks:
        rng = np.random.default_rng(0)
        popular = np.argsort(-live.popularity, kind="stable")[:KNOWN]
        found = []
        for _ in range(TRIED):
            items = rng.choice(popular, min(LONG, len(popular)), replace=False)
            scores = decompose(live.model, Query(items)).scores.copy()
            scores[items] = -np.inf
            found.append(spread(scores))
        live.masks["unit"] = float(np.median(found))
    size: float = live.masks["unit"]
    return size


def like(live: ServingSnapshot, item: int) -> NDArray[np.float32]:
    """What choosing one item adds to the score of each, (n_items,)."""
    known: dict[int, NDArray[np.float32]] = live.masks.setdefault("like", {})
    added = known.get(item)
    if added is None:
        if "empty" not in live.masks:
            live.masks["empty"] = decompose(live.model, Query([])).scores
        added = decompose(live.model, Query([item])).scores - live.masks["empty"]
        if len(known) >= REMEMBERED:  # another dict, as other threads may read this one
            known = live.masks["like"] = {}
        known[item] = added
    return added


def terms_told(
    live: ServingSnapshot, listing: Listing, inputs: Any, item: int
) -> list[dict[str, Any]]:
    """What each force adds to an item and does to its place, in the order in which forces act.

    `rank_without` is the item's place without the force, all others as they are. A force that
    neither weighs on the item nor moves it is left out.
    """
    known = {force.name: force for force in inputs.acting}
    rank, rows = listing.place(item), []
    for name, weights in listing.terms.items():
        weight, without = float(weights[item]), listing.place_without(item, name)
        if weight or without != rank:
            rows.append(
                {
                    "name": name,
                    "kind": known[name].kind,
                    "weight": weight,
                    "rank_without": without,
                    "text": said(live, known[name], item, weight, rank, without, inputs.lang),
                }
            )
    return rows


def said(
    live: ServingSnapshot,
    force: Force,
    item: int,
    weight: float,
    rank: int,
    without: int,
    lang: str,
) -> str:
    """The sentence of one force about one item.

    The force's own reason is said only if the item moved in the direction of its weight, or stayed:
    an item may fall although it was promoted, if others were promoted more.
    """
    if weight and (rank - without) * weight <= 0:
        key = f"force-{force.kind}"
    else:
        key = "force-passed" if rank > without else "force-passing"
    return TEXTS.say(
        key,
        lang,
        place=TEXTS.say(
            "place-kept" if rank == without else "place-moved", lang, rank=rank, without=without
        ),
        why=TEXTS.say("why", lang, reason=force.said(lang)) if force.said(lang) else "",
        of=_source(live, force, item),
        name=force.name if force.kind in OPERATOR else TEXTS.say(f"name-{force.kind}", lang),
    )


def _source(live: ServingSnapshot, force: Force, item: int) -> str:
    """What the force comes from: the refused item that weighs most, or the words of a wish."""
    if force.kind not in ("refused", "low"):
        return force.source
    parts = {
        label: share * float(like(live, live.numbers[label])[item])
        for label, share in force.items
        if label in live.numbers
    }
    return live.title_of(max(parts, key=lambda label: parts[label])) if parts else ""
