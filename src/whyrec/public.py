"""The functions of ``import whyrec``: fit a model, recommend, explain, grade and save it.

A :class:`FittedModel` holds a model with its data; it can recommend, explain and save itself. Every
function also takes a bare model of :mod:`whyrec.models` with its data.
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
from whyrec.core.listing import Listing
from whyrec.core.progress import Progress, silent
from whyrec.registry import create_model, name_of
from whyrec.workflows.explain import asked_item, explanation, listing, query as asked_of
from whyrec.workflows.folders import check_counts, same_items
from whyrec.workflows.labels import labelled_explanation, labelled_slate
from whyrec.workflows.private_data import load_to_fit
from whyrec.workflows.reading import Source
from whyrec.workflows.training_run import train

__all__ = ["FittedModel", "explain", "faithfulness", "fit", "open", "recommend", "save"]


@dataclass(frozen=True, repr=False)
class FittedModel(storage.Fitted):
    """A fitted model with its data, as returned by :func:`fit` and :func:`open`.

    Attributes:
        model: The model itself, a class of :mod:`whyrec.models` or of another package.
        data: Its items and, unless they were left out, its people and their events.
        header: Its name in the catalogue, its settings and its seed.
    """

    def recommend(
        self, user: str | None = None, *, items: str | Sequence[str] | None = None, k: int = 10
    ) -> Slate:
        """Recommend the k best items to a person; see :func:`recommend`.

        Args:
            user: Label of a person of the data.
            items: Instead of `user`: labels or titles of items that a new person chose, oldest
                first.
            k: Number of items.

        Returns:
            A Slate of at most k items, best first.

        Raises:
            UnknownNameError: If the person or an item is not in the data.
            ArgumentError: Unless exactly one of `user` and `items` is given.
        """
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
        """Explain why an item is recommended to a person; see :func:`explain`.

        Args:
            user: Label of a person of the data.
            item: Label, title or number of the item; None takes the first of the person's list.
            items: Instead of `user`: labels or titles of items that a new person chose, oldest
                first.
            method: Name of an explainer; "auto" takes the one that suits the model.
            k: Length of the person's list.
            **options: Options of the method.

        Returns:
            The tested Explanation; printing it gives its sentences.

        Raises:
            UnknownNameError: If the person, the item, the method or an option does not exist.
            ArgumentError: Unless exactly one of `user` and `items` is given.
        """
        return explain(self, item=item, user=user, items=items, method=method, k=k, **options)

    def save(self, path: str | Path, *, histories: bool = True) -> Path:
        """Write the folder that :func:`open` reads; see :func:`save`.

        Args:
            path: The folder to write.
            histories: Whether the folder keeps the people and their events.

        Returns:
            The folder.

        Raises:
            ArgumentError: If the model's class is not in the catalogue.
        """
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
        data: A Dataset of :func:`load`; or a known name, a path or a database URL.
        seed: Seed of all random numbers.
        progress: Receives texts and shares of the work; silent by default.
        **settings: Settings of a model that is given by its name.

    Returns:
        The model with its data.

    Raises:
        UnknownNameError: If the name or a setting does not exist.
        ArgumentError: If settings are given together with a model object, or have wrong values.
        DataError: If the data cannot be read.
        TrainingDivergedError: If the loss becomes infinite or undefined in training.
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
        data, _ = load_to_fit(model, data, seed=seed, progress=progress)
    train(model, data, seed=seed, label=_name(model), progress=progress)
    return _with_data(model, data, seed)


def open(path: str | Path, *, mapped: bool = False) -> FittedModel:
    """Read the folder of a fitted model, written by :func:`save` or ``whyrec fit``.

    Args:
        path: The folder.
        mapped: Map arrays into memory instead of reading them.

    Returns:
        The model with its data.

    Raises:
        BadArtefact: If the folder is damaged or holds no model, or if this version does not know
            the model or one of its settings.
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
    """Write a fitted model and its data as a folder that needs no other file.

    Args:
        path: The folder to write.
        model: The fitted model.
        data: The data of a bare model.
        histories: Whether the folder keeps the people and their events.

    Returns:
        The folder.

    Raises:
        ArgumentError: If the model's class is not in the catalogue, because it could not be opened
            again.
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
    """Recommend the k best items to a person, or for each of several histories.

    ``recommend(model, data, user="p0001")`` gives the list of a person, as the service and the
    command line show it; with ``items=["the-matrix-1999"]`` instead of `user`, that of a new
    person. ``recommend(model, queries)`` gives one list for each :class:`~whyrec.core.Query`.

    Args:
        model: A fitted model, or its folder.
        queries: The data of the person; or a Query, a sequence of them, or Queries.
        k: Number of items.
        data: With queries: the data; the lists then carry labels and titles.
        user: Label of a person of the data.
        items: Instead of `user`: labels or titles of items that a new person chose, oldest first.
        seen: With queries: also list items that were chosen before.
        exclude: With queries: item numbers that are never listed.

    Returns:
        A Slate; for queries a list of them. It has fewer than k items if fewer can be recommended.

    Raises:
        UnknownNameError: If the person or an item is not in the data.
        ArgumentError: If the arguments do not go together, or if the data of a bare model is
            missing.

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
    view = _listing(fitted, asked_of(fitted, user, items), k)
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
    """Explain why an item got its score.

    ``explain(model, data, user="p0001")`` explains the first item of a person's list and tests the
    reasons, as the service and the command line do. ``explain(model, query, item)`` gives all
    reasons of one :class:`~whyrec.core.Query` by a method, untested.

    Args:
        model: A fitted model, or its folder.
        query: The data of the person; or a Query.
        item: Label, title or number of the item; None takes the first of the list.
        method: Name of an explainer; "auto" takes the one that suits the model.
        data: With a query: the data; the explanation then carries titles and sentences.
        user: Label of a person of the data.
        items: Instead of `user`: labels or titles of items that a new person chose, oldest first.
        k: Length of the person's list (10 by default); with a query, an option of some methods.
        zone: Time zone of dates in sentences, such as "Europe/Berlin"; "" is UTC.
        **options: Options of the method; with a query also `score`, the score that was served.

    Returns:
        The Explanation; printing it gives its sentences.

    Raises:
        UnknownNameError: If the person, the item, the method or an option does not exist.
        ArgumentError: If the arguments do not go together, or if the data of a bare model is
            missing.

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
    view = _listing(fitted, asked, 10 if k is None else k)
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
    """Grade explanations by removing the reasons and scoring again.

    See :func:`whyrec.evaluate.faithfulness.faithfulness` for the measures. Source: [barkan2024].
    Limitations: DEL and INS of different models are not comparable, because their scores have
    different units.

    Args:
        model: A fitted model; or a function score(histories) -> (q, n_items), where a history is a
            list of item numbers, oldest first.
        queries: Queries, a list of Query, or a list of such histories.
        methods: Names of explainers of the catalogue.
        data: The data, which some methods need.
        explainers: Your own explainers by name: functions (model, query, item) -> weights or an
            Explanation.
        **how: Options of the measurement, such as k_random or seed.

    Returns:
        A :class:`whyrec.evaluate.faithfulness.Faithfulness` with one row for each explainer.

    Raises:
        ArgumentError: If no history has an event.
        UnknownNameError: If a method does not exist.
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
    """Explain a query; add titles and sentences if the data is known."""
    known = _known(model, data)
    if item is None or (isinstance(item, str) and known is None):
        raise ArgumentError("a query needs the number of an item", given=repr(item))
    if known is None:
        return api.explain(model, asked, int(item), method, **options)
    number = known.data.item_number(item) if isinstance(item, str) else int(item)
    why = api.explain(known.model, asked, number, method, data=known.data, **options)
    return labelled_explanation(known, asked, why, zone)


def _name(model: Any) -> str:
    """Name of a model in the catalogue, or else of its class."""
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


def _listing(fitted: storage.Fitted, asked: Query, k: int) -> Listing:
    """The list of a history; raise an error if the data is not that of the model."""
    view = listing(fitted, asked, k)
    check_counts(view.decomposition.scores.shape[-1], fitted.data)
    return view


def _known(model: Any, data: Dataset | None) -> storage.Fitted | None:
    """The model with its data, or None for a bare model without data."""
    if isinstance(model, (str, Path)):
        model = open(model)
    if isinstance(model, storage.Fitted):
        if data is None:
            return model
        same_items(model, data)
        return replace(model, data=data)
    return None if data is None else _with_data(model, data)


def _fitted(model: Any, data: Dataset | None) -> storage.Fitted:
    """The model with its data; raise an error if the data is not known."""
    found = _known(model, data)
    if found is None:
        raise ArgumentError(
            "a model alone does not know its people and items",
            given=type(model).__name__,
            fix="give the data too: (model, data, user=...), or take the model of whyrec.fit",
        )
    return found
