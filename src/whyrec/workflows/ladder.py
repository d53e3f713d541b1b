"""The ladder of `advise`: models from the cheapest to a large one, fitted and measured in turn."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from whyrec import registry, storage
from whyrec.core import (
    ArgumentError,
    DataError,
    Dataset,
    Measurement,
    MissingExtra,
    Queries,
    TrainingDivergedError,
    UnknownNameError,
    recommend as slates,
)
from whyrec.core.cases import EvaluationCases, Split
from whyrec.core.lifecycle import LeavesOutOrder, SettlesSupport
from whyrec.core.progress import Progress, silent
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.statistics import bootstrap
from whyrec.models.item_content.item_texts import item_texts
from whyrec.workflows.baseline_tuning import UNTUNED, timed, tunable, tune_baseline
from whyrec.workflows.compare import peak_memory, share_columns
from whyrec.workflows.figures import rounded
from whyrec.workflows.plan import plan
from whyrec.workflows.result import Row
from whyrec.workflows.training_run import takes, train, with_budget

__all__ = ["METRIC", "Halves", "Ladder", "Step", "chosen_steps", "halves", "known_steps"]

METRIC = "ndcg@10"
TUNED_ON, MEASURED_ON = 5_000, 10_000  # largest numbers of validation people
FEWEST = 20  # validation people; the interval of fewer says nothing
TUNE_SECONDS, TUNE_SHARE = 20.0, 0.1  # of the search of a step's settings; of the budget left
ANSWERS = 50  # lists that are timed one by one
EPOCHS, MOST_EPOCHS = 20, 60  # of the large model; fewer say nothing about it
WITH_TEXT = 2.0  # an epoch of a model that reads texts takes so many times as long as without


@dataclass(frozen=True)
class Step:
    """A step of the ladder.

    Attributes:
        name: Its name.
        model: Name of its model.
        settings: Settings of the model that are not its defaults.
        needs: What the data must have: "order", "repeats".
        large: Whether it is the large model, whose time is estimated before it is fitted.
    """

    name: str
    model: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    large: bool = False


#: From the cheapest to the most expensive. A use counts less than half of the next one in
#: "most-recent", so that the latest use decides.
STEPS = (
    Step("popular", "popular"),
    Step("most-used", "personal-popular", {"decay": 1.0}, ("repeats",)),
    Step("most-recent", "personal-popular", {"decay": 0.5}, ("repeats", "order")),
    Step("knn", "knn"),
    Step("cooccurrence", "cooccurrence"),
    Step("pctm", "pctm"),
    Step("ease", "ease"),
    Step("additive", "additive"),
    Step("sequence", "sequence", needs=("order",), large=True),
)


def known_steps() -> list[Step]:
    """The steps whose models are in the catalogue."""
    models = registry.names("models")
    return [step for step in STEPS if step.model in models]


def chosen_steps(names: Sequence[str] | None) -> list[Step]:
    """The named steps in the order of the ladder; all if no names are given."""
    known = {step.name: step for step in known_steps()}
    if names is None:
        return list(known.values())
    for name in names:
        if name not in known:
            raise UnknownNameError("step of the ladder", name, known)
    return [step for step in known.values() if step.name in names]


class Halves(NamedTuple):
    """The events and the people of an advice.

    Attributes:
        train: The events that the models learn.
        tune: The validation people who tune a model's numbers and stop its training.
        measure: The other validation people, who decide between the steps and nothing else.
        test: The test people, who decide nothing.
        protocol: The split.
    """

    train: Dataset
    tune: EvaluationCases
    measure: EvaluationCases
    test: EvaluationCases
    protocol: str


def halves(data: Dataset, seed: int) -> Halves:
    """Split the data, and its validation people into two halves.

    Without an order, a random fifth of each person's items is the test, and a random fifth of the
    others is the validation.

    Raises:
        DataError: If there are fewer than 20 validation people.
    """
    from whyrec.data.split import split, usual

    parts = split(data, usual(data), seed=seed)
    train, valid = parts.train, parts.valid
    if parts.protocol == "random":
        train, valid = _all_people(parts, seed)
    if len(valid) < FEWEST:
        raise DataError(
            f"advise needs {FEWEST} validation people or more",
            given=f"{len(valid)} people with enough events",
            fix="give more events",
        )
    mixed = np.random.default_rng(seed).permutation(len(valid))
    middle = len(valid) // 2
    return Halves(
        train,
        valid.take(np.sort(mixed[:middle][:TUNED_ON])),
        valid.take(np.sort(mixed[middle:][:MEASURED_ON])),
        parts.test,
        parts.protocol,
    )


def _all_people(parts: Split, seed: int) -> tuple[Dataset, EvaluationCases]:
    """Make everybody a validation person, because the split random takes only a twelfth."""
    from whyrec.data.split import split

    try:
        inner = split(parts.train, "random", seed=seed + 1)
    except DataError:  # nobody has five items left
        return parts.train, parts.valid
    return inner.train, inner.test


@dataclass
class Ladder:
    """A run of the ladder within a budget of processor seconds.

    Attributes:
        parts: The events and the people.
        budget: Processor seconds for all steps together.
        seed: Seed of all random numbers.
        place: A folder for fitted models, so that they do not add to the memory of later steps.
        progress: Receives texts and shares of the work.
        measured: The value of NDCG@10 for each measured person, by step.
        firm: Whether models that can keep to a budget are given what is left of it.
    """

    parts: Halves
    budget: float
    seed: int
    place: Path
    progress: Progress = silent
    measured: dict[str, Measurement] = field(default_factory=dict)
    began: float = field(default_factory=time.process_time)
    firm: bool = False

    @property
    def spent(self) -> float:
        return time.process_time() - self.began

    def climb(self, step: Step) -> Row:
        """Fit and measure a step, or say why not.

        Returns:
            The row of the step; `state` is "run", "left out" (it does not suit the data) or
            "not run".
        """
        if lacking := self._unsuitable(step):
            return _row(step, "left out", lacking)
        estimate = self.estimate(step)
        left = self.budget - self.spent
        if left <= 0 or (estimate is not None and estimate > left):
            return _row(step, "not run", "budget", estimate_seconds=_seconds(estimate))
        try:
            return self._run(step, left)
        except MissingExtra as error:
            return _row(step, "not run", "extra", str(error), estimate_seconds=_seconds(estimate))
        except (ArgumentError, DataError, TrainingDivergedError, MemoryError) as error:
            return _row(step, "not run", "failed", str(error) or type(error).__name__)

    def _unsuitable(self, step: Step) -> str:
        """What the data lack for a step; "" if they have all."""
        data = self.parts.train
        if "repeats" in step.needs and not data.repeat:
            return "no-repeats"
        if "order" in step.needs and data.order == "none":
            return "no-order"
        return ""

    def estimate(self, step: Step) -> float | None:
        """Processor seconds that a step needs, by the laws of `plan`; None if it has none."""
        if not step.large:
            return None
        epoch, reading = self._large_costs()
        return reading + EPOCHS * epoch

    def _large_costs(self) -> tuple[float, float]:
        """Processor seconds of an epoch of the large model, and of reading the items' texts."""
        data = self.parts.train
        users, items = max(1, data.n_users), max(1, data.n_items)
        laws = plan(max(1, len(data)), users, items, "1x1GB", engine="local")
        stages = {row["stage"]: 3600 * row["hours"] for row in laws.rows}
        texts = item_texts(data.item_table, labels=data.items)
        with_text = sum(map(bool, texts)) / max(1, len(texts))
        epoch = stages["fit sequence, an epoch"] * (WITH_TEXT if any(texts) else 1.0)
        return epoch, with_text * stages["read item texts"]

    def _run(self, step: Step, left: float) -> Row:
        settings = dict(step.settings)
        if step.large:
            epoch, reading = self._large_costs()
            epochs = int((left - reading) / epoch)
            if epochs < MOST_EPOCHS:  # else those of the model's defaults
                settings["epochs"] = epochs
        with peak_memory() as peak:
            model, fitting, chosen = self._fitted(step.model, settings, left)
            with self.progress(f"measuring {step.name} on {len(self.parts.measure)} people"):
                self.measured[step.name] = self.accuracy(model, self.parts.measure)
        queries = self.parts.measure.queries
        storage.save(
            self.place / step.name, model, self.parts.train, name=step.model, seed=self.seed
        )
        return _row(
            step,
            "run",
            settings=settings | chosen.pop("settings") or None,
            **chosen,
            metrics={METRIC: rounded(bootstrap(self.measured[step.name]))},
            fit_seconds=fitting["seconds"],
            fit_cpu_seconds=fitting["cpu_seconds"],
            peak_mb=round(peak()),
            ms=round(milliseconds(model, queries), 3),
            **share_columns(model, queries),
            without_order=(model.without_order_ or None)
            if isinstance(model, LeavesOutOrder)
            else None,
        )

    def _fitted(
        self, name: str, settings: dict[str, Any], left: float
    ) -> tuple[Any, dict[str, float], Row]:
        """The fitted model, the seconds of its fit, and what a search on the first half chose."""
        parts = self.parts
        if tunable(name):
            tuned = tune_baseline(
                name,
                settings,
                Split(parts.protocol, parts.train, parts.tune, parts.test),
                METRIC,
                seed=self.seed,
                budget=min(TUNE_SECONDS, left * TUNE_SHARE),
                progress=self.progress,
            )
            if isinstance(tuned.model, SettlesSupport):
                tuned.model.settle_support(parts.tune, seed=self.seed)
            return tuned.model, tuned.fitting, tuned.row
        given = with_budget(name, settings, left if self.firm else None, strict=False)
        model = registry.model(name, **given)
        more: Row = {"valid": parts.tune} if takes(model, "valid") else {}
        with timed() as fitting:
            train(model, parts.train, seed=self.seed, label=name, progress=self.progress, **more)
        return model, fitting, dict(UNTUNED)

    def accuracy(self, model: Any, cases: EvaluationCases) -> Measurement:
        """NDCG@10 of each case by ranking all items."""
        train = self.parts.train
        counts = np.bincount(train.item, minlength=train.n_items)
        return accuracy(model, cases, counts, metrics=(METRIC,))[METRIC]

    def fitted(self, name: str) -> Any:
        """The fitted model of a step."""
        return storage.open_fitted(self.place / name).model


def milliseconds(model: Any, queries: Queries) -> float:
    """Median milliseconds of a list of ten for one person, without its explanation."""
    times = []
    for query in queries[: ANSWERS + 1]:
        start = time.perf_counter()
        slates(model, query, 10)
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times[1:] or times))  # the first call loads what is needed once


def _seconds(estimate: float | None) -> float | None:
    return None if estimate is None else float(f"{estimate:.2g}")


def _row(step: Step, state: str, reason: str = "", detail: str = "", **more: Any) -> Row:
    """The row of a step; all rows have the same keys."""
    return {
        "step": step.name,
        "model": step.model,
        "settings": None,
        "trials": 0,
        "tune_seconds": 0.0,
        "tune_cut": False,
        "state": state,
        "reason": reason,
        "detail": detail,
        "metrics": None,
        "previous": None,
        "gain": None,
        "to_best": None,
        "fit_cpu_seconds": None,
        "fit_seconds": None,
        "peak_mb": None,
        "ms": None,
        "explained_share": None,
        "explained_share_p10": None,
        "explained_share_min": None,
        "without_order": None,
        "estimate_seconds": None,
    } | more
