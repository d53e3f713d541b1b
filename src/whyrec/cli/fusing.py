"""`whyrec fuse`: both models, the curve accuracy against explained share, and the fused model at
the dial asked for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from whyrec import registry, storage
from whyrec.cli import road, show
from whyrec.core import Dataset
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.models.fused import Curve, curve


def fuse(
    data: Dataset, config: dict[str, Any], out: Path, *, people: int | None, seed: int
) -> dict[str, Any]:
    """Fit on the training events of next-item, draw the curve on its test people, save the
    model; returns the table.
    """
    from whyrec.data.split import split, usual

    made = registry.model("fused", **config)
    road.place(out / "model")
    parts = split(data, usual(data), seed=seed)
    seconds = road.fit(made, parts.train, seed=seed, label="fused", valid=parts.valid)
    test = parts.test if people is None else parts.test.sample(people, seed)
    with show.progress(f"measuring on {len(test)} people"):
        found = told(curve(made, parts.valid, test, seed=seed))
    storage.save(out / "model", made, data, name="fused", seed=seed)
    result = {
        "data": data.name,
        "cases": len(test),
        "fit_seconds": round(seconds, 1),
        "dial": made.explained_share_min,
    }
    result |= found
    draw(result, out)
    return result | {
        "model": str(out / "model"),
        "picture": str(out / "curve.png"),
        "json": str(out / "curve.json"),
    }


def told(found: Curve) -> dict[str, Any]:
    """The curve as JSON: each point, the large model alone, and the differences to both models,
    paired over people.
    """
    points, large = found
    glass = next(point for point in points if point.dial == 1).accuracy
    rows = [
        {
            "dial": p.dial,
            "share": p.share,
            "accuracy": road.rounded(bootstrap(p.accuracy)),
            "explained": road.rounded(bootstrap(p.explained)),
            "minus_glass": road.rounded(paired(p.accuracy, glass)),
            "minus_large": road.rounded(paired(p.accuracy, large)),
        }
        for p in points
    ]
    return {"points": rows, "large": {"accuracy": road.rounded(bootstrap(large))}}


def draw(result: dict[str, Any], out: Path) -> None:
    from whyrec.visualise.views.tradeoff import tradeoff

    out.mkdir(parents=True, exist_ok=True)
    (out / "curve.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    tradeoff(
        result["points"],
        out / "curve.png",
        alone=result["large"],
        title=f"{result['data']}: accuracy against explained share, {result['cases']:,} people",
    )


def rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The curve as lines of a table."""

    def shown(interval: dict[str, float], form: str = ".4f") -> str:
        return f"{interval['mean']:{form}} [{interval['low']:{form}}, {interval['high']:{form}}]"

    made = [
        {
            "least share": f"{p['dial']:g}",
            "rest": f"{p['share']:g}",
            "NDCG@10": shown(p["accuracy"]),
            "explained share": shown(p["explained"], ".3f"),
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
            "- glass box": "",
            "- large model": "",
        },
    ]
