"""Advise whether data need a large model, by a ladder of models on the same people."""

from __future__ import annotations

import json
import shlex
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Unpack

from whyrec.core import ArgumentError, DataError, Dataset
from whyrec.core.progress import Progress, silent
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.workflows.figures import rounded
from whyrec.workflows.fit import FitResult, fit
from whyrec.workflows.ladder import METRIC, Halves, Ladder, chosen_steps, halves
from whyrec.workflows.printed_advice import advised, step_labels
from whyrec.workflows.reading import Reading, Source, load
from whyrec.workflows.repeats import repeats_told
from whyrec.workflows.result import IF_SET, PYTHON_ONLY, Block, Row, Rows
from whyrec.workflows.training_run import place

__all__ = ["CLOSE", "AdviseResult", "advise"]

BUDGET = 600.0  # processor seconds
CLOSE = 0.01  # share of the best NDCG@10 that a step may lack and still be taken
SAME_COST, SAME_SECONDS = 2.0, 1.0  # fits that differ by less cost the same


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class AdviseResult(Rows):
    """What each step of the ladder is worth on some data, and which model to take.

    Attributes:
        data: Name of the data set.
        domain: What the items are.
        protocol: The split.
        users: Number of people.
        items: Number of items.
        events: Number of events.
        tuned_on: Number of validation people who tune models and stop their training.
        measured_on: Number of validation people who decide between the steps.
        budget_seconds: The budget in processor seconds.
        spent_seconds: Processor seconds that the ladder took.
        steps: Each step with its state; if it was run: NDCG@10, the paired differences from the
            previous step (`gain`) and from the best (`to_best`), processor seconds of the fit, peak
            memory, milliseconds a list and explained share.
        best: The step with the highest NDCG@10.
        take: The step to take.
        large_model: Whether the large model is needed: "yes", "perhaps", "no", "not run" or
            "left out".
        large_gain: The paired difference of the large model from the best other step.
        test: NDCG@10 of the step to take on test people, who decided nothing.
        command: The command that fits it on all events.
        out: The folder of the model that was fitted on all events.
        picture: The file of the picture.
        dropped: What was left out of the data because it repeats a person and item.
        fitted: The fit on all events.
    """

    row_field: ClassVar[str] = "steps"
    data: str
    domain: str
    protocol: str
    users: int
    items: int
    events: int
    tuned_on: int
    measured_on: int
    budget_seconds: float
    spent_seconds: float
    steps: list[Row]
    best: str
    take: str
    large_model: str
    large_gain: Row | None
    test: Row
    command: str
    out: str | None = field(default=None, metadata=IF_SET)
    picture: str | None = field(default=None, metadata=IF_SET)
    dropped: list[str] | None = field(default=None, metadata=IF_SET)
    fitted: FitResult | None = field(default=None, metadata=PYTHON_ONLY)

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return advised(self.to_dict(), lang)


def advise(
    data: Source,
    *,
    budget: float | None = None,
    steps: Sequence[str] | None = None,
    out: str | Path | None = None,
    picture: str | Path | None = None,
    lang: str = "en",
    seed: int = 0,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> AdviseResult:
    """Say whether data need a large model, what each simpler one is worth, and which to take.

    The ladder goes from popularity to a transformer. Its models learn the same training events.
    One half of the validation people tunes them and stops their training; the other half measures
    them. The rule: a step may be taken if its mean NDCG@10 is at most 1% below the best step's. Of
    these, the one whose fit takes the fewest processor seconds is taken. Fits that differ by less
    than a second or a factor of two count as equal: then a model that explains its scores exactly
    goes first, then the more accurate one. Test people decide nothing; the step that is taken is
    measured on them once.

    Limits: the budget starts no step that exceeds it by its estimate, and only the large model has
    an estimate (by the laws of :func:`whyrec.workflows.plan`); a step that has started is finished.

    Sources: full ranking [krichene2020], NDCG [jarvelin2002], bootstrap intervals [efron1979].

    Args:
        data: A known name, a path, a database URL or a Dataset.
        budget: Processor seconds for the whole ladder; the last fit on all events is not in it.
            A given budget also bounds the fit of `additive`. Default: 600.
        steps: Names of steps; None takes all.
        out: A folder for the model to take, fitted on all events.
        picture: A file for the picture, .png or .svg.
        lang: Language of the picture, "en" or "zh".
        seed: Seed of all random numbers.
        progress: Receives texts and shares of the work; silent by default.
        **reading: How the data is read; see :func:`whyrec.load`.

    Returns:
        The AdviseResult.

    Raises:
        UnknownNameError: If a step does not exist.
        ArgumentError: If the budget is not positive, or if the picture cannot be drawn.
        MissingExtra: If a picture is asked for and matplotlib is not installed.
        DataError: If the data cannot be read, are too small, or suit no step.
    """
    ladder_steps = chosen_steps(steps)
    seconds = BUDGET if budget is None else budget
    _check(seconds, picture)
    if out is not None:
        place(Path(out))
    began = time.process_time()
    dataset, read = load(data, progress=progress, **reading)
    parts = halves(dataset, seed)
    with tempfile.TemporaryDirectory(prefix="whyrec-advise-") as folder:
        ladder = Ladder(
            parts, seconds, seed, Path(folder), progress, began=began, firm=budget is not None
        )
        rows = [ladder.climb(step) for step in ladder_steps]
        best, take = _decided(rows, ladder)
        with progress(f"measuring {take} on {len(parts.test)} test people"):
            test = rounded(bootstrap(ladder.accuracy(ladder.fitted(take), parts.test)))
    row = next(row for row in rows if row["step"] == take)
    model, settings = row["model"], row["settings"] or {}
    result = {
        **_about(dataset, parts),
        "budget_seconds": seconds,
        "spent_seconds": round(ladder.spent, 1),
        "steps": rows,
        "best": best,
        "take": take,
        **_large(rows, ladder),
        "test": {METRIC: test, "cases": len(parts.test)},
        "command": fit_command(data, model, settings, reading, seed),
    }
    made = None
    if out is not None:
        made = fit(dataset, model, out, config=settings, seed=seed, progress=progress)
    if picture is not None:
        draw(result, Path(picture), lang)
    return AdviseResult(
        **result,
        out=None if out is None else str(out),
        picture=None if picture is None else str(picture),
        dropped=repeats_told(read) or None,
        fitted=made,
    )


def _check(budget: float, picture: str | Path | None) -> None:
    """Reject arguments before any work."""
    if not budget > 0:
        raise ArgumentError("the budget must be above 0 processor seconds", given=str(budget))
    if picture is None:
        return
    from whyrec.visualise.views.view import style

    style()  # raises MissingExtra
    if Path(picture).suffix.lower() not in (".png", ".svg"):
        raise ArgumentError("the picture must be a file .png or .svg", given=str(picture))
    if not Path(picture).resolve().parent.is_dir():
        raise ArgumentError("the picture must be in a folder that is there", given=str(picture))


def _about(data: Dataset, parts: Halves) -> Row:
    return {
        "data": data.name,
        "domain": data.domain,
        "protocol": parts.protocol,
        "users": data.n_users,
        "items": data.n_items,
        "events": len(data),
        "tuned_on": len(parts.tune),
        "measured_on": len(parts.measure),
    }


def _decided(rows: list[Row], ladder: Ladder) -> tuple[str, str]:
    """Add the paired differences to the rows; return the best step and the one to take."""
    run = [row for row in rows if row["state"] == "run"]
    if not run:
        why = "; ".join(f"{row['step']}: {row['reason']}" for row in rows)
        raise DataError("advise needs a step that can be run", given=why)
    measured = ladder.measured
    best = max(measured, key=lambda name: measured[name].mean)
    for number, row in enumerate(run):
        row["to_best"] = rounded(paired(measured[row["step"]], measured[best]))
        if number:
            row["previous"] = run[number - 1]["step"]
            row["gain"] = rounded(paired(measured[row["step"]], measured[row["previous"]]))
    return best, chosen({row["step"]: _Cost.of(row, measured[row["step"]].mean) for row in run})


@dataclass(frozen=True)
class _Cost:
    """What the rule looks at."""

    ndcg: float
    seconds: float
    share: float

    @classmethod
    def of(cls, row: Row, ndcg: float) -> _Cost:
        return cls(ndcg, row["fit_cpu_seconds"], row["explained_share"])


def chosen(costs: Mapping[str, _Cost]) -> str:
    """Apply the rule of :func:`advise`.

    >>> chosen({"ease": _Cost(0.100, 3.0, 1.0), "sequence": _Cost(0.1005, 90.0, 0.0)})
    'ease'
    >>> chosen({"ease": _Cost(0.100, 3.0, 1.0), "sequence": _Cost(0.1020, 90.0, 0.0)})
    'sequence'
    """
    best = max(cost.ndcg for cost in costs.values())
    close = {name: cost for name, cost in costs.items() if cost.ndcg >= (1 - CLOSE) * best}
    least = min(cost.seconds for cost in close.values())
    bound = max(SAME_COST * least, least + SAME_SECONDS)
    equal = {name: cost for name, cost in close.items() if cost.seconds <= bound}
    return max(equal, key=lambda name: (equal[name].share, equal[name].ndcg))


def _large(rows: list[Row], ladder: Ladder) -> Row:
    """Whether the large model is needed, and its difference from the best other step."""
    large = next((row for row in rows if row["step"] == "sequence"), None)
    if large is None or large["state"] != "run":
        return {"large_model": large["state"] if large else "not run", "large_gain": None}
    others = {name: found for name, found in ladder.measured.items() if name != "sequence"}
    if not others:
        return {"large_model": "not run", "large_gain": None}
    other = max(others, key=lambda name: others[name].mean)
    gain = paired(ladder.measured["sequence"], others[other])
    if gain.mean <= CLOSE * others[other].mean:
        needed = "no"
    else:
        needed = "yes" if gain.low > 0 else "perhaps"
    return {"large_model": needed, "large_gain": {"over": other, **rounded(gain)}}


def fit_command(
    source: Source,
    model: str,
    settings: Mapping[str, Any],
    reading: Mapping[str, Any],
    seed: int,
    out: str = "model",
) -> str:
    """The command that fits a model on all events of the data as they were read.

    >>> fit_command("shop.csv", "ease", {}, {"k_core": 5, "repeat": True}, 0)
    'whyrec fit --data shop.csv --model ease --out model --k-core 5 --repeat'
    """
    if isinstance(source, Dataset):
        more = "".join(f", {name}={value!r}" for name, value in settings.items())
        return f"whyrec.fit({model!r}, data, seed={seed}{more})"
    words = ["whyrec", "fit", "--data", str(source), "--model", model, "--out", out]
    for name, value in reading.items():
        option = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(option)
        elif name == "columns" and isinstance(value, Mapping):
            words += [option, ",".join(f'{key}="{column}"' for key, column in value.items())]
        elif value and (name, value) not in (("duplicates", "first"), ("ratings", "auto")):
            words += [option, str(value)]
    if seed:
        words += ["--seed", str(seed)]
    if not settings:
        return shlex.join(words)
    lines = shlex.join(f"{name} = {_toml(value)}" for name, value in settings.items())
    written = rf"printf '%s\n' {lines} > settings.toml"
    return f"{written} && {shlex.join([*words, '--config', 'settings.toml'])}"


def _toml(value: Any) -> str:
    """A setting as TOML, in which "" stands for None."""
    return json.dumps("" if value is None else value, ensure_ascii=False)


def draw(result: Mapping[str, Any], path: Path, lang: str) -> None:
    """Draw the steps that were run."""
    from whyrec.visualise.views.advice import advice

    labels = step_labels(lang)
    run = [row for row in result["steps"] if row["state"] == "run"]
    advice(
        [row | {"label": labels(row["step"]), **row["metrics"][METRIC]} for row in run],
        path,
        name=result["data"],
        people=result["measured_on"],
        take=result["take"],
        lang=lang,
    )
