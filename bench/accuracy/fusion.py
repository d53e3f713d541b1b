"""The glass box and the fused model: accuracy against explained share, exactness, seconds to
explain, a million items.

    python -m bench.accuracy.fusion [--sets amazon-games.zip,ml-1m-order.zip] [--only
    curve,exact,speed,million] [--people 10000]
                           [--dial 0.5] [--seed 0] [--out FOLDER] [--models FOLDER] [--publish]

--models: fitted models are kept there, and used again where data, settings and seed are the same.
--publish: each set's result goes to docs/results/fusion too.

curve: both models fitted on the training events of next-item, the share of the rest chosen on
validation people, measured on test people; with --dial above 0 no listed item has a lower explained
share. exact: 10,000 (person, item) pairs of the glass box, one
event of each removed and scored again, as float32 and from weights kept in 8 bits. speed: a top-10
with all its reasons, one core. million: the low-rank form alone on a simulated catalogue.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bench.accuracy.accuracy import find_data
from bench.accuracy.row_specs import BEST_GLASS, FILMS_SEQUENCE, SHOP_SEQUENCE, TABLES, Row
from bench.kept_result import keep
from bench.peers.child import peak_mb
from whyrec import api, registry, storage
from whyrec.core import artefact, mask_seen, progress, top_k
from whyrec.core.cases import EvaluationCases
from whyrec.core.composite import fit_arguments
from whyrec.data.split import next_item
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.statistics import bootstrap
from whyrec.models.fused_curve import curve as measure_curve
from whyrec.models.linear.lowrank import LowRank
from whyrec.workflows.fuse import draw, printed_rows, told
from whyrec.workflows.measured_fits import share_columns

PAIRS, LISTS = 10_000, 300
SECONDS = "fit-seconds.txt"  # in a kept model's folder
# Glass box, large model, and the readable model beside them.
MODELS = {
    "ml-1m-order.zip": (BEST_GLASS, FILMS_SEQUENCE, None),
    "amazon-games.zip": (BEST_GLASS, SHOP_SEQUENCE[0], Row("ebm", "ebm")),
    "amazon-beauty.zip": (BEST_GLASS, SHOP_SEQUENCE[0], None),
}


def curve(name: str, arguments: Any) -> tuple[Any, EvaluationCases, dict[str, Any]]:
    """(the fused model, the test cases, the curve) of a data set."""
    data = api.load(find_data(name, None))
    one, two, three = MODELS.get(name, (TABLES["other"][0], TABLES["other"][2], None))
    split = next_item(data)
    large, seconds = fitted(two, split, arguments)
    glass, more = fitted(one, split, arguments)
    readable = fitted(three, split, arguments)[0] if three else None
    model = registry.model("fused", tune_on=4000, explained_share_min=arguments.dial).of(
        glass, large, split.valid, readable=readable, seed=arguments.seed
    )
    progress.line(f"share of the rest {model.share_:g}, weight of features {model.weight_:g}")
    test = split.test.sample(arguments.people, arguments.seed)
    found = told(measure_curve(model, split.valid, test, seed=arguments.seed))
    result = {
        "data": data.name,
        "cases": len(test),
        "dial": arguments.dial,
        "fit_cpu_seconds": round(seconds + more),
    } | found
    folder = arguments.out / Path(name).stem
    draw(result, folder)
    more = {"picture": folder / "curve.png", "model": "not kept", "fit_seconds": None}
    for block in printed_rows(result | more):
        print(block)
    result["all test people"] = whole(
        split, {"glass box": glass, "large model": large, "fused": model}, data.n_items
    )
    return model, test, result


def fitted(row: Any, split: Any, arguments: Any) -> tuple[Any, float]:
    """(the row's model fitted on the training events, processor seconds of that fit); the same one
    from an earlier run if it was kept.
    """
    made = registry.model(row.name, **row.settings)
    kept = arguments.models and arguments.models / f"{split.train.name}-{row.name}"
    if kept and (kept / artefact.MANIFEST).exists():
        stored = storage.open_fitted(kept)
        same = json.dumps(stored.header["config"]) == json.dumps(artefact.model_config(made))
        if (
            same
            and stored.header["data_hash"] == split.train.hash
            and stored.header["seed"] == arguments.seed
        ):
            progress.line(f"{row.label}: from {kept}")
            return stored.model, float((kept / SECONDS).read_text(encoding="utf-8"))
    clock = time.process_time()
    made.fit(split.train, **fit_arguments(made, seed=arguments.seed, valid=split.valid))
    seconds = time.process_time() - clock
    progress.line(f"{row.label}: fitted in {seconds:.0f} CPU s, peak {peak_mb():.0f} MB so far")
    if kept:
        storage.save(kept, made, split.train, name=row.name, seed=arguments.seed)
        (kept / SECONDS).write_text(f"{seconds:.1f}\n", encoding="utf-8")
    return made, seconds


def whole(split: Any, models: dict[str, Any], n_items: int) -> dict[str, Any]:
    """Accuracy of each model alone over all test people."""
    counts, out = np.bincount(split.train.item, minlength=n_items), {}
    for label, model in models.items():
        found = accuracy(model, split.test, counts, metrics=["ndcg@10", "hr@10", "recall@20"])
        out[label] = {name: bootstrap(one)._asdict() for name, one in found.items()}
        out[label] |= share_columns(model, split.test.queries, len(split.test))
        progress.line(
            f"  {label:12} "
            + "  ".join(
                f"{name} {v['mean']:.4f} [{v['low']:.4f}, {v['high']:.4f}]"
                for name, v in out[label].items()
                if name in found
            )
            + f"  explained share {out[label]['explained_share']:.3f}"
            f" (p10 {out[label]['explained_share_p10']:.3f},"
            f" min {out[label]['explained_share_min']:.4f})"
        )
    return out


def exact(model: Any, cases: EvaluationCases, seed: int) -> dict[str, Any]:
    """The largest gap between an event's contribution and what its removal did, of the score's
    size (1 at least).
    """
    rng, gaps = np.random.default_rng(seed), []
    people = np.flatnonzero(cases.queries.sizes > 0)
    for person in rng.choice(people, PAIRS // 5, replace=len(people) < PAIRS // 5):
        query = cases.queries[int(person)]
        before = model.score([query])[0]
        for item in top_k(mask_seen(before[None], cases.queries[[person]]), 5)[0][0]:
            position = int(rng.integers(len(query)))
            weight = model.contributions(query, int(item)).weights[position]
            after = model.score([query.without([position])])[0, item]
            gaps.append(abs(before[item] - after - weight) / max(1.0, abs(before[item])))
    return {
        "pairs": len(gaps),
        "largest_gap": float(np.max(gaps)),
        "mean_gap": float(np.mean(gaps)),
    }


def in_eight_bits(model: Any) -> Any:
    """The glass box with its matrices kept as 8-bit numbers and one scale a row."""
    made = registry.model("additive")
    for name, value in vars(model).items():
        if name.endswith("_"):
            setattr(
                made,
                name,
                rounded(value)
                if name in ("ease_", "keys_", "queries_") and isinstance(value, np.ndarray)
                else value,
            )
    return made


def rounded(rows: np.ndarray) -> np.ndarray:
    scale = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-12) / 127
    return (np.round(rows / scale).astype(np.int8) * scale).astype(np.float32)


def speed(model: Any, cases: EvaluationCases) -> dict[str, float]:
    """Milliseconds, one core: the ten best, and what each event adds to each of the ten."""
    times: dict[str, list[float]] = {"list": [], "reasons": []}
    with threadpool_limits(1):
        for person in range(min(LISTS, len(cases))):
            one, query = cases.queries[[person]], cases.queries[person]
            start = time.perf_counter()
            items = top_k(mask_seen(model.score(one), one), 10)[0][0]
            middle = time.perf_counter()
            for item in items:
                model.contributions(query, int(item))
            times["reasons"].append(1e3 * (time.perf_counter() - middle))
            times["list"].append(1e3 * (middle - start))
    return {
        f"{name} p{q}": round(float(np.percentile(values, q)), 2)
        for name, values in times.items()
        for q in (50, 99)
    }


def million(n: int = 1_000_000, heads: int = 4, dims: int = 32) -> dict[str, float]:
    """The low-rank form with a million items: one person's ten best with reasons."""
    rng = np.random.default_rng(0)
    model = LowRank(heads=heads, head_dims=dims)
    model.keys_, model.queries_ = (
        rng.standard_normal((n, heads * dims), np.float32) for _ in range(2)
    )
    model.position_weights_, model.base_ = (
        rng.random((heads, 50), np.float32),
        np.zeros(n, np.float32),
    )
    histories = api.load("films").histories[np.arange(100)]
    cases = EvaluationCases(
        histories, np.arange(len(histories) + 1), np.full(len(histories), n - 1)
    )
    return speed(model, cases)


def publish(name: str, result: dict[str, Any], arguments: Any, load: float) -> None:
    """Keep a set's result in docs/results/fusion."""
    command = (
        f"make bench-fusion SETS={name} "
        f"ARGS='--only {arguments.only} --dial {arguments.dial} --seed {arguments.seed} --publish'"
    )
    keep(f"fusion/{Path(name).stem}", command, load, result)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", default="amazon-games.zip,ml-1m-order.zip")
    parser.add_argument("--only", default="curve,exact,speed,million")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--dial", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--out", type=Path, default=Path("demo") / "bench-fusion")
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    parts, found = arguments.only.split(","), {}
    for name in arguments.sets.split(",") if {"curve", "exact", "speed"} & set(parts) else []:
        model, test, result = curve(name, arguments)
        if "exact" in parts:
            result["exact"] = {
                "float32": exact(model.glass_, test, arguments.seed),
                "8 bits": exact(in_eight_bits(model.glass_), test, arguments.seed),
            }
        if "speed" in parts:
            result["milliseconds"] = {
                "glass box": speed(model.glass_, test),
                "fused": speed(model, test),
            }
        progress.line(
            json.dumps(
                {key: result[key] for key in ("exact", "milliseconds") if key in result}, indent=1
            )
        )
        found[name] = result
        if arguments.publish:
            publish(name, result, arguments, load)
    if "million" in parts:
        found["a million items"] = million()
        progress.line(f"a million items, one core, ms: {found['a million items']}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "fusion.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
