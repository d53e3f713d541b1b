"""Print an advice in English or Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from whyrec.core.progress import interval
from whyrec.core.stages import span
from whyrec.workflows.messages import Say, of, said_by_others
from whyrec.workflows.printed import _items, share_text
from whyrec.workflows.result import Block, Row, Table

__all__ = ["advised", "step_labels"]

METRIC = "ndcg@10"


def step_labels(lang: str) -> Callable[[str], str]:
    """A function from the name of a step to its label."""
    say = of(lang)
    return lambda name: say(f"advise-step-{name}")


def advised(result: Mapping[str, Any], lang: str) -> Iterator[Block]:
    """The table of the steps, two sentences about each, and the advice."""
    say = of(lang)
    label = step_labels(lang)
    run = [row for row in result["steps"] if row["state"] == "run"]
    yield say(
        "advise-head",
        items=_items(result, lang),
        **{
            name: result[name]
            for name in ("data", "users", "events", "protocol", "tuned_on", "measured_on")
        },
    )
    for note in result.get("dropped", ()):
        yield f"  {said_by_others(note, lang)}"
    yield ""
    yield Table(
        [_cells(row, say, label) for row in run],
        say("advise-title"),
        best=[row["step"] for row in run].index(result["take"]),
    )
    for row in result["steps"]:
        if row["state"] == "run":
            yield _worth(row, say, label) + _cost(row, say)
        else:
            yield _absent(row, say, label)
    yield ""
    yield _answer(result, say, label)
    yield from _taken(result, say, label)


def _cells(row: Row, say: Say, label: Callable[[str], str]) -> Row:
    return {
        say("advise-step"): label(row["step"]),
        say("compare-interval", metric="NDCG@10"): interval(row["metrics"][METRIC]),
        say("advise-over"): _signed(row["gain"]) if row["gain"] else "",
        say("advise-to-best"): _signed(row["to_best"]),
        say("advise-cpu"): f"{row['fit_cpu_seconds']:.1f}",
        say("compare-memory"): row["peak_mb"],
        say("advise-ms"): f"{row['ms']:.1f}",
        say("compare-share"): share_text(row, say),
    }


def _signed(value: Mapping[str, float]) -> str:
    """A difference with its interval.

    >>> _signed({"mean": 0.012, "low": 0.008, "high": 0.016})
    '+0.0120 [0.0080, 0.0160]'
    """
    return f"{value['mean']:+.4f} [{value['low']:.4f}, {value['high']:.4f}]"


def _worth(row: Row, say: Say, label: Callable[[str], str]) -> str:
    """The sentence on what a step is worth."""
    if row["gain"] is None:
        return say("advise-first", step=label(row["step"]), value=interval(row["metrics"][METRIC]))
    said = say(
        "advise-worth",
        step=label(row["step"]),
        previous=label(row["previous"]),
        gain=_signed(row["gain"]),
        chance="" if row["gain"]["low"] > 0 or row["gain"]["high"] < 0 else say("advise-chance"),
    )
    if row["without_order"]:
        return said + say("advise-without-order", parts=", ".join(row["without_order"]))
    return said


def _cost(row: Row, say: Say) -> str:
    """The sentence on what a step costs and explains."""
    if row["explained_share_min"] >= 0.9995:
        share = say("advise-share-all")
    elif row["explained_share"] > 0:
        share = say("advise-share-part", share=share_text(row, say))
    else:
        share = say("advise-share-none")
    return say(
        "advise-cost",
        seconds=f"{row['fit_cpu_seconds']:.1f}",
        memory=row["peak_mb"],
        ms=f"{row['ms']:.1f}",
        share=share,
    )


def _absent(row: Row, say: Say, label: Callable[[str], str]) -> str:
    """Why a step was not run."""
    estimate = row["estimate_seconds"]
    if row["reason"] == "budget" and estimate is not None:
        return say("advise-budget-estimate", step=label(row["step"]), time=f"{estimate:.0f}")
    return say(f"advise-absent-{row['reason']}", step=label(row["step"]), detail=row["detail"])


def _answer(result: Mapping[str, Any], say: Say, label: Callable[[str], str]) -> str:
    """Whether these data need a large model."""
    gain = result["large_gain"]
    if result["large_model"] == "left out":
        return say("advise-large-unsuitable")
    if gain is None:
        return say("advise-large-unknown")
    return say(
        f"advise-large-{result['large_model']}", gain=_signed(gain), over=label(gain["over"])
    )


def _taken(result: Mapping[str, Any], say: Say, label: Callable[[str], str]) -> Iterator[str]:
    """The step to take, its accuracy on test people and how to fit it."""
    rows = {row["step"]: row for row in result["steps"]}
    take, best = rows[result["take"]], rows[result["best"]]
    slots = {"step": label(result["take"]), "model": take["model"]}
    if take is best:
        yield say("advise-take-best", **slots)
    else:
        lacking = -take["to_best"]["mean"] / best["metrics"][METRIC]["mean"]
        yield say("advise-take", best=label(result["best"]), lacking=f"{lacking:.1%}", **slots)
    near = [label(name) for name, row in rows.items() if _may_be_best(row) and row is not take]
    if near:
        yield say("advise-near", steps=", ".join(near))
    test = result["test"]
    yield say("advise-test", value=interval(test[METRIC]), cases=test["cases"])
    yield say(
        "advise-spent", spent=span(result["spent_seconds"]), budget=_given(result["budget_seconds"])
    )
    if result.get("picture"):
        yield say("advise-picture", file=result["picture"])
    if result.get("out"):
        yield say("advise-fitted", folder=result["out"])
    else:
        yield say("advise-command")
        yield from command_lines(result["command"])


def _may_be_best(row: Row) -> bool:
    """Whether a step is below the best one, but by a difference whose interval includes 0."""
    return bool(row["to_best"] and row["to_best"]["mean"] < 0 <= row["to_best"]["high"])


def command_lines(command: str, width: int = 76) -> list[str]:
    r"""A command in lines that a shell reads as one, broken before options.

    >>> command_lines("whyrec fit --data 'a --b' --model ease", width=30)
    ["  whyrec fit --data 'a --b' \\", '    --model ease']
    """
    lines: list[str] = []
    for part in re.split(r"(?<=&&) | (?=--(?:[^']*'[^']*')*[^']*$)", command):  # outside quotes
        room = lines and len(lines[-1]) + len(part) + 3 <= width
        if room and not lines[-1].endswith("&&"):
            lines[-1] += f" {part}"
        else:
            lines.append(("    " if lines else "  ") + part)
    return [f"{line} \\" for line in lines[:-1]] + lines[-1:]


def _given(seconds: float) -> str:
    """A budget as it was given, not rounded.

    >>> _given(90), _given(600), _given(0.5)
    ('90 s', '10 min', '0.5 s')
    """
    return f"{seconds / 60:g} min" if seconds >= 60 and seconds % 60 == 0 else f"{seconds:g} s"
