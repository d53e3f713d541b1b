"""Search the settings of a model on validation people, with early stopping and resuming."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Unpack

import numpy as np

from whyrec import registry
from whyrec.core import ArgumentError, BadArtefact, MissingExtra, TrainingDivergedError
from whyrec.core.cases import Split
from whyrec.core.lifecycle import NotTuned
from whyrec.core.progress import Progress, silent
from whyrec.core.settings import Declared, searched
from whyrec.evaluate.accuracy import accuracy
from whyrec.scale.tasks import tasks
from whyrec.workflows.reading import Reading, Source, load
from whyrec.workflows.repeats import repeats_told
from whyrec.workflows.result import IF_SET, Block, Row, Rows, Table
from whyrec.workflows.training_run import takes_run, train

Outcome = tuple[Any, float | None, dict[int, float]]  # state, value and curve (by epoch) of a trial


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class TuneResult(Rows):
    """The trials of a search and the best settings.

    Attributes:
        model: Name of the model.
        data: Name of the data set.
        protocol: The split.
        metric: The measure that was maximised on validation cases.
        cases: Number of validation cases.
        store: The file of the search.
        out: The file of the best settings.
        best: Number, value and settings of the best trial.
        trials: Every trial with its state, value and settings.
        dropped: What was left out of the data because it repeats a person and item.
    """

    row_field: ClassVar[str] = "trials"
    model: str
    data: str
    protocol: str
    metric: str
    cases: int
    store: str
    out: str
    best: Row
    trials: list[Row]
    dropped: list[str] | None = field(default=None, metadata=IF_SET)

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        best = self.best
        names = list(best["settings"])
        rows = [
            {
                "trial": row["number"] + 1,
                self.metric: row["value"],
                "": "" if row["state"] == "complete" else row["state"],
                **{name: row["settings"].get(name, best["settings"][name]) for name in names},
            }
            for row in self.trials
        ]
        at = next(at for at, row in enumerate(self.trials) if row["number"] == best["number"])
        yield (f"{self.model} on {self.data}: {len(rows)} trials, {self.cases:,} validation cases")
        yield from self.dropped or ()
        yield Table(rows, "Trials", best=at)
        yield f"Best: trial {best['number'] + 1}, {self.metric} {best['value']:.4f}"
        yield f"Try:  whyrec fit --model {self.model} --config {self.out}"


def tune(
    data: Source,
    model: str,
    store: str | Path,
    out: str | Path,
    *,
    trials: int = 20,
    protocol: str = "next-item",
    seed: int = 0,
    config: Mapping[str, Any] | None = None,
    engine: str = "local",
    workers: int = 1,
    address: str | None = None,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> TuneResult:
    """Search a model's settings on validation people; a second call resumes the search.

    The model declares on the parameters of its constructor what is searched (see
    :class:`whyrec.core.settings.Setting`). The objective is NDCG@10 ("strong": NDCG@100) on the
    validation cases of the split; test people are not used.

    Args:
        data: A known name, a path, a database URL or a Dataset.
        model: Name of the model.
        store: The file of the search (SQLite); a second call with it resumes.
        out: The TOML file for the best settings.
        trials: Number of further trials.
        protocol: "next-item", "strong", "temporal" or "random".
        seed: Seed of all random numbers.
        config: Settings that are not searched.
        engine: "local", or "ray", which runs the trials.
        workers: Number of simultaneous trials; each is drawn without the results of the others.
        address: Address of a Ray cluster; None starts Ray on this machine.
        progress: Receives texts and shares of the work; silent by default.
        **reading: How the data is read; see :func:`whyrec.load`.

    Returns:
        The TuneResult.

    Raises:
        ArgumentError: If the model declares nothing to search, or if every trial failed.
        BadArtefact: If the store belongs to another search or is not a store.
        DataError: If the data cannot be read.
    """
    from whyrec.data.split import split

    optuna = _optuna()
    store = Path(store)
    out = Path(out)
    dataset, read = load(data, progress=progress, **reading)
    fixed = dict(config or {})
    space = _searched(model, fixed, trials)
    parts = split(dataset, protocol, seed=seed)
    run = tasks(engine, workers, address)
    about = {"model": model, "protocol": protocol, "data": dataset.hash, "seed": seed}
    study = _study(optuna, store, about | {"fixed": fixed}, workers)
    if protocol == "strong":
        metric = "ndcg@100"
    else:
        metric = "ndcg@10"
    kept = run.keep(parts)
    total = len(study.trials) + trials
    # a worker has no terminal
    if engine == "local":
        shown = progress
    else:
        shown = silent

    def start(trial: Any) -> Callable[[], Outcome]:
        settings = fixed | {name: _suggest(trial, one) for name, one in space.items()}
        label = f"trial {trial.number + 1} of {total}"
        return run.start(_measured, _told(study), model, settings, kept, seed, metric, label, shown)

    where = f" on {workers} workers" if engine == "ray" else ""
    with progress(f"{trials} trials{where}") as update:
        _search(study, trials, workers, start, update)
    return _result(
        study,
        {
            "model": model,
            "data": dataset.name,
            "protocol": protocol,
            "metric": metric,
            "cases": len(parts.valid),
            "store": str(store),
            "out": str(out),
            "dropped": repeats_told(read) or None,
        },
        fixed,
        out,
    )


def _searched(model: str, fixed: Mapping[str, Any], trials: int) -> dict[str, Declared]:
    """The settings to search, as the model declares them; ArgumentError if there are none."""
    made = registry.find("models", model)
    space = searched(made)
    if not space:
        if isinstance(made, NotTuned):
            why = made.not_tuned
            fix = "choose its settings with `whyrec fit --config`"
        else:
            why = "declares no search space"
            fix = (
                "declare one on a setting of its constructor, such as "
                "rate: Annotated[float, Setting(low=0, search=(0.1, 0.9))] = 0.5"
            )
        raise ArgumentError(
            "tune needs a model with a setting to search", given=f"{model}, which {why}", fix=fix
        )
    if trials < 1:
        raise ArgumentError("--trials must be 1 or more", given=str(trials))
    registry.model(model, **fixed)
    left = {name: one for name, one in space.items() if name not in fixed}
    if not left:
        raise ArgumentError(
            "--config must leave something to search", given=f"all of {', '.join(space)}"
        )
    return left


def _search(
    study: Any,
    trials: int,
    at_once: int,
    start: Callable[[Any], Callable[[], Outcome]],
    update: Callable[..., None],
) -> None:
    """Run up to `at_once` trials at a time.

    Trial n is drawn, and stopped early, using only trials before n - at_once + 1. So the order in
    which trials finish does not change the result.
    """
    under: deque[tuple[Any, Callable[[], Outcome]]] = deque()
    left = trials
    try:
        while left or under:
            while left and len(under) < at_once:
                trial = study.ask()
                left = left - 1
                under.append((trial, start(trial)))
            trial, result = under[0]
            state, value, curve = result()
            for epoch, quality in curve.items():
                trial.report(quality, epoch)
            study.tell(trial, value, state=state)
            under.popleft()
            done = trials - left - len(under)
            best = max((value for value, _ in _told(study)), default=None)
            so_far = "" if best is None else f", best so far {best:.4f}"
            update(done / trials, f"{done} of {trials} trials{so_far}")
    finally:
        for trial, _ in under:
            study.tell(trial, state=_optuna().trial.TrialState.FAIL)


def _result(study: Any, about: Row, fixed: Mapping[str, Any], out: Path) -> TuneResult:
    """Write the best settings to `out` and return the result."""
    done = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
    if not done:
        raise ArgumentError(
            "one trial must end well",
            given=f"{len(study.trials)} that did not",
            fix="set a lower learning_rate with --config, or try more",
        )
    best = max(done, key=lambda trial: trial.value)
    settings = {**fixed, **best.params}
    _write(
        out,
        settings,
        f"whyrec tune, {about['model']} on {about['data']}: {about['metric']} {best.value:.5f} "
        "on validation people",
    )
    rows = [
        {
            "number": trial.number,
            "state": trial.state.name.lower(),
            "value": trial.value if trial in done else None,
            "settings": trial.params,
        }
        for trial in study.trials
    ]
    found = {"number": best.number, "value": best.value, "settings": settings}
    return TuneResult(**about, best=found, trials=rows)


def _told(study: Any) -> list[tuple[float, dict[int, float]]]:
    """Value and curve of each finished trial, with which a running trial is compared."""
    return [
        (trial.value, trial.intermediate_values)
        for trial in study.trials
        if trial.state.name == "COMPLETE"
    ]


def _measured(
    told: list[tuple[float, dict[int, float]]],
    model: str,
    settings: Mapping[str, Any],
    parts: Split,
    seed: int,
    metric: str,
    label: str,
    progress: Progress,
) -> Outcome:
    """State, validation value (unless stopped) and curve of one trial."""
    optuna = _optuna()
    pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=3)
    study = optuna.create_study(direction="maximize", pruner=pruner)
    study.add_trials(
        [optuna.create_trial(value=value, intermediate_values=curve) for value, curve in told]
    )
    made = registry.model(model, **settings)
    more = {}
    trial = study.ask()
    if takes_run(made):
        more = {"valid": parts.valid, "run": _pruned(trial)}
    value = None
    state = optuna.trial.TrialState.COMPLETE
    try:
        train(made, parts.train, seed=seed, label=label, progress=progress, **more)
        counts = np.bincount(parts.train.item, minlength=parts.train.n_items)
        value = accuracy(made, parts.valid, counts, metrics=(metric,))[metric].mean
    except optuna.TrialPruned:
        state = optuna.trial.TrialState.PRUNED
    except TrainingDivergedError:
        state = optuna.trial.TrialState.FAIL
    return state, value, study.trials[-1].intermediate_values


def _pruned(trial: Any) -> Any:
    """A run that reports each epoch and ends if the pruner says so."""
    import optuna

    from whyrec.models.training.run import Run, Status

    told = [0]

    def progress(status: Status) -> None:
        if status.epoch > told[0] and status.quality is not None:
            told[0] = status.epoch
            trial.report(status.quality, status.epoch)
            if trial.should_prune():
                raise optuna.TrialPruned()

    return Run(progress)


def _suggest(trial: Any, one: Declared) -> Any:
    setting = one.setting
    if setting.grid:
        return trial.suggest_categorical(one.name, setting.grid)
    low, high = setting.search or (0, 0)
    if one.kind is int:
        return trial.suggest_int(one.name, int(low), int(high), log=setting.log)
    return trial.suggest_float(one.name, low, high, log=setting.log)


def _optuna() -> Any:
    try:
        import optuna
    except ImportError:
        raise MissingExtra("optuna", "text") from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def _study(optuna: Any, store: Path, about: Mapping[str, Any], at_once: int) -> Any:
    """Open or create the study in the file; raise BadArtefact if it belongs to another search."""
    from sqlalchemy.exc import SQLAlchemyError

    if store.is_dir() or not store.resolve().parent.is_dir():
        raise ArgumentError("--store must be a file in a folder that is there", given=str(store))
    name = f"{about['model']}, {about['protocol']}"
    try:
        storage = optuna.storages.RDBStorage(f"sqlite:///{store}")
        known = name in optuna.get_all_study_names(storage)
        # The sampler continues from another seed each time; otherwise a second call would repeat
        # the settings of the first.
        if known:
            drawn = len(optuna.load_study(study_name=name, storage=storage).trials)
        else:
            drawn = 0
        # Simultaneous trials avoid each other's settings until their results arrive.
        sampler = optuna.samplers.TPESampler(
            seed=int(about["seed"]) * 1_000_003 + drawn, constant_liar=at_once > 1
        )
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            direction="maximize",
            load_if_exists=True,
            sampler=sampler,
        )
        before = study.user_attrs.get("about")
        if before is None:
            study.set_user_attr("about", json.dumps(about, sort_keys=True))
    except (SQLAlchemyError, RuntimeError, KeyError) as error:
        raise BadArtefact(
            f"--store must be a file that whyrec tune wrote, or none; got {store}: "
            f"{str(error).splitlines()[0][:200]}. Fix: give another file."
        ) from None
    now = json.loads(json.dumps(about))
    if before is not None and (
        differs := [key for key, value in json.loads(before).items() if now.get(key) != value]
    ):
        raise BadArtefact(
            f"{store} holds a search with other {' and '.join(differs)}. Fix: give another file."
        )
    return study


def _write(path: Path, settings: Mapping[str, Any], note: str) -> None:
    """Write settings as TOML; numbers, texts and lists look as in JSON."""
    lines = [f"# {' '.join(note.split())}"]
    lines += [
        f"{key} = {json.dumps(list(value) if isinstance(value, tuple) else value)}"
        for key, value in settings.items()
    ]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        sys.stderr.write(
            "".join(line + "\n" for line in lines)
        )  # do not lose hours of search because of a wrong path
        raise ArgumentError(
            "--out must be a file that can be written", given=f"{path}: {error.strerror}"
        ) from None
