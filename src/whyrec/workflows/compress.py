"""Compress a large model in steps until the allowed loss is reached, measuring each step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from whyrec import registry, storage
from whyrec.core import ArgumentError, Measurement
from whyrec.core.capabilities import Servable
from whyrec.core.cases import EvaluationCases
from whyrec.core.progress import Progress, silent
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.workflows.figures import rounded
from whyrec.workflows.reading import Folder, opened
from whyrec.workflows.result import Block, Result, Row, Rows, Table
from whyrec.workflows.training_run import place

RUNGS = (
    (64, 64),
    (32, 64),
    (32, 32),
    (32, 16),
    (16, 16),
    (16, 8),
    (8, 8),
)  # bytes for each item, as a candidate and as an event
TIMED = 200  # requests
REASONS = 300  # people whose reasons are compared


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class CompressResult(Rows):
    """Ever smaller forms of a large model, and the one that was saved.

    Attributes:
        steps: Each form with its bytes, milliseconds, NDCG@10, loss and share of kept reasons.
        chosen: Name of the form that was saved.
        people: Number of people that the forms were measured on.
        data: Name of the data set.
        model: The folder of the form that was saved.
    """

    row_field: ClassVar[str] = "steps"
    steps: list[Row]
    chosen: str
    people: int
    data: str
    model: str

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        yield Table(
            lines(self.to_dict()),
            f"{self.data}: the large model and its smaller forms, {self.people:,} people",
        )
        yield (
            f"The form {self.chosen} is in {self.model}; whyrec serve {self.model} needs no torch."
        )


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class EncoderResult(Result):
    """A text encoder in a quarter of its size.

    Attributes:
        encoder: The large encoder: a packaged name, or its folder.
        out: The folder of the small encoder.
        bytes_before: Size of the large encoder in bytes.
        bytes: Size of the small encoder in bytes.
    """

    encoder: str
    out: str
    bytes_before: int
    bytes: int

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        before = self.bytes_before / 1e6
        after = self.bytes / 1e6
        yield f"{self.encoder}: {before:.1f} MB, now {after:.1f} MB: {self.out}"
        yield (
            f'Try:  text = "{self.out}" in the settings of `whyrec fit --model sequence --config`'
        )


def compress(
    model: Folder,
    out: str | Path,
    *,
    max_loss: float = 0.01,
    min_reasons: float = 0.0,
    budget_mb: float | None = None,
    epochs: int = 3,
    people: int = 10_000,
    seed: int = 0,
    progress: Progress = silent,
) -> CompressResult:
    """Make the model of a folder small and fast, measure it on people's last events, and save it.

    Sources: product quantization [jegou2011], distillation [hinton2015], pruning [molchanov2017].

    Args:
        model: The folder of a large model.
        out: The folder for the small model.
        max_loss: Largest share of NDCG@10 that may be lost.
        min_reasons: Smallest share of lists whose first reason must stay the same.
        budget_mb: Largest size in MB; the workflow fails if no form is this small.
        epochs: Epochs of distillation from the large model, for each form.
        people: Number of people to measure on.
        seed: Seed of all random numbers.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The CompressResult.

    Raises:
        ArgumentError: If no form is small enough and good enough.
    """
    from whyrec.data.split import split

    fitted = opened(model)
    out = Path(out)
    if not isinstance(fitted.model, Servable):
        raise ArgumentError(
            "what is compressed must be a large model",
            given=fitted.header["name"],
            fix="fit the model sequence",
        )
    place(out)
    parts = split(fitted.data, "next-item", seed=seed)
    made, found = smallest(
        fitted.model,
        parts.train,
        parts.test.sample(people, seed),
        max_loss=max_loss,
        budget_mb=budget_mb,
        epochs=epochs,
        seed=seed,
        min_reasons=min_reasons,
        progress=progress,
    )
    storage.save(out, made, fitted.data, name="compact", seed=seed)
    return CompressResult(**found, data=fitted.data.name, model=str(out))


def compress_encoder(
    name: str | Path, out: str | Path, *, progress: Progress = silent
) -> EncoderResult:
    """Compress a text encoder to a quarter of its size.

    Args:
        name: A packaged name, or a folder.
        out: The folder to write.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The EncoderResult.
    """
    from whyrec.compress.encoder import shrink
    from whyrec.models.item_content.text_encoder import find_encoder, open_encoder

    out = Path(out)
    source = find_encoder(name)
    made = open_encoder(source)
    place(out)
    with progress("compressing the encoder"):
        shrink(*made, out)
    kinds = (".safetensors", ".bin", ".onnx")
    before, after = (
        sum(path.stat().st_size for path in Path(one).iterdir() if path.suffix in kinds)
        for one in (source, out)
    )
    return EncoderResult(encoder=str(name), out=str(out), bytes_before=before, bytes=after)


def is_encoder(folder: Path) -> bool:
    """Whether this is the name or the folder of a text encoder rather than a model folder."""
    from whyrec.models.item_content.text_encoder import PACKAGED

    return str(folder) in PACKAGED or (
        (folder / "config.json").exists() and not (folder / "manifest.json").exists()
    )


def smallest(
    large: Any,
    train: Any,
    valid: EvaluationCases,
    *,
    max_loss: float,
    budget_mb: float | None,
    epochs: int,
    seed: int = 0,
    min_reasons: float = 0.0,
    progress: Progress = silent,
) -> tuple[Any, Row]:
    """Return the smallest form within the limits and the table of all; else raise ArgumentError."""
    before = ndcg(large, valid)
    counts = np.bincount(train.item, minlength=train.n_items)
    rows = [row("large", large, large, valid, before, before, counts)]
    chosen = None
    made = None
    width = large.width
    for item_bytes, event_bytes in dict.fromkeys((min(a, width), min(b, width)) for a, b in RUNGS):
        one = registry.model(
            "compact",
            item_bytes=item_bytes,
            event_bytes=event_bytes,
            epochs=epochs,
            only_items=event_bytes >= width,
        )
        with progress(f"{item_bytes} + {event_bytes} bytes an item"):
            one.of(large, train, seed=seed)
            label = f"{item_bytes} + {event_bytes} bytes, int8"
            after = ndcg(one, valid)
            rows.append(row(label, one, large, valid, before, after, counts))
        if rows[-1]["loss"]["mean"] > max_loss or rows[-1]["same_top_reason"]["mean"] < min_reasons:
            break
        chosen = rows[-1]
        made = one
    if chosen is None or (budget_mb is not None and chosen["bytes"] > budget_mb * 1e6):
        told = [
            f"{r['bytes'] / 1e6:.2f} MB at a loss of {r['loss']['mean']:.1%}, "
            f"{r['same_top_reason']['mean']:.0%} of "
            f"first reasons kept ({r['name']})"
            for r in rows[1:]
        ]
        raise ArgumentError(
            "the model must fit the budget within the loss allowed",
            given="; ".join(told),
            fix="allow a larger --max-loss or --budget-mb, a smaller --min-reasons, or more "
            "--epochs",
        )
    return made, {"steps": rows, "chosen": chosen["name"], "people": len(valid)}


def ndcg(model: Any, cases: EvaluationCases) -> Measurement:
    return accuracy(model, cases, np.zeros(0, np.int64), metrics=["ndcg@10"])["ndcg@10"]


def row(
    name: str,
    model: Any,
    large: Any,
    cases: EvaluationCases,
    before: Measurement,
    after: Measurement,
    counts: NDArray[np.int64],
) -> Row:
    """One row of the table; its loss is relative to the large model's NDCG@10."""
    from whyrec.evaluate.drift import drift

    p50, p99 = milliseconds(model, cases)
    made: Row = {
        "name": name,
        "bytes": bytes_of(model),
        "p50_ms": p50,
        "p99_ms": p99,
        "ndcg@10": rounded(bootstrap(after)),
        "loss": loss(before.values, after.values),
        "groups": {
            group: {
                "people": int(inside.sum()),
                **loss(before.values[inside], after.values[inside]),
            }
            for group, inside in halves(cases, counts).items()
        },
    }
    asked = cases.sample(REASONS, 0)
    moved = drift(large, model, asked.queries)
    same = moved["same_top_reason"].values
    for group, inside in halves(asked, counts).items():
        made["groups"][group]["same_top_reason"] = round(float(np.nanmean(same[inside])), 4)
    return made | {name: rounded(bootstrap(one)) for name, one in moved.items()}


def loss(before: NDArray[Any], after: NDArray[Any]) -> dict[str, float]:
    """Relative loss of the mean, paired over people."""
    size = before.mean() or 1.0
    return rounded(paired(Measurement("loss", before / size), Measurement("loss", after / size)))


def halves(cases: EvaluationCases, counts: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
    """Split cases by the median popularity of the true item and by the median history length."""
    seen = np.array([counts[cases.items[a:b]].mean() for a, b in pairwise(cases.indptr)])
    parts = {
        ("rare items", "popular items"): seen,
        ("short histories", "long histories"): cases.queries.sizes,
    }
    return {
        name: inside
        for (few, many), of in parts.items()
        for name, inside in ((few, of <= np.median(of)), (many, of > np.median(of)))
    }


def bytes_of(model: Any) -> int:
    """Size of the model's stored arrays in bytes."""
    return int(
        sum(
            value.nbytes
            for name, value in vars(model).items()
            if name.endswith("_") and not name.startswith("_") and isinstance(value, np.ndarray)
        )
    )


def milliseconds(model: Any, cases: EvaluationCases) -> tuple[float, float]:
    """(p50, p99) of scoring one history against all items, one at a time."""
    queries = [cases.queries[at : at + 1] for at in range(min(TIMED, len(cases)))]
    taken = []
    for query in queries[:10]:
        model.score(query)
    for query in queries:
        start = time.perf_counter()
        model.score(query)
        taken.append(1000 * (time.perf_counter() - start))
    return round(float(np.percentile(taken, 50)), 3), round(float(np.percentile(taken, 99)), 3)


def lines(result: Row) -> list[Row]:
    """The rows of the printed table."""
    return [
        {
            "form": r["name"] + (" ← chosen" if r["name"] == result["chosen"] else ""),
            "MB": f"{r['bytes'] / 1e6:.2f}",
            "smaller": f"{result['steps'][0]['bytes'] / r['bytes']:.1f} x",
            "p50 ms": r["p50_ms"],
            "p99 ms": r["p99_ms"],
            "NDCG@10": f"{r['ndcg@10']['mean']:.4f}",
            "loss": f"{r['loss']['mean']:.1%} [{r['loss']['low']:.1%}, {r['loss']['high']:.1%}]",
            **{
                f"loss, {group}": f"{r['groups'][group]['mean']:.1%}"
                for group in ("rare items", "short histories")
            },
            "same ten": f"{r['overlap@10']['mean']:.3f}",
            "same first reason": f"{r['same_top_reason']['mean']:.3f}",
        }
        for r in result["steps"]
    ]
