"""DP-SGD: the account adds up by a second library, one person moves a step by no more than the clip, and it learns."""

from __future__ import annotations

import numpy as np
import pytest

from tests.models.test_sequence import ndcg, planted
from tests.toys import listed
from tests.visualise.tastes import tastes
from whyrec import registry
from whyrec.core import ArgumentError, NotFitted, Query, artefact
from whyrec.data.split import next_item
from whyrec.models.baselines.popular import Popular
from whyrec.privacy.accountant import Release, epsilon
from whyrec.privacy.ledger import releases_of
from whyrec.privacy.noise import GRID, Seeded

torch = pytest.importorskip("torch")
pytest.importorskip("opacus")
from whyrec.models.private import private_sequence  # noqa: E402
from whyrec.models.private.grid_optimizer import GridOptimizer  # noqa: E402
from whyrec.models.private.private_sequence import PrivateSequence, noise_for  # noqa: E402

SMALL = {
    "text": None,
    "label_dims": 12,
    "width": 16,
    "heads": 2,
    "length": 20,
    "rate": 0.2,
    "reproducible": True,
}


@pytest.fixture(scope="module")
def world():
    data = listed(tastes(people=500, each=8, events=10))
    return data, PrivateSequence(epsilon=8.0, steps=40, **SMALL).fit(data)


def test_the_account_is_what_was_asked_for_by_two_libraries(world):
    told = world[1].privacy_
    parts = releases_of(told)
    assert [(one.steps, round(one.rate, 3)) for one in parts] == [(1, 1.0), (40, 0.2)]
    by_renyi, exact = (epsilon(parts, told["delta"], by) for by in ("rdp", "pld"))
    assert by_renyi == pytest.approx(8.0, rel=0.02) and exact <= by_renyi * 1.001
    assert (
        told["unit"] == "one person with all events, added or removed"
        and told["delta"] == 1e-8
        and told["mechanism"] == "dp-sgd"
        and "people" not in told
    )


@pytest.mark.parametrize("steps", [1, 100])
def test_more_privacy_asks_for_more_noise(steps):
    noises = [noise_for(eps, 1e-6, 0.1, steps, 50.0) for eps in (8.0, 4.0, 2.0, 1.0)]
    assert noises == sorted(noises) and noises[0] < noises[-1]
    spent = epsilon([Release(50.0), Release(noises[1], steps, 0.1)], 1e-6, "rdp")
    assert spent == pytest.approx(4.0, rel=0.02)
    with pytest.raises(ArgumentError, match="the counts alone must cost less than epsilon"):
        noise_for(0.5, 1e-6, 0.1, steps, 0.1)


def test_one_person_moves_a_step_by_no_more_than_the_clip(world, monkeypatch):
    """The sum of clipped gradients with and without one person, noise off: they differ by at most the clip."""
    from opacus import GradSampleModule
    from opacus.optimizers import DPOptimizer

    data, model = world
    people, vectors = data.histories[np.arange(30)], torch.from_numpy(model.items_)
    sums = []
    for rows in (np.arange(30), np.arange(29)):
        torch.manual_seed(0)
        network = GradSampleModule(model._network(), loss_reduction="sum")
        adam = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.1)
        private = DPOptimizer(
            adam,
            noise_multiplier=0.0,
            max_grad_norm=model.clip,
            expected_batch_size=1,
            loss_reduction="sum",
        )
        model._loss(network, vectors, people[rows]).backward()
        private.pre_step()
        sums.append(torch.cat([p.grad.ravel() for p in network.parameters() if p.requires_grad]))
    moved = float((sums[0] - sums[1]).norm())
    assert 0 < moved <= model.clip * 1.0001


class Recorded(Seeded):
    """A seeded generator that keeps what it was asked for and what it gave."""

    def __init__(self, seed):
        super().__init__(seed)
        self.spreads, self.drawn, self.rates, self.sizes = [], [], [], []

    def gaussian(self, spread, n):
        self.spreads.append(spread)
        self.drawn.append(super().gaussian(spread, n))
        return self.drawn[-1]

    def flips(self, probability, n):
        flips = super().flips(probability, n)
        self.rates.append(probability)
        self.sizes.append((int(flips.sum()), n))
        return flips


def test_what_reaches_the_optimiser_is_what_is_stated(monkeypatch):
    """The numbers of a real fit: each person is drawn at the stated rate, the sum of clipped gradients that the step uses has
    the stated noise on it, and the clip is the stated one."""
    from opacus.optimizers import DPOptimizer

    used, changed = [], []
    made = Recorded(0)
    monkeypatch.setattr(private_sequence, "generator", lambda seed: made)
    start, add = DPOptimizer.__init__, GridOptimizer.add_noise

    def watched(self, optimizer, **options):
        used.append(options)
        start(self, optimizer, **options)

    def added(self):
        sums = torch.cat([p.summed_grad.flatten() for p in self.params])
        before = sums.double().numpy()
        add(self)
        after = torch.cat([p.grad.flatten() for p in self.params]).double().numpy()
        changed.append((after - before).std())

    monkeypatch.setattr(DPOptimizer, "__init__", watched)
    monkeypatch.setattr(GridOptimizer, "add_noise", added)
    data = listed(tastes(people=500, each=8, events=10))
    model = PrivateSequence(epsilon=8.0, steps=10, clip=0.25, **SMALL).fit(data)
    told = model.privacy_
    assert [options["max_grad_norm"] for options in used] == [0.25]
    assert told["noise"] <= used[0]["noise_multiplier"] <= 1.002 * told["noise"]
    assert len(changed) == 10 and np.mean(changed) == pytest.approx(0.25 * told["noise"], rel=0.02)
    assert made.rates == [0.2] * 10 == [told["rate"]] * told["steps"]
    taken, of = np.array(made.sizes).sum(0)
    assert of == 5000 and taken / of == pytest.approx(0.2, abs=0.03)
    [on_counts] = [one for one in told["releases"] if one["of"] == "counts"]
    assert made.spreads[0] / GRID == on_counts["noise"]
    parts = [Release(on_counts["noise"]), Release(told["noise"], 10, 0.2)]
    assert epsilon(parts, 1e-8, "rdp") == pytest.approx(8.0, rel=0.02)


def test_nobody_in_a_step_is_no_special_case():
    """Whether anybody was drawn must not show: the step is made of noise alone."""
    data = listed(tastes(people=500, each=8, events=10))
    model = PrivateSequence(epsilon=8.0, steps=2, **SMALL)
    model.fit(data)

    class Empty(Seeded):
        def flips(self, probability, n):
            return np.zeros(n, bool)

    network = model._network()
    before = [p.detach().clone() for p in network.parameters() if p.requires_grad]
    model._train(network, data.histories, 2.0, Empty(0), lambda share: None)
    after = [p for p in network.parameters() if p.requires_grad]
    assert all((one != two).any() for one, two in zip(before, after, strict=True))


def test_without_much_noise_it_learns_what_follows_what_is_liked():
    split = next_item(listed(tastes(people=500, each=8, events=10)))
    model = registry.model("private-sequence", epsilon=1e5, steps=200, **SMALL).fit(split.train)
    assert ndcg(model, split.test) > 1.15 * ndcg(Popular().fit(split.train), split.test)


def test_it_is_kept_and_restored_and_says_what_it_needs(world):
    data, model = world
    again = artefact.restore(
        PrivateSequence(**artefact.model_config(model)), *artefact.model_parts(model)
    )
    queries = [data.history("p3"), Query([]), Query([1] * 40)]
    np.testing.assert_array_equal(again.score(queries), model.score(queries))
    assert again.privacy_ == model.privacy_
    assert np.array_equal(
        np.argsort(-model.score([Query([])])[0], kind="stable"),
        np.argsort(-model.items_[:, -1], kind="stable"),
    )  # popularity alone
    with pytest.raises(NotFitted):
        PrivateSequence().score([Query([0])])
    with pytest.raises(ArgumentError, match="needs 20 people or more"):
        PrivateSequence(**SMALL).fit(planted(people=10))
