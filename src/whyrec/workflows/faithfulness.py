"""Explanations graded by removal, the methods that a model allows, and an explainer that is
trained.

People are split 80 : 20 with seed 42, as in the literature: explainers learn on the 80%, the table
is made of the others.
"""

from __future__ import annotations

import functools
import inspect
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Unpack

import numpy as np
from numpy.typing import NDArray

from whyrec import api, registry, storage
from whyrec.core import Additive, ArgumentError, Dataset, Explanation, Queries, Readable
from whyrec.core.progress import Progress, silent
from whyrec.evaluate.deletion_test import completeness, deletion_test
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.workflows import printed_grades
from whyrec.workflows.figures import rounded
from whyrec.workflows.folders import same_data
from whyrec.workflows.reading import Folder, Reading, Source, load_for, opened, place_of
from whyrec.workflows.result import Block, Row, Rows

WITHIN = "explainer"  # the folder of a trained explainer within its model's


def people_apart(data: Dataset, least: int = 2) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(80% of the people, the other 20%), those with `least` events or more, by seed 42."""
    able = np.flatnonzero(data.histories.sizes >= least)
    order = np.random.default_rng(42).permutation(able)
    cut = int(0.8 * len(order))
    return np.sort(order[:cut]), np.sort(order[cut:])


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class FaithfulnessResult(Rows):
    """Explainers graded by removal, beside other orders of events.

    Attributes:
        data: Name of the data set.
        model: Name of the model.
        cases: How many people.
        rows: Each method with its measures and 95% intervals.
        drop_against: The first reason's drop minus that of other single events, paired.
        ms_per_case: Milliseconds that one person took.
        completeness: The largest gap between a score and its explanation, relative.
        explained_items: How many explained items that was found on.
        removal_error: The largest difference of a weight to the measured fall, relative.
        skipped: People without events.
        output: What del and ins read: score, softmax or sigmoid.
        k_random: How many random orders.
        chosen: What auto took, and why.
        against: The first method minus each other, by measure.
    """

    data: str
    model: str
    cases: int
    rows: list[Row]
    drop_against: Row
    ms_per_case: float
    completeness: float
    explained_items: int
    removal_error: float
    skipped: int
    output: str
    k_random: int
    chosen: dict[str, str] | None
    against: list[Row]

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        """The table of the harness, then the first reason alone."""
        return printed_grades.graded(self.to_dict(), lang)


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class MethodsResult(Rows):
    """The explainers that a model allows.

    Attributes:
        model: Name of the model.
        auto: The method that auto takes.
        why: The reason for that.
        methods: Each method, what it does, and what was found against it on this kind of model.
    """

    row_field: ClassVar[str] = "methods"
    model: str
    auto: str
    why: str
    methods: list[Row]

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return printed_grades.methods(self.to_dict(), lang)


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class LearnResult(Rows):
    """An explainer that was trained.

    Attributes:
        out: Its folder.
        people: How many people it was trained on.
        seconds: How long that took.
        curve: The loss and the share left unexplained, by epoch.
    """

    row_field: ClassVar[str] = "curve"
    out: str
    people: int
    seconds: float
    curve: list[Row]

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        last = min(self.curve, key=lambda row: row["left"])
        yield (
            f"learned from {self.people:,} people in {self.seconds:.1f} s; it tells "
            f"{1 - last['left']:.0%} of "
            f"what removal did to held-out ones (epoch {last['epoch']}): {self.out}"
        )


def options_of(
    folder: Path | None,
    fitted: storage.Fitted,
    method: str,
    *,
    against: str | None = None,
    budget: int | None = None,
) -> dict[str, Any]:
    """The options that the method takes, of those given; ArgumentError for one that it does not
    take.
    """
    if method == "auto":
        method = api.choose(fitted.model)[0]
    known = inspect.signature(registry.find("explainers", method)).parameters
    given = {
        "against": None if against is None else fitted.data.item_number(against),
        "budget": budget,
    }
    for name, value in given.items():
        if value is not None and name not in known:
            raise ArgumentError(
                f"--{name} belongs to other methods", given=f"method {method}", fix="leave it out"
            )
    found = {name: value for name, value in given.items() if value is not None}
    if "explainer" in known:
        found["explainer"] = trained(folder)
    return found


def trained(folder: Path | None) -> Any:
    """The explainer that `whyrec learn` put beside the model."""
    from whyrec.explain.learned import Learned

    if folder is None:
        raise ArgumentError(
            "the method learned needs the folder of the model",
            given="an opened model",
            fix="give the folder",
        )
    if not (folder / WITHIN).exists():
        raise ArgumentError(
            "the method learned needs an explainer that was trained for this model",
            given=f"no folder {WITHIN} in {folder}",
            fix=f"run whyrec learn {folder}",
        )
    return Learned.load(folder / WITHIN)


def learn(
    model: Folder,
    out: str | Path | None = None,
    *,
    people: int = 2000,
    epochs: int = 30,
    seed: int = 0,
    progress: Progress = silent,
) -> LearnResult:
    """Train an explainer that answers at once (method `learned`).

    Args:
        model: A model folder.
        out: Where the explainer goes; None: the folder `explainer` within the model's.
        people: At most so many of the 80% of the people are learned from.
        epochs: Passes over what was measured.
        seed: Seed of everything random.
        progress: Shows what is being done.
    """
    from whyrec.explain.learned import Learned

    if people < 1 or epochs < 1:
        raise ArgumentError("--people and --epochs must be 1 or more", given=f"{people}, {epochs}")
    fitted = opened(model)
    folder = place_of(model)
    target = out or (folder and folder / WITHIN)
    if target is None:
        raise ArgumentError("an explainer needs a place", given="an opened model", fix="give out=")
    data = fitted.data
    chosen = np.sort(np.random.default_rng(seed).permutation(people_apart(data)[0])[:people])
    if len(chosen) < 10:
        raise ArgumentError(
            "an explainer learns from histories of 10 people or more",
            given=f"{len(chosen)} in the folder",
            fix="fit without --no-histories, on data of more people",
        )
    start = time.perf_counter()
    with progress(f"removing events of {len(chosen)} people") as update:
        made = Learned(epochs=epochs).fit(
            fitted.model, data.histories[chosen], data, seed=seed, progress=update
        )
    place = made.save(target)
    return LearnResult(
        out=str(place),
        people=len(chosen),
        seconds=round(time.perf_counter() - start, 2),
        curve=made.curve_,
    )


def faithful_rows(model: Any, queries: Queries, seed: int, *, progress: Progress = silent) -> Row:
    """What removing the first reason does, beside random and other single events."""
    start = time.perf_counter()
    with progress(f"removing reasons for {len(queries)} people"):
        found = deletion_test(
            model, queries, functools.partial(api.explain, method="events"), seed=seed
        )
    ms = (time.perf_counter() - start) * 1000 / max(1, found.cases)
    exact = isinstance(model, (Additive, Readable))
    sums: Any = completeness(model, queries, api.explain).values if exact else np.array([])
    rows = [
        {
            "method": name,
            "metrics": {
                "drop": rounded(bootstrap(found.drop[name])),
                "rank": rounded(bootstrap(found.rank[name])),
                "no_longer_first": rounded(bootstrap(found.first_lost[name])),
            },
        }
        for name in found.drop
    ]
    against = {
        name: rounded(paired(found.drop["top reason"], found.drop[name]))
        for name in found.drop
        if name != "top reason"
    }
    return {
        "cases": found.cases,
        "rows": rows,
        "drop_against": against,
        "ms_per_case": round(ms, 2),
        "completeness": float(max(found.completeness, sums.max(initial=0))),
        "explained_items": len(sums),
        "removal_error": found.removal_error,
    }


def faithful(
    model: Folder,
    data: Source,
    methods: Sequence[str] = ("auto",),
    *,
    cases: int = 500,
    seed: int = 0,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> FaithfulnessResult:
    """Grade explainers by removal, on people whom no explainer was trained on.

    Where these are fewer than `cases` and nothing was trained, others are graded on too.

    Args:
        model: A model folder.
        data: The data that the model was fitted on.
        methods: Names of explainers; :func:`methods` lists those that the model allows.
        cases: How many people.
        seed: Seed of everything random.
        progress: Shows what is being done.
        **reading: How the data are read, where that is not as the model's were.
    """
    fitted = opened(model)
    folder = place_of(model)
    dataset = load_for(fitted, data, progress=progress, **reading)
    if cases < 1:
        raise ArgumentError("--cases must be 1 or more", given=str(cases))
    same_data(fitted, dataset)
    rng, (others, people) = np.random.default_rng(seed), people_apart(dataset)
    drawn = [*rng.permutation(people), *(() if "learned" in methods else rng.permutation(others))]
    people = np.sort(np.array(drawn[:cases], np.int64))
    queries = dataset.histories[people]
    with progress(f"grading {', '.join(methods)} on {len(people)} people") as update:
        graded = api.faithful(
            fitted.model,
            queries,
            (),
            data=dataset,
            seed=seed,
            progress=update,
            explainers=explainers(folder, fitted, dataset, methods),
        )
    single = faithful_rows(fitted.model, queries, seed, progress=progress)
    return _graded(fitted, dataset, methods, graded, single)


def _graded(
    fitted: storage.Fitted, data: Dataset, methods: Sequence[str], graded: Any, single: Row
) -> FaithfulnessResult:
    """What the harness found, with the rows of the first reason alone."""
    found = graded.as_json()
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
            "difference": rounded(graded.difference(main, name, metric)),
            "better": graded.better(main, name, metric),
        }
        for name in graded.rows
        if name != main
        for metric in printed_grades.GRADED
    ]
    if "auto" in methods:
        chosen = dict(zip(("method", "why"), api.choose(fitted.model), strict=True))
    else:
        chosen = None
    about = {"data": data.name, "model": fitted.header["name"]}
    values = single | found | {"rows": list(rows.values())}
    return FaithfulnessResult(**about, **values, chosen=chosen, against=against)


def explainers(
    folder: Path | None, fitted: storage.Fitted, data: Dataset, methods: Sequence[str]
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


def methods(model: Folder) -> MethodsResult:
    """The explainers that a model allows, what auto takes and why, and what was found against
    any.
    """
    fitted = opened(model)
    chosen, why = api.choose(fitted.model)
    fits = api.methods_for(fitted.model, data=fitted.header.get("histories", True))
    return MethodsResult(
        model=fitted.header["name"],
        auto=chosen,
        why=why,
        methods=[
            {
                "method": name,
                "what": _first_line(registry.find("explainers", name)),
                "flaw": api.flaw(fitted.header["name"], name),
            }
            for name in [*fits, "learned"]
        ],
    )


def _first_line(made: Any) -> str:
    first = (
        str(inspect.getdoc(made)).split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".:")
    )
    return re.sub(r":\w+:`(\w+)`", r"\1", first).replace("`", "")
