"""One model of whyrec's catalogue, fitted and asked for its lists, or tuned, in a process of its
own.

python -m bench.accuracy.accuracy_ours JOB.json
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.peers.child import Clock, peak_mb, read_job, write_answer
from bench.peers.search import best, search
from whyrec import __version__, registry
from whyrec.core import Dataset, artefact
from whyrec.core.cases import ranked
from whyrec.data.split import by_part, next_item
from whyrec.evaluate.accuracy import accuracy
from whyrec.workflows.training_run import takes


def write_data(folder: str, data: Dataset) -> None:
    """The whole data set, so that a measured process need not read and clean it (which would be
    in its memory).
    """
    arrays, table = artefact.dataset_parts(data)
    artefact.save(folder, artefact.Artefact({"kind": "data"}, arrays, {"table": table}))


def read_data(folder: str) -> Dataset:
    stored = artefact.load(folder)
    return artefact.dataset_from(stored.arrays, stored.documents["table"])


def fit(job: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """The fitted model, its split, and what the fit took."""
    split = next_item(read_data(job["data"]), refit=job["refit"])
    model = registry.model(job["name"], **job["settings"])
    more: dict[str, Any] = {}
    # In a refit the validation items are in the fit: they could choose nothing but themselves.
    if job["validate"] and not job["refit"] and takes(model, "valid"):
        more["valid"] = split.valid
    clock = Clock()
    model.fit(split.train, seed=job["seed"], **more)
    facts = clock.facts("fit") | {"fit_peak_mb": round(peak_mb()), "train_hash": split.train.hash}
    if hasattr(model, "stages_"):
        trained = [one["curve"] for one in model.stages_ if one["stage"] != "text"]
        facts |= {"stages": model.stages_, "epochs": sum(map(len, trained))}
    return model, split, facts


def tune(job: dict[str, Any]) -> dict[str, Any]:
    """The trials of a search on validation people. The data of this job end before the test items:
    part is 1 for the validation items, and 0 for the events to fit on."""
    data = read_data(job["data"])
    with np.load(job["parts"]) as given:
        split = by_part("next-item", data, given["part"], "tuning")
        valid = split.valid.take(given["cases"])
    counts = np.bincount(split.train.item, minlength=data.n_items)

    def measure(settings: dict[str, Any]) -> float:
        model = registry.model(job["name"], **settings).fit(split.train, seed=job["seed"])
        return accuracy(model, valid, counts, metrics=("ndcg@10",))["ndcg@10"].mean

    trials = search(
        job["settings"], job["space"], measure, seconds=job["tune_seconds"], seed=job["seed"]
    )
    return {"trials": trials, "settings": best(trials), "people": len(valid)}


def main() -> None:
    job = read_job()
    lists = np.zeros((0, job["k"]), np.int32)
    if job.get("space") is not None:
        clock = Clock()
        write_answer(job, lists, tune(job) | clock.facts("tune"))
        return
    model, split, facts = fit(job)
    if job["score"]:
        clock = Clock()
        lists = ranked(model, split.test, job["k"])
        facts |= clock.facts("score")
    write_answer(job, lists, facts | {"versions": {"whyrec": __version__, "numpy": np.__version__}})


if __name__ == "__main__":
    main()
