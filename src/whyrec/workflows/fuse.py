"""Fuse an interpretable model with a large one, and trade accuracy against explained share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Unpack

from whyrec import registry, storage
from whyrec.core.progress import Progress, silent
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.models.fused_curve import Curve, curve
from whyrec.workflows.figures import rounded, spread
from whyrec.workflows.reading import Reading, Source, load
from whyrec.workflows.repeats import repeats_told
from whyrec.workflows.result import IF_SET, Block, Row, Rows, Table
from whyrec.workflows.training_run import place, train


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class FuseResult(Rows):
    """The curve of accuracy against explained share, and the fused model.

    Attributes:
        data: Name of the data set.
        cases: Number of test people.
        fit_seconds: Duration of the fit.
        dial: The smallest explained share of the model that was saved.
        points: Each point of the curve, with 95% intervals and differences to both models. The
            explained share is that of listed items: mean, p10 and min.
        large: The large model alone.
        model: The folder of the fused model.
        picture: The curve as PNG.
        json: The curve as JSON.
        dropped: What was left out of the data because it repeats a person and item.
    """

    row_field: ClassVar[str] = "points"
    data: str
    cases: int
    fit_seconds: float | None
    dial: float
    points: list[Row]
    large: Row
    model: str
    picture: str
    json: str
    dropped: list[str] | None = field(default=None, metadata=IF_SET)

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        yield from self.dropped or ()
        yield from printed_rows(self.to_dict())


def fuse(
    data: Source,
    out: str | Path,
    config: Mapping[str, Any] | None = None,
    *,
    people: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> FuseResult:
    """Fit a fused model, measure its curve on test people, and save it.

    It is fitted on the training events of a next-item split.

    Args:
        data: A known name, a path, a database URL or a Dataset.
        out: The folder for the curve (PNG, JSON) and the model.
        config: Settings of the fused model; `explained_share_min`, from 0 to 1, is the dial.
        people: Number of test people; None for all.
        seed: Seed of all random numbers.
        progress: Receives texts and shares of the work; silent by default.
        **reading: How the data is read; see :func:`whyrec.load`.

    Returns:
        The FuseResult.

    Raises:
        UnknownNameError: If a setting does not exist.
        ArgumentError: If a setting has a value that is not allowed.
        DataError: If the data cannot be read.
    """
    from whyrec.data.split import split, usual

    out = Path(out)
    dataset, read = load(data, progress=progress, **reading)
    made = registry.model("fused", **(config or {}))
    place(out / "model")
    parts = split(dataset, usual(dataset), seed=seed)
    seconds = train(
        made, parts.train, seed=seed, label="fused", progress=progress, valid=parts.valid
    )
    if people is None:
        test = parts.test
    else:
        test = parts.test.sample(people, seed)
    with progress(f"measuring on {len(test)} people"):
        found = told(curve(made, parts.valid, test, seed=seed))
    storage.save(out / "model", made, dataset, name="fused", seed=seed)
    result = {
        "data": dataset.name,
        "cases": len(test),
        "fit_seconds": round(seconds, 1),
        "dial": made.explained_share_min,
        **found,
    }
    draw(result, out)
    return FuseResult(
        **result,
        model=str(out / "model"),
        picture=str(out / "curve.png"),
        json=str(out / "curve.json"),
        dropped=repeats_told(read) or None,
    )


def told(found: Curve) -> Row:
    """The curve as JSON: its points, the large model, and paired differences to both models."""
    points, large = found
    glass = next(point for point in points if point.dial == 1).accuracy
    rows = [
        {
            "dial": p.dial,
            "share": p.share,
            "accuracy": rounded(bootstrap(p.accuracy)),
            "explained": rounded(bootstrap(p.explained)) | spread(p.shares),
            "minus_glass": rounded(paired(p.accuracy, glass)),
            "minus_large": rounded(paired(p.accuracy, large)),
        }
        for p in points
    ]
    return {"points": rows, "large": {"accuracy": rounded(bootstrap(large))}}


def draw(result: Row, out: Path) -> None:
    from whyrec.visualise.views.tradeoff import tradeoff

    out.mkdir(parents=True, exist_ok=True)
    (out / "curve.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    tradeoff(
        result["points"],
        out / "curve.png",
        alone=result["large"],
        title=f"{result['data']}: accuracy against explained share, {result['cases']:,} people",
    )


def printed_rows(result: Row) -> Iterator[Block]:
    """Print the curve as a table, with its place."""
    yield Table(
        rows(result),
        f"{result['data']}: accuracy against explained share, {result['cases']:,} people"
        + (f", fit {result['fit_seconds']:g} s" if result["fit_seconds"] is not None else ""),
    )
    yield f"picture: {result['picture']}"
    yield f"model at {result['dial']:g}: {result['model']}"


def rows(result: Row) -> list[Row]:
    """The rows of the printed table."""

    def shown(interval: dict[str, float], form: str = ".4f") -> str:
        return f"{interval['mean']:{form}} [{interval['low']:{form}}, {interval['high']:{form}}]"

    made = [
        {
            "least share": f"{p['dial']:g}",
            "rest": f"{p['share']:g}",
            "NDCG@10": shown(p["accuracy"]),
            "explained share": shown(p["explained"], ".3f"),
            "p10": f"{p['explained']['p10']:.3f}",
            "min": f"{p['explained']['min']:.3f}",
            "- glass box": shown(p["minus_glass"], "+.4f"),
            "- large model": shown(p["minus_large"], "+.4f"),
        }
        for p in result["points"]
    ]
    return [
        *made,
        {
            "least share": "large model alone",
            "rest": "",
            "NDCG@10": shown(result["large"]["accuracy"]),
            "explained share": "0",
            "p10": "0",
            "min": "0",
            "- glass box": "",
            "- large model": "",
        },
    ]
