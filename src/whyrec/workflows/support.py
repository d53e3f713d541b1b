"""Count the people behind reasons, for `compare`, `audit` and `report`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from whyrec import api, registry
from whyrec.core import Additive, Queries, Readable, Supported, artefact
from whyrec.core.lifecycle import ChoosesSupport
from whyrec.core.progress import Progress, silent
from whyrec.evaluate.support import first_reasons, summary
from whyrec.workflows.result import Row

__all__ = ["costs_of", "counts", "firsts", "settings"]


def settings(name: str, tried: Sequence[int] | None) -> dict[str, Any]:
    """The setting min_support, for a model that has it."""
    known = artefact.model_arguments(registry.find("models", name))
    if tried is not None and "min_support" in known:
        return {"min_support": tuple(tried)}
    return {}


def costs_of(name: str, model: Any) -> list[Row]:
    """The cost of each min_support on validation people; [] for a model without this setting."""
    return [
        {
            "model": name,
            **{
                key: round(value, 5) if isinstance(value, float) else value
                for key, value in row.items()
            },
            "chosen": row["min_support"] == model.min_support_,
        }
        for row in (model.support_costs_ if isinstance(model, ChoosesSupport) else ())
    ]


def counts(model: Any) -> Callable[..., Any] | None:
    """A function that counts the people behind a reason; None if the model cannot tell."""
    return model.support if isinstance(model, Supported) else None


def firsts(model: Any, queries: Queries, k: int = 10, *, progress: Progress = silent) -> Row | None:
    """Count the people behind the first reasons; None for a model without exact reasons."""
    exact = isinstance(model, (Additive, Readable))
    if not exact:
        return None
    with progress(f"counting the people behind {len(queries)} people's reasons"):
        found: Row = summary(first_reasons(model, queries, api.explain, k=k))
    return found
