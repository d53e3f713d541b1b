"""Two processes that train one network: the same weights as one process, also where rows are few and where it stops early."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.toys import random_data  # noqa: E402
from whyrec import registry  # noqa: E402
from whyrec.core.cases import hold_out_last  # noqa: E402
from whyrec.models.training.batches import windows  # noqa: E402
from whyrec.models.training.distributed import Group  # noqa: E402
from whyrec.models.training.objective import NextItem  # noqa: E402
from whyrec.models.training.trainer import Plan, Run, train  # noqa: E402
from whyrec.models.training.weights import flat  # noqa: E402


class Exact(NextItem):
    """The sequence model's task in float32 throughout: bfloat16 would round the halves of a sum otherwise than the whole."""

    def loss(self, batch):
        self.dtype = torch.float32
        return super().loss(batch)


def states(network, batch):
    vectors, events, bias = network.tower()
    return (
        network(events[torch.from_numpy(batch.items)])[torch.from_numpy(batch.real)],
        vectors,
        bias,
    )


def trained(loss="full", checkpoint=None, stop=None, epochs=3):
    """Weights and curve of a small transformer without dropout (each worker would draw its own); `stop` at that step."""
    data, valid = hold_out_last(random_data(60, 15), 10, 0)
    model = registry.model(
        "sequence",
        text=None,
        label_dims=0,
        width=8,
        heads=2,
        blocks=1,
        length=6,
        dropout=0.0,
        item_dropout=0.0,
        loss=loss,
        batch_tokens=40,
        learning_rate=0.05,
    )
    model.side_, model.counts_ = (
        np.zeros((data.n_items, 0), np.float32),
        np.bincount(data.item, minlength=data.n_items),
    )
    torch.manual_seed(Group().rank)  # the first worker's weights count
    task = Exact(
        model,
        model._network(),
        data.histories,
        valid,
        model.counts_,
        0,
        states=states,
        scorer=model._scorer,
    )
    model.clock_ = False

    def progress(status):
        if status.step == stop:
            raise KeyboardInterrupt

    curve = train(
        task, Plan(epochs, 0.05, 0.01, 0), Run(progress, checkpoint=checkpoint, every_steps=1)
    )
    return flat(task.network.state_dict()), [
        {key: row[key] for key in ("step", "loss", "quality")} for row in curve
    ]


def work(rank, folder):
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/group", rank=rank, world_size=2
    )
    weights, curve = trained()
    np.savez(folder / f"{rank}.npz", weights=weights, curve=[list(row.values()) for row in curve])
    try:
        trained(checkpoint=folder / "c", stop=7)
    except KeyboardInterrupt:
        torch.distributed.barrier()
    np.savez(folder / f"again{rank}.npz", weights=trained(checkpoint=folder / "c")[0])
    torch.distributed.destroy_process_group()


def test_two_processes_reach_the_weights_of_one_and_go_on_from_their_checkpoint(tmp_path):
    torch.multiprocessing.spawn(work, (tmp_path,), nprocs=2)
    weights, curve = trained()
    first, second = (np.load(tmp_path / f"{rank}.npz") for rank in (0, 1))
    np.testing.assert_array_equal(first["weights"], second["weights"])
    np.testing.assert_allclose(first["weights"], weights, atol=1e-5, rtol=1e-5)
    np.testing.assert_allclose(first["curve"], [list(row.values()) for row in curve], atol=1e-5)
    for rank in (0, 1):
        np.testing.assert_array_equal(
            np.load(tmp_path / f"again{rank}.npz")["weights"], first["weights"]
        )


@pytest.mark.parametrize("size", [1, 2, 5])
def test_shares_cover_every_target_once(size):
    data = random_data(20, 15)
    task = NextItem.__new__(NextItem)
    for batch in windows(
        data.histories, length=6, tokens=20, event_dropout=0.0, rng=np.random.default_rng(0)
    ):
        parts = [task.share(batch, rank, size) for rank in range(size)]
        assert sum(share for _, share in parts) == pytest.approx(1)
        counted = np.concatenate([part.target[part.real] for part, share in parts if share])
        assert sorted(counted) == sorted(batch.target[batch.real])
        assert all(len(part.items) for part, _ in parts)


def test_a_process_alone_sends_nothing():
    group, network = Group(), torch.nn.Linear(1, 1)
    assert (group.rank, group.size, group.first) == (0, 1, True)
    assert group.share(None, "all") == ("all", 1.0) and group.agreed(3) == 3
    group.same(network)
    assert group.add_up(network, torch.tensor(2.0)) == 2.0
