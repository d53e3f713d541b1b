"""Progress, time limits and resuming of training runs, and checks of training options."""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from whyrec import registry
from whyrec.core import ArgumentError, Dataset, MissingExtra, artefact
from whyrec.core.capabilities import TrainedInEpochs
from whyrec.core.early_end import EarlyEnd
from whyrec.core.progress import Progress, silent
from whyrec.core.stages import span
from whyrec.models.linear.budget import Budget
from whyrec.models.training.run import Run
from whyrec.scale import cluster
from whyrec.workflows.result import Row


def takes_run(model: Any) -> bool:
    """Whether the training of a model can be watched."""
    return takes(model, "run")


def takes(model: Any, argument: str) -> bool:
    """Whether a model's fit has an argument of that name."""
    return argument in inspect.signature(model.fit).parameters


def check_options(name: str, checkpoint: Path | None, log: Path | None) -> None:
    """Raise ArgumentError for options of training runs if the model trains in one pass."""
    _stepwise(
        name,
        [
            option
            for option, value in (("--checkpoint", checkpoint), ("--log", log))
            if value is not None
        ],
    )


def check_engine(name: str, engine: str, workers: int) -> None:
    """Raise ArgumentError if the engine does not exist or the model cannot use several workers."""
    cluster.check(engine, workers)
    if engine == "ray" and not _shared(name):
        able = [other for other in registry.names("models") if _shared(other)]
        raise ArgumentError(
            f"--engine ray goes with a model whose work can be shared ({', '.join(able)})",
            given=f"--model {name}",
            fix="leave it out",
        )


def _shared(name: str) -> bool:
    """Whether several workers can fit a model: it trains in epochs, or counts blocks of people."""
    return any(takes(registry.find("models", name), argument) for argument in ("run", "each"))


def _stepwise(name: str, given: list[str]) -> None:
    if given and not takes_run(registry.find("models", name)):
        able = ", ".join(
            other for other in registry.names("models") if takes_run(registry.find("models", other))
        )
        if len(given) > 1:
            go = "go"
            them = "them"
        else:
            go = "goes"
            them = "it"
        raise ArgumentError(
            f"{' and '.join(given)} {go} with a model that trains step by step ({able})",
            given=f"--model {name}",
            fix=f"leave {them} out",
        )


def with_minutes(name: str, config: Mapping[str, Any], minutes: float | None) -> dict[str, Any]:
    """Add max_minutes to the settings; raise ArgumentError if the model has no such setting."""
    if minutes is None:
        return dict(config)
    if "max_minutes" not in artefact.model_arguments(registry.find("models", name)):
        able = [
            other
            for other in registry.names("models")
            if "max_minutes" in artefact.model_arguments(registry.find("models", other))
        ]
        raise ArgumentError(
            "--max-minutes goes with a model whose schedule can be fitted to it "
            f"({', '.join(able)})",
            given=f"--model {name}",
            fix="leave it out",
        )
    if not minutes > 0:
        raise ArgumentError("--max-minutes must be above 0", given=str(minutes))
    return {**config, "max_minutes": minutes}


def with_budget(
    name: str, config: Mapping[str, Any], budget: str | float | None, *, strict: bool = True
) -> dict[str, Any]:
    """Add the budget to the settings of a model, or of the glass box that it is made of.

    Args:
        name: Name of the model.
        config: Its settings.
        budget: What a fit may cost, as in 60, "10m" or "best"; None: nothing is added.
        strict: Whether a model without a budget is an error.

    Returns:
        The settings.

    Raises:
        ArgumentError: If the budget is malformed, or the model has none.
    """
    config = dict(config)
    if budget is None:
        return config
    Budget.of(budget)
    if _has_budget(name):
        return config | {"budget": budget}
    glass = _glass(name, config)
    if glass is not None and _has_budget(glass["model"]):
        return config | {"glass": glass | {"budget": budget}}
    if strict:
        able = [
            other for other in registry.names("models") if with_budget(other, {}, 0, strict=False)
        ]
        raise ArgumentError(
            f"--budget goes with a model that can keep to one ({', '.join(able)})",
            given=f"--model {name}",
            fix="leave it out",
        )
    return config


def _has_budget(name: str) -> bool:
    return "budget" in artefact.model_arguments(registry.find("models", name))


def _glass(name: str, config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the settings of a composite model's glass box; None if it has none by name."""
    argument = inspect.signature(registry.find("models", name)).parameters.get("glass")
    given = config.get("glass", argument and argument.default)
    if isinstance(given, str):
        return {"model": given}
    return dict(given) if isinstance(given, Mapping) and "model" in given else None


def run(
    update: Callable[..., None],
    *,
    checkpoint: Path | None = None,
    log: Path | None = None,
    label: str = "",
    early_end: EarlyEnd | None = None,
) -> Any:
    """A Run that shows loss, validation NDCG and time left on a progress line."""
    end = early_end or EarlyEnd()
    said = False
    if find_spec("torch") is None:
        if checkpoint is None and log is None:
            return None  # nothing to watch; if torch is missing, the model itself reports it
        raise MissingExtra("torch", "text")

    def progress(status: Any) -> None:
        nonlocal said
        if end.asked and not said:
            said = True
            sys.stderr.write(
                "\nwhyrec: ending with the best state so far; Ctrl-C again stops at once\n"
            )
        update(status.step / max(1, status.steps), f"{label}: {told(status)}")

    return Run(progress, log=log, checkpoint=checkpoint, early_end=end)


def told(status: Any) -> str:
    """The state of a run in a few words."""
    if status.quality is None:
        quality = ""
    else:
        quality = f", NDCG@10 {status.quality:.4f} (best {status.best:.4f})"
    return (
        f"epoch {status.epoch + 1}, loss {status.loss:.3f}{quality}, "
        f"{span(status.seconds_left)} "
        "left"
    )


def curve(model: Any) -> list[Row]:
    """One row for each epoch of every stage; empty for a model without epochs."""
    return [
        {"stage": stage["stage"], **row}
        for stage in (model.stages_ if isinstance(model, TrainedInEpochs) else ())
        for row in stage["curve"]
    ]


def place(out: Path) -> None:
    """Check before a long fit that a model can be saved there; raise ArgumentError or OSError."""
    artefact.saveable(out)
    out.mkdir(parents=True, exist_ok=True)


def train(
    model: Any,
    data: Dataset,
    *,
    seed: int,
    label: str,
    checkpoint: Path | None = None,
    log: Path | None = None,
    progress: Progress = silent,
    early_end: EarlyEnd | None = None,
    **more: Any,
) -> float:
    """Fit with a progress line; return the seconds. early_end: where a Ctrl-C arrives, or None."""
    start = time.perf_counter()
    with progress(f"fitting {label}") as update:
        if takes_run(model) and "run" not in more:
            more["run"] = run(
                update,
                checkpoint=checkpoint,
                log=log,
                label=f"fitting {label}",
                early_end=early_end,
            )
        model.fit(data, seed=seed, **more)
    return time.perf_counter() - start
