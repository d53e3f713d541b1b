"""`whyrec faithful`, `whyrec methods`, `whyrec learn`: explanations graded by removal, and an
explainer that is trained.

People are split 80 : 20 with seed 42, as in the literature: explainers learn on the 80%, the table
is made of the others.
"""

from __future__ import annotations

import inspect
import os
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec import api, registry, storage
from whyrec.cli import messages, road, show
from whyrec.cli.folders import same_data
from whyrec.core import BadArgument, Dataset, Explanation
from whyrec.explain.polish import LocalModel, Polisher

WITHIN = "explainer"  # the folder of a trained explainer within its model's
SHOWN = ("pos@5", "pos@20", "neg@5", "del", "ins", "cdcg", "drop", "pos@5.few")


def people_apart(data: Dataset, least: int = 2) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(80% of the people, the other 20%), those with `least` events or more, by seed 42."""
    able = np.flatnonzero(data.histories.sizes >= least)
    order = np.random.default_rng(42).permutation(able)
    cut = int(0.8 * len(order))
    return np.sort(order[:cut]), np.sort(order[cut:])


def polisher(where: str, model: str) -> Polisher:
    """Who may choose the words: an endpoint by its address, or a language model by its folder."""
    if where.startswith(("http://", "https://")):
        return Polisher(where, model, os.environ.get("WHYREC_POLISH_KEY"))
    if not Path(where).is_dir():
        raise BadArgument(
            "--polish takes an http address or the folder of a language model", given=where
        )
    return Polisher(speaker=LocalModel(where))


def polished(result: Mapping[str, Any], polisher: Polisher, lang: str) -> dict[str, Any]:
    """The result's text in other words where these say the same, and what became of it."""
    text = {**result["text"], lang: polisher(result["text"][lang], lang)}
    return {"text": text, "polish": dict(polisher.counts)}


def options_of(
    folder: Path,
    fitted: storage.Fitted,
    method: str,
    *,
    against: str | None = None,
    budget: int | None = None,
) -> dict[str, Any]:
    """The options that the method takes, of those given; BadArgument for one that it does not
    take.
    """
    method = api.choose(fitted.model)[0] if method == "auto" else method
    known = inspect.signature(registry.find("explainers", method)).parameters
    given = {
        "against": None if against is None else fitted.data.item_number(against),
        "budget": budget,
    }
    for name, value in given.items():
        if value is not None and name not in known:
            raise BadArgument(
                f"--{name} belongs to other methods", given=f"method {method}", fix="leave it out"
            )
    found = {name: value for name, value in given.items() if value is not None}
    if "explainer" in known:
        found["explainer"] = trained(folder)
    return found


def trained(folder: Path) -> Any:
    """The explainer that `whyrec learn` put beside the model."""
    from whyrec.explain.learned import Learned

    if not (folder / WITHIN).exists():
        raise BadArgument(
            "the method learned needs an explainer that was trained for this model",
            given=f"no folder {WITHIN} in {folder}",
            fix=f"run whyrec learn {folder}",
        )
    return Learned.load(folder / WITHIN)


def learn(
    folder: Path, fitted: storage.Fitted, out: Path | None, *, people: int, epochs: int, seed: int
) -> dict[str, Any]:
    """Train on up to `people` of the 80%."""
    from whyrec.explain.learned import Learned

    if people < 1 or epochs < 1:
        raise BadArgument("--people and --epochs must be 1 or more", given=f"{people}, {epochs}")
    data = fitted.data
    chosen = np.sort(np.random.default_rng(seed).permutation(people_apart(data)[0])[:people])
    if len(chosen) < 10:
        raise BadArgument(
            "an explainer learns from histories of 10 people or more",
            given=f"{len(chosen)} in the folder",
            fix="fit without --no-histories, on data of more people",
        )
    start = time.perf_counter()
    with show.progress(f"removing events of {len(chosen)} people") as update:
        made = Learned(epochs=epochs).fit(
            fitted.model, data.histories[chosen], data, seed=seed, progress=update
        )
    place = made.save(out or folder / WITHIN)
    return {
        "out": str(place),
        "people": len(chosen),
        "seconds": round(time.perf_counter() - start, 2),
        "curve": made.curve_,
    }


def faithful(
    folder: Path,
    fitted: storage.Fitted,
    data: Dataset,
    *,
    methods: Sequence[str],
    cases: int,
    seed: int,
) -> dict[str, Any]:
    """Grade the methods on people of the 20%; where these are fewer than `cases` and nothing was
    trained, on others too.
    """
    model = fitted.model
    if cases < 1:
        raise BadArgument("--cases must be 1 or more", given=str(cases))
    same_data(fitted, data)
    rng, (others, people) = np.random.default_rng(seed), people_apart(data)
    drawn = [*rng.permutation(people), *(() if "learned" in methods else rng.permutation(others))]
    people = np.sort(np.array(drawn[:cases], np.int64))
    queries = data.histories[people]
    with show.progress(f"grading {', '.join(methods)} on {len(people)} people") as update:
        graded = api.faithful(
            model,
            queries,
            (),
            data=data,
            seed=seed,
            progress=update,
            explainers=explainers(folder, fitted, data, methods),
        )
    found, single = graded.as_json(), road.faithful_rows(model, queries, seed)
    rows = {row["method"]: row for row in found.pop("rows")}
    for row in single["rows"]:  # the first reason alone, as before
        if row["method"] not in rows:
            rows[row["method"]] = row
    main = next(iter(methods))
    against = [
        {
            "a": main,
            "b": name,
            "metric": metric,
            "difference": road.rounded(graded.difference(main, name, metric)),
            "better": graded.better(main, name, metric),
        }
        for name in graded.rows
        if name != main
        for metric in SHOWN
    ]
    chosen = (
        dict(zip(("method", "why"), api.choose(model), strict=True)) if "auto" in methods else None
    )
    return {
        "data": data.name,
        "model": fitted.header["name"],
        **single,
        **found,
        "rows": list(rows.values()),
        "chosen": chosen,
        "against": against,
    }


def explainers(
    folder: Path, fitted: storage.Fitted, data: Dataset, methods: Sequence[str]
) -> dict[str, Any]:
    """Functions (model, query, item) -> Explanation by the method's name."""
    made = {}
    for method in methods:
        options = options_of(folder, fitted, method)

        def explain(
            model: Any, query: Any, item: int, method: str = method, options: Any = options
        ) -> Explanation:
            return api.explain(model, query, item, method, data=data, **options)

        made[method] = explain
    return made


def methods(fitted: storage.Fitted) -> dict[str, Any]:
    chosen, why = api.choose(fitted.model)
    fits = api.methods_for(fitted.model, data=fitted.header.get("histories", True))
    return {
        "model": fitted.header["name"],
        "auto": chosen,
        "why": why,
        "methods": [
            {
                "method": name,
                "what": _first_line(registry.find("explainers", name)),
                "flaw": api.flaw(fitted.header["name"], name),
            }
            for name in [*fits, "learned"]
        ],
    }


def _first_line(made: Any) -> str:
    first = (
        str(inspect.getdoc(made)).split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".:")
    )
    return re.sub(r":\w+:`(\w+)`", r"\1", first).replace("`", "")


def show_methods(result: Mapping[str, Any], lang: str = "en") -> None:
    say = messages.of(lang)
    rows = [
        {
            say("methods.method"): row["method"],
            say("methods.what"): _what(row, lang),
            say("methods.flaw"): messages.said_by_others(row["flaw"], lang),
        }
        for row in result["methods"]
    ]
    show.table(
        rows,
        say(
            "methods.title",
            model=result["model"],
            method=result["auto"],
            why=messages.said_by_others(result["why"], lang),
        ),
    )


def _what(row: Mapping[str, Any], lang: str) -> str:
    """What a method does: in Chinese from the catalogue of texts, where it has it."""
    known = messages.said_by_others(f"what:{row['method']}", lang)
    return str(row["what"]) if known.startswith("what:") else known


def show_learned(result: Mapping[str, Any]) -> None:
    last = min(result["curve"], key=lambda row: row["left"])
    show.line(
        f"learned from {result['people']:,} people in {result['seconds']:.1f} s; it tells "
        f"{1 - last['left']:.0%} of "
        f"what removal did to held-out ones (epoch {last['epoch']}): {result['out']}"
    )


def show_faithful(result: Mapping[str, Any], lang: str = "en") -> None:
    """The table of the harness, then the first reason alone."""
    say = messages.of(lang)
    full = [row for row in result["rows"] if "pos@5" in row["metrics"]]

    def name(method: str) -> str:
        return messages.said_by_others(method, lang)

    show.table(
        [
            {
                say("grade.method"): say(
                    "grade.oracle" if row["oracle"] else "grade.plain", method=name(row["method"])
                ),
                **{metric: row["metrics"][metric]["mean"] for metric in SHOWN},
                "ms": row["ms"],
                say("grade.evaluations"): row["evaluations"],
            }
            for row in full
        ],
        say(
            "grade.title",
            data=result["data"],
            model=result["model"],
            cases=result["cases"],
            output=name(result["output"]),
        ),
    )
    worse = [
        say("grade.on", method=name(d["b"]), metric=d["metric"])
        for d in result["against"]
        if not d["better"] and "best of" not in d["b"]
    ]
    show.line(
        say(
            "grade.worse",
            method=name(result["against"][0]["a"]),
            others=say("listed").join(worse) or say("grade.none"),
        )
    )
    show.faithful(
        {**result, "rows": [row for row in result["rows"] if "no_longer_first" in row["metrics"]]},
        lang,
    )
