"""Fit one model with several Ray workers."""

from __future__ import annotations

import shutil
import time
from functools import partial
from pathlib import Path
from typing import Any

from whyrec import registry
from whyrec.core import artefact
from whyrec.core.progress import Progress, silent
from whyrec.workflows.training_run import takes_run, train


def fit_together(
    name: str,
    made: Any,
    data: Any,
    *,
    seed: int,
    checkpoint: Path | None,
    log: Path | None,
    out: Path,
    workers: int,
    address: str | None,
    progress: Progress = silent,
) -> tuple[Any, float]:
    """Fit a model with Ray; return it with the seconds.

    Models that train in epochs resume from `checkpoint` (by default one beside `out`) if a worker
    dies. For other models the workers count blocks of people.
    """
    from whyrec.scale.together import together
    from whyrec.scale.workers import each

    if not takes_run(made):
        shared = each("ray", workers, address)
        return made, train(made, data, seed=seed, label=name, progress=progress, each=shared)
    kept = (checkpoint or out.with_name(f"{out.name}.checkpoint")).resolve()
    work = partial(
        _fit_one, name, artefact.model_config(made), data, seed, kept, log and log.resolve()
    )
    began = time.perf_counter()
    with progress(f"fitting {name} on {workers} workers"):
        arrays, values = together(work, kept / "ray", workers=workers, address=address)
    if checkpoint is None:
        shutil.rmtree(kept)
    return artefact.restore(made, arrays, values), time.perf_counter() - began


def _fit_one(
    name: str, config: dict[str, Any], data: Any, seed: int, checkpoint: Path, log: Path | None
) -> Any:
    """The work of each worker; workers synchronise in the training loop."""
    from whyrec.models.training.distributed import Group
    from whyrec.models.training.run import Run

    made = registry.model(name, **config)
    made.fit(data, seed=seed, run=Run(checkpoint=checkpoint, log=log if Group().first else None))
    return artefact.model_parts(made)
