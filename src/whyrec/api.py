"""Functions on bare models: load data, explain a query, choose and grade explanation methods."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    Additive,
    ArgumentError,
    Cost,
    Dataset,
    Explanation,
    Queries,
    Query,
    Readable,
    Scorer,
    UnknownNameError,
    WhyrecError,
    check_items,
    count_calls,
    model_from_function,
    recommend,
)
from whyrec.core.capabilities import (
    FeatureReasons,
    FollowsFriends,
    LeastSquares,
    PathModel,
    PredictsRatings,
)
from whyrec.core.explainers import given_inputs, needs_of, options_of
from whyrec.core.settings import check_settings
from whyrec.registry import current, find, names
from whyrec.storage import Fitted

__all__ = [
    "SANITY_RESULT",
    "checked",
    "choose",
    "explain",
    "faithful",
    "flaw",
    "follows",
    "load",
    "load_steps",
    "methods_for",
    "popularity",
    "ratings_for",
    "recommend",
    "rules_of",
]


def load(
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    domain: str | None = None,
    verb: str | None = None,
    graph: str | Path | None = None,
    min_value: float | None = None,
    k_core: int = 0,
    item_core: int = 0,
    duplicates: str = "first",
    repeat: bool = False,
    ratings: str = "auto",
    order: str | None = None,
    catalogue: str | Path | None = None,
) -> Dataset:
    """Read a data set and clean it.

    Args:
        source: A known name ("films" is built in), a path, a database URL, or a data frame of
            pandas, polars or Arrow.
        columns: The column of each field, such as {"user": "Customer ID"}; its number, such as
            {"user": "1"}, if the table has no header.
        domain: What the items are, such as "film"; only the wording of sentences depends on it.
        verb: What people did with them, such as "watched" (:mod:`whyrec.core.verbs`).
        graph: A file of links between items and entities.
        min_value: Keep only events of at least this value.
        k_core: Keep people and items with at least this many events each.
        item_core: Keep items with at least this many events.
        duplicates: Which of repeated events counts: "first", "last" or "keep".
        repeat: People come back to items: keep repeats, and recommend items again.
        ratings: Whether the lowest rating means "not chosen": "auto", "stars" (yes) or "all" (no).
        order: "file" uses the order of the rows where times are missing or equal.
        catalogue: A table of all items (the column item), made without the events; or "own", the
            item table of the data. Items without events stay; private models need it.

    Returns:
        The cleaned Dataset.

    Raises:
        DataError: If the data cannot be read, or if cleaning leaves no event.
        ArgumentError: If an option has a value that is not allowed.
    """
    return load_steps(
        source,
        columns=columns,
        domain=domain,
        verb=verb,
        graph=graph,
        order=order,
        min_value=min_value,
        k_core=k_core,
        item_core=item_core,
        duplicates=duplicates,
        repeat=repeat,
        ratings=ratings,
        catalogue=catalogue,
    )[0]


def load_steps(
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    domain: str | None = None,
    verb: str | None = None,
    graph: str | Path | None = None,
    order: str | None = None,
    catalogue: str | Path | None = None,
    **cleaning: Any,
) -> tuple[Dataset, list[Any]]:
    """Like :func:`load`, but also return each step with the number of rows it touched."""
    from whyrec.data.clean import clean
    from whyrec.data.load import load as read

    loaded = read(source, columns=columns, domain=domain, verb=verb, order=order)
    if catalogue is not None:
        from whyrec.data.catalogue import catalogued

        loaded = catalogued(loaded, catalogue, verb=verb or "")
    cleaned = clean(loaded.data, meaning=loaded.meaning, **cleaning)
    steps = [*loaded.steps, *cleaned.steps]
    if graph is None:
        return cleaned.data, steps
    from whyrec.data.graphs import with_graph

    linked = with_graph(cleaned.data, graph)
    return linked.data, [*steps, *linked.steps]


def ratings_for(model: Any, ratings: str) -> str:
    """Choose how ratings are read for a model; a model that predicts ratings learns all of them."""
    predicts = isinstance(model, PredictsRatings) and model.predicts_ratings
    if ratings == "auto" and predicts:
        return "all"
    return ratings


def rules_of(
    fitted: Any, duplicates: str = "", ratings: str = "", order: str | None = None
) -> dict[str, Any]:
    """Give the rules for reading data of a fitted model: its own, unless others are given."""
    data = fitted.data
    return {
        "duplicates": duplicates or data.cleaning.get("duplicates", "first"),
        "ratings": ratings or ("all" if data.min_rating == 0 else "auto"),
        "order": order or ("file" if data.order == "file" else None),
    }


#: Which explainers failed which sanity checks on which models: what `bench/explanation/sanity.py
#: --publish` writes.
SANITY_RESULT = Path(__file__).with_name("checked.json")


@functools.cache
def checked() -> dict[str, dict[str, list[str]]]:
    """{model: {explainer: the sanity checks it failed}}, as `make bench-sanity` found on the
    built-in films.
    """
    found: dict[str, dict[str, list[str]]] = json.loads(SANITY_RESULT.read_text(encoding="utf-8"))
    return found


def flaw(model: str, method: str) -> str:
    """Describe the known flaws of an explainer on this kind of model; "" if there are none.

    >>> flaw("ease", "exact"), flaw("ease", "examples")
    ('', 'never reads the model; fails the checks model (make bench-sanity)')
    """
    failed = checked().get(model, {}).get(method, [])
    told = [
        needs_of(find("explainers", method)).flaw,
        f"fails the checks {', '.join(failed)} (make bench-sanity)" if failed else "",
    ]
    return "; ".join(text for text in told if text)


def explain(
    fitted: Scorer,
    query: Query,
    item: int,
    method: str = "auto",
    *,
    score: float | None = None,
    data: Dataset | None = None,
    **options: Any,
) -> Explanation:
    """Explain the score of one item by a method of the catalogue.

    For ALS, "als-decomposition" adds up to the score but is not the effect of removal;
    "als-leave-one-out" is that effect.

    Args:
        fitted: A fitted model.
        query: The history.
        item: Number of the item.
        method: Name of an explainer; "auto" is what :func:`choose` returns, "events" the same in
            terms of events only.
        score: The score that was served. Exact explanations add up to it, and the model need not
            score again.
        data: Events and items, which some methods need (examples, tokens).
        **options: Options of the method, such as budget or against.

    Returns:
        The Explanation, with the method that was used and its cost (evaluations, milliseconds).

    Raises:
        ArgumentError: If `item` is negative, or if the method lacks its data or its explainer.
        UnknownNameError: If the method or an option does not exist.
    """
    if not item >= 0:
        raise ArgumentError("item must be an item number, 0 or more", given=str(item))
    if method in ("auto", "events"):
        method = choose(fitted, events=method == "events")[0]
    method = current("explainers", method)
    made = find("explainers", method)
    known = options_of(made)
    inputs = given_inputs(made)
    for name in options:
        if name not in known and name not in inputs:
            raise UnknownNameError(f"option of {method}", name, [*known, *inputs])
    check_settings(method, made, options)
    if "data" in inputs:
        if data is None:
            raise ArgumentError(
                f"the method {method} needs the data", given="none", fix="give data="
            )
        options["data"] = data
    if "explainer" in inputs and "explainer" not in options:
        raise ArgumentError(
            f"the method {method} needs an explainer that was trained",
            given="none",
            fix="train one with `whyrec learn M`, or give explainer=",
        )
    if score is not None and "score" in inputs:
        options["score"] = score
    twin, tally = count_calls(fitted)
    start = time.perf_counter()
    try:
        found: Explanation = made(twin, query, item, **options)
    except (IndexError, ValueError) as error:
        if not isinstance(error, WhyrecError):  # most likely an item that the model does not know
            check_items(fitted.score([query]).shape[1], item)
        raise
    return replace(found, cost=Cost(tally.rows, round(1000 * (time.perf_counter() - start), 3)))


def choose(fitted: Scorer, *, events: bool = False) -> tuple[str, str]:
    """Return the method that "auto" takes for this model, and why; `events` allows only events."""
    if isinstance(fitted, PathModel) and not events:
        return (
            "paths",
            "the model is a sum of paths through the graph: the weight of each is what "
            "cutting it takes",
        )
    if isinstance(fitted, Readable) and not events:
        return "features", "the model is a sum of readable features: its own weights are exact"
    if not events and isinstance(fitted, FeatureReasons) and fitted.weight_:
        return (
            "exact-with-features",
            "the model is a sum of events and readable features, beside a rest",
        )
    if isinstance(fitted, LeastSquares):
        return (
            "als-leave-one-out",
            "the model solves each history anew: the effect of removal is exact by a downdate",
        )
    if isinstance(fitted, Additive):
        return "exact", "the model is a sum over events: each weight is what removal takes"
    return "deletion", "the model is no sum: what each choice does is measured by leaving it out"


def popularity(fitted: Fitted) -> tuple[NDArray[np.float32], NDArray[Any] | None]:
    """Return (log(1 + count), count) of each item, which ranks the list of an empty history.

    Both have shape (n_items,). If the folder holds neither histories nor counts: the model's scores
    of an empty history, and None.
    """
    data = fitted.data
    counts = (
        np.bincount(data.item, minlength=data.n_items)
        if len(data)
        else data.item_table.numeric.get("events")
    )
    if counts is None or not np.nansum(counts):
        return np.asarray(fitted.model.score([Query([])])[0], np.float32), None
    return np.log1p(np.nan_to_num(counts)).astype(np.float32), np.nan_to_num(counts)


def follows(fitted: Fitted, query: Query) -> bool:
    """Whether the model knows whom this person follows and uses it."""
    if query.user is None or not isinstance(fitted.model, FollowsFriends):
        return False
    return fitted.model.number(fitted.data.users[query.user]) is not None


def methods_for(fitted: Scorer, *, data: bool = True) -> list[str]:
    """Name the explainers that this model supports, in the order of the catalogue.

    `data` says whether events are available.
    """
    at_hand = {"score", "data"} if data else {"score"}
    out = []
    for name in names("explainers"):
        made = find("explainers", name)
        needed = {given for given, must in given_inputs(made).items() if must}
        if needed <= at_hand and needs_of(made).fits(fitted):
            out.append(name)
    return out


def faithful(
    model: Any,
    queries: Any,
    methods: Sequence[str] = ("auto",),
    *,
    data: Dataset | None = None,
    explainers: Mapping[str, Any] | None = None,
    **how: Any,
) -> Any:
    """Grade explanations by removal; see :func:`whyrec.public.faithfulness` for the arguments."""
    from whyrec.evaluate.faithfulness import faithfulness

    if not isinstance(model, Scorer):
        model = model_from_function(model)
    if isinstance(queries, Queries):
        asked = queries
    else:
        asked = Queries.of([one if isinstance(one, Query) else Query(one) for one in queries])

    def by(method: str) -> Any:
        return lambda fitted, query, item: explain(fitted, query, item, method, data=data)

    return faithfulness(
        model,
        asked,
        {name: by(name) for name in methods} | dict(explainers or {}),
        data=data,
        **how,
    )
