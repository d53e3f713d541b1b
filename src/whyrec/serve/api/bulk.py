"""Requests of many rows: each row has its own result, and the status tells if any was rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from whyrec.serve.api.problems import ProblemError

__all__ = ["all_rejected", "checked", "counted", "invalid", "partial_of", "status_of"]

RowModel = TypeVar("RowModel", bound=BaseModel)
SHOWN = 20  # rows of a problem


def partial_of(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The answer of a request of which some rows were rejected, for the OpenAPI page."""
    return {207: {"model": model, "description": "Some rows are rejected; `results` says why"}}


def status_of(rejected: int) -> int:
    """The status of a request of many rows, of which not all were rejected."""
    return 207 if rejected else 200


def invalid(error: ValidationError) -> str:
    """Why a row breaks the schema."""
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'row'}: {first['msg']}"


def checked(
    rows: Sequence[Mapping[str, Any]], model: type[RowModel], name: str
) -> tuple[list[RowModel], list[dict[str, Any]]]:
    """The rows that keep the schema, and the result of each row.

    `name` is the field that names a row. A name that comes twice is rejected the second time, since
    the order of a request should not matter. Raises ProblemError if every row is rejected.
    """
    good: dict[str, RowModel] = {}
    results = []
    for row in rows:
        label = row.get(name)
        shown = label[:200].encode("utf-8", "replace").decode() if isinstance(label, str) else ""
        because = None
        try:
            made = model.model_validate(row)
        except ValidationError as error:
            because = invalid(error)
        else:
            if shown in good:
                because = f"{name}: it is there twice"
            else:
                good[shown] = made
        results.append(
            {"name": shown, "result": "rejected" if because else "stored", "because": because}
        )
    if not good:
        raise all_rejected(name, [(str(one["because"]), str(one["name"])) for one in results])
    return list(good.values()), results


def counted(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The results with their numbers."""
    stored = sum(one["result"] == "stored" for one in results)
    return {"stored": stored, "rejected": len(results) - stored, "results": results}


def all_rejected(thing: str, rows: Sequence[tuple[str, str]]) -> ProblemError:
    """The error for rows that were all rejected: (why, name) of each."""
    errors = [
        {"field": f"{thing}s.{at}", "required": because, "given": name}
        for at, (because, name) in enumerate(rows[:SHOWN])
    ]
    return ProblemError(
        409,
        f"{thing}s",
        f"every {thing} is rejected; the first because of {rows[0][0]}",
        "change the named fields and send them again; docs/guide/service.md lists fields and kinds",
        errors=errors,
    )
