"""Compare models on the same people, with confidence intervals and paired differences."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Unpack

from whyrec import registry
from whyrec.core import ArgumentError, DataError, Dataset, Measurement, TrainingDivergedError
from whyrec.core.cases import Split
from whyrec.core.composite import Composite
from whyrec.core.progress import Progress, plain, silent
from whyrec.evaluate.statistics import paired
from whyrec.models.linear.budget import Budget
from whyrec.workflows import support
from whyrec.workflows.baseline_tuning import tunable
from whyrec.workflows.kept_rows import KeptRows, check_folder
from whyrec.workflows.measured_fits import (
    METRICS,
    Fitter,
    Measured,
    headline,
    peak_memory,
    share_columns,
)
from whyrec.workflows.printed import compared
from whyrec.workflows.reading import Reading, Source, load
from whyrec.workflows.repeats import repeats_told
from whyrec.workflows.result import Block, Row, Rows
from whyrec.workflows.training_run import with_budget

__all__ = [
    "COMPARED",
    "DEMO_MODELS",
    "METRICS",
    "Comparison",
    "compare",
    "peak_memory",
    "share_columns",
]

COMPARED = ("popular", "knn", "svd", "als", "ease", "cooccurrence", "pctm", "additive")
DEMO_MODELS = ("popular", "knn", "als", "ease", "cooccurrence", "pctm", "additive")


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Rows):
    """The measures of several models on the same split.

    Attributes:
        data: The data that they were measured on.
        split: The training events, and the cases of validation and test people.
        models: The fitted models that `keep` named.
        measured: The values of each measure for every test case, by model.
        rows: The measures of each model with 95% intervals, seconds and processor seconds, memory,
            explained share (mean, p10 and min over listed items), and the settings that were chosen
            on validation people.
        support_costs: The cost of each `min_support`, for the models that choose one.
        left_out: The models that these data do not allow, with the reason.
        dropped: What was left out of the data because it repeats a person and item.
        reused: The models whose rows an earlier run kept; None if rows are not kept.
    """

    data: Dataset
    split: Split
    models: dict[str, Any]
    measured: dict[str, dict[str, Measurement]]
    rows: list[Row]
    support_costs: list[Row]
    left_out: list[Row] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    reused: list[str] | None = None

    @property
    def best(self) -> str:
        return max(self.measured, key=lambda name: self.measured[name][self.headline].mean)

    @property
    def headline(self) -> str:
        return headline(self.split.protocol)

    def in_order(self, names: Sequence[str]) -> Comparison:
        """Return the same comparison with the models in this order."""
        at = {name: place for place, name in enumerate(names) if name in self.measured}
        return replace(
            self,
            measured={name: self.measured[name] for name in at},
            rows=sorted(self.rows, key=lambda row: at[row["model"]]),
            support_costs=sorted(self.support_costs, key=lambda row: at[row["model"]]),
        )

    def differences(self) -> list[Row]:
        """Compare the best model with each other model, paired over people.

        Returns:
            One row for each other model.
        """
        out = []
        for name in self.measured:
            if name != self.best:
                found = paired(
                    self.measured[self.best][self.headline], self.measured[name][self.headline]
                )
                out.append(
                    {
                        "a": self.best,
                        "b": name,
                        "metric": self.headline,
                        "difference": found._asdict(),
                        "significant": bool(found.low > 0 or found.high < 0),
                    }
                )
        return out

    def to_dict(self) -> Row:
        from whyrec.data.order import orders, orders_told

        found: Row = plain(
            {
                "data": self.data.name,
                "domain": self.data.domain,
                "protocol": self.split.protocol,
                "users": self.data.n_users,
                "items": self.data.n_items,
                "events": len(self.data),
                "cases": len(self.split.test),
                "notes": [
                    *self.dropped,
                    self.split.notes,
                    *self.split.steps,
                    orders_told(orders(self.data)),
                ],
                "rows": self.rows,
                "order": orders(self.data)._asdict(),
                "comparisons": self.differences(),
                "min_support": self.support_costs,
                "left_out": self.left_out,
                **({} if self.reused is None else {"reused": self.reused}),
            }
        )
        return found

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return compared(self.to_dict(), lang)

    def __repr__(self) -> str:
        return f"Comparison({self.data.name}, {self.split.protocol}, {', '.join(self.measured)})"


def compare(
    data: Source,
    models: Sequence[str] = COMPARED,
    protocol: str | None = None,
    *,
    seed: int = 0,
    refit: bool = False,
    keep: Sequence[str] = (),
    min_support: Sequence[int] | None = None,
    tune: bool | Collection[str] = True,
    tune_seconds: float = 20.0,
    budget: str | float | None = None,
    out: str | Path | None = None,
    on_row: Callable[[Row], None] | None = None,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> Comparison:
    """Fit models on the same split and measure them by ranking all items.

    Sources: full ranking [krichene2020], NDCG [jarvelin2002], bootstrap intervals [efron1979].

    Args:
        data: A known name, a path, a database URL or a Dataset.
        models: Names of models.
        protocol: "next-item", "strong", "temporal" or "random"; None takes the one that suits the
            order of the data.
        seed: Seed of all random numbers.
        refit: With "next-item": fit on the validation items too before the test.
        keep: Names of the models to keep in the result.
        min_support: Candidate numbers of people, for the models that have this setting.
        tune: Whether the settings of baselines are chosen on validation people, or the names of the
            models for which they are. Networks, and models that choose by themselves, are left out.
        tune_seconds: Processor seconds of the search of each model. The first trial has the default
            settings and always runs.
        budget: What one fit may cost: processor seconds, as in 60, "90s" or "10m", or "best"; for
            the models that have this setting. It bounds `tune_seconds` too.
        out: A folder that keeps each row as soon as it is measured. A later run with the same data,
            split and seed reuses the rows of models with the same settings.
        on_row: Called with each row as soon as it is measured, with {"model", "reason"} of each
            model that is left out, and first with {"note"} if repeats were dropped.
        progress: Receives texts and shares of the work; silent by default.
        **reading: How the data is read; see :func:`whyrec.load`.

    Returns:
        The measures of each model with 95% intervals, and the differences from the best model. A
        model that these data do not allow is left out, with the reason.

    Raises:
        UnknownNameError: If a model or the protocol does not exist.
        ArgumentError: If an option has a value that is not allowed, if `out` holds another
            comparison, or if the data allow no model.
        DataError: If the data cannot be read, or is too small for the split.
    """
    from whyrec.data.split import split, usual

    # Reject unknown names and folders before any fit.
    if out is not None:
        check_folder(out)
    dataset, steps = load(data, progress=progress, **reading)
    settings = {
        name: with_budget(name, support.settings(name, min_support), budget, strict=False)
        for name in models
    }
    made = {name: registry.model(name, **settings[name]) for name in models}
    if not tune_seconds >= 0:
        raise ArgumentError("tune_seconds must be 0 or more", given=str(tune_seconds))
    if budget is not None:
        limit = Budget.of(budget).seconds
        tune_seconds = tune_seconds if limit is None else min(tune_seconds, limit)
    asked = models if tune is True else tune or ()
    with progress(f"comparing {len(models)} models") as update:
        protocol = protocol or usual(dataset)
        parts = split(dataset, protocol, seed=seed, refit=refit)
        kept = None
        if out is not None:
            kept = KeptRows(out, dataset, protocol=protocol, seed=seed, refit=refit)
        found = Comparison(
            dataset,
            parts,
            {},
            {},
            [],
            [],
            dropped=repeats_told(steps),
            reused=None if kept is None else [],
        )
        fitter = Fitter(
            parts,
            split(dataset, protocol, seed=seed) if refit else parts,
            seed=seed,
            refit=refit,
            progress=progress,
            parts=[
                part
                for model in made.values()
                if isinstance(model, Composite) and not refit
                for part in model.components().values()
            ],
        )
        for note in found.dropped:
            _say(on_row, {"note": note})
        # Models that are made of others come last: they take those that are fitted already.
        for at, name in enumerate(sorted(models, key=lambda one: isinstance(made[one], Composite))):
            update(at / len(models), f"model {at + 1} of {len(models)}{_best_so_far(found)}")
            search = tune_seconds if name in asked and tunable(name) else None
            try:
                one = _measured(found, fitter, kept, name, settings[name], search, name in keep)
            except UNFIT as error:  # such as more items than the model takes
                if len(found.left_out) == len(models) - 1:
                    raise
                left = {"model": name, "reason": str(error)}
                found.left_out.append(left)
                _say(on_row, left)
                continue
            found.measured[name] = one.values
            found.rows.append(one.row)
            found.support_costs.extend(one.support_costs)
            if name in keep:
                found.models[name] = one.model
            _say(on_row, one.row)
    return found.in_order(models)


#: What a model raises that cannot take the data.
UNFIT = (ArgumentError, DataError, TrainingDivergedError)


def _measured(
    found: Comparison,
    fitter: Fitter,
    kept: KeptRows | None,
    name: str,
    settings: Row,
    search: float | None,
    needed: bool,
) -> Measured:
    """Measure a model, or take its kept row unless the model itself is needed."""
    how = {"settings": settings, "tune_seconds": search}
    if kept is not None and found.reused is not None and not needed:
        before = kept.find(name, how)
        if before is not None:
            found.reused.append(name)
            return before
    try:
        one = fitter.measure(name, settings, search)
    except MemoryError as error:
        raise ArgumentError(
            f"{name} needs more memory than there is",
            given=str(error),
            fix="leave it out, or keep fewer items with --item-core",
        ) from None
    if kept is not None:
        kept.keep(name, how, one)
    return one


def _say(on_row: Callable[[Row], None] | None, row: Row) -> None:
    if on_row is not None:
        on_row(row)


def _best_so_far(found: Comparison) -> str:
    if not found.measured:
        return ""
    mean = found.measured[found.best][found.headline].mean
    return f", best so far {found.best} ({found.headline} {mean:.4f})"
