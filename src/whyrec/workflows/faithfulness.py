"""Grade explanations by removal, list the methods of a model, and train a fast explainer.

People are split 80 : 20 with seed 42, as in the literature: explainers learn on the 80%, and grades
come from the others.
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

WITHIN = "explainer"  # subfolder of a model folder that holds its trained explainer


def people_apart(data: Dataset, least: int = 2) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(80% of the people, the other 20%) of those with `least` events or more, by seed 42."""
    able = np.flatnonzero(data.histories.sizes >= least)
    order = np.random.default_rng(42).permutation(able)
    cut = int(0.8 * len(order))
    return np.sort(order[:cut]), np.sort(order[cut:])


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class FaithfulnessResult(Rows):
    """Explainers graded by removal, compared with simple orders of the events.

    Attributes:
        data: Name of the data set.
        model: Name of the model.
        cases: Number of people.
        rows: Each method with its measures and 95% intervals.
        drop_against: The drop by the first reason minus that by other single events, paired.
        ms_per_case: Milliseconds for each person.
        completeness: The largest relative gap between a score and its explanation.
        explained_items: Number of explained items that `completeness` was measured on.
        removal_error: The largest relative difference between a weight and the measured drop.
        skipped: Number of people without events.
        output: The output that DEL and INS read: "score", "softmax" or "sigmoid".
        k_random: Number of random orders.
        chosen: The method that "auto" took, and why.
        against: The first method minus each other method, by measure.
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
        """Print the table of all methods, then the first reason alone."""
        return printed_grades.graded(self.to_dict(), lang)


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class MethodsResult(Rows):
    """The explainers that a model supports.

    Attributes:
        model: Name of the model.
        auto: The method that "auto" takes.
        why: The reason for this choice.
        methods: Each method with a description and its known flaws on this kind of model.
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
    """A trained explainer.

    Attributes:
        out: Its folder.
        people: Number of people it was trained on.
        seconds: Duration.
        curve: The loss and the unexplained share, by epoch.
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
    """Return the given options; raise ArgumentError for one that the method does not take."""
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
    """Read the explainer that `whyrec learn` wrote beside the model."""
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
    """Train an explainer that answers in one pass (method "learned").

    Source: [jethani2022].

    Args:
        model: A model folder.
        out: The folder of the explainer; None takes `explainer` in the model folder.
        people: The largest number of training people, from the 80%.
        epochs: Passes over the measured examples.
        seed: Seed of all random numbers.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The LearnResult.

    Raises:
        ArgumentError: If the folder holds histories of fewer than 10 people, or if an opened model
            is given without `out`.
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
    """Measure removing the first reason, compared with a random event and other single events."""
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
    """Grade explainers by removal, on people that no explainer was trained on.

    If fewer than `cases` such people exist and no method is trained, other people are used too.
    Source: [barkan2024].

    Args:
        model: A model folder.
        data: The data that the model was fitted on.
        methods: Names of explainers; :func:`methods` lists those that the model supports.
        cases: Number of people.
        seed: Seed of all random numbers.
        progress: Receives texts and shares of the work; silent by default.
        **reading: Overrides how the data is read; the default is as for the model.

    Returns:
        The FaithfulnessResult.

    Raises:
        UnknownNameError: If a method does not exist.
        ArgumentError: If the data is not that of the model.
        DataError: If the data cannot be read.
    """
    methods = [registry.current("explainers", name) for name in methods]
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
    """Combine the grades with the rows of the first reason alone."""
    found = graded.as_json()
    rows = {row["method"]: row for row in found.pop("rows")}
    for row in single["rows"]:  # the first reason alone
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
    """Functions (model, query, item) -> Explanation, by the name of the method."""
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
    """List the explainers that a model supports, the choice of "auto", and known flaws.

    Args:
        model: A model folder.

    Returns:
        The MethodsResult.
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
