"""The functions of ``import whyrec``: from data to a fitted model, its lists, and their reasons.

A fitted model is a :class:`FittedModel`: the model with its data, which recommends, explains and
saves itself. Every function also takes a bare model of :mod:`whyrec.models` with its data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, overload

from whyrec import api, storage
from whyrec.core import (
    ArgumentError,
    Dataset,
    Explanation,
    Queries,
    Query,
    Scorer,
    Slate,
    artefact,
    recommend as ranked,
)
from whyrec.core.progress import Progress, silent
from whyrec.registry import create_model, name_of
from whyrec.workflows.explain import asked_item, explanation, listing, query as asked_of
from whyrec.workflows.labels import labelled_explanation, labelled_slate
from whyrec.workflows.reading import Source, load as read
from whyrec.workflows.training_run import train

__all__ = ["FittedModel", "explain", "faithfulness", "fit", "open", "recommend", "save"]


@dataclass(frozen=True, repr=False)
class FittedModel(storage.Fitted):
    """A fitted model with the data it knows: what :func:`fit` and :func:`open` give.

    Attributes:
        model: The model itself, a class of :mod:`whyrec.models` or of another package.
        data: Its items and, unless they were left out, its people and their events.
        header: Its name in the catalogue, its settings and its seed.
    """

    def recommend(
        self, user: str | None = None, *, items: str | Sequence[str] | None = None, k: int = 10
    ) -> Slate:
        """The k best items for a person; see :func:`recommend`."""
        return recommend(self, user=user, items=items, k=k)

    def explain(
        self,
        user: str | None = None,
        item: int | str | None = None,
        *,
        items: str | Sequence[str] | None = None,
        method: str = "auto",
        k: int = 10,
        **options: Any,
    ) -> Explanation:
        """Why an item is recommended to a person; see :func:`explain`."""
        return explain(self, item=item, user=user, items=items, method=method, k=k, **options)

    def save(self, path: str | Path, *, histories: bool = True) -> Path:
        """Write the folder that :func:`open` reads; see :func:`save`."""
        return save(path, self, histories=histories)

    def __repr__(self) -> str:
        return f"<FittedModel {self.model!r} on {self.data!r}>"


#: A model as every function takes it: with its data, as a folder, or bare.
ModelLike = storage.Fitted | Scorer | str | Path


def fit(
    model: str | Any, data: Source, *, seed: int = 0, progress: Progress = silent, **settings: Any
) -> FittedModel:
    """Fit a model.

    Args:
        model: A name of the catalogue such as "ease", or a model that is not fitted.
        data: What :func:`load` gave; or a known name, a path or a database URL.
        seed: Seed of everything random.
        progress: Shows what is being done.
        **settings: The model's settings, where it is named.

    Returns:
        The model with its data.

    Raises:
        UnknownNameError: For a name or a setting that does not exist.
        ArgumentError: For settings beside a model that has its own.
    """
    if isinstance(model, str):
        model = create_model(model, **settings)
    elif settings:
        raise ArgumentError(
            "a model that is made already has its settings",
            given=", ".join(settings),
            fix=f"give them to {type(model).__name__}(...)",
        )
    if not isinstance(data, Dataset):
        data, _ = read(data, progress=progress, ratings=api.ratings_for(model, "auto"))
    train(model, data, seed=seed, label=_name(model), progress=progress)
    return _with_data(model, data, seed)


def open(path: str | Path, *, mapped: bool = False) -> FittedModel:
    """Read the folder of a fitted model, which :func:`save` or ``whyrec fit`` wrote.

    Args:
        path: The folder.
        mapped: Map arrays into memory instead of reading them.
    """
    found = storage.open_fitted(path, mapped=mapped)
    return FittedModel(found.model, found.data, found.header)


def save(
    path: str | Path,
    model: storage.Fitted | Scorer,
    data: Dataset | None = None,
    *,
    histories: bool = True,
) -> Path:
    """Write a fitted model and its data as a folder that stands alone.

    Args:
        path: The folder to write.
        model: The fitted model.
        data: Its data, for a bare model.
        histories: Whether the folder keeps the people and their events.

    Returns:
        The folder.

    Raises:
        ArgumentError: For a model whose class is in no catalogue: it could not be opened again.
    """
    fitted = _fitted(model, data)
    name = name_of(fitted.model)
    if name is None:
        raise ArgumentError(
            "only a model of the catalogue can be saved",
            given=type(fitted.model).__name__,
            fix='add its class to the entry points "whyrec.models" of your package',
        )
    seed = int(fitted.header.get("seed", 0))
    return storage.save(path, fitted.model, fitted.data, name=name, seed=seed, histories=histories)


@overload
def recommend(
    model: ModelLike,
    queries: Queries | Sequence[Query] | Query,
    k: int = 10,
    *,
    data: Dataset | None = None,
    seen: bool = False,
    exclude: Sequence[int] = (),
) -> list[Slate]: ...


@overload
def recommend(
    model: ModelLike,
    data: Dataset | None = None,
    /,
    k: int = 10,
    *,
    user: str | None = None,
    items: str | Sequence[str] | None = None,
) -> Slate: ...


def recommend(
    model: Any,
    queries: Any = None,
    k: int = 10,
    *,
    data: Dataset | None = None,
    user: str | None = None,
    items: str | Sequence[str] | None = None,
    seen: bool = False,
    exclude: Sequence[int] = (),
) -> Slate | list[Slate]:
    """The k best items: of a person, or of each of some histories.

    ``recommend(model, data, user="p0001")`` gives the list of a person, as the service and the
    command line show it; ``items=["the-matrix-1999"]`` instead of `user` that of somebody new.
    ``recommend(model, queries)`` gives one list for each :class:`~whyrec.core.Query`.

    Args:
        model: A fitted model, or its folder.
        queries: The data of the person; or a Query, a sequence of them, or Queries.
        k: How many items.
        data: The data, where queries are given: the lists then carry labels and titles.
        user: Label of a person of the data.
        items: Instead: labels or titles of the items that somebody new chose, oldest first.
        seen: With queries: also list what was chosen before.
        exclude: With queries: item numbers that are never listed.

    Returns:
        A Slate; for queries a list of them. It is shorter than k where fewer items are left.

    >>> model = fit("ease", "films")
    >>> print(recommend(model, user="p0002", k=2))
    1  Groundhog Day  0.3304
    2  Superman II    0.2958
    """
    if isinstance(queries, Dataset):
        queries, data = None, queries
    if queries is not None:
        if user is not None or items is not None:
            raise ArgumentError("give queries, or user= or items= with the data", given="both")
        known = _known(model, data)
        found = ranked(
            model if known is None else known.model, queries, k, seen=seen, exclude=exclude
        )
        return found if known is None else [labelled_slate(slate, known.data) for slate in found]
    if seen or len(exclude):
        raise ArgumentError("seen and exclude go with queries", given="user= or items=")
    fitted = _fitted(model, data)
    view = listing(fitted, asked_of(fitted, user, items), k)
    best = view.best()
    return labelled_slate(Slate(best, view.decomposition.scores[best]), fitted.data)


@overload
def explain(
    model: ModelLike,
    query: Query,
    /,
    item: int,
    method: str = "auto",
    *,
    score: float | None = None,
    data: Dataset | None = None,
    **options: Any,
) -> Explanation: ...


@overload
def explain(
    model: ModelLike,
    data: Dataset | None = None,
    /,
    item: int | str | None = None,
    method: str = "auto",
    *,
    user: str | None = None,
    items: str | Sequence[str] | None = None,
    k: int = 10,
    zone: str = "",
    **options: Any,
) -> Explanation: ...


def explain(
    model: Any,
    query: Any = None,
    /,
    item: int | str | None = None,
    method: str = "auto",
    *,
    data: Dataset | None = None,
    user: str | None = None,
    items: str | Sequence[str] | None = None,
    k: int | None = None,
    zone: str = "",
    **options: Any,
) -> Explanation:
    """Why an item got its score.

    ``explain(model, data, user="p0001")`` explains the first item of a person's list and tests the
    reasons, as the service and the command line do. ``explain(model, query, item)`` gives all
    reasons of one :class:`~whyrec.core.Query` by a method, untested.

    Args:
        model: A fitted model, or its folder.
        query: The data of the person; or a Query.
        item: The item: its label, its title, or its number. None: the first of the list.
        method: An explainer of the catalogue; auto: what suits the model.
        data: The data, where a query is given: the explanation then carries titles and sentences.
        user: Label of a person of the data.
        items: Instead: labels or titles of the items that somebody new chose, oldest first.
        zone: Time zone of dates in sentences; "" is UTC.
        k: Length of the person's list.
        **options: The method's own, and for a query score: the score that was served.

    Returns:
        The Explanation; printing it gives its sentences.

    >>> model = fit("ease", "films")
    >>> why = explain(model, user="p0002", item="Superman II")
    >>> print(why)
    Based in part on what you watched: “Crouching Tiger, Hidden Dragon” (8 December 2023). These
    reasons make up 14% of the score: a small part of it.
    """
    if isinstance(query, Dataset):
        query, data = None, query
    if query is not None:
        if user is not None or items is not None:
            raise ArgumentError("give a query, or user= or items= with the data", given="both")
        if k is not None:
            options["k"] = k  # some methods have such an option
        return _of_query(model, query, item, method, data, zone, options)
    fitted = _fitted(model, data)
    asked = asked_of(fitted, user, items)
    view = listing(fitted, asked, 10 if k is None else k)
    label = item if isinstance(item, str) or item is None else fitted.data.items[item]
    number = asked_item(fitted, asked, view, label)
    why = explanation(fitted, asked, view, number, method, options)
    return labelled_explanation(fitted, asked, why, zone)


def faithfulness(
    model: Any,
    queries: Any,
    methods: Sequence[str] = ("auto",),
    *,
    data: Dataset | None = None,
    explainers: Mapping[str, Any] | None = None,
    **how: Any,
) -> Any:
    """Grade explanations by removal; see :func:`whyrec.evaluate.faithfulness.faithfulness`.

    Args:
        model: A fitted model; or a function score(histories) -> (q, n_items), a history being item
            numbers, oldest first.
        queries: Queries, a list of Query, or a list of such histories.
        methods: Names of explainers of the catalogue.
        data: The data, which some methods need.
        explainers: Your own by name: functions (model, query, item) -> weights or an Explanation.
        **how: Options of the measurement.
    """
    known = _known(model, data)
    if known is not None:
        model, data = known.model, known.data
    return api.faithful(model, queries, methods, data=data, explainers=explainers, **how)


def _of_query(
    model: Any,
    asked: Query,
    item: Any,
    method: str,
    data: Dataset | None,
    zone: str,
    options: Mapping[str, Any],
) -> Explanation:
    """An explanation of a query, with titles and sentences where the data are known."""
    known = _known(model, data)
    if item is None or (isinstance(item, str) and known is None):
        raise ArgumentError("a query needs the number of an item", given=repr(item))
    if known is None:
        return api.explain(model, asked, int(item), method, **options)
    number = known.data.item_number(item) if isinstance(item, str) else int(item)
    why = api.explain(known.model, asked, number, method, data=known.data, **options)
    return labelled_explanation(known, asked, why, zone)


def _name(model: Any) -> str:
    """The name of a model in the catalogue, else that of its class."""
    return name_of(model) or type(model).__name__


def _with_data(model: Any, data: Dataset, seed: int = 0) -> FittedModel:
    header = {
        "kind": "model",
        "name": _name(model),
        "config": artefact.model_config(model),
        "seed": seed,
        "histories": True,
    }
    return FittedModel(model, data, header)


def _known(model: Any, data: Dataset | None) -> storage.Fitted | None:
    """The model with its data; None for a bare model whose data are not given."""
    if isinstance(model, (str, Path)):
        model = open(model)
    if isinstance(model, storage.Fitted):
        return model if data is None else replace(model, data=data)
    return None if data is None else _with_data(model, data)


def _fitted(model: Any, data: Dataset | None) -> storage.Fitted:
    """The model with its data; ArgumentError where these are not known."""
    found = _known(model, data)
    if found is None:
        raise ArgumentError(
            "a model alone does not know its people and items",
            given=type(model).__name__,
            fix="give the data too: (model, data, user=...), or take the model of whyrec.fit",
        )
    return found
