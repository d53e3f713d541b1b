"""Eleven sanity checks of a pair (model, explainer); each gives pass or fail and a figure.

     1 completeness  base + weights + rest equals the score, if the explanation claims it adds up
     2 axioms        an event without effect gets no weight, equal events get equal weights,
                     twice the score gives twice the weights, an ignored order changes nothing
     3 planted       the known weights of a model are found; a planted pair shares its joint effect
     4 model         a model with other weights gets other reasons
     5 labels        a model fitted to shuffled events gets other reasons
     6 sign          removing an event that is said to help lowers the score, and the reverse
     7 random        the explainer beats random orders on DEL
     8 one           two calls give the same explanation
     9 executed      removing the first named event lowers the item more than a random event, by an
                     interval without 0
    10 words         the sentence is parsed back to exactly the explanation's claims
    11 seeds         another seed gives nearly the same order

An explainer is a function (model, query, item) -> Explanation or weights. A check that does not
apply gives None: the explainer refuses the model with an error of whyrec, or the two models of 4
and 5 are too alike to tell anything. Any other error of an explainer is a failed check.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from whyrec.core import (
    Explanation,
    Measurement,
    Queries,
    Query,
    Scorer,
    WhyrecError,
    mask_seen,
    model_from_function,
)
from whyrec.evaluate.faithfulness import faithfulness
from whyrec.evaluate.quality import effects_of, weights_of
from whyrec.evaluate.statistics import paired

__all__ = ["CHECKS", "Check", "Report", "failures", "sanity"]

Explain = Callable[[Scorer, Query, int], Any]
CHECKS = (
    "completeness",
    "axioms",
    "planted",
    "model",
    "labels",
    "sign",
    "random",
    "one",
    "executed",
    "words",
    "seeds",
)
CLOSE = 1e-3
OTHER = 0.5  # reasons of two different models differ up to this rank correlation
ALIKE = 0.3  # true effects of removal that agree by more than this are no two different models
SAME = 0.6  # the reasons of two seeds agree from this correlation
SIGNS = 0.9  # share of the weights that must have the sign of the removal's effect


@dataclass(frozen=True)
class Check:
    """The result of one check.

    Attributes:
        name: One of :data:`CHECKS`.
        passed: None if the check does not apply.
        figure: What was measured.
        limit: The condition on the figure.
    """

    name: str
    passed: bool | None
    figure: float = float("nan")
    limit: str = ""

    def __post_init__(self) -> None:
        if self.passed is not None:  # a numpy bool is not the False that Report.passed looks for
            object.__setattr__(self, "passed", bool(self.passed))


@dataclass(frozen=True)
class Report:
    """All checks of one explainer on one model.

    Attributes:
        explainer: Name of the explainer.
        model: Name of the model.
        checks: The results.
    """

    explainer: str
    model: str
    checks: tuple[Check, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(check.passed is not False for check in self.checks)

    def row(self) -> dict[str, Any]:
        """Return one row of a table: pass, FAIL or a dash, with the figure."""
        shown = {None: "–", True: "pass", False: "FAIL"}
        return {
            "model": self.model,
            "explainer": self.explainer,
            **{
                c.name: shown[c.passed] + ("" if np.isnan(c.figure) else f" {c.figure:.2g}")
                for c in self.checks
            },
        }


def failures(reports: list[Report]) -> dict[str, dict[str, list[str]]]:
    """Collect the failed checks.

    Args:
        reports: Reports of any explainers and models.

    Returns:
        {explainer: {model: names of the failed checks}}.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for report in reports:
        lost = [check.name for check in report.checks if check.passed is False]
        if lost:
            found.setdefault(report.explainer, {})[report.model] = lost
    return found


def sanity(
    explain: Explain,
    model: Scorer,
    queries: Queries,
    items: Any,
    *,
    name: str = "",
    model_name: str = "",
    other: Scorer | None = None,
    shuffled: Scorer | None = None,
    own_model: bool = False,
    spoken: Callable[[Explanation, Query], bool] | None = None,
    seed: int = 0,
) -> Report:
    """Run all checks of one explainer on one model.

    Args:
        explain: The explainer.
        model: The model.
        queries: Histories of people on whom the model was not tuned.
        items: The explained item of each history.
        name: Name of the explainer in the report.
        model_name: Name of the model in the report.
        other: A model of the same kind with other weights.
        shuffled: A model of the same kind fitted to shuffled events.
        own_model: Whether the explainer works for one kind of model only, so that the models with
            known weights cannot be used.
        spoken: Says whether the sentence of an explanation is parsed back to its claims.
        seed: Seed of the random orders and events.

    Returns:
        The report. Checks whose models or functions are missing have passed None.
    """
    cases = [
        (query, int(item)) for query, item in zip(queries, items, strict=True) if len(query) >= 2
    ]
    made = [explain(model, query, item) for query, item in cases]
    whole = all(_names_all(one, query) for one, (query, _) in zip(made, cases, strict=True))
    asked = not own_model and whole
    if asked:
        planted = [_axioms(explain), _planted(explain)]
    else:
        planted = [Check("axioms", None), Check("planted", None)]
    units = all(_in_units(found) for found in made)
    checks = (
        _completeness(made),
        *planted,
        _differs("model", explain, model, made, cases, other),
        _differs("labels", explain, model, made, cases, shuffled),
        _sign(model, made, cases, units),
        _beats_random(explain, model, queries, items, seed),
        _one(explain, model, made, cases),
        _executed(model, made, cases),
        _words(made, cases, spoken),
        _seeds(explain, model, made, cases),
    )
    return Report(name, model_name, checks)


def _in_units(found: Any) -> bool:
    """Say whether the weights claim to be effects on the score, unlike attention or shares."""
    return not isinstance(found, Explanation) or not any(
        word in found.method for word in ("attention", "examples", "shares", "margin", "lead")
    )


def _names_all(found: Any, query: Query) -> bool:
    """Say whether every event has a weight, unlike sets, rules, examples and additions."""
    return not isinstance(found, Explanation) or len(
        [r for r in found.reasons if r.kind == "event" and len(r.refs) == 1]
    ) == len(query)


def _against(found: Any) -> int | None:
    if isinstance(found, Explanation):
        return found.against
    return None


def _about_events(made: list[Any]) -> bool:
    return any(
        not isinstance(one, Explanation) or any(r.kind == "event" for r in one.reasons)
        for one in made
    )


def _completeness(made: list[Any]) -> Check:
    gaps = [
        abs(one.gap) / max(1.0, abs(one.score))
        for one in made
        if isinstance(one, Explanation) and one.additive
    ]
    if gaps:
        return Check("completeness", max(gaps) <= CLOSE, max(gaps), f"<= {CLOSE}")
    return Check("completeness", None)


# --- models whose truth is known ------------------------------------------------------------------

ITEMS = 12
HISTORY = (0, 1, 2, 3, 4, 5)
TRUE = np.array([2.0, -1.0, 0.0, 0.7, 0.7, 0.3])  # events 3 and 4 are alike, event 2 does nothing


def _line(scale: float = 1.0, pair: float = 0.0) -> Scorer:
    """Build a model whose item 9 scores a sum over events, plus `pair` for events 0 and 1 together.

    Items 6 to 8, 10 and 11 have constant scores.
    """

    def score(histories: Any) -> Any:
        out = np.zeros((len(histories), ITEMS))
        out[:, 6:] = [1.0, 0.5, 0.2, 0.0, 0.1, -0.5]
        for row, h in enumerate(histories):
            have = set(map(int, h))
            out[row, 9] = scale * (
                1.0 + sum(TRUE[i] for i in have if i < 6) + pair * ({0, 1} <= have)
            )
        return out

    made: Scorer = model_from_function(score)
    return made


def _ask(explain: Explain, model: Scorer, history: Any = HISTORY) -> NDArray[np.float64]:
    return weights_of(explain(model, Query(list(history)), 9), len(history))


def _not_asked(name: str, error: Exception) -> Check:
    """Return the check of an explainer that refused a model, or broke on it."""
    if isinstance(error, WhyrecError):
        return Check(name, None)
    return Check(name, False, limit=f"no error; got {type(error).__name__}: {error}")


def _axioms(explain: Explain) -> Check:
    """Measure the largest violation, relative to the largest weight."""
    try:
        one = _ask(explain, _line())
        twice = _ask(explain, _line(2.0))
        moved = _ask(explain, _line(), (5, 4, 3, 2, 1, 0))[::-1]
    except Exception as error:
        return _not_asked("axioms", error)
    size = float(np.abs(one).max())
    if size == 0:
        return Check("axioms", False, 1.0, "some weight")
    breach = max(
        abs(one[2]),
        abs(one[3] - one[4]),
        float(np.abs(twice - 2 * one).max()) / 2,
        float(np.abs(moved - one).max()),
    )
    return Check("axioms", breach / size <= 0.1, breach / size, "<= 0.1")


def _planted(explain: Explain) -> Check:
    """Correlate with the planted weights; a planted pair must raise both of its events."""
    try:
        one = _ask(explain, _line())
        both = _ask(explain, _line(1.0, 1.5))
    except Exception as error:
        return _not_asked("planted", error)
    if one.std() > 0:
        found = float(np.corrcoef(one, TRUE)[0, 1])
    else:
        found = 0.0
    raised = both[0] > one[0] + 0.1 and both[1] > one[1] + 0.1
    return Check(
        "planted", found >= 0.95 and raised, found, ">= 0.95, and both of a pair are raised"
    )


# --- randomisation --------------------------------------------------------------------------------


def _differs(
    name: str,
    explain: Explain,
    model: Scorer,
    made: list[Any],
    cases: list[tuple[Query, int]],
    other: Scorer | None,
) -> Check:
    """Correlate with the reasons of another model; high if the explainer ignores the model."""
    if other is None or not _about_events(made):
        return Check(name, None)
    found = [
        _correlation(one, explain(other, query, item), len(query))
        for one, (query, item) in zip(made, cases, strict=True)
    ]
    if np.isfinite(found).any():
        mean = float(np.nanmean(found))
    else:
        mean = float("nan")
    true = [
        _correlation(effects_of(model, q, i), effects_of(other, q, i), len(q)) for q, i in cases
    ]
    if np.isnan(mean) or (np.isfinite(true).any() and np.nanmean(true) > ALIKE):
        return Check(name, None, mean)
    return Check(name, mean <= OTHER, mean, f"<= {OTHER}")


def _correlation(a: Any, b: Any, m: int) -> float:
    one = weights_of(a, m)
    two = weights_of(b, m)
    if one.std() > 0 and two.std() > 0:
        return float(kendalltau(one, two).statistic)
    return float("nan")


def _seeds(
    explain: Explain, model: Scorer, made: list[Any], cases: list[tuple[Query, int]]
) -> Check:
    """Correlate the orders of two seeds, for explainers with a seed."""
    if "seed" not in inspect.signature(explain).parameters or not _about_events(made):
        return Check("seeds", None)
    seeded: Callable[..., Any] = explain
    again = [
        _correlation(one, seeded(model, query, item, seed=7), len(query))
        for one, (query, item) in zip(made, cases, strict=True)
    ]
    if np.isfinite(again).any():
        mean = float(np.nanmean(again))
    else:
        mean = float("nan")
    return Check("seeds", None if np.isnan(mean) else mean >= SAME, mean, f">= {SAME}")


# --- what really happens --------------------------------------------------------------------------


def _sign(model: Scorer, made: list[Any], cases: list[tuple[Query, int]], units: bool) -> Check:
    """Compute the share of weights with the sign of the removal's effect on the score.

    Only weights above a tenth of the largest count. For a contrast, the effect is on its lead over
    the other item.
    """
    if not units or not _about_events(made):
        return Check("sign", None)
    right = []
    for one, (query, item) in zip(made, cases, strict=True):
        weights = weights_of(one, len(query))
        effect = effects_of(model, query, item, against=_against(one))
        told = (np.abs(weights) > 0.1 * np.abs(weights).max()) & (np.abs(effect) > 1e-9)
        right += list(np.sign(weights[told]) == np.sign(effect[told]))
    if right:
        share = float(np.mean(right))
    else:
        share = float("nan")
    return Check("sign", None if not right else share >= SIGNS, share, f">= {SIGNS}")


def _beats_random(
    explain: Explain, model: Scorer, queries: Queries, items: Any, seed: int
) -> Check:
    """Compute the mean difference to a random order on DEL, relative to that order's spread."""
    first = explain(model, queries[0], int(items[0]))
    if (
        not _about_events([first]) or _against(first) is not None
    ):  # DEL measures the score, a contrast a lead
        return Check("random", None)
    graded = faithfulness(
        model, queries, {"this": explain}, items=np.asarray(items), seed=seed, output="score"
    )
    lost = {name: graded.rows[name].metrics["del"] for name in ("this", "random")}
    found = paired(lost["this"], lost["random"])
    spread = float(lost["random"].values.std()) or 1.0
    return Check("random", found.high < 0, found.mean / spread, "< 0, interval without 0")


def _one(explain: Explain, model: Scorer, made: list[Any], cases: list[tuple[Query, int]]) -> Check:
    """Measure the largest difference between two calls."""
    apart = [
        float(np.abs(weights_of(one, len(q)) - weights_of(explain(model, q, i), len(q))).max())
        for one, (q, i) in list(zip(made, cases, strict=True))[:5]
    ]
    return Check("one", max(apart, default=0.0) <= 1e-9, max(apart, default=0.0), "<= 1e-9")


def _executed(model: Scorer, made: list[Any], cases: list[tuple[Query, int]]) -> Check:
    """Compare the ranks after removing the first reason and a random event, as a mean ratio.

    The random event is the mean over every event of the history: a draw would add noise that hides
    a true effect. The check is passed if the interval of the ratio is above 1.
    """
    if not _about_events(made):
        return Check("executed", None)
    gains = []
    for one, (query, item) in zip(made, cases, strict=True):
        m = len(query)
        scores = mask_seen(
            model.score(Queries.of([query.without([p]) for p in range(m)])),
            Queries.of([query] * m),
        )
        ranks = np.log((scores > scores[:, item, None]).sum(1) + 1)
        gains.append((ranks[int(np.argmax(weights_of(one, m)))], ranks.mean()))
    first, random = (Measurement("log rank", values) for values in np.array(gains).T)
    gain = paired(first, random)
    return Check("executed", gain.low > 0, float(np.exp(gain.mean)), "> 1, interval without 1")


def _words(
    made: list[Any],
    cases: list[tuple[Query, int]],
    spoken: Callable[[Explanation, Query], bool] | None,
) -> Check:
    if spoken is None or not all(isinstance(one, Explanation) for one in made):
        return Check("words", None)
    right = [spoken(one, query) for one, (query, _) in zip(made, cases, strict=True)]
    return Check("words", all(right), float(np.mean(right)), "all read back")
