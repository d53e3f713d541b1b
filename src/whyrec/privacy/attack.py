"""Attacks that test whether a model reveals who was in its training data.

`membership` is the likelihood-ratio attack [carlini2022]: the attacker knows a person's whole
history and asks the model how well it scores each event from the others; models of random halves of
the people show what to expect with and without the person. `canaries` is stricter: made-up people
with combinations of rare items. `distinguish` is the test of the promise itself: the attacker knows
two data sets and guesses which of them a release is of. All report the area under the curve (0.5 is
chance) and the largest epsilon that the observations rule out. Limits: a failed attack proves
nothing, because a better one may succeed; only the accountant's epsilon is a guarantee.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, norm, rankdata

from whyrec.core import ArgumentError, Dataset, Queries, Query
from whyrec.core.dataset import UserTable

__all__ = ["Attack", "auc", "canaries", "distinguish", "epsilon_at_least", "membership"]

Fit = Callable[[Dataset, int], Any]  # (data, seed) -> a fitted model
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Attack:
    """The result of an attack.

    Attributes:
        name: Name of the attack.
        auc: Area under the curve.
        low: Lower end of its 95% interval over people.
        high: Upper end.
        tpr: Share of members found at 1% false alarms.
        epsilon_at_least: 95% lower bound of the epsilon of the training, at delta.
        cases: Number of members and others that were judged.
    """

    name: str
    auc: float
    low: float
    high: float
    tpr: float
    epsilon_at_least: float
    cases: int


def membership(
    fit: Fit,
    data: Dataset,
    *,
    people: int = 300,
    models: int = 16,
    events: int = 15,
    delta: float = 0.0,
    seed: int = 0,
) -> Attack:
    """Run the likelihood-ratio attack [carlini2022].

    Each model is fitted to a random half of the people and attacked with the others as shadow
    models.

    Args:
        fit: Maps (data, seed) to a fitted model.
        data: The data.
        people: Number of people to attack.
        models: Number of models, at least 4.
        events: Largest number of events per history to ask about.
        delta: Delta of the lower bound.
        seed: Random seed.

    Returns:
        The result.

    Raises:
        ArgumentError: If there are too few models or people.
    """
    if models < 4:
        raise ArgumentError("the attack needs at least 4 models", given=str(models))
    rng = np.random.default_rng(seed)
    able = np.flatnonzero(data.histories.sizes >= 3)
    if len(able) < 20:
        raise ArgumentError(
            "the attack needs at least 20 people with 3 events", given=f"{len(able)}"
        )
    targets = np.sort(rng.choice(able, min(people, len(able)), replace=False))
    asked = _Asked.of([data.histories[int(one)] for one in targets], events, rng)
    inside = np.empty((models, len(targets)), bool)
    seen = np.empty((models, len(targets)))
    for n in range(models):
        half = rng.random(data.n_users) < 0.5
        inside[n] = half[targets]
        seen[n] = asked.confidence(fit(data.select(half[data.user]), seed + n))
    ratio = np.stack([_likelihood_ratio(seen, inside, n) for n in range(models)])
    bound = epsilon_at_least(
        ratio[0], inside[0], delta
    )  # of one model only, because cases of one person are dependent
    return _judged(
        "membership", ratio.ravel(), inside.ravel(), bound, np.tile(np.arange(len(targets)), models)
    )


def canaries(
    fit: Fit,
    data: Dataset,
    *,
    people: int = 200,
    length: int = 5,
    models: int = 4,
    delta: float = 0.0,
    seed: int = 0,
) -> Attack:
    """Attack with made-up people, half of whom are put into the data of each model.

    Args:
        fit: Maps (data, seed) to a fitted model.
        data: The data.
        people: Number of made-up people per model.
        length: Items per made-up person, from the rarer half.
        models: Number of models.
        delta: Delta of the lower bound.
        seed: Random seed.

    Returns:
        The result.
    """
    rng = np.random.default_rng(seed)
    counts = np.bincount(data.item, minlength=data.n_items)
    rare = np.argsort(counts, kind="stable")[: max(length, data.n_items // 2)]
    scores = []
    inside = []
    for n in range(models):
        made = np.stack([rng.choice(rare, length, replace=False) for _ in range(people)])
        into = rng.permutation(people) < people // 2
        asked = _Asked.of([Query(row) for row in made], length, rng)
        scores.append(asked.confidence(fit(_with(data, made[into]), seed + n)))
        inside.append(into)
    found = np.concatenate(scores)
    member = np.concatenate(inside)
    return _judged(
        "canaries", found, member, epsilon_at_least(found, member, delta), np.arange(len(found))
    )


def distinguish(
    release: Callable[[Dataset, int], Floats],
    one: Dataset,
    other: Dataset,
    *,
    draws: int = 1000,
    delta: float = 0.0,
) -> Attack:
    """Attack with full knowledge: was it `one` or `other` that was released?

    Half of the draws show how the releases differ, number by number; the others are judged by it.

    Args:
        release: Maps (data, seed) to the released numbers; each seed draws new noise.
        one: A data set.
        other: A neighbour, such as the same with one person more.
        draws: Releases of each.
        delta: Delta of the lower bound.

    Returns:
        The result, with `other` as the member.
    """
    seen = np.stack(
        [
            [release(data, 2 * seed + side) for seed in range(draws)]
            for side, data in enumerate((one, other))
        ]
    )  # (2, draws, numbers)
    half = draws // 2
    known = seen[:, :half]
    moved = known[1].mean(0) - known[0].mean(0)
    spread = np.maximum(known.var(1).mean(0), 1e-12)
    # a difference that chance explains would add noise to the statistic
    clear = np.abs(moved) > 3 * np.sqrt(2 * spread / half)
    weight = np.where(clear | (not clear.any()), moved / spread, 0.0)
    scores = seen[:, half:] @ weight
    member = np.repeat([False, True], draws - half)
    found = scores.ravel()
    mixed = np.random.default_rng(0).permutation(len(found))  # the bound chooses on every second
    bound = epsilon_at_least(found[mixed], member[mixed], delta)
    return _judged("neighbours", found, member, bound, np.arange(len(found)))


def _with(data: Dataset, histories: NDArray[Any]) -> Dataset:
    """Append these people (p, length) and their events to the data."""
    people, length = histories.shape
    last = int(data.time[-1]) if len(data) else 0
    after = (
        0 if data.order == "none" else np.arange(histories.size)
    )  # their events have an order only if the others' have one
    return replace(
        data,
        user=np.append(data.user, data.n_users + np.repeat(np.arange(people), length)),
        item=np.append(data.item, histories.ravel()),
        value=np.append(data.value, np.ones(histories.size)),
        time=np.append(data.time, np.full(histories.size, last) + after),
        user_table=UserTable(),
        users=(*data.users, *(f"canary {n}" for n in range(people))),
    )


@dataclass(frozen=True)
class _Asked:
    """Histories that each lack one event, that event, and the owner of each history."""

    queries: list[Query]
    targets: NDArray[Any]
    owner: NDArray[Any]

    @classmethod
    def of(cls, histories: list[Query], events: int, rng: np.random.Generator) -> _Asked:
        places = [rng.permutation(len(one))[:events] for one in histories]
        return cls(
            [
                one.without([int(place)])
                for one, own in zip(histories, places, strict=True)
                for place in own
            ],
            np.concatenate([one.items[own] for one, own in zip(histories, places, strict=True)]),
            np.repeat(np.arange(len(histories)), [len(own) for own in places]),
        )

    def confidence(self, model: Any, batch: int = 512) -> Floats:
        """Return the mean standardised score of each history's left-out events, (histories,)."""
        found = np.empty(len(self.queries))
        for start in range(0, len(found), batch):
            part = slice(start, start + batch)
            scores = np.asarray(model.score(Queries.of(self.queries[part])), np.float64)
            own = scores[np.arange(len(scores)), self.targets[part]]
            found[part] = (own - scores.mean(1)) / np.maximum(scores.std(1), 1e-12)
        return np.asarray(np.bincount(self.owner, found) / np.bincount(self.owner))


def _likelihood_ratio(seen: Floats, inside: NDArray[np.bool_], victim: int) -> Floats:
    """Compute log p(confidence | in) - log p(confidence | out) for one model.

    Per person two normal distributions with equal spread, estimated from the other models.
    """
    others = np.arange(len(seen)) != victim
    value = seen[others]
    member = inside[others]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [
            np.where(member == side, value, 0.0).sum(0) / (member == side).sum(0)
            for side in (True, False)
        ]
    rest = value - np.where(member, means[0], means[1])
    spread = np.sqrt(np.nanmean(rest**2, 0)) + 1e-9
    ratio = norm.logpdf(seen[victim], means[0], spread) - norm.logpdf(
        seen[victim], means[1], spread
    )
    return np.asarray(np.nan_to_num(ratio))  # 0 if all shadow models are on one side


def auc(scores: Floats, member: NDArray[np.bool_]) -> float:
    """Compute the probability that a member scores above another person; ties count half.

    Args:
        scores: Scores of the cases, (n,).
        member: Which cases are members, (n,).

    Returns:
        The area under the curve.
    """
    ranks = rankdata(scores)
    n = int(member.sum())
    return float((ranks[member].sum() - n * (n + 1) / 2) / (n * (len(member) - n)))


def epsilon_at_least(scores: Floats, member: NDArray[np.bool_], delta: float = 0.0) -> float:
    """Compute a 95% lower bound of epsilon from independent cases.

    log((true alarms - delta) / false alarms) above a threshold, with exact binomial bounds. The
    threshold is chosen on every second case and evaluated on the others.

    Args:
        scores: Scores of the cases, (n,).
        member: Which cases are members, (n,).
        delta: The delta.

    Returns:
        The bound, at least 0.
    """
    choose = slice(0, None, 2), slice(1, None, 2)
    thresholds = np.unique(np.quantile(scores[choose[0]], np.linspace(0.5, 0.999, 200)))
    bounds = [_bound(scores[choose[0]] >= one, member[choose[0]], delta) for one in thresholds]
    return _bound(scores[choose[1]] >= thresholds[int(np.argmax(bounds))], member[choose[1]], delta)


def _bound(alarm: NDArray[np.bool_], member: NDArray[np.bool_], delta: float) -> float:
    true = (alarm & member).sum()
    false = (alarm & ~member).sum()
    m = member.sum()
    n = (~member).sum()
    if true:
        low = beta.ppf(0.025, true, m - true + 1)
    else:
        low = 0.0
    if false < n:
        high = beta.ppf(0.975, false + 1, n - false)
    else:
        high = 1.0
    return float(max(0.0, np.log(max(low - delta, 1e-12) / high)))


def _judged(
    name: str,
    scores: Floats,
    member: NDArray[np.bool_],
    bound: float,
    owner: NDArray[Any],
    draws: int = 500,
) -> Attack:
    """Compute the figures of an attack; the interval resamples people, not cases."""
    rng = np.random.default_rng(0)
    people = np.unique(owner)
    cases = [np.flatnonzero(owner == one) for one in people]
    drawn = []
    for _ in range(draws):
        pick = np.concatenate([cases[n] for n in rng.integers(0, len(people), len(people))])
        if 0 < member[pick].sum() < len(pick):
            drawn.append(auc(scores[pick], member[pick]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    alarm = np.quantile(scores[~member], 0.99)
    return Attack(
        name,
        auc(scores, member),
        float(low),
        float(high),
        float((scores[member] > alarm).mean()),
        bound,
        len(scores),
    )
