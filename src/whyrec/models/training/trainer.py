"""The training loop of the large models: schedule, weight averaging, early stop, checkpoints.

The processes of a torch process group train together; see
:mod:`whyrec.models.training.distributed`. All randomness of a step is drawn from (seed, step), and
the batches of an epoch from (seed, epoch), so an interrupted run that resumes from its checkpoint
reaches the same weights as an uninterrupted one.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from whyrec.core import ArgumentError, BadArtefact, TrainingDivergedError, artefact
from whyrec.models.training.distributed import Group
from whyrec.models.training.run import Run, Status
from whyrec.models.training.tensorboard import open_writer
from whyrec.models.training.weights import flat, unflat

__all__ = [
    "Plan",
    "Run",
    "Status",
    "Task",
    "compute_dtype",
    "stage_of",
    "threads_for",
    "train",
]

WARMUP = 200  # steps
SMALL = 200_000_000  # products in a step; with fewer, one thread is as fast
LAST = 0.02  # the learning rate decreases linearly to this share of its peak


class Task(Protocol):
    """What is trained: a network, its batches, its loss and its quality.

    The loss is a mean over targets. The quality is measured on validation people; higher is better.
    For distributed training a task also has share(batch, rank, size): a worker's rows of a batch
    and their share of its targets.
    """

    network: nn.Module

    def batches(self, epoch: int) -> Sequence[Any]: ...
    def loss(self, batch: Any) -> Tensor: ...
    def quality(self, network: nn.Module) -> float | None: ...


@dataclass(frozen=True)
class Plan:
    """How long and how fast to train.

    Attributes:
        epochs: Largest number of epochs.
        learning_rate: Peak learning rate.
        weight_decay: AdamW weight decay of the matrices.
        seed: Seed of the batches.
        max_minutes: Time limit; the schedule is shortened to fit.
        cpu_seconds: The same limit in seconds of the processor, of each worker.
        patience: Epochs without improvement before training stops.
        key: Identifies settings and data; a checkpoint with another key is not resumed.
        advice: What to do if memory does not suffice.
    """

    epochs: int
    learning_rate: float
    weight_decay: float
    seed: int
    max_minutes: float | None = None
    patience: int = 10
    key: str = ""
    advice: str = "lower batch_tokens, length or width"
    cpu_seconds: float | None = None


@dataclass
class _State:
    """What a checkpoint stores beside the weights."""

    epoch: int = 0
    done: int = 0  # batches of this epoch
    step: int = 0
    steps: int = 0  # planned in total
    elapsed: float = 0.0
    cpu: float = 0.0  # processor seconds
    loss_sum: float = 0.0
    best: float | None = None
    best_epoch: int = -1
    curve: list[dict[str, Any]] = field(default_factory=list)


def compute_dtype(device: str) -> torch.dtype:
    """Return bfloat16 if the processor multiplies it in hardware, else float32."""
    if device.startswith("cuda"):
        if torch.cuda.is_bf16_supported():
            return torch.bfloat16
        return torch.float32
    # Private functions; if one is missing, bool() gives False.
    avx = getattr(torch.cpu, "_is_avx512_bf16_supported", bool)  # not in every version of torch
    amx = getattr(torch.cpu, "_is_amx_tile_supported", bool)  # not in every version of torch
    return torch.bfloat16 if avx() or amx() else torch.float32


def train(task: Task, plan: Plan, run: Run | None = None) -> list[dict[str, Any]]:
    """Train `task.network` in place and leave it with the averaged weights of its best epoch.

    Args:
        task: What is trained.
        plan: How long and how fast.
        run: Progress, logs and checkpoints.

    Returns:
        The curve, one row per epoch: epoch, step, loss, quality, seconds, learning_rate.

    Raises:
        TrainingDivergedError: If the loss is not finite; the checkpoint holds the last good state.
        ArgumentError: If memory does not suffice.
    """
    run = run or Run()
    try:
        return _Loop(task, plan, run).run_all()
    except (MemoryError, RuntimeError) as error:
        if (
            isinstance(error, MemoryError)
            or "out of memory" in str(error).lower()
            or "allocate memory" in str(error)
        ):
            raise ArgumentError(
                "training must fit in memory",
                given=str(error).splitlines()[0][:200] or "out of memory",
                fix=plan.advice,
            ) from None
        raise


class _Loop:
    """The state of one run of :func:`train`."""

    def __init__(self, task: Task, plan: Plan, run: Run) -> None:
        self.task = task
        self.plan = plan
        self.run = run
        self.network = task.network
        self.group = Group()
        self.group.same(self.network)
        self.mean = copy.deepcopy(
            self.network
        ).eval()  # averaged over steps: at any time as good as after a slow decay of the rate
        self.best = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.adam = torch.optim.AdamW(
            _groups(self.network, plan.weight_decay), lr=plan.learning_rate, betas=(0.9, 0.98)
        )
        self.state = _State()
        self.writer = open_writer(run.log if self.group.first else None)
        self.saved = time.monotonic()
        if run.checkpoint is not None and (run.checkpoint / artefact.MANIFEST).exists():
            self._resume(run.checkpoint)

    def run_all(self) -> list[dict[str, Any]]:
        self.since = time.monotonic() - self.state.elapsed
        self.cpu_since = time.process_time() - self.state.cpu
        try:
            with self.run.early_end.training():
                while not self._finished():
                    self._epoch()
        finally:
            if self.writer:
                self.writer.close()
        self.network.load_state_dict(
            self.best if self.state.best is not None else self.mean.state_dict()
        )
        self.network.eval()
        return self.state.curve

    def _finished(self) -> bool:
        s = self.state
        plan = self.plan
        if self.run.early_end.now:
            return True
        if s.epoch >= plan.epochs or (s.steps and s.step >= s.steps):
            return True
        return s.best is not None and s.epoch - 1 - s.best_epoch >= plan.patience

    def _epoch(self) -> None:
        s = self.state
        batches = self.task.batches(s.epoch)
        self.network.train()
        for batch in batches[s.done :]:
            s.steps = self._planned(len(batches))
            if s.step >= s.steps:
                break
            self._step(batch, len(batches))
            s.done += 1
            if self.run.early_end.now:
                if self.run.checkpoint is not None:
                    self._save()  # before the epoch is cut short: a later run goes on from here
                break
            if self._due():
                self._save()
        if s.done or not batches or not s.curve:  # False if time ran out as an epoch began
            self._close_epoch(len(batches))

    def _planned(self, per_epoch: int) -> int:
        """Return the total number of steps: all epochs, or what fits into the limits."""
        s = self.state
        plan = self.plan
        planned = plan.epochs * per_epoch
        for limit, seconds in (
            (plan.max_minutes and plan.max_minutes * 60, time.monotonic() - self.since),
            (plan.cpu_seconds, time.process_time() - self.cpu_since),
        ):
            if limit is None:
                continue
            seconds = self.group.agreed(seconds)
            left = limit - seconds
            if left <= 0:
                return s.step
            if s.step >= 5:  # the first steps are slow and say little about the pace
                planned = min(planned, s.step + max(1, int(left / (seconds / s.step))))
        return planned

    def _step(self, batch: Any, per_epoch: int) -> None:
        s = self.state
        plan = self.plan
        rate = (
            plan.learning_rate
            * min(1.0, (s.step + 1) / WARMUP)
            * max(LAST, 1 - s.step / max(1, s.steps))
        )
        for group in self.adam.param_groups:
            group["lr"] = rate
        mine, share = self.group.share(self.task, batch)
        torch.manual_seed((plan.seed * 1_000_003 + s.step + self.group.rank * 2**40) % 2**63)
        loss = self.task.loss(mine) * share
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        value = self.group.add_up(self.network, loss.detach())
        if not np.isfinite(value):
            raise self._diverged("loss", value, per_epoch)
        norm = float(torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0))
        if not np.isfinite(
            norm
        ):  # such a step would turn every weight, and the checkpoint, into NaN
            raise self._diverged("gradient", norm, per_epoch)
        self.adam.step()
        horizon = min(s.step + 1, max(20, min(1000, per_epoch)))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.mean.parameters()), list(self.network.parameters()), 1 / horizon
            )
        s.step = s.step + 1
        s.loss_sum = s.loss_sum + value
        self._tell(value, rate, per_epoch)

    def _diverged(self, what: str, value: float, per_epoch: int) -> TrainingDivergedError:
        """Return the error to raise before a step that would spoil the weights."""
        s = self.state
        outcome = "nothing was kept, as no checkpoint was asked for"
        if self.run.checkpoint is not None:
            self._save()
            outcome = f"the last good state is in {self.run.checkpoint}"
        return TrainingDivergedError(
            f"the {what} must stay a finite number; got {value} at epoch {s.epoch + 1}, "
            f"batch {s.done + 1} of "
            f"{per_epoch} (step {s.step + 1}); {outcome}. "
            f"Fix: lower learning_rate (now {self.plan.learning_rate:g}) and use a new "
            "checkpoint folder."
        )

    def _close_epoch(self, per_epoch: int) -> None:
        s = self.state
        quality = self.group.agreed(self.task.quality(self.mean) if self.group.first else None)
        s.elapsed = time.monotonic() - self.since
        row = {
            "epoch": s.epoch + 1,
            "step": s.step,
            "loss": s.loss_sum / max(1, s.done),
            "quality": quality,
            "seconds": round(s.elapsed, 2),
            "learning_rate": self.adam.param_groups[0]["lr"],
        }
        s.curve.append(row)
        if quality is not None and (s.best is None or quality > s.best):
            s.best = quality
            s.best_epoch = s.epoch
            self.best = {name: value.clone() for name, value in self.mean.state_dict().items()}
        if self.writer:
            for name in ("loss", "quality", "learning_rate"):
                if row[name] is not None:
                    self.writer.add_scalar(name, row[name], s.step)
        s.epoch = s.epoch + 1
        s.done = 0
        s.loss_sum = 0.0
        if self.run.checkpoint is not None and not self.run.early_end.now:
            self._save()
        self._tell(row["loss"], row["learning_rate"], per_epoch)

    def _tell(self, loss: float, rate: float, per_epoch: int) -> None:
        s = self.state
        seconds = time.monotonic() - self.since
        quality = next((row["quality"] for row in reversed(s.curve)), None)
        left = seconds / max(1, s.step) * max(0, s.steps - s.step)
        self.run.progress(
            Status(
                s.epoch,
                s.steps / max(1, per_epoch),
                s.step,
                s.steps,
                loss,
                quality,
                s.best,
                seconds,
                left,
                rate,
            )
        )

    def _due(self) -> bool:
        if self.run.checkpoint is None:
            return False
        if self.run.every_steps:
            return self.state.step % self.run.every_steps == 0
        return time.monotonic() - self.saved >= self.run.every

    def _save(self) -> None:
        assert self.run.checkpoint is not None
        if not self.group.first:
            return
        self.state.elapsed = time.monotonic() - self.since
        self.state.cpu = time.process_time() - self.cpu_since
        parameters = list(self.network.parameters())
        adam = [self.adam.state.get(p, {}) for p in parameters]
        arrays = {
            "weights": flat(self.network.state_dict()),
            "mean": flat(self.mean.state_dict()),
            "best": flat(self.best),
        }
        for name in ("exp_avg", "exp_avg_sq"):
            arrays[name] = np.concatenate(
                [
                    (a[name] if name in a else torch.zeros_like(p)).detach().cpu().numpy().ravel()
                    for a, p in zip(adam, parameters, strict=True)
                ]
            )
        arrays["adam_steps"] = np.array([float(a.get("step", 0.0)) for a in adam], np.float32)
        artefact.save(
            self.run.checkpoint,
            artefact.Artefact(
                {"kind": "checkpoint", "key": self.plan.key}, arrays, {"state": asdict(self.state)}
            ),
        )
        self.saved = time.monotonic()

    def _resume(self, folder: Path) -> None:
        stored = artefact.load(folder)
        if stored.header.get("kind") != "checkpoint" or stored.header.get("key") != self.plan.key:
            raise BadArtefact(
                f"{folder} holds no checkpoint of this run: its data, seed or settings differ. "
                "Fix: give another folder, or remove this one."
            )
        a = stored.arrays
        self.network.load_state_dict(unflat(a["weights"], self.network.state_dict(), str(folder)))
        self.mean.load_state_dict(unflat(a["mean"], self.mean.state_dict(), str(folder)))
        self.best = unflat(a["best"], self.best, str(folder))
        place = 0
        for p, steps in zip(self.network.parameters(), a["adam_steps"], strict=True):
            if steps:
                both = {
                    name: torch.from_numpy(a[name][place : place + p.numel()].copy())
                    .view_as(p)
                    .to(p.device)
                    for name in ("exp_avg", "exp_avg_sq")
                }
                self.adam.state[p] = {"step": torch.tensor(float(steps)), **both}
            place += p.numel()
        self.state = _State(**stored.documents["state"])


def _groups(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Apply weight decay to matrices, but not to norms, biases and position tables."""
    named = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    matrices = [p for name, p in named if p.ndim > 1 and "by_" not in name]
    others = [p for name, p in named if not (p.ndim > 1 and "by_" not in name)]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def stage_of(run: Run | None, stage: str) -> Run | None:
    """Return the run of one stage, with a checkpoint and log of its own."""
    if run is None:
        return None
    return replace(
        run, log=run.log and run.log / stage, checkpoint=run.checkpoint and run.checkpoint / stage
    )


@contextmanager
def threads_for(work: int) -> Iterator[None]:
    """Use a single thread if a step takes few products.

    Waiting threads spin: on a machine with busy cores, small steps were measured 20 times slower
    with two threads than with one.
    """
    before = torch.get_num_threads()
    if work < SMALL:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
