"""On how many people reasons rest, as `compare`, `audit` and `report` tell it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whyrec import api, registry
from whyrec.cli import show
from whyrec.core import Additive, BadArgument, Queries, Readable, artefact
from whyrec.evaluate.support import first_reasons, summary

__all__ = ["asked", "costs_of", "firsts", "settings"]


def asked(given: str) -> tuple[int, ...] | None:
    """The numbers of people that `--min-support` lists; None where it is not given."""
    if not given.strip():
        return None
    parts = [part.strip() for part in given.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise BadArgument(
            "--min-support must be numbers of people by commas",
            given=repr(given),
            fix="write 1,2,3,5,10",
        )
    return tuple(int(part) for part in parts)


def settings(name: str, tried: Sequence[int] | None) -> dict[str, Any]:
    """The setting min_support of a model that has it."""
    known = artefact.model_arguments(registry.find("models", name))
    return {"min_support": tuple(tried)} if tried is not None and "min_support" in known else {}


def costs_of(name: str, model: Any) -> list[dict[str, Any]]:
    """What each min_support costs on the validation people, and which was chosen; [] for a model
    that has none.
    """
    return [
        {
            "model": name,
            **{
                key: round(value, 5) if isinstance(value, float) else value
                for key, value in row.items()
            },
            "chosen": row["min_support"] == model.min_support_,
        }
        for row in getattr(model, "support_costs_", [])
    ]


def firsts(model: Any, queries: Queries, k: int = 10) -> dict[str, Any] | None:
    """The people behind the first reasons of these people's lists; None for a model whose
    reasons are no exact sum.
    """
    if not isinstance(model, (Additive, Readable)):
        return None
    with show.progress(f"counting the people behind {len(queries)} people's reasons"):
        return summary(first_reasons(model, queries, api.explain, k=k))
