"""Audit a model: fairness, over-exposure, faithfulness of its reasons, privacy and attacks."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from scipy import sparse

from whyrec import api, registry, storage
from whyrec.core import ArgumentError, Dataset, Measurement
from whyrec.core.cases import EvaluationCases, Split, ranked
from whyrec.core.lifecycle import Private
from whyrec.core.messages import Messages
from whyrec.core.progress import Progress, plain, silent
from whyrec.evaluate import attacks, fairness
from whyrec.evaluate.deletion_test import deletion_test
from whyrec.evaluate.rerank import Rerank, choose_bonus, choose_weight, say_move
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.workflows import printed_grades, support
from whyrec.workflows.compare import share_columns
from whyrec.workflows.faithfulness import faithful_rows
from whyrec.workflows.figures import now, rounded, versions
from whyrec.workflows.folders import same_data
from whyrec.workflows.reading import Folder, Reading, Source, load_for, opened
from whyrec.workflows.result import Block, Result, Row
from whyrec.workflows.training_run import takes, train

TEXTS = Messages("audit")
K = 10
HEADLINE = ("ndcg@10", "reason@10")
POOL, CLOSED = (
    300,
    (0.2, 0.35, 0.45, 0.5, 0.53, 0.56, 0.65),
)  # items that are re-ranked; shares of the gap that the bonus should close


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class AuditResult(Result):
    """The measurements of an audit, which are also written to audit.json and audit.html.

    Attributes:
        title: Data and model.
        made: When the audit was made.
        command: The command that made it.
        versions: Versions of whyrec and its libraries.
        data: Name and counts of the data.
        model: Name of the model, and its explained share: mean, p10 and min over listed items.
        protocol: The split and the number of test people.
        fairness: Groups of people and of items, their gaps, and the effect of re-ranking on them.
        faithfulness: The effect of removing the first reason, compared with other single events.
        support: The number of people behind the first reasons; None for a model without exact
            reasons.
        safety: Attacks with fake profiles; None if they were not requested.
        privacy: The model's privacy statement and attacks on it; None if they were not requested.
        report: The HTML file.
    """

    title: str
    made: str
    command: str
    versions: Row
    data: Row
    model: Row
    protocol: Row
    fairness: Row
    faithfulness: Row
    support: Row | None
    safety: Row
    privacy: Row
    report: str

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return printed_grades.audited(self.to_dict(), lang)


def audit(
    model: Folder,
    data: Source,
    out: str | Path = "audit",
    *,
    cases: int = 5000,
    reasons: int = 500,
    attacked: bool = False,
    seed: int = 0,
    command: str = "whyrec.workflows.audit",
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> AuditResult:
    """Measure fairness, faithfulness, safety and privacy of a model, and write the reports.

    The same kind of model is fitted on a next-item split (random if the data has no order) and
    measured on test people. The workflow writes audit.html, audit.json and the system cards.

    Sources: re-ranking [steck2018], fake profiles [lam2004], membership inference [carlini2022].

    Args:
        model: A model folder.
        data: The data that the model was fitted on.
        out: The folder for the reports.
        cases: The largest number of test people.
        reasons: The number of them whose reasons are removed.
        attacked: Also push an item with fake profiles, and try to tell members from others.
        seed: Seed of all random numbers.
        command: The command that the report names.
        progress: Receives texts and shares of the work; silent by default.
        **reading: Overrides how the data is read; the default is as for the model.

    Returns:
        The AuditResult.

    Raises:
        ArgumentError: If the data is not that of the model, or too small for test people.
        DataError: If the data cannot be read.
    """
    from whyrec.data.split import split, usual
    from whyrec.visualise.audit import card, render

    fitted = opened(model)
    out = Path(out)
    dataset = load_for(fitted, data, progress=progress, **reading)
    same_data(fitted, dataset)
    if cases < fairness.FEWEST:
        raise ArgumentError(f"--cases must be {fairness.FEWEST} or more", given=str(cases))
    out.mkdir(parents=True, exist_ok=True)  # fail before the work if the folder cannot be written
    parts = split(dataset, usual(dataset), seed=seed)
    if len(parts.test) < fairness.FEWEST:
        raise ArgumentError(
            f"an audit needs {fairness.FEWEST} people with 3 events or more",
            given=str(len(parts.test)),
        )
    found = _measured(
        fitted, dataset, parts, cases, reasons, attacked, seed=seed, progress=progress
    )
    about = {
        "title": f"{dataset.name} · {fitted.header['name']}",
        "made": now(),
        "command": command,
        "versions": versions(),
    }
    whole: Row = plain(about | found)
    (out / "audit.json").write_text(
        json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8"
    )
    (out / "audit.html").write_text(render(whole), encoding="utf-8")
    for lang in ("en", "zh"):
        (out / f"card.{lang}.md").write_text(card(whole, lang), encoding="utf-8")
    return AuditResult(**whole, report=str(out / "audit.html"))


def _measured(
    fitted: storage.Fitted,
    data: Dataset,
    parts: Split,
    cases: int,
    reasons: int,
    attacked: bool,
    *,
    seed: int,
    progress: Progress,
) -> Row:
    """Run every part of the audit on a split."""
    name = fitted.header["name"]
    fit = functools.partial(_fit, name, fitted.header["config"], progress)
    model = fit(parts.train, parts.valid, seed)
    counts = np.bincount(parts.train.item, minlength=data.n_items)
    test = parts.test.sample(cases, seed)
    asked = test.sample(reasons, seed).queries
    return {
        "data": {
            "name": data.name,
            "users": data.n_users,
            "items": data.n_items,
            "events": len(data),
        },
        "model": {"name": name, **share_columns(model, test.queries)},
        "protocol": {"name": parts.protocol, "people": len(test), "notes": parts.notes},
        "fairness": _fairness(model, data, parts, test, counts, reasons, seed, progress),
        "faithfulness": faithful_rows(model, asked, seed, progress=progress),
        "support": support.firsts(model, asked, progress=progress),
        "safety": _safety(fit, model, parts, test, counts, seed)
        if attacked
        else _unmeasured("whyrec audit ... --attacks"),
        "privacy": _privacy(fitted.model, fit, parts, attacked=attacked, progress=progress),
    }


def _unmeasured(how: str) -> Row:
    return {"measured": False, "how": how}


def _fit(
    name: str, config: Mapping[str, Any], progress: Progress, data: Dataset, valid: Any, seed: int
) -> Any:
    model = registry.model(name, **config)
    if takes(model, "valid"):
        more = {"valid": valid}
    else:
        more = {}
    train(model, data, seed=seed, label=name, progress=progress, **more)
    return model


def _fairness(
    model: Any,
    data: Dataset,
    parts: Split,
    test: EvaluationCases,
    counts: Any,
    reasons: int,
    seed: int,
    progress: Progress,
) -> Row:
    names, categories = fairness.categories_of(data)
    with progress(f"measuring {len(test)} people"):
        lists = ranked(model, test, K)
    measured = fairness.per_person(lists, test, counts, categories)
    measured[HEADLINE[1]] = _reasons(model, test, reasons, seed, progress)
    groups = fairness.people_groups(data, test.queries, counts)
    gaps = [row for metric in HEADLINE for row in fairness.gaps(measured[metric], groups)]
    for row, p in zip(
        gaps, fairness.holm([row["p"] for row in gaps]), strict=True
    ):  # over both measures together
        row |= {"p_holm": float(p), "told": bool(p < 0.05)}
    tiers, member = fairness.item_tiers(counts)
    return {
        "overall": {n: rounded(bootstrap(m)) for n, m in measured.items()},
        "fewest": fairness.FEWEST,
        "coverage": round(len(np.unique(lists)) / data.n_items, 4),
        "people": [fairness.by_groups(measured, g) for g in groups],
        "gaps": gaps,
        "items": [_items("popularity", tiers, member, lists, test)]
        + ([_items("category", names, categories, lists, test)] if names else []),
        "mitigation": _mitigation(
            model, parts.valid.sample(len(test), seed), test, counts, tiers, member, data, progress
        ),
    }


def _reasons(
    model: Any, test: EvaluationCases, reasons: int, seed: int, progress: Progress
) -> Measurement:
    """Measure how far the score of the first item falls without its strongest reason.

    In standard deviations of the person's scores; NaN for people who were not drawn.
    """
    rows = np.sort(
        np.random.default_rng(seed).permutation(np.flatnonzero(test.queries.sizes >= 2))[:reasons]
    )
    with progress(f"removing reasons for {len(rows)} people"):
        found = deletion_test(
            model,
            test.queries[rows],
            functools.partial(api.explain, method="events"),
            seed=seed,
        )
    values = np.full(len(test), np.nan)
    drop = found.drop["top reason"].values
    if len(drop) == len(rows):
        values[rows] = drop
    return Measurement(HEADLINE[1], values)


def _items(by: str, names: Any, member: Any, lists: Any, test: EvaluationCases) -> Row:
    """Compare each item group's share of attention with its share of the next choices."""
    shown = fairness.exposure(lists, member)
    row = np.repeat(np.arange(len(test)), np.diff(test.indptr))
    chosen = np.zeros_like(shown)
    np.add.at(chosen, row, member[test.items] / np.diff(test.indptr)[row, None])
    rows = []
    for n, name in enumerate(names):
        people = int((chosen[:, n] > 0).sum())
        if people >= fairness.FEWEST:
            a = Measurement(name, shown[:, n])
            b = Measurement(name, chosen[:, n])
            rows.append(
                {
                    "group": name,
                    "people": people,
                    "exposure": rounded(bootstrap(a)),
                    "choices": rounded(bootstrap(b)),
                    "difference": rounded(paired(a, b)),
                }
            )
    return {"by": by, "left_out": len(names) - len(rows), "rows": rows}


def _mitigation(
    model: Any,
    valid: EvaluationCases,
    test: EvaluationCases,
    counts: Any,
    names: Any,
    member: Any,
    data: Dataset,
    progress: Progress,
) -> Row:
    """Re-rank towards each person's own share of popular and rare items.

    The bonus of each group and its weight are chosen on validation people.
    """
    wanted = fairness.shares(valid.queries, member).mean(0)

    def fairer(weight: float) -> Any:
        if weight == 0:
            return model
        bonus, temperature = choose_bonus(
            model, valid, member, wanted, k=K, pool=POOL, part=1 - weight
        )
        return Rerank(
            model,
            member,
            names,
            bonus=bonus,
            temperature=temperature,
            wanted=wanted,
            k=K,
            pool=POOL,
        )

    def measure(cases: EvaluationCases, made: Any) -> tuple[float, Any]:
        lists = ranked(made, cases, K)
        shown = fairness.exposure(lists, member)
        own = fairness.shares(cases.queries, member)
        return float(np.abs(shown.mean(0) - own.mean(0)).sum() / 2), fairness.per_person(
            lists, cases, counts
        )["ndcg@10"]

    def judged(weight: float) -> tuple[float, float]:
        gap, ndcg = measure(valid, fairer(weight))
        return gap, ndcg.mean

    with progress(f"tuning the re-ranking bonus on {len(valid)} people"):
        chosen = choose_weight(
            judged, part=0.48, weights=CLOSED
        )  # a little more than half, because other people follow
    best = fairer(chosen["weight"])
    before = measure(test, model)
    after = measure(test, best)
    title = data.item_table.title
    if chosen["weight"]:
        moves = best.moves(test.queries[int(np.argmax(test.queries.sizes))])
    else:
        moves = []
    return {
        **chosen,
        "gap_before": before[0],
        "gap_after": after[0],
        "ndcg_before": before[1].mean,
        "ndcg_after": after[1].mean,
        "ndcg_change": rounded(paired(after[1], before[1])),
        "halved": bool(after[0] <= before[0] / 2),
        "loss": 1 - after[1].mean / max(1e-12, before[1].mean),
        "example": [
            {lang: say_move(m, title[m.item], lang) for lang in ("en", "zh")} for m in moves[:6]
        ],
    }


def _privacy(
    model: Any, fit: Callable[..., Any], parts: Split, *, attacked: bool, progress: Progress
) -> Row:
    """Collect the model's privacy statement, and attack membership (200 people, 8 fits)."""
    from whyrec.privacy.attack import membership

    rows = []
    if isinstance(model, Private):
        told = model.privacy_
        rows = [
            {"name": TEXTS.pair("privacy-epsilon"), "value": f"{told['epsilon']:g}"},
            {"name": TEXTS.pair("privacy-delta"), "value": f"{told['delta']:.1e}"},
            {"name": TEXTS.pair("privacy-unit"), "value": told["unit"]},
        ]
    if attacked:
        with progress("attacking the membership of people"):
            found = membership(
                lambda data, seed: fit(data, None, seed), parts.train, people=200, models=8
            )
        rows += [
            {
                "name": TEXTS.pair("privacy-attack"),
                "value": f"{found.auc:.3f} ({found.low:.3f}–{found.high:.3f})",
            },
            {"name": TEXTS.pair("privacy-found"), "value": f"{found.tpr:.1%}"},
        ]
        rows += _given_away(model, parts)
    if rows:
        return {"measured": True, "rows": rows}
    return _unmeasured("whyrec audit ... --attacks")


def _given_away(model: Any, parts: Split) -> list[Row]:
    """Measure how well lists reveal a two-valued field, and how much of them a copy reproduces."""
    from whyrec.privacy.inference import attribute, extraction

    data = parts.train
    test = parts.test.sample(1000, 0)
    lists = ranked(model, test, K)
    own = test.queries
    rows = []
    for field, values in data.user_table.fields.items():
        known = np.array(values)[own.user]
        kinds = sorted(set(known.tolist()) - {""})
        yes = known == (kinds or [""])[0]
        if len(kinds) != 2 or (known == "").any() or min(yes.sum(), (~yes).sum()) < fairness.FEWEST:
            continue
        shape = (len(own), data.n_items)
        told = [
            attribute(sparse.csr_array((np.ones(len(items)), (row, items)), shape=shape), yes)
            for row, items in (
                (np.repeat(np.arange(len(lists)), K), lists.ravel()),
                (own.row, own.items),
            )
        ]
        rows.append(
            {
                "name": TEXTS.pair("privacy-from-lists", field=field),
                "value": f"{told[0].auc:.3f} ({told[0].low:.3f}–{told[0].high:.3f})",
            }
        )
        rows.append(
            {
                "name": TEXTS.pair("privacy-from-histories", field=field),
                "value": f"{told[1].auc:.3f}",
            }
        )
    asked = min(500, data.n_items)
    counts = np.bincount(data.item, minlength=data.n_items)
    share = extraction(model, own[np.arange(min(200, len(own)))], counts, asked).mean()
    name = TEXTS.pair("privacy-copied", asked=asked)
    return [*rows, {"name": name, "value": f"{share:.0%}"}]


def _safety(
    fit: Callable[..., Any], model: Any, parts: Split, test: EvaluationCases, counts: Any, seed: int
) -> Row:
    """Attack with 1% fake profiles of each kind; measure detection and the pushed item."""
    train = parts.train
    clean = attacks.signals(train)
    rows = []
    rare = np.flatnonzero((counts > 0) & (counts <= np.quantile(counts[counts > 0], 0.5)))
    target = int(np.random.default_rng(seed).choice(rare))
    before = _shown(model, test, target)
    for kind in attacks.KINDS:
        grown, fakes = attacks.inject(train, kind, target, seed=seed)
        ringing = attacks.alarm(clean, attacks.signals(grown))
        under = _shown(fit(grown, parts.valid, seed), test, target)
        swept = attacks.drop_people(grown, np.flatnonzero(ringing))
        rows.append(
            {
                "attack": kind,
                "fakes": len(fakes),
                "recall": float(ringing[fakes].mean()),
                "false_alarms": float(ringing[: train.n_users].mean()),
                "shown_before": before,
                "shown_under": under,
                "shown_swept": _shown(fit(swept, parts.valid, seed), test, target),
            }
        )
    return {"measured": True, "people": len(test), "rows": rows}


def _shown(model: Any, test: EvaluationCases, target: int) -> float:
    return float((ranked(model, test, K) == target).any(1).mean())
