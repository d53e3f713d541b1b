"""The system card: a version's inputs, the weight of each part, people's controls, and limits.

Shares are measured: for up to 100 people, each part of the scores of their first three items is
compared with that part of the middle candidate (:mod:`whyrec.core.explained`), and the sizes of the
differences are added up. What is the same for all items therefore counts nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Decomposition, Model, Queries, Query, artefact, decompose
from whyrec.core.capabilities import PartlyExplained
from whyrec.core.explained import candidates
from whyrec.models.linear.additive import AdditiveRecommender
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin, LowRankTerm
from whyrec.serve.insight.faithfulness import histories
from whyrec.serve.insight.measurements import Measurements
from whyrec.serve.insight.quality import FEWEST, interval_of
from whyrec.serve.recommend.answer import best, masked_by
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.service import Service
from whyrec.serve.versions.registry import model_rows

__all__ = ["Cards", "term_names"]

PEOPLE = 100
TOP = 3
AGES = (("latest", 0, 1), ("recent", 1, 5), ("older", 5, 20), ("oldest", 20, None))  # steps back


class Cards:
    """The cards of one service, each computed once for a version and its current items."""

    def __init__(self, service: Service, findings: Measurements) -> None:
        self.service = service
        self.findings = findings
        self._made: OrderedDict[tuple[str, int], dict[str, Any]] = OrderedDict()

    def of(self, version: str | None = None) -> dict[str, Any]:
        """The card of a version, by default of the serving one."""
        current = self.service.registry.current(self.service.store.counters())
        if version in (None, current.version):
            live = current
        else:
            live = self.service.registry.other(str(version))
        key = (live.version, live.changed)
        if key not in self._made:
            self._made[key] = self._parameters(live)
            while len(self._made) > 4:
                self._made.popitem(last=False)
        with self.service.store.read() as connection:
            rows = {row["version"]: row for row in model_rows(connection)}
        row = rows[live.version]
        last = {
            kind: one["time"]
            for kind, one in self.findings.all_of(live.version).items()
            if one["state"] == "done"
        }
        return {
            "model": live.version,
            "model_name": live.name,
            "manifest_sha256": row["manifest_sha256"],
            "data_hash": row["data_hash"],
            "state": row["state"],
            "trained_to": row["trained_to"] if live.data.clock else None,
            "added": row["added"],
            "items": live.n_items,
            "offered": int(live.available.sum()),
            "domain": live.data.domain,
            "settings": artefact.model_config(live.model) if isinstance(live.model, Model) else {},
            "last_audit": {
                kind: last[kind]
                for kind in ("faithfulness", "since-fit", "next-item", "speed")
                if kind in last
            },
            "history": self.service.settings.history,
            "fewest": FEWEST,
        } | self._made[key]

    def _parameters(self, live: ServingSnapshot) -> dict[str, Any]:
        drawn = histories(self.service, live, PEOPLE, least=1)
        found = [_shares(live, query) for query in drawn]
        names = list(dict.fromkeys(name for one in found for name in one[0]))
        explained = np.concatenate([one[2] for one in found]) if found else np.zeros(0)
        enough = len(found) >= FEWEST
        parts: list[dict[str, Any]] = [
            {
                "part": name,
                "share": interval_of(np.array([one[0].get(name, 0.0) for one in found])),
                "halves_after": _half(live, name),
            }
            for name in names
        ]
        ages = [
            {"age": name, "share": interval_of(np.array([one[1].get(name, 0.0) for one in found]))}
            for name, *_ in AGES
        ]
        parts.sort(key=lambda row: -row["share"]["mean"])
        aged = enough and live.data.order != "none"
        return {
            "people": len(found),
            "explained_share": _explained(explained) if enough and len(explained) else None,
            "parameters": parts if enough else [],
            "ages": ages if aged else [],
        }


def _explained(shares: NDArray[np.float64]) -> dict[str, float]:
    """The mean, the tenth percentile and the smallest of some explained shares."""
    return {
        "mean": float(shares.mean()),
        "p10": float(np.quantile(shares, 0.1)),
        "min": float(shares.min()),
    }


def _shares(
    live: ServingSnapshot, query: Query
) -> tuple[dict[str, float], dict[str, float], NDArray[np.float64]]:
    """(share of each part, share of each age among the events, explained shares) of one person's
    first items.
    """
    made = decompose(live.model, query)
    allowed = live.available.copy()
    if not query.repeat:
        allowed[query.items] = False
    allowed[query.avoided] = False
    items = best(masked_by(made.scores, allowed), TOP)
    columns = np.append(items, _middle(live.model, made, query))
    parts = made.parts(columns)
    sizes = {"popularity": _apart(parts.base), "rest": _apart(parts.rest)}
    if isinstance(live.model, LinearMixin):
        for name, table in _terms(live.model, query, columns):
            sizes[name] = sizes.get(name, 0.0) + _apart(table.sum(0))
    else:
        sizes["events"] = _apart(parts.weights.sum(0))
    total = sum(sizes.values()) or 1.0
    of_event = np.abs(parts.weights[:, :-1] - parts.weights[:, -1:]).sum(1)
    ages = {
        name: float(
            of_event[
                (query.events_ago >= low) & (query.events_ago < (high or np.iinfo(np.int32).max))
            ].sum()
        )
        for name, low, high in AGES
    }
    whole = sum(ages.values()) or 1.0
    return (
        {k: v / total for k, v in sizes.items() if v},
        {k: v / whole for k, v in ages.items()},
        parts.explained_shares[:-1],
    )


def _middle(model: Any, made: Decomposition, query: Query) -> int:
    """The middle candidate of a history."""
    one = Queries.of([query])
    explained = made.scores[None]
    if isinstance(model, PartlyExplained):
        explained, _ = model.explained_and_rest(one)
    among = candidates(explained, one)
    return int(among.items[0, (int(among.unseen.sum()) - 1) // 2])


def _apart(values: NDArray[np.float64]) -> float:
    """How far a part (k + 1,) sets k items apart from the last one, in all."""
    return float(np.abs(values[:-1] - values[-1]).sum())


def _terms(model: Any, query: Query, items: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
    """What each term of a linear model adds, (m, k), by the name of the term."""
    names = term_names(model)
    return [
        (name, np.stack([term.contributions_to(query, int(item)) for item in items], 1))
        for name, term in zip(names, model.terms(), strict=True)
    ]


def term_names(model: LinearMixin) -> list[str]:
    """The name of each term.

    Names are together (chosen by the same people at any time), order (one after the other), learned
    (weights trained for the next choice), alike (similar in a modality), and again (the person's
    own use of the same item).
    """
    known = {
        "ease": "together",
        "together": "together",
        "transitions": "order",
        "learned": "learned",
    }
    terms = model.terms()
    names = [
        "again"
        if _own(term)
        else "learned"
        if isinstance(term, LowRankTerm)
        else "together"
        if term.decay == 1
        else "order"
        for term in terms
    ]
    if isinstance(model, AdditiveRecommender):
        used = model.used_
        alike = ["alike"] * len(model.kernels_)
    else:
        used = None
        alike = []
    if (
        used is not None
        and len(used) + len(alike) == len(terms) - names.count("again")
        and set(used) <= known.keys()
    ):
        return [known[name] for name in used] + alike + ["again"] * names.count("again")
    return names


def _own(term: ItemItemTerm | LowRankTerm) -> bool:
    """Whether each item leads only to itself."""
    if not isinstance(term, ItemItemTerm) or isinstance(term.weights, np.ndarray):
        return False
    return np.array_equal(term.weights.indices, np.arange(term.weights.shape[0]))


def _half(live: ServingSnapshot, name: str) -> float | None:
    """Steps after which an event counts half in this part; None without a single decay rate."""
    if not isinstance(live.model, LinearMixin):
        return None
    pairs = zip(term_names(live.model), live.model.terms(), strict=True)
    rates = [term.rate for own, term in pairs if own == name and isinstance(term, ItemItemTerm)]
    if not rates or rates[0] is None or not 0 < rates[0] < 1:
        return None
    return float(np.log(0.5) / np.log(rates[0]))
