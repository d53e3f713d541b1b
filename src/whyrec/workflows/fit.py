"""Fit a model and write a folder that stands alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Unpack

from whyrec import api, registry, storage
from whyrec.core import Dataset
from whyrec.core.lifecycle import LeavesOutOrder, ReadsTexts
from whyrec.core.progress import Progress, silent
from whyrec.workflows import printed
from whyrec.workflows.fit_distributed import fit_together
from whyrec.workflows.privacy_ledger import check_ledger, spent
from whyrec.workflows.reading import Reading, Source, as_rows, load
from whyrec.workflows.result import IF_SET, PYTHON_ONLY, Block, Result, Row
from whyrec.workflows.training_run import (
    check_engine,
    check_options,
    curve,
    place,
    train,
    with_minutes,
)

__all__ = ["FitResult", "fit"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class FitResult(Result):
    """A model that was fitted and saved.

    Attributes:
        fitted: The model with its data, as :func:`whyrec.storage.open_fitted` gives them.
        model: Name of the model.
        out: Its folder.
        domain: What the items are.
        users: How many people.
        items: How many items.
        events: How many events.
        fit_seconds: How long the fit took.
        steps: The steps of reading and cleaning.
        curve: Loss and validation quality by epoch; empty for a model without epochs.
        without_text: How many items have no text; None for a model that reads none.
        without_order: The parts that were left out as the events have no order.
        privacy: What a private model costs; None for another.
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
    checkpoint: Path | None = None,
    log: Path | None = None,
    ledger: Path | None = None,
    engine: str = "local",
    workers: int = 2,
    address: str | None = None,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> FitResult:
    """Fit a model and write a folder that stands alone.

    Args:
        data: A known name, a path, a database URL or a Dataset.
        model: Name of the model.
        out: The folder to write.
        config: The model's settings.
        seed: Seed of everything random.
        histories: Whether the folder keeps the people and their events.
        max_minutes: Fit the schedule to this time (models that train step by step).
        checkpoint: Directory for checkpoints; an interrupted run resumes from it.
        log: Directory for TensorBoard.
        ledger: File that adds up what private models cost.
        engine: local, or ray: several workers.
        workers: ray: processes that train as one, or count at once.
        address: ray: of a cluster.
        progress: Shows what is being done.
        **reading: How the data are read; see :func:`whyrec.load`.

    Raises:
        ArgumentError: For an option that the model does not have; before any work.
    """
    out = Path(out)
    made = registry.model(model, **with_minutes(model, config or {}, max_minutes))
    check_options(model, checkpoint, log)
    check_engine(model, engine, workers)
    check_ledger(model, ledger)
    place(out)
    if not isinstance(data, Dataset):
        reading["ratings"] = api.ratings_for(made, reading.get("ratings", "auto"))
    dataset, steps = load(data, progress=progress, **reading)
    if engine == "local":
        seconds = train(
            made,
            dataset,
            seed=seed,
            label=model,
            checkpoint=checkpoint,
            log=log,
            progress=progress,
        )
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
        privacy=spent(made, dataset, out, ledger, histories=histories),
    )
