"""What people see on the terminal: tables, one worked explanation, progress. JSON for machines.

Texts come from :mod:`whyrec.cli.messages`, in English or Chinese. Titles and labels of others are
shown with their control characters written out, so that none can move the terminal.
"""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

DEBUG = False
BARS = "▏▎▍▌▋▊▉█"
JOINERS = "\u200c\u200d"  # that several scripts and emoji need; they move nothing


def _console(stderr: bool = False) -> Any:
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal:
        made.width = 160  # a file or a pipe has no width of its own
    return made


@contextmanager
def progress(text: str) -> Iterator[Callable[..., None]]:
    """A spinner with elapsed time on standard error for anything that takes time; call it with 0..1
    for a bar, and with a text for another line."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield lambda share, text="": None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(30),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task(text, total=None)
        yield lambda share, line=text: bar.update(
            task, total=1.0, completed=share, description=line
        )


def dumps(value: Any) -> str:
    text = json.dumps(_plain(value), ensure_ascii=False, indent=1, allow_nan=False)
    return re.sub(
        "[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", text
    )  # JSON itself lets these through


def escaped(text: str) -> str:
    r"""The text with control and format characters written out, as sentences write them.

    >>> escaped("\x1b[31mred\x07"), escaped("plain")
    ('\\u{1b}[31mred\\u{7}', 'plain')
    """
    if text.isprintable():
        return text
    return "".join(f"\\u{{{ord(c):x}}}" if _moves(c) else c for c in text)


def _moves(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in JOINERS


def print_json(value: Any) -> None:
    sys.stdout.write(dumps(value) + "\n")


def _plain(value: Any) -> Any:
    """JSON's own types: numpy numbers become Python's, NaN becomes null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def error(text: str) -> int:
    """One paragraph on standard error; the exit code 2. With --debug, the trace."""
    if DEBUG:
        import traceback

        traceback.print_exc()
    sys.stderr.write(f"whyrec: {escaped(text)}\n")
    return 2


def language(lang: str) -> str:
    from whyrec.core import BadArgument

    if lang not in ("en", "zh"):
        raise BadArgument("--lang must be en or zh", given=repr(lang))
    return lang


def table(rows: Sequence[Mapping[str, Any]], title: str, *, best: int | None = None) -> None:
    """Rows of one shape as a table; numbers to the right, the row `best` in bold."""
    from rich.table import Table
    from rich.text import Text

    made = Table(
        title=escaped(title),
        title_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        title_style="bold",
    )
    columns = list(rows[0]) if rows else []
    for column in columns:
        number = all(isinstance(row[column], (int, float)) or row[column] is None for row in rows)
        made.add_column(column, justify="right" if number else "left", overflow="fold")
    for at, row in enumerate(rows):
        # Text, not markup: a title like "[red]" is shown as it is.
        made.add_row(
            *(Text(cell(row[column])) for column in columns),
            style="bold green" if at == best else "",
        )
    console = _console()
    console.print(made)
    console.print()


def cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 10 else f"{value:,.1f}"
    return (
        f"{value:,}"
        if isinstance(value, int) and not isinstance(value, bool)
        else escaped(str(value))
    )


def interval(value: Mapping[str, float]) -> str:
    return f"{value['mean']:.4f} [{value['low']:.4f}, {value['high']:.4f}]"


def line(text: str = "") -> None:
    from rich.text import Text

    _console().print(Text(escaped(text)))


def _say(lang: str) -> Callable[..., str]:
    from whyrec.cli import messages

    return messages.of(lang)


def _others(text: str, lang: str) -> str:
    """A text of another part, in the language."""
    from whyrec.cli import messages

    return messages.said_by_others(text, lang)


def _title(title: str, lang: str, result: Mapping[str, Any]) -> str:
    """A title in the quotes that its language has for such items."""
    from whyrec.explain.phrases import LANGUAGES

    left, right = LANGUAGES[lang].quotes_of(result.get("verb", ""), result.get("domain", "other"))
    return f"{left}{title}{right}"


def _items(result: Mapping[str, Any], lang: str) -> str:
    """How many items there are, with the word for such items."""
    from whyrec.explain.phrases import counted_items

    return counted_items(result["items"], result.get("domain", "other"), lang)


def steps(rows: Sequence[Mapping[str, Any]], lang: str = "en") -> None:
    say = _say(lang)
    if rows:
        table(
            [
                {
                    say("steps.step"): _others(row["name"], lang),
                    say("steps.touched"): row["touched"],
                    say("steps.left"): row["left"],
                    "": _others(row["detail"], lang),
                }
                for row in rows
            ],
            say("steps"),
        )


def fitted(result: Mapping[str, Any], lang: str = "en") -> None:
    say = _say(lang)
    steps(result["steps"], lang)
    line(
        say(
            "fit.done",
            seconds=result["fit_seconds"],
            items=_items(result, lang),
            **{name: result[name] for name in ("model", "events", "users", "out")},
        )
    )
    if rows := [row for row in result["curve"] if row.get("quality") is not None]:
        best = max(rows, key=lambda row: row["quality"])
        line(
            say("fit.best", quality=best["quality"], epoch=best["epoch"], epochs=rows[-1]["epoch"])
        )
    if result["without_text"]:
        line(say("fit.no_text", n=result["without_text"]))
    if lacking := result.get("without_order"):
        line(say("fit.without_order", parts=", ".join(lacking)))
    if told := result.get("privacy"):
        line(say("fit.private", epsilon=told["epsilon"], delta=told["delta"]))
        if "ledger_epsilon" in told:
            line(say("fit.ledger", epsilon=told["ledger_epsilon"], delta=told["ledger_delta"]))
        if told["histories"]:
            line(say("fit.holds"))


def compared(result: Mapping[str, Any], lang: str = "en") -> None:
    say = _say(lang)
    line(
        say(
            "compare.head",
            items=_items(result, lang),
            **{name: result[name] for name in ("data", "users", "events", "protocol", "cases")},
        )
    )
    for note in result["notes"]:
        line(f"  {_others(note, lang)}")
    line()
    headline = "ndcg@100" if result["protocol"] == "strong" else "ndcg@10"
    shown = [
        {
            say("compare.model"): row["model"],
            say("compare.interval", metric=headline): interval(row["metrics"][headline]),
            **{
                m: row["metrics"][m]["mean"]
                for m in ("hr@10", "recall@20", "recall@50", "coverage@10")
            },
            say("compare.fit"): row["fit_seconds"],
            say("compare.score"): row["score_seconds"],
            say("compare.memory"): row["peak_mb"],
            say("compare.share"): f"{row['explained_share']:.0%}",
        }
        for row in result["rows"]
    ]
    means = [row["metrics"][headline]["mean"] for row in result["rows"]]
    table(shown, say("compare.title"), best=means.index(max(means)))
    for found in result["comparisons"]:
        line(
            say(
                "compare.minus",
                a=found["a"],
                b=found["b"],
                metric=found["metric"],
                interval=interval(found["difference"]),
            )
            + ("" if found["significant"] else say("compare.chance"))
        )
    support_costs(result["min_support"], lang)
    line()


def support_costs(rows: Sequence[Mapping[str, Any]], lang: str = "en") -> None:
    """What each min_support costs, where models chose among several."""
    if rows:
        say = _say(lang)
        line()
        table(
            [
                {
                    say("compare.model"): r["model"],
                    "min_support": r["min_support"],
                    "ndcg@10": f"{r['ndcg@10']:.4f}",
                    say("support.cost"): f"{r['cost']:+.4f} [{r['low']:+.4f}, {r['high']:+.4f}]",
                    say("support.share"): f"{r['share']:+.1%}",
                    say("support.chosen"): say("support.yes") if r["chosen"] else "",
                }
                for r in rows
            ],
            say("support.title", people=rows[0]["people"]),
        )


def behind_firsts(found: Mapping[str, Any] | None, lang: str = "en") -> None:
    """One line, and a warning where many reasons are weak."""
    if found is None or not found["counted"]:
        return
    say = _say(lang)
    shares = say("listed").join(
        say("behind.under", share=share, bound=bound) for bound, share in found["under"].items()
    )
    line(say("behind", shares=shares, median=found["median"], counted=found["counted"]))
    if found["warning"]:
        line("  " + say("behind.weak", weak=found["weak"], k=found["k"], limit=found["limit"]))


def recommended(result: Mapping[str, Any], lang: str) -> None:
    say = _say(lang)
    table(
        [
            {
                "#": row["rank"],
                say("list.item"): row["title"],
                say("list.score"): row["score"],
                say("list.why"): row["text"][lang],
            }
            for row in result["items"]
        ],
        say("list.title", who=result["user"] or say("list.nobody"), model=result["model"]),
    )


def explained(result: Mapping[str, Any], lang: str) -> None:
    """The score as a sum, one bar a reason, the sentence, and what really happened without the
    reason.
    """
    say = _say(lang)
    line(_headline(result, lang))
    line(
        "  "
        + say(
            "why.sum",
            score=result["score"],
            base=result["base"],
            rest=result["rest"],
            reasons=sum(r["weight"] for r in result["reasons"]),
        )
        + ("" if result["additive"] else say("why.gap", gap=result["gap"]))
    )
    _bars(result, lang)
    line(f"  {result['text'][lang]}")
    for row in [*result.get("modalities", []), *filter(None, [result.get("crossing")])]:
        line(f"  {row['text'][lang]}")
    for outcome in result.get("polish", {}):
        line(
            "  " + (say("why.polished") if outcome == "shown" else say("why.refused", why=outcome))
        )
    if result.get("cost") and not result["additive"]:
        sure = (
            say("why.interval", low=result["interval"][0], high=result["interval"][1])
            if result["interval"]
            else ""
        )
        line(
            "  "
            + say(
                "why.method",
                method=result["chosen"]["method"],
                why=_others(result["chosen"]["why"], lang),
                evaluations=result["cost"]["evaluations"],
                ms=result["cost"]["ms"],
                interval=sure,
            )
        )
    if (cut := result.get("cut")) is not None:
        line(
            "  "
            + say(
                "why.cut",
                link=cut["reason"][lang],
                after=cut["rank_after"],
                before=cut["rank_before"],
            )
        )
    found = result["counterfactual"]
    if found["found"] and found["labels"]:
        line(
            "  "
            + say(
                "why.fell",
                labels=say("listed").join(_title(label, lang, result) for label in found["labels"]),
                before=found["rank_before"],
                after=found["rank_after"],
                sure=say("why.minimal" if found["minimal"] else "why.smallest"),
            )
        )
    elif not found["found"] and result["rank"] <= found["k"]:
        line("  " + say("why.holds", k=found["k"]))
    line()


def _headline(result: Mapping[str, Any], lang: str) -> str:
    """What is explained; of a contrast also whether the item stands above or below the other,
    whose score is the base.
    """
    say, other = _say(lang), result.get("against")
    name = (
        "why.head"
        if not other
        else "why.above"
        if result["score"] >= result["base"]
        else "why.below"
    )
    return say(
        name,
        title=_title(result["title"], lang, result),
        rank=result["rank"],
        method=result["method"],
        who=result["user"] or say("list.nobody"),
        share=result["explained_share"],
        other=_title(other["title"], lang, result) if other else "",
    )


def _bars(result: Mapping[str, Any], lang: str) -> None:
    """The strongest reasons with bars, and what the others add up to."""
    largest = max((abs(r["weight"]) for r in result["reasons"]), default=1.0) or 1.0
    shown = sorted(result["reasons"], key=lambda r: -abs(r["weight"]))
    drawn = 8 if len(shown) != 9 else 9  # a single further event is told rather than counted
    for row in shown[:drawn]:
        label = row["text"][lang] if "text" in row else row["label"]
        line(f"  {row['weight']:+.4f} {bar(abs(row['weight']) / largest):<12} {label}")
    if len(shown) > drawn:
        what = (
            "why.more_events"
            if all(row["kind"] == "event" for row in shown)
            else "why.more_reasons"
        )
        left = sum(r["weight"] for r in shown[drawn:])
        line(f"  {left:+.4f} {'':12} {_say(lang)(what, n=len(shown) - drawn)}")
    line()


def ruled(result: Mapping[str, Any], lang: str) -> None:
    """What an interpretable model has learned, one statement a block."""
    say = _say(lang)
    line(say("rules.head", model=result["model"], about=say(f"rules.{result['model']}")))
    for row in result["statements"]:
        line(f"{row['weight']:+.3f}  {row['text'][lang]}")
        facts = []
        if row["support"] is not None:
            facts.append(say("rules.support", support=row["support"], precision=row["precision"]))
        if one := row["example"]:
            facts.append(
                say("rules.example", user=one["user"], title=_title(one["title"], lang, result))
            )
        if facts:
            line("        " + say("also").join(facts))
    line()
    line(say("rules.note", chosen=result["chosen"]))
    for name, why in result["absent"].items():
        line(say("rules.absent", name=name, why=why[lang]))


def bar(share: float, width: int = 12) -> str:
    """A bar of up to `width` cells, in eighths.

    >>> bar(0.5, 4)
    '██'
    """
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + (BARS[eighths % 8 - 1] if eighths % 8 else "")


def faithful(result: Mapping[str, Any], lang: str = "en") -> None:
    say = _say(lang)
    table(
        [
            {
                say("faithful.removed"): _others(row["method"], lang),
                say("faithful.drop"): interval(row["metrics"]["drop"]),
                say("faithful.rank"): f"{row['metrics']['rank']['mean']:>14,.1f}",
                say("faithful.lost"): f"{row['metrics']['no_longer_first']['mean']:.1%}",
            }
            for row in result["rows"]
        ],
        say("faithful.title", cases=result["cases"]),
    )
    of = say("faithful.of", n=result["explained_items"]) if result["explained_items"] else ""
    line(say("faithful.sums", of=of, gap=result["completeness"], fall=result["removal_error"]))
    line()


def checked(result: Mapping[str, Any], lang: str = "en") -> None:
    say = _say(lang)
    line(say("check.rows", n=result["rows"]))
    if result["problems"]:
        told = ("value", "required", "fix")  # the table, column and row are names and numbers
        table(
            [
                {
                    say(f"check.{name}"): _others(value, lang)
                    if name in told and isinstance(value, str)
                    else value
                    for name, value in row.items()
                }
                for row in result["problems"]
            ],
            say("check.problems"),
        )
    else:
        line(say("check.none"))
    for note in result.get("notes", []):
        line(
            "  "
            + (
                _others(note, lang)
                if isinstance(note, str)
                else "; ".join(f"{k}: {v}" for k, v in note.items())
            )
        )


def demo(result: Mapping[str, Any], lang: str = "en") -> None:
    """The end of the road: accuracy, one worked explanation, and where the report is."""
    say = _say(lang)
    steps(result["steps"], lang)
    compared(result["compare"], lang)
    faithful(result["faithful"], lang)
    if truth := result.get("truth"):
        line(
            say(
                "truth",
                **{name: truth[name] for name in ("cases", "share_named", "random", "cosine")},
            )
        )
        line()
    behind_firsts(result["support"], lang)
    if result["explained"]:
        explained(result["explained"], lang)
        if lang == "en":  # a demo shows that there is another language
            line(f"  {result['explained']['text']['zh']}")
            line()
    line(say("report", path=result["report"]))
    if result.get("model"):
        line(say("model", path=result["model"], user=result["explained"]["user"]))


def looked(result: Mapping[str, Any]) -> None:
    """Each view with what it found and its time, what could not be drawn, and where the pictures
    are.
    """
    for row in result["views"]:
        line(f"{row['view']} ({row['seconds']:.1f} s): {row['found']['en']}")
    for row in result["left_out"]:
        line(f"{row['view']}: not drawn. {row['why']}")
    line(f"Pictures: {result['index']}")
