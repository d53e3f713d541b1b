"""Fit a model and write a folder that needs no other file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Unpack

from whyrec import registry, storage
from whyrec.core.early_end import interruptible
from whyrec.core.lifecycle import KeepsToBudget, LeavesOutOrder, ReadsTexts
from whyrec.core.progress import Progress, silent
from whyrec.workflows import printed
from whyrec.workflows.fit_distributed import fit_together
from whyrec.workflows.privacy_ledger import check_ledger, spent
from whyrec.workflows.private_data import load_to_fit
from whyrec.workflows.reading import Reading, Source, as_rows
from whyrec.workflows.result import IF_SET, PYTHON_ONLY, Block, Result, Row
from whyrec.workflows.training_run import (
    check_engine,
    check_options,
    curve,
    place,
    train,
    with_budget,
    with_minutes,
)

__all__ = ["FitResult", "fit"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class FitResult(Result):
    """A model that was fitted and saved.

    Attributes:
        fitted: The model with its data, as :func:`whyrec.storage.open_fitted` returns it.
        model: Name of the model.
        out: Its folder.
        domain: What the items are.
        users: Number of people.
        items: Number of items.
        events: Number of events.
        fit_seconds: Duration of the fit.
        steps: The steps of reading and cleaning.
        curve: Loss and validation quality by epoch; empty for a model without epochs.
        without_text: Number of items without text; None for a model that reads no text.
        without_order: The parts of the model that were left out because the events have no order.
        interrupted: Whether Ctrl-C ended the training and the best state until then was saved.
        budget: With a budget in seconds: `seconds`, what was `spent`, what was `left_out`, and the
            `next` budget with which something more fits in; otherwise None.
        privacy: The privacy budget that a private model spent; None for other models.
    """

    fitted: storage.Fitted = field(metadata=PYTHON_ONLY)
    model: str
    out: str
    domain: str
    users: int
    items: int
    events: int
    fit_seconds: float
    steps: list[Row]
    curve: list[Row]
    without_text: int | None
    without_order: list[str] | None
    interrupted: bool | None = field(default=None, metadata=IF_SET)
    budget: Row | None = field(default=None, metadata=IF_SET)
    privacy: Row | None = field(default=None, metadata=IF_SET)

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return printed.fitted(self.to_dict(), lang)


def fit(
    data: Source,
    model: str,
    out: str | Path,
    *,
    config: Mapping[str, Any] | None = None,
    seed: int = 0,
    histories: bool = True,
    max_minutes: float | None = None,
    budget: str | float | None = None,
    checkpoint: Path | None = None,
    log: Path | None = None,
    ledger: Path | None = None,
    engine: str = "local",
    workers: int = 2,
    address: str | None = None,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> FitResult:
    """Fit a model and write a folder that needs no other file.

    Args:
        data: A known name, a path, a database URL or a Dataset.
        model: Name of the model.
        out: The folder to write.
        config: The model's settings.
        seed: Seed of all random numbers.
        histories: Whether the folder keeps the people and their events.
        max_minutes: Time limit in minutes, for models that train in epochs; the learning rate
            schedule fits it.
        budget: What the fit may cost: processor seconds, as in 60, "90s" or "10m", or "best"; for
            models that have this setting. Counts are always made.
        checkpoint: Directory for checkpoints; an interrupted run resumes from it.
        log: Directory for TensorBoard.
        ledger: File that sums the privacy budgets of private models.
        engine: "local", or "ray" for several workers.
        workers: With "ray": the number of processes.
        address: Address of a Ray cluster; None starts Ray on this machine.
        progress: Receives texts and shares of the work; silent by default.
        **reading: How the data is read; see :func:`whyrec.load`.

    Returns:
        The FitResult.

    Raises:
        UnknownNameError: If the model or a setting does not exist.
        ArgumentError: If the model does not have an option; raised before any work.
        DataError: If the data cannot be read.
        TrainingDivergedError: If the loss becomes infinite or undefined in training.
    """
    out = Path(out)
    settings = with_budget(model, with_minutes(model, config or {}, max_minutes), budget)
    made = registry.model(model, **settings)
    check_options(model, checkpoint, log)
    check_engine(model, engine, workers)
    check_ledger(model, ledger)
    place(out)
    dataset, steps = load_to_fit(made, data, seed=seed, progress=progress, **reading)
    interrupted = False
    if engine == "local":
        with interruptible() as end:
            seconds = train(
                made,
                dataset,
                seed=seed,
                label=model,
                checkpoint=checkpoint,
                log=log,
                progress=progress,
                early_end=end,
            )
        interrupted = end.asked
    else:
        made, seconds = fit_together(
            model,
            made,
            dataset,
            seed=seed,
            checkpoint=checkpoint,
            log=log,
            out=out,
            workers=workers,
            address=address,
            progress=progress,
        )
    storage.save(out, made, dataset, name=model, seed=seed, histories=histories)
    return FitResult(
        fitted=storage.Fitted(made, dataset, {"name": model, "histories": histories}),
        model=model,
        out=str(out),
        domain=dataset.domain,
        users=dataset.n_users,
        items=dataset.n_items,
        events=len(dataset),
        fit_seconds=round(seconds, 3),
        steps=as_rows(steps),
        curve=curve(made),
        without_text=made.without_text_ if isinstance(made, ReadsTexts) else None,
        without_order=(made.without_order_ or None) if isinstance(made, LeavesOutOrder) else None,
        interrupted=interrupted or None,
        budget=made.spending if isinstance(made, KeepsToBudget) else None,
        privacy=spent(made, dataset, out, ledger, histories=histories),
    )
