"""What the verbs that make a model print: tune, compress, fuse, add, forget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whyrec.cli import show


def tuned(result: Mapping[str, Any]) -> None:
    best = result["best"]
    names = list(best["settings"])
    rows = [
        {
            "trial": row["number"] + 1,
            result["metric"]: row["value"],
            "": "" if row["state"] == "complete" else row["state"],
            **{name: row["settings"].get(name, best["settings"][name]) for name in names},
        }
        for row in result["trials"]
    ]
    at = next(at for at, row in enumerate(result["trials"]) if row["number"] == best["number"])
    show.line(
        f"{result['model']} on {result['data']}: {len(rows)} trials, {result['cases']:,} "
        "validation cases"
    )
    show.table(rows, "Trials", best=at)
    show.line(f"Best: trial {best['number'] + 1}, {result['metric']} {best['value']:.4f}")
    show.line(f"Try:  whyrec fit --model {result['model']} --config {result['out']}")


def compressed(result: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    show.table(
        rows,
        f"{result['data']}: the large model and its smaller forms, {result['people']:,} people",
    )
    show.line(
        f"The form {result['chosen']} is in {result['model']}; whyrec serve "
        f"{result['model']} needs no torch."
    )


def rounded(result: Mapping[str, Any]) -> None:
    before, after = result["bytes_before"] / 1e6, result["bytes"] / 1e6
    show.line(f"{result['encoder']}: {before:.1f} MB, now {after:.1f} MB: {result['out']}")
    show.line(
        f'Try:  text = "{result["out"]}" in the settings of `whyrec fit --model sequence --config`'
    )


def fused(result: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    show.table(
        rows,
        f"{result['data']}: accuracy against explained share, {result['cases']:,} people"
        + (f", fit {result['fit_seconds']:g} s" if result["fit_seconds"] is not None else ""),
    )
    show.line(f"picture: {result['picture']}")
    show.line(f"model at {result['dial']:g}: {result['model']}")


def added(result: Mapping[str, Any]) -> None:
    show.line(f"{result['added']:,} new items, {result['items']:,} in all: {result['out']}")
    if result["without_text"]:
        show.line(
            f"{result['without_text']:,} of them have no text that the model can read: they "
            "get no place of their own"
        )


def forgotten(result: Mapping[str, Any]) -> None:
    how = {"exact": "taken out exactly", "fitted again": "fitted again without them"}[result["how"]]
    show.line(
        f"{result['people']:,} people with {result['events']:,} events {how}: {result['out']}"
    )
    if "difference" in result:
        show.line(
            f"largest difference to a fit without them: {result['difference']:.1e} of the "
            "largest score"
        )
    show.line(
        f"receipt {result['receipt_id']}: the data's hash was {result['data_before'][:12]}, "
        f"now {result['data_after'][:12]}"
    )
