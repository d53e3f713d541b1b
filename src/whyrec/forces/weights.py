"""Turn forces into weights of items.

Forces act in order: what the person refused and was shown, what the request wants, diversity, and
at last the operator's promotions, whose caps hold against the list that all others make. The
weights are fixed for an answer: a removal of events or of another force leaves them as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Decomposition, Listing
from whyrec.core.listing import summed
from whyrec.forces.expression import Expression
from whyrec.forces.facts import ItemFacts
from whyrec.forces.force import KINDS, OPERATOR, Force
from whyrec.forces.narrowness import LISTED, narrowness_of

__all__ = ["Surroundings", "spread", "terms_of"]

DAY = 86_400
REACH = 100  # strength 1 lifts an item from this place to the top
ABOVE = 10  # items above, with which an item that is alike to all of them loses the strength whole
MARGIN = 1e-5  # of the score: a capped item stays so far below the one it may not pass
ROUNDS = 12  # attempts to bring items within their caps before the weight is dropped

Weights = NDArray[np.float32]


def spread(scores: NDArray[Any]) -> float:
    """Measure how far the best score lies above that of place 100, or the lowest.

    Args:
        scores: Scores of items that may be listed; infinite ones are ignored.

    Returns:
        The distance in units of the score; 1 if all are equal.
    """
    known = scores[np.isfinite(scores)]
    if not len(known):
        return 1.0
    top = -np.partition(-known, min(REACH, len(known)) - 1)[:REACH]
    return float(top.max() - top.min()) or 1.0


@dataclass(frozen=True)
class Surroundings:
    """What weights depend on besides the forces.

    Attributes:
        facts: What is known of the items.
        unit: The size of strength 1 in units of the score.
        popularity: Number of choices of each item, (n_items,), or None.
        like: What choosing an item adds to the score of each, (n_items,), by its number.
        now: Unix seconds.
    """

    facts: ItemFacts
    unit: float
    popularity: NDArray[np.float64] | None
    like: Callable[[int], NDArray[np.float32]]
    now: int


def terms_of(
    forces: Sequence[Force],
    around: Surroundings,
    decomposition: Decomposition,
    allowed: NDArray[np.bool_],
    listed: int,
) -> dict[str, Weights]:
    """Compute the weights of each force for one list.

    Args:
        forces: The forces, each with a name of its own.
        around: What they depend on.
        decomposition: The history with the model's scores.
        allowed: Which items may be listed, (n_items,).
        listed: Length of the list.

    Returns:
        Weights (n_items,) by the force's name, in the order in which they act; forces that move
            nothing are left out.
    """
    terms: dict[str, Weights] = {}
    ordered = sorted(forces, key=lambda force: KINDS.index(force.kind))
    capped = [force for force in ordered if force.kind in OPERATOR]
    for force in ordered:
        if force in capped:
            continue
        if force.kind == "wider":
            weights = _wider(force, around, Listing(decomposition, allowed, LISTED))
        elif force.kind == "diverse":
            weights = _diverse(force, around, Listing(decomposition, allowed, listed, terms))
        else:
            weights = SIZES[force.kind](force, around)
        if np.any(weights):
            terms[force.name] = weights
    terms |= _capped(capped, around, decomposition, allowed, listed, terms)
    return {name: weights for name, weights in terms.items() if np.any(weights)}


def chosen(force: Force, facts: ItemFacts) -> Weights:
    """The share of the strength that each item gets, (n_items,)."""
    share = np.zeros(len(facts), np.float32)
    if force.where:
        share[Expression(force.where).mask(facts)] = 1.0
    elif not force.items:
        share[:] = 1.0
    for label, part in force.items:
        if label in facts.places:
            share[facts.places[label]] = part
    return share


def _plain(force: Force, around: Surroundings) -> Weights:
    sign = -1 if force.lowers else 1
    return np.float32(sign * force.strength * around.unit) * chosen(force, around.facts)


def _refused(force: Force, around: Surroundings) -> Weights:
    """What choosing the items would have added to others, taken away."""
    total = np.zeros(len(around.facts), np.float64)
    for label, part in force.items:
        if label in around.facts.places:
            total += part * np.maximum(around.like(around.facts.places[label]), 0)
    return (-force.strength * total).astype(np.float32)


def _fresh(force: Force, around: Surroundings) -> Weights:
    """A weight that halves with each half-life of an item's age."""
    moments = _moments(around.facts, force.field)
    age = np.maximum(0.0, around.now - moments) / DAY
    fresh = np.where(np.isfinite(age), 0.5 ** (age / force.half_life), 0.0)
    return (force.strength * around.unit * fresh * chosen(force, around.facts)).astype(np.float32)


def _moments(facts: ItemFacts, name: str) -> NDArray[np.float64]:
    """Unix seconds of a field: numbers up to 9999 are years, larger ones seconds; or ISO dates."""
    numbers = facts.numbers(name).copy()
    years = np.isfinite(numbers) & (np.abs(numbers) <= 9999)
    numbers[years] = (numbers[years] - 1970) * 365.2425 * DAY
    for value, rows in facts.values(name).items():
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            continue
        if "-" in value:
            numbers[rows] = moment.replace(tzinfo=moment.tzinfo or dt.UTC).timestamp()
    return numbers


def _novel(force: Force, around: Surroundings) -> Weights:
    """More for items that few have chosen: 1 for the rarest, 0 for the most popular."""
    if around.popularity is None:
        return np.zeros(len(around.facts), np.float32)
    log = np.log1p(around.popularity)
    rare = 1 - log / max(float(log.max()), 1e-9)
    return (force.strength * around.unit * rare * chosen(force, around.facts)).astype(np.float32)


SIZES: Mapping[str, Callable[[Force, Surroundings], Weights]] = {
    "refused": _refused,
    "low": _refused,
    "shown": _plain,
    "wish": _plain,
    "less": _plain,
    "trending": _plain,
    "fresh": _fresh,
    "novel": _novel,
}


def _wider(force: Force, around: Surroundings, listing: Listing) -> Weights:
    """A share of what the events that dominate the model's own list add to each item, taken away.

    Without two events that are alike, nothing.
    """
    found = narrowness_of(listing.decomposition, around.facts, listing.best())
    if found is None:
        return np.zeros(len(around.facts), np.float32)
    added = listing.decomposition.scores - listing.decomposition.without([found.cluster])[0]
    return np.asarray(-min(force.strength, 1.0) * np.maximum(added, 0), np.float32)


def _diverse(force: Force, around: Surroundings, listing: Listing) -> Weights:
    """Each item's penalty towards the listed items above it.

    The list is built greedily as in [carbonell1998], but an item's penalty is the sum of its
    likeness to those above it, of which strength 1 takes a tenth of this list's own spread. Values
    never rise in the order of choosing, so the penalised scores rank the list as it was built.
    """
    size = np.float32(force.strength * spread(listing.masked) / ABOVE)
    penalty = np.zeros(len(around.facts), np.float32)
    kept = penalty.copy()
    open_ = listing.masked.copy()
    above: list[int] = []
    for _ in range(min(listing.listed, int(listing.allowed.sum()))):
        item = int(np.argmax(open_ - size * penalty))
        above.append(item)
        kept[item] = penalty[item]
        open_[item] = -np.inf
        penalty += around.facts.alike(item)
    penalty[above] = kept[above]
    return -size * penalty


# --- caps -----------------------------------------------------------------------------------------


def _capped(
    forces: Sequence[Force],
    around: Surroundings,
    decomposition: Decomposition,
    allowed: NDArray[np.bool_],
    listed: int,
    terms: Mapping[str, Weights],
) -> dict[str, Weights]:
    """The operator's promotions; of several that name an item, the first acts on it."""
    before = Listing(decomposition, allowed, listed, terms)
    taken = np.zeros(len(around.facts), bool)
    made: dict[str, Weights] = {}
    for force in forces:
        weights = _plain(force, around)
        weights[taken] = 0
        taken |= weights != 0
        if force.cap:
            weights = _limited(force, weights, before.masked)
        made[force.name] = weights
    _hold_caps(forces, made, before)
    return made


def _limited(force: Force, weights: Weights, masked: Weights) -> Weights:
    """Weights with which no item passes the one above its cap, in the list without promotions."""
    order = np.argsort(-masked, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    ends = int(np.isfinite(masked).sum())
    touched = np.flatnonzero(weights)
    made = weights.copy()
    if force.kind == "promote":
        barrier = place[touched] - force.cap - 1  # the last item that must stay above
    else:
        barrier = place[touched] + force.cap + 1  # the first item that must stay below
    bounded = (barrier >= 0) & (barrier < ends) & np.isfinite(masked[touched])
    held = touched[bounded]
    there = masked[order[barrier[bounded]]].astype(np.float64)
    room = np.abs(there - masked[held]) - MARGIN * np.maximum(1.0, np.abs(there))
    room = np.maximum(room, 0.0).astype(np.float32)
    made[held] = np.sign(weights[held]) * np.minimum(np.abs(weights[held]), room)
    return made


def _hold_caps(forces: Sequence[Force], made: dict[str, Weights], before: Listing) -> None:
    """Weaken weights, in place, until no force alone moves an item by more than its cap."""
    limits = [force for force in forces if force.cap]
    for attempt in range(ROUNDS + 1):
        sound = True
        for force in limits:
            moved = _moved(force, made, before)
            over = moved > force.cap
            if over.any():
                sound = False
                made[force.name][over] *= np.float32(0.5 if attempt < ROUNDS else 0)
        if sound:
            return


def _moved(force: Force, made: Mapping[str, Weights], before: Listing) -> NDArray[np.int64]:
    """By how many places the force moves each item it names, all others as they are."""
    others = {name: weights for name, weights in made.items() if name != force.name}
    rest = summed(before.terms | others)
    whole = summed(before.terms | dict(made))
    without = before.decomposition.scores if rest is None else before.decomposition.scores + rest
    with_it = before.decomposition.scores if whole is None else before.decomposition.scores + whole
    gap = _places(without, before.closed) - _places(with_it, before.closed)
    gap[made[force.name] == 0] = 0
    gap[before.closed] = 0
    return gap if force.kind == "promote" else -gap


def _places(scores: Weights, closed: NDArray[Any]) -> NDArray[np.int64]:
    """The place of each item, from 0; ties by item number."""
    masked = scores.copy()
    masked[closed] = -np.inf
    places = np.empty(len(masked), np.int64)
    places[np.argsort(-masked, kind="stable")] = np.arange(len(masked))
    return places
