"""One RecTools model, fitted and asked for its lists, in the peers' own environment.

    python bench/peers/rectools_peer.py JOB.json

Imports nothing of whyrec. The events, the queries and the budget come from files that
bench/accuracy/accuracy_run.py writes; the lists go back the same way and are measured there.
Settings are RecTools' own argument names, with two of ours: patience (epochs) and
ff_factors_multiplier (of the LiGR layers). The budget is in processor seconds, which other work on
the machine does not shorten.
"""

from __future__ import annotations

import copy
import logging
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import torch
from pytorch_lightning import Callback, Trainer, seed_everything
from rectools import Columns
from rectools.dataset import Dataset, IdMap, Interactions
from rectools.models import EASEModel
from rectools.models.nn.transformers.bert4rec import BERT4RecModel
from rectools.models.nn.transformers.ligr import LiGRLayers
from rectools.models.nn.transformers.sasrec import SASRecModel

from bench.peers.child import Clock, cpu_seconds, peak_mb, read_job, write_answer

# eSASRec: causal shifted target, LiGR layers, sampled softmax over 256 uniform negatives, as in
# github.com/blondered/transformer_benchmark, configs/paper/loo. BERT4Rec masks 20%:
# antklen/sasrec-bert4rec-recsys23.
KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "rectools-sasrec": (SASRecModel, {"loss": "softmax"}),
    "rectools-esasrec": (
        SASRecModel,
        {
            "loss": "sampled_softmax",
            "n_negatives": 256,
            "use_key_padding_mask": True,
            "transformer_layers_type": LiGRLayers,
            "ff_factors_multiplier": 4,
        },
    ),
    "rectools-bert4rec": (BERT4RecModel, {"loss": "softmax", "mask_prob": 0.2}),
}


def dataset(user: np.ndarray, item: np.ndarray, n_items: int) -> Dataset:
    """RecTools' dataset of events that stand in order; every item has a number, with events or
    without.
    """
    frame = pd.DataFrame(
        {
            Columns.User: user,
            Columns.Item: item,
            Columns.Weight: 1.0,
            # The place of the event, not its time: ties then keep their order whatever sorts them.
            Columns.Datetime: pd.to_datetime(np.arange(len(user)), unit="s"),
        }
    )
    users, items = IdMap(np.unique(user)), IdMap(np.arange(n_items))
    return Dataset(users, items, Interactions.from_raw(frame, users, items))


def queries(given: Any, name: str) -> Dataset:
    """The queries as people whose history they are; person r is row r."""
    rows = np.repeat(np.arange(len(given[f"{name}_indptr"]) - 1), np.diff(given[f"{name}_indptr"]))
    return dataset(rows, given[f"{name}_items"], int(given["n_items"]))


class Watch(Callback):
    """Stops at the deadline, in processor seconds of this process, or `patience` epochs after the
    best validation NDCG@10; keeps the best weights. stopped: what ended the training.
    """

    def __init__(
        self,
        valid: Dataset | None,
        truth: np.ndarray | None,
        deadline: float,
        patience: int,
        repeat: bool = False,
    ) -> None:
        self.valid, self.truth, self.deadline, self.patience = valid, truth, deadline, patience
        self.repeat = repeat
        self.curve: list[dict[str, float]] = []
        self.epoch_seconds: list[float] = []
        self.best: dict[str, Any] | None = None
        self.best_epoch, self.start, self.stopped = 0, cpu_seconds(), "epochs"

    def __deepcopy__(self, memo: dict[int, Any]) -> Watch:
        # RecTools fits with a deep copy of its trainer: the curve must be seen from outside
        return self

    def on_train_start(self, trainer: Trainer, module: Any) -> None:
        if self.valid is None:
            return
        known = module.data_preparator.transform_dataset_u2i(
            self.valid, self.valid.user_id_map.external_ids
        )
        self.rows = (
            known.user_id_map.external_ids
        )  # people with no known item are left out: they score 0
        self.seen = known.get_user_item_matrix(
            include_weights=False, include_warm_items=True
        ).tocsr()
        found = known.item_id_map.to_internal.reindex(self.truth[self.rows])
        self.target = found.fillna(0).to_numpy(
            np.int64
        )  # 0 is padding: an item unknown to the model is a miss
        self.loader = module.data_preparator.get_dataloader_recommend(known, 256)

    def on_train_epoch_start(self, trainer: Trainer, module: Any) -> None:
        self.began = time.perf_counter()

    def on_train_batch_end(self, trainer: Trainer, *rest: Any) -> None:
        if cpu_seconds() > self.deadline:
            trainer.should_stop, self.stopped = True, "budget"

    def on_train_epoch_end(self, trainer: Trainer, module: Any) -> None:
        self.epoch_seconds.append(round(time.perf_counter() - self.began, 3))
        if self.valid is None:
            return
        score, epoch = self.ndcg(module), len(self.epoch_seconds)
        if not self.curve or score > max(point["ndcg@10"] for point in self.curve):
            self.best, self.best_epoch = copy.deepcopy(module.torch_model.state_dict()), epoch
        self.curve.append(
            {
                "epoch": epoch,
                "cpu_seconds": round(cpu_seconds() - self.start, 3),
                "ndcg@10": round(score, 5),
            }
        )
        if epoch - self.best_epoch >= self.patience:
            trainer.should_stop, self.stopped = True, "patience"

    def ndcg(self, module: Any) -> float:
        """Mean NDCG@10 over all validation cases, seen items masked unless they may come again."""
        people, items = module._get_user_item_embeddings(self.loader, "cpu")
        total, first = 0.0, module.data_preparator.n_item_extra_tokens
        for start in range(0, len(people), 512):
            rows = np.arange(start, min(start + 512, len(people)))
            scores = (people[rows] @ items.T).numpy()
            if not self.repeat:
                scores[self.seen[rows].nonzero()] = -np.inf
            target = self.target[rows]
            own = scores[np.arange(len(rows)), target]
            place = 1 + (scores[:, first:] > own[:, None]).sum(1)
            total += (((place <= 10) & (target >= first)) / np.log2(1.0 + place)).sum()
        module.train()
        return float(total / len(self.truth))


def transformer(name: str, settings: dict[str, Any], watch: Watch, epochs: int) -> Any:
    """A RecTools transformer that trains under `watch`."""
    kind, fixed = KINDS[name]
    settings = fixed | settings
    if "ff_factors_multiplier" in settings:
        settings["transformer_layers_kwargs"] = {
            "ff_factors_multiplier": settings.pop("ff_factors_multiplier")
        }

    def trainer() -> Trainer:
        return Trainer(
            max_epochs=epochs,
            accelerator="cpu",
            devices=1,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            callbacks=[watch],
        )

    return kind(**settings, get_trainer_func=trainer, recommend_torch_device="cpu")


def fit_transformer(given: Any, job: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Fit within the processor minutes. refit: fit on all events, for as many epochs as were best
    without the validation items. If the job does not say how many, half of the minutes find them.
    """
    settings = dict(job["settings"])
    epochs, patience = settings.pop("epochs", 1000), settings.pop("patience", 10)
    seconds, start = job["minutes"] * 60, cpu_seconds()
    user, item, n = given["user"], given["item"], int(given["n_items"])
    facts: dict[str, Any] = {}
    known = job.get("epochs")
    if job["validate"] and known is None:
        keep = ~given["held"] if job["refit"] else slice(None)
        watch = Watch(
            queries(given, "valid"),
            given["valid_truth"],
            start + seconds / (2 if job["refit"] else 1),
            patience,
            bool(given["repeat"]),
        )
        model = transformer(job["name"], settings, watch, epochs).fit(
            dataset(user[keep], item[keep], n)
        )
        model.torch_model.load_state_dict(watch.best)
        facts = {"best_epoch": watch.best_epoch, "curve": watch.curve} | trained(watch)
        known = watch.best_epoch
    if job["refit"] or not job["validate"]:
        seed_everything(job["seed"])
        watch = Watch(None, None, start + seconds, patience)
        model = transformer(job["name"], settings, watch, known or epochs).fit(
            dataset(user, item, n)
        )
        facts |= trained(watch)
    return model, facts


def trained(watch: Watch) -> dict[str, Any]:
    """How long a training was, and what ended it."""
    return {
        "epochs": len(watch.epoch_seconds),
        "epoch_seconds": watch.epoch_seconds,
        "stopped": watch.stopped,
    }


def fit_ease(given: Any, job: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """EASE has a column for each item number up to the last with an event: give it only the items
    with events, and see in :func:`ease_queries` that the asking data set has as many columns."""
    known, item = np.unique(given["item"], return_inverse=True)
    return EASEModel(**job["settings"], recommend_n_threads=job["threads"]).fit(
        dataset(given["user"], item, len(known))
    ), {"known": known}


def ease_queries(given: Any, known: np.ndarray) -> Dataset:
    """The test queries in the numbers of `known`; one more person, who is not asked for, has the
    last item.
    """
    rows = np.repeat(np.arange(len(given["test_indptr"]) - 1), np.diff(given["test_indptr"]))
    place = np.searchsorted(known, given["test_items"])
    place[place == len(known)] = 0
    real = known[place] == given["test_items"]
    return dataset(
        np.append(rows[real], len(given["test_indptr"])),
        np.append(place[real], len(known) - 1),
        len(known),
    )


def top_lists(
    model: Any, asked: Dataset, rows: int, k: int, n_items: int, *, repeat: bool
) -> np.ndarray:
    """RecTools' own `recommend`, seen items left out unless they may come again, as (rows, k)."""
    people = asked.user_id_map.external_ids
    found = model.recommend(
        users=people[people < rows],
        dataset=asked,
        k=k,
        filter_viewed=not repeat,
        on_unsupported_targets="ignore",
    )
    out = np.full((rows, k), n_items, np.int32)
    out[found[Columns.User], found[Columns.Rank] - 1] = found[Columns.Item]
    return out


def main() -> None:
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pytorch_lightning|lightning_fabric|rectools|torch")
    job = read_job()
    torch.set_num_threads(job["threads"])
    seed_everything(job["seed"])
    given = dict(np.load(job["data"]))
    fit: Callable[..., Any] = fit_ease if job["name"] == "rectools-ease" else fit_transformer
    clock = Clock()
    model, facts = fit(given, job)
    facts |= clock.facts("fit") | {"fit_peak_mb": round(peak_mb())}
    lists = np.zeros((0, job["k"]), np.int32)
    if job["score"]:
        clock, n_items, known = Clock(), int(given["n_items"]), facts.pop("known", None)
        asked = queries(given, "test") if known is None else ease_queries(given, known)
        rows, repeat = len(given["test_indptr"]) - 1, bool(given["repeat"])
        lists = top_lists(model, asked, rows, job["k"], n_items, repeat=repeat)
        if known is not None:
            lists = np.append(known, n_items)[np.minimum(lists, len(known))]
        facts |= clock.facts("score") | {"unserved": int((lists[:, 0] == n_items).sum())}
    write_answer(
        job,
        lists,
        facts | {"versions": {name: version(name) for name in ("rectools", "torch", "numpy")}},
    )


if __name__ == "__main__":
    main()
