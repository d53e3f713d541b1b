"""The training loop on a task small enough to follow: schedule, early stop, checkpoints, what goes wrong."""

from __future__ import annotations

import itertools
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from whyrec.core import BadArtefact, TrainingDivergedError, artefact  # noqa: E402
from whyrec.models.training import trainer  # noqa: E402
from whyrec.models.training.trainer import Plan, Run, stage_of, threads_for, train  # noqa: E402
from whyrec.models.training.weights import flat, unflat  # noqa: E402


class Line:
    """Find y = 2 x - 1; the quality is minus the error. `wrong` spoils one (epoch, batch): its loss or its gradient."""

    def __init__(self, batches=6, wrong=None, how="loss", qualities=None):
        torch.manual_seed(0)
        self.network, self.n, self.wrong, self.how = torch.nn.Linear(1, 1), batches, wrong, how
        self.qualities, self.asked = qualities, []

    def batches(self, epoch):
        return [
            (epoch, at, np.random.default_rng([epoch, at]).normal(size=(8, 1)).astype(np.float32))
            for at in range(self.n)
        ]

    def loss(self, batch):
        epoch, at, x = batch
        x = torch.from_numpy(x)
        loss = ((self.network(x) - (2 * x - 1)) ** 2).mean() + 0.0 * torch.rand(())
        if (epoch, at) == self.wrong:
            return (
                loss * math.nan
                if self.how == "loss"
                else loss + (0 * self.network.weight.sum()).sqrt()
            )
        return loss

    def quality(self, network):
        self.asked.append(network)
        if self.qualities is not None:
            return self.qualities[len(self.asked) - 1]
        return -float(
            sum(abs(a - b) for a, b in ((network.weight.item(), 2), (network.bias.item(), -1)))
        )


def plan(epochs=3, key="k", **more):
    return Plan(
        **(
            {"epochs": epochs, "learning_rate": 0.5, "weight_decay": 0.0, "seed": 1, "key": key}
            | more
        )
    )


class Stopped(Exception):
    pass


def stop_after(steps):
    def progress(status):
        if status.step == steps and status.seconds_left >= 0:
            raise Stopped

    return progress


def test_it_learns_and_tells_how():
    task, told = Line(), []
    curve = train(task, plan(40), Run(progress=told.append))
    assert task.network.weight.item() == pytest.approx(2, abs=0.1) and not task.network.training
    assert [row["epoch"] for row in curve] == list(range(1, len(curve) + 1))
    assert set(curve[0]) == {"epoch", "step", "loss", "quality", "seconds", "learning_rate"}
    assert curve[-1]["loss"] < curve[0]["loss"] / 10
    last = told[-1]
    assert (
        last.step == len(curve) * 6
        and last.steps == 240
        and last.best == max(row["quality"] for row in curve)
    )
    assert [t.step for t in told if t.epoch == 0] == [1, 2, 3, 4, 5, 6]


def test_the_rate_rises_then_falls():
    rates = []
    train(Line(100), plan(10, patience=99), Run(progress=lambda s: rates.append(s.learning_rate)))
    assert rates[0] == pytest.approx(0.5 / 200) and max(rates) == pytest.approx(0.5 * 0.8, rel=0.02)
    assert rates[-1] == pytest.approx(0.5 * 0.02, rel=0.1)


def test_the_best_epoch_is_kept_and_patience_ends_it():
    seen = []

    class Watched(Line):
        def quality(self, network):
            seen.append(flat(network.state_dict()))
            return super().quality(network)

    task = Watched(qualities=[1.0, 3.0, 2.0, 2.5, 9.0])
    assert len(train(task, plan(9, patience=2))) == 4
    np.testing.assert_array_equal(flat(task.network.state_dict()), seen[1])


def test_without_validation_the_average_at_the_end_is_kept():
    task = Line(qualities=[None] * 3)
    curve = train(task, plan(3))
    assert [row["quality"] for row in curve] == [None] * 3
    np.testing.assert_array_equal(
        flat(task.network.state_dict()), flat(task.asked[-1].state_dict())
    )


def test_the_schedule_is_fitted_to_the_minutes():
    curve = train(Line(), plan(10**6, patience=10**6, max_minutes=0.002))
    assert 1 <= len(curve) < 10**5
    assert all(math.isfinite(row["loss"]) and row["loss"] > 0 for row in curve)


def test_a_schedule_is_fitted_to_processor_seconds(monkeypatch):
    looks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: 0.0, process_time=lambda: 0.01 * next(looks))
    monkeypatch.setattr(trainer, "time", clock)
    curve = train(Line(), plan(10**6, patience=10**6, cpu_seconds=0.5))
    assert 45 <= curve[-1]["step"] <= 50  # the clock moves by 0.01 s a step


def test_an_epoch_without_batches_ends_too():
    assert len(train(Line(batches=0), plan(3))) == 3


# --- checkpoints ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stops", [[1], [5, 6, 7], [17], [2, 11, 16]])
def test_a_run_that_was_stopped_reaches_the_same_weights(tmp_path, stops):
    whole = Line()
    curve = train(whole, plan())
    for steps in stops:
        with pytest.raises(Stopped):
            train(
                Line(),
                plan(),
                Run(progress=stop_after(steps), checkpoint=tmp_path / "c", every_steps=1),
            )
    again = Line()
    resumed = train(again, plan(), Run(checkpoint=tmp_path / "c", every_steps=1))
    np.testing.assert_array_equal(
        flat(again.network.state_dict()), flat(whole.network.state_dict())
    )

    def steady(rows):
        return [{k: v for k, v in row.items() if k != "seconds"} for row in rows]

    assert steady(resumed) == steady(curve)


def test_a_finished_run_is_not_trained_again(tmp_path):
    first = Line()
    train(first, plan(), Run(checkpoint=tmp_path / "c"))
    again = Line(wrong=(0, 0))
    train(again, plan(), Run(checkpoint=tmp_path / "c"))
    np.testing.assert_array_equal(
        flat(again.network.state_dict()), flat(first.network.state_dict())
    )


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    train(Line(), plan(), Run(checkpoint=tmp_path / "c"))
    with pytest.raises(
        BadArtefact,
        match="holds no checkpoint of this run: its data, seed or settings differ. Fix: give another",
    ):
        train(Line(), plan(key="other"), Run(checkpoint=tmp_path / "c"))
    wider = Line()
    wider.network = torch.nn.Linear(1, 3)
    with pytest.raises(BadArtefact, match="holds 2 weights, this network has 6"):
        train(wider, plan(), Run(checkpoint=tmp_path / "c"))


def test_a_folder_of_something_else_is_refused(tmp_path):
    artefact.save(tmp_path / "m", artefact.Artefact({"kind": "model"}))
    with pytest.raises(BadArtefact, match="holds no checkpoint of this run"):
        train(Line(), plan(), Run(checkpoint=tmp_path / "m"))


def test_each_stage_has_a_folder_of_its_own(tmp_path):
    run = Run(checkpoint=tmp_path / "c", log=tmp_path / "l", every_steps=3)
    assert stage_of(run, "B") == Run(
        run.progress, tmp_path / "l" / "B", tmp_path / "c" / "B", every_steps=3
    )
    assert stage_of(None, "B") is None and stage_of(Run(), "B").checkpoint is None


# --- what goes wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["loss", "gradient"])
def test_no_number_stops_the_run_and_the_last_good_state_is_kept(tmp_path, how):
    with pytest.raises(TrainingDivergedError) as caught:
        train(Line(wrong=(1, 3), how=how), plan(), Run(checkpoint=tmp_path / "c", every=1e9))
    message = str(caught.value)
    assert (
        f"the {how} must stay a finite number; got nan at epoch 2, batch 4 of 6 (step 10)"
        in message
    )
    assert (
        f"the last good state is in {tmp_path / 'c'}" in message
        and "lower learning_rate (now 0.5)" in message
    )
    good = Line()
    with pytest.raises(Stopped):
        train(good, plan(), Run(progress=stop_after(9)))
    kept = artefact.load(tmp_path / "c")
    np.testing.assert_array_equal(kept.arrays["weights"], flat(good.network.state_dict()))
    assert json.loads(json.dumps(kept.documents["state"]))["step"] == 9


def test_without_a_checkpoint_it_says_that_nothing_was_kept():
    with pytest.raises(
        TrainingDivergedError,
        match="batch 1 of 6 .step 1.; nothing was kept, as no checkpoint was asked for",
    ):
        train(Line(wrong=(0, 0)), plan())


def test_other_faults_are_not_called_want_of_memory():
    class Faulty(Line):
        def loss(self, batch):
            raise RuntimeError("shapes differ")

    with pytest.raises(RuntimeError, match="shapes differ"):
        train(Faulty(), plan())


# --- parts ---------------------------------------------------------------------------------------------


def test_the_log_holds_the_curve(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    curve = train(Line(), plan(), Run(log=tmp_path))
    log = EventAccumulator(str(tmp_path)).Reload()
    for name in ("loss", "quality", "learning_rate"):
        assert [s.step for s in log.Scalars(name)] == [6, 12, 18]
        np.testing.assert_allclose(
            [s.value for s in log.Scalars(name)], [row[name] for row in curve], rtol=1e-5
        )


def test_weights_come_back_from_one_array():
    weights = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.LayerNorm(3)).state_dict()
    again = unflat(flat(weights), weights, "x")
    assert all(torch.equal(again[name], value) for name, value in weights.items())
    assert flat({}).shape == (0,)


def test_small_work_takes_one_thread_and_gives_the_others_back():
    before = torch.get_num_threads()
    with threads_for(10):
        assert torch.get_num_threads() == 1
    with threads_for(10**12):
        assert torch.get_num_threads() == before
    with pytest.raises(Stopped), threads_for(10):
        raise Stopped
    assert torch.get_num_threads() == before


# --- an early end ------------------------------------------------------------------------------------


def end_after(steps, **more):
    """A run that is asked to end with its best state after so many steps."""

    def progress(status):
        if status.step == steps:
            run.early_end.asked = True

    run = Run(progress, **more)
    return run


@pytest.mark.parametrize(("steps", "epochs", "kept"), [(14, 3, 1), (12, 2, 1), (2, 1, 0)])
def test_an_early_end_keeps_the_best_state(steps, epochs, kept):
    seen = []

    class Watched(Line):
        def quality(self, network):
            seen.append(flat(network.state_dict()))
            return super().quality(network)

    task = Watched(qualities=[1.0, 3.0, 2.0, 9.0])
    run = end_after(steps)
    curve = train(task, plan(9), run)
    assert [row["step"] for row in curve] == [6, 12, 14][: epochs - 1] + [steps]
    np.testing.assert_array_equal(flat(task.network.state_dict()), seen[kept])
    assert len(train(Line(), plan(), run)) == 3  # a later training is not meant


def test_a_run_that_ended_early_goes_on_from_its_checkpoint(tmp_path):
    whole = Line()
    curve = train(whole, plan())
    early = train(Line(), plan(), end_after(8, checkpoint=tmp_path))
    assert [row["step"] for row in early] == [6, 8]
    task = Line()
    found = train(task, plan(), Run(checkpoint=tmp_path))
    assert [row["loss"] for row in found] == [row["loss"] for row in curve]
    np.testing.assert_array_equal(flat(task.network.state_dict()), flat(whole.network.state_dict()))
