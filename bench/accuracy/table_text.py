"""The Markdown of a table that bench/accuracy/table.py has measured."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bench.accuracy.accuracy import short

Line = dict[str, Any]
READS = "†"
BLOCK = ("NDCG@10 (95%)", "HR@10 (95%)", "fit, CPU s", "peak, GiB")


def markdown(found: Line) -> str:
    """Figures, settings, what is not in the table, and published figures."""
    rows = sorted(
        (row for row in found["rows"] if "training" in row),
        key=lambda row: -row["training"]["metrics"]["ndcg@10"]["mean"],
    )
    parts = [
        f"## {found['set']}\n",
        f"{found['users']:,} people, {found['items']:,} items, {found['events']:,} events; "
        f"{found['cases']:,} cases; {found['notes'][0]}.\n",
        figures(rows, found),
        notes(rows, found),
        "### Settings\n",
        settings(rows),
    ]
    missing = [row for row in found["rows"] if "training" not in row]
    if missing:
        parts += ["### Not in the table\n", "\n".join(map(absent, missing)) + "\n"]
    if found["published"]:
        parts += ["### Published figures, not measured here\n", published(found["published"])]
    return "\n".join(parts)


def figures(rows: Sequence[Line], found: Line) -> str:
    """The models by accuracy, fitted on training events and, beside it, with the validation
    items."""
    refit = any("with_validation" in row for row in rows)
    head = ["model", *BLOCK]
    if refit:
        head += [f"with the validation item: {BLOCK[0]}", *BLOCK[1:]]
    lines = []
    for row in rows:
        mark = f" {READS}" if row["content"] and found["reads"] else ""
        cells = [row["label"] + mark, *block(row["training"])]
        if refit:
            cells += block(row.get("with_validation"))
        lines.append(cells)
    return table(head, lines)


def block(measured: Line | None) -> list[str]:
    if measured is None:
        return ["–"] * len(BLOCK)
    metrics = measured["metrics"]
    capped = any(run.get("stopped") == "budget" for run in measured["runs"])
    cap = f" (capped at {measured['cap_cpu_minutes']:g} min)" if capped else ""
    return [
        short(metrics["ndcg@10"]),
        short(metrics["hr@10"]),
        f"{measured['fit_cpu_seconds']:,.1f}{cap}",
        f"{measured['peak_gib']:.2f}",
    ]


def notes(rows: Sequence[Line], found: Line) -> str:
    """What the columns mean."""
    threads = ", ".join(sorted({str(row["training"]["threads"]) for row in rows}))
    said = [
        "Fitted on training events only, unless a column says otherwise. CPU s: processor seconds "
        f"of one fit (threads: {threads}; children count too), without the search of settings. "
        "Peak: resident memory of the whole process.",
    ]
    if found["reads"] and any(row["content"] for row in rows):
        said.append(f"{READS} reads {' and '.join(found['reads'])} of the items.")
    if any(run.get("curve") for row in rows for run in row["training"]["runs"]):
        said.append(
            "RecTools' transformers train until NDCG@10 on validation people has not improved for "
            'their authors\' patience; "capped" marks a row that the limit of processor minutes '
            "ended earlier. With the validation item they train as many epochs as were best "
            "without it. The curves are in the JSON file."
        )
    return "\n".join(f"{one}\n" for one in said)


def settings(rows: Sequence[Line]) -> str:
    """Each row's settings, and what their search took."""
    lines = [
        [
            row["label"],
            f"`{json.dumps(row['settings'])}`" if row["settings"] else "defaults",
            tuned(row["tuning"]),
            ", ".join(map(str, row["seeds"])),
        ]
        for row in rows
    ]
    return table(["model", "settings", "search on validation people", "seeds"], lines)


def tuned(tuning: Line | None) -> str:
    if not tuning:
        return "none"
    before, after = tuning["trials"][0], max(tuning["trials"], key=lambda one: one["ndcg@10"])
    return (
        f"{len(tuning['trials'])} trials on {tuning['people']:,} people in "
        f"{tuning['tune_cpu_seconds']:,.0f} CPU s of {tuning['budget_seconds']:,.0f}: NDCG@10 "
        f"{before['ndcg@10']:.4f} → {after['ndcg@10']:.4f}"
    )


def absent(row: Line) -> str:
    if "failed" in row:
        return f"- {row['label']}: failed: {row['failed'].splitlines()[-1]}"
    return f"- {row['label']}: not available: {row['not_available']}"


def published(rows: Sequence[Line]) -> str:
    figures = (("NDCG@10", "ndcg"), ("HR@10", "hr"))
    lines = [
        [
            row["model"],
            *(f"{row[key]:.4f}" if key in row else "–" for _, key in figures),
            row["protocol"],
            row["source"],
        ]
        for row in rows
    ]
    return table(["model", *(name for name, _ in figures), "protocol", "source"], lines)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
