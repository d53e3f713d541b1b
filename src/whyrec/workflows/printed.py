"""Print results in English or Chinese, as lines of text and tables.

Texts come from :mod:`whyrec.workflows.messages`, sentences of explanations from
:mod:`whyrec.explain.words`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from whyrec.core.progress import interval
from whyrec.workflows.messages import Say, of, said_by_others
from whyrec.workflows.printed_grades import behind_firsts, faithful
from whyrec.workflows.result import Block, Row, Table

BARS = "▏▎▍▌▋▊▉█"


def _title(title: str, lang: str, result: Mapping[str, Any]) -> str:
    """A title in the quotation marks that its language uses for such items."""
    from whyrec.explain.phrases import LANGUAGES

    left, right = LANGUAGES[lang].quotes_of(result.get("verb", ""), result.get("domain", "other"))
    return f"{left}{title}{right}"


def _items(result: Mapping[str, Any], lang: str) -> str:
    """The number of items, with the word for such items."""
    from whyrec.explain.phrases import counted_items

    return counted_items(result["items"], result.get("domain", "other"), lang)


def steps(rows: Sequence[Mapping[str, Any]], lang: str = "en") -> Iterator[Block]:
    say = of(lang)
    if rows:
        yield Table(
            [
                {
                    say("steps-step"): said_by_others(row["name"], lang),
                    say("steps-touched"): row["touched"],
                    say("steps-left"): row["left"],
                    "": said_by_others(row["detail"], lang),
                }
                for row in rows
            ],
            say("steps"),
        )


def fitted(result: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    say = of(lang)
    yield from steps(result["steps"], lang)
    yield (
        say(
            "fit-done",
            seconds=result["fit_seconds"],
            items=_items(result, lang),
            **{name: result[name] for name in ("model", "events", "users", "out")},
        )
    )
    if result.get("interrupted"):
        yield say("fit-interrupted")
    if result.get("budget"):
        yield _budget(result["budget"], lang)
    rows = [row for row in result["curve"] if row.get("quality") is not None]
    if rows:
        best = max(rows, key=lambda row: row["quality"])
        yield (
            say("fit-best", quality=best["quality"], epoch=best["epoch"], epochs=rows[-1]["epoch"])
        )
    if result["without_text"]:
        yield say("fit-no-text", n=result["without_text"])
    lacking = result.get("without_order")
    if lacking:
        yield say("fit-without-order", parts=", ".join(lacking))
    told = result.get("privacy")
    if told:
        numbers = {"epsilon": f"{told['epsilon']:g}", "delta": f"{told['delta']:.1e}"}
        yield say("fit-private", catalogue=told.get("catalogue", ""), **numbers)
        if told.get("reproducible"):
            yield say("fit-research")
        if "ledger_epsilon" in told:
            delta = f"{told['ledger_delta']:.1e}"
            yield say("fit-ledger", epsilon=told["ledger_epsilon"], delta=delta)
        else:
            yield say("fit-no-ledger")
        if told["histories"]:
            yield say("fit-holds")


def _budget(found: Mapping[str, Any], lang: str) -> str:
    say = of(lang)
    numbers = {"spent": f"{found['spent']:g}", "budget": f"{found['seconds']:g}"}
    if not found["left_out"]:
        return say("fit-budget", **numbers)
    more = {"parts": ", ".join(found["left_out"]), "next": f"{max(1, found['next']):.0f}"}
    return say("fit-budget-left-out", **numbers, **more)


def compared(result: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    say = of(lang)
    yield (
        say(
            "compare-head",
            items=_items(result, lang),
            **{name: result[name] for name in ("data", "users", "events", "protocol", "cases")},
        )
    )
    for note in result["notes"]:
        yield f"  {said_by_others(note, lang)}"
    yield ""
    if result["protocol"] == "strong":
        headline = "ndcg@100"
    else:
        headline = "ndcg@10"
    shown = [
        {
            say("compare-model"): row["model"],
            say("compare-interval", metric=headline): interval(row["metrics"][headline]),
            **{
                m: row["metrics"][m]["mean"]
                for m in ("hr@10", "recall@20", "recall@50", "coverage@10")
            },
        }
        for row in result["rows"]
    ]
    means = [row["metrics"][headline]["mean"] for row in result["rows"]]
    best = means.index(max(means))
    yield Table(shown, say("compare-title"), best=best)
    yield Table(_costs(result["rows"], lang), say("compare-costs"), best=best)
    for row in result.get("left_out", ()):
        yield say("compare-left-out", **row)
    if result.get("reused"):
        yield say("compare-reused", models=", ".join(result["reused"]))
    yield from _tuned(result["rows"], lang)
    for found in result["comparisons"]:
        yield (
            say(
                "compare-minus",
                a=found["a"],
                b=found["b"],
                metric=found["metric"],
                interval=interval(found["difference"]),
            )
            + ("" if found["significant"] else say("compare-chance"))
        )
    yield from support_costs(result["min_support"], lang)
    yield ""


def compared_row(row: Mapping[str, Any], metric: str, lang: str = "en") -> str:
    """One line for what :func:`whyrec.compare` tells while it works: see its `on_row`."""
    if "note" in row:
        return said_by_others(row["note"], lang)
    if "reason" in row:
        return of(lang)("compare-left-out", **row)
    told = {"model": row["model"], "metric": metric, "seconds": row["fit_seconds"]}
    return of(lang)("compare-row", **told, interval=interval(row["metrics"][metric]))


def _costs(rows: Sequence[Mapping[str, Any]], lang: str) -> list[Row]:
    """What each model costs: seconds, processor seconds, memory, and what stays unexplained."""
    say = of(lang)
    return [
        {
            say("compare-model"): row["model"],
            say("compare-fit"): row["fit_seconds"],
            say("compare-fit-cpu"): row["fit_cpu_seconds"],
            say("compare-score"): row["score_seconds"],
            say("compare-score-cpu"): row["score_cpu_seconds"],
            say("compare-memory"): row["peak_mb"],
            say("compare-share"): share_text(row, say),
        }
        for row in rows
    ]


def share_text(row: Mapping[str, Any], say: Say) -> str:
    """The explained share of listed items: the mean, and how low it goes if it is not the same."""
    mean, low, least = (f"{row[f'explained_share{end}']:.0%}" for end in ("", "_p10", "_min"))
    return mean if mean == least else say("share-spread", share=mean, low=low, least=least)


def _tuned(rows: Sequence[Mapping[str, Any]], lang: str) -> Iterator[Block]:
    """The settings that were chosen on validation people, by model."""
    say = of(lang)
    tuned = [row for row in rows if row["settings"]]
    if tuned:
        yield say("compare-tuned-title")
    for row in tuned:
        settings = ", ".join(
            f"{key}={value:g}" if isinstance(value, float) else f"{key}={value}"
            for key, value in row["settings"].items()
        )
        seconds = f"{row['tune_seconds']:.0f}"
        line = say(
            "compare-tuned",
            model=row["model"],
            settings=settings,
            trials=row["trials"],
            seconds=seconds,
        )
        yield "  " + line + (say("compare-tuned-cut") if row["tune_cut"] else "")
    if tuned:
        yield ""


def support_costs(rows: Sequence[Mapping[str, Any]], lang: str = "en") -> Iterator[Block]:
    """The cost of each min_support, if models chose among several."""
    if rows:
        say = of(lang)
        yield ""
        yield Table(
            [
                {
                    say("compare-model"): r["model"],
                    "min_support": r["min_support"],
                    "ndcg@10": f"{r['ndcg@10']:.4f}",
                    say("support-cost"): f"{r['cost']:+.4f} [{r['low']:+.4f}, {r['high']:+.4f}]",
                    say("support-share"): f"{r['share']:+.1%}",
                    say("support-chosen"): say("support-yes") if r["chosen"] else "",
                }
                for r in rows
            ],
            say("support-title", people=rows[0]["people"]),
        )


def recommended(result: Mapping[str, Any], lang: str) -> Iterator[Block]:
    say = of(lang)
    yield Table(
        [
            {
                "#": row["rank"],
                say("list-item"): row["title"],
                say("list-score"): row["score"],
                say("list-why"): row["text"][lang],
            }
            for row in result["items"]
        ],
        say("list-title", who=result["user"] or say("list-nobody"), model=result["model"]),
    )


def explained(result: Mapping[str, Any], lang: str) -> Iterator[Block]:
    """The score as a sum, a bar for each reason, the sentence, and the effect of removal."""
    say = of(lang)
    yield _headline(result, lang)
    yield (
        "  "
        + say(
            "why-sum",
            score=result["score"],
            base=result["base"],
            rest=result["rest"],
            reasons=sum(r["weight"] for r in result["reasons"]),
        )
        + ("" if result["additive"] else say("why-gap", gap=result["gap"]))
    )
    yield from _bars(result, lang)
    yield f"  {result['text'][lang]}"
    for row in [*result.get("modalities", []), *filter(None, [result.get("crossing")])]:
        yield f"  {row['text'][lang]}"
    for outcome in result.get("polish", {}):
        yield (
            "  " + (say("why-polished") if outcome == "shown" else say("why-refused", why=outcome))
        )
    if result.get("cost") and not result["additive"]:
        if result["interval"]:
            sure = say("why-interval", low=result["interval"][0], high=result["interval"][1])
        else:
            sure = ""
        yield (
            "  "
            + say(
                "why-method",
                method=result["chosen"]["method"],
                why=said_by_others(result["chosen"]["why"], lang),
                evaluations=result["cost"]["evaluations"],
                ms=result["cost"]["ms"],
                interval=sure,
            )
        )
    cut = result.get("cut")
    if cut is not None:
        yield (
            "  "
            + say(
                "why-cut",
                link=cut["reason"][lang],
                after=cut["rank_after"],
                before=cut["rank_before"],
            )
        )
    found = result["counterfactual"]
    if found["found"] and found["labels"]:
        yield (
            "  "
            + say(
                "why-fell",
                labels=say("listed").join(_title(label, lang, result) for label in found["labels"]),
                before=found["rank_before"],
                after=found["rank_after"],
                sure=say("why-minimal" if found["minimal"] else "why-smallest"),
            )
        )
    elif not found["found"] and result["rank"] <= found["k"]:
        yield "  " + say("why-holds", k=found["k"])
    yield ""


def _headline(result: Mapping[str, Any], lang: str) -> str:
    """The item that is explained; for a contrast, whether it ranks above or below the other."""
    say = of(lang)
    other = result.get("against")
    if not other:
        name = "why-head"
    elif result["score"] >= result["base"]:
        name = "why-above"
    else:
        name = "why-below"
    return say(
        name,
        title=_title(result["title"], lang, result),
        rank=result["rank"],
        method=result["method"],
        who=result["user"] or say("list-nobody"),
        share=result["explained_share"],
        other=_title(other["title"], lang, result) if other else "",
    )


def _bars(result: Mapping[str, Any], lang: str) -> Iterator[Block]:
    """The strongest reasons with bars, and the sum of the others."""
    largest = max((abs(r["weight"]) for r in result["reasons"]), default=1.0) or 1.0
    shown = sorted(result["reasons"], key=lambda r: -abs(r["weight"]))
    # name a single further event instead of counting it
    if len(shown) != 9:
        drawn = 8
    else:
        drawn = 9
    for row in shown[:drawn]:
        if "text" in row:
            label = row["text"][lang]
        else:
            label = row["label"]
        yield f"  {row['weight']:+.4f} {bar(abs(row['weight']) / largest):<12} {label}"
    if len(shown) > drawn:
        if all(row["kind"] == "event" for row in shown):
            what = "why-more-events"
        else:
            what = "why-more-reasons"
        left = sum(r["weight"] for r in shown[drawn:])
        yield f"  {left:+.4f} {'':12} {of(lang)(what, n=len(shown) - drawn)}"
    yield ""


def ruled(result: Mapping[str, Any], lang: str) -> Iterator[Block]:
    """The statements of an interpretable model, one block each."""
    say = of(lang)
    yield say("rules-head", model=result["model"], about=say(f"rules-{result['model']}"))
    for row in result["statements"]:
        yield f"{row['weight']:+.3f}  {row['text'][lang]}"
        facts = []
        if row["support"] is not None:
            facts.append(say("rules-support", support=row["support"], precision=row["precision"]))
        one = row["example"]
        if one:
            facts.append(
                say("rules-example", user=one["user"], title=_title(one["title"], lang, result))
            )
        if facts:
            yield "        " + say("also").join(facts)
    yield ""
    yield say("rules-note", chosen=result["chosen"])
    for name, why in result["absent"].items():
        yield say("rules-absent", name=name, why=why[lang])


def bar(share: float, width: int = 12) -> str:
    """A bar of up to `width` cells, in eighths.

    >>> bar(0.5, 4)
    '██'
    """
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + (BARS[eighths % 8 - 1] if eighths % 8 else "")


def checked(result: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    say = of(lang)
    yield say("check-rows", n=result["rows"])
    if result["problems"]:
        told = ("value", "required", "fix")  # table, column and row are names and numbers
        yield Table(
            [
                {
                    say(f"check-{name}"): said_by_others(value, lang)
                    if name in told and isinstance(value, str)
                    else value
                    for name, value in row.items()
                }
                for row in result["problems"]
            ],
            say("check-problems"),
        )
        yield Table(
            [
                {say("check-kind"): _kind_of_problem(kind, lang), say("check-total"): count}
                for kind, count in result["counts"].items()
            ],
            say("check-totals"),
        )
    else:
        yield say("check-none")
    if result.get("refusal") and lang == "en":  # the words of errors are English
        yield f"A fit refuses these data: {result['refusal']}"
    for note in result.get("notes", []):
        yield (
            "  "
            + (
                said_by_others(note, lang)
                if isinstance(note, str)
                else "; ".join(f"{k}: {v}" for k, v in note.items())
            )
        )


def _kind_of_problem(kind: str, lang: str) -> str:
    """A kind of problem, such as "events.user: a user"."""
    column, _, required = kind.partition(": ")
    if not required or " " in column:
        return said_by_others(kind, lang)
    return of(lang)("check-of-column", column=column, required=said_by_others(required, lang))


def demo(result: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """The end of a demo: accuracy, one worked explanation, and the place of the report."""
    say = of(lang)
    yield from steps(result["steps"], lang)
    yield from compared(result["compare"], lang)
    yield from faithful(result["faithful"], lang)
    truth = result.get("truth")
    if truth:
        yield (
            say(
                "truth",
                **{name: truth[name] for name in ("cases", "share_named", "random", "cosine")},
            )
        )
        yield ""
    yield from behind_firsts(result["support"], lang)
    if result["explained"]:
        yield from explained(result["explained"], lang)
        if lang == "en":  # a demo mentions the other language
            yield f"  {result['explained']['text']['zh']}"
            yield ""
    yield say("report", path=result["report"])
    if result.get("model"):
        yield say("model", path=result["model"], user=result["explained"]["user"])
