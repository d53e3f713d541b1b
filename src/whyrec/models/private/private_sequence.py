"""A transformer over histories that learned from people none of whom can be found in it: DP-SGD, a
person at a time.

    vector(i) = (what is public of i: text, categories; log of a noisy count)     score(i) =
    out(state(history)) . vector(i)

A step draws each person anew with a small chance (Poisson sampling), clips what that person's whole
window of events would change, adds up and adds Gaussian noise [abadi2016]. Items have no vectors of
their own: with few people a step they would be noise. So its blocks learn how histories lead on, in
the language of public facts. Counts are one release more, in the same account (Renyi, library
opacus).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from math import exp, sqrt
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from whyrec.core import ArgumentError, Dataset, MissingExtra, Queries, check_fitted
from whyrec.core.describe import model_repr
from whyrec.core.padding import alike, padded
from whyrec.core.settings import check_model_settings
from whyrec.models.linear.terms import user_item
from whyrec.models.private.private import gaussian_noise
from whyrec.models.setting_types import Count, Delta, Epsilon, Natural, Positive, SharePopular
from whyrec.models.training.order import require_order

__all__ = ["PrivateSequence", "noise_for"]

Floats = NDArray[np.float32]
ORDERS = [
    *(1 + x / 20 for x in range(1, 200)),
    *range(12, 64),
    *(64 * 2**k for k in range(8)),
]  # of the divergences
FEWEST = (
    20  # people expected in a step: below, an empty draw is no rarity, and the noise drowns all
)


class PrivateSequence:
    """Sources: [abadi2016], [mironov2017]. The unit of privacy: a person with all events.

    epsilon, delta (default: 1 / people squared). text, text_dims, label_dims: as of `sequence`.
    width, blocks, heads,
    length: of the network and the events read. steps, people: how many, and how many people are
    expected in each; clip: the length that one person's gradient is cut to; learning_rate;
    popularity: share of the budget that the counts take.
    reproducible: noise from the seed, for tests; what is shown to others must not be.

    Learned: weights_ (p,), items_ (n_items, d), privacy_ {epsilon, delta, unit, mechanism, noise,
    rate, steps, people, releases}. Needs the extras [text] and [privacy]. Not additive: reasons are
    measured by deletion. Not good for: fewer than some thousands of people; catalogues without text
    and categories, of which it knows popularity alone.
    """

    _network_: Any = None

    not_tuned = "is private: every trial would spend some of its epsilon"

    __repr__ = model_repr

    def __init__(
        self,
        epsilon: Epsilon = 4.0,
        delta: Delta | None = None,
        text: str | None = "minilm",
        text_dims: Natural = 96,
        label_dims: Natural = 48,
        width: Count = 48,
        blocks: Count = 1,
        heads: Count = 4,
        length: Count = 50,
        steps: Count = 300,
        people: Count = 400,
        clip: Positive = 0.5,
        learning_rate: Positive = 5e-3,
        popularity: SharePopular = 0.05,
        reproducible: bool = False,
    ) -> None:
        self.epsilon = epsilon
        self.delta = delta
        self.text = text
        self.text_dims = text_dims
        self.label_dims = label_dims
        self.width = width
        self.blocks = blocks
        self.heads = heads
        self.length = length
        self.steps = steps
        self.people = people
        self.clip = clip
        self.learning_rate = learning_rate
        self.popularity = popularity
        self.reproducible = reproducible
        check_model_settings(self)

    def fit(
        self,
        data: Dataset,
        *,
        seed: int = 0,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Self:
        _needs()
        import torch

        from whyrec.models.item_content.item_features import ItemFeatureEncoder

        require_order(data, "private-sequence")
        able = data.ordered_histories
        able = able[np.flatnonzero(able.sizes >= 2)]
        n = len(able)
        rate = min(1.0, self.people / max(1, n))
        if rate * n < FEWEST:
            raise ArgumentError(
                f"a private step needs {FEWEST} people or more",
                given=f"{rate * n:.0f} people of 2 events or more",
            )
        if self.delta is not None:
            delta = self.delta
        else:
            delta = 1 / max(n, 2) ** 2
        on_counts = gaussian_noise(self.epsilon, delta) / sqrt(self.popularity)
        noise = noise_for(self.epsilon, delta, rate, self.steps, on_counts)
        rng = np.random.default_rng(seed if self.reproducible else None)
        counts = _counts(user_item(data), on_counts, rng)
        facts = ItemFeatureEncoder(self.text or None, self.text_dims, self.label_dims).fit(
            data.item_table, data.items
        )
        logs = np.log(counts / counts.mean())
        self.items_ = np.column_stack([facts, logs / max(float(logs.std()), 1e-9)]).astype(
            np.float32
        )
        self.clock_ = bool(data.clock)
        torch.manual_seed(seed if self.reproducible else int(rng.integers(2**62)))
        network = self._network()
        self._train(network, able, noise, rate, rng, progress)
        self._store(network)
        self.privacy_ = {
            "epsilon": float(self.epsilon),
            "delta": float(delta),
            "unit": "person",
            "mechanism": "dp-sgd",
            "noise": float(noise),
            "rate": float(rate),
            "steps": int(self.steps),
            "people": int(n),
            "releases": [
                {"of": "counts", "sensitivity": 1.0, "noise": float(on_counts)},
                {
                    "of": "gradients",
                    "sensitivity": float(self.clip),
                    "noise": float(noise * self.clip),
                    "steps": int(self.steps),
                    "rate": float(rate),
                },
            ],
            "reproducible": bool(self.reproducible),
        }
        return self

    def _train(
        self,
        network: Any,
        people: Queries,
        noise: float,
        rate: float,
        rng: np.random.Generator,
        progress: Callable[[float], None],
    ) -> None:
        import torch
        from opacus import GradSampleModule
        from opacus.optimizers import DPOptimizer

        vectors = torch.from_numpy(self.items_)
        made = GradSampleModule(network, loss_reduction="sum")
        adam = torch.optim.Adam(
            [p for p in network.parameters() if p.requires_grad], lr=self.learning_rate
        )
        private = DPOptimizer(
            adam,
            noise_multiplier=noise,
            max_grad_norm=self.clip,
            loss_reduction="mean",
            expected_batch_size=max(1, int(rate * len(people))),
        )
        for step in range(self.steps):
            drawn = np.flatnonzero(rng.random(len(people)) < rate)
            loss = self._loss(made, vectors, people[drawn])
            private.zero_grad()
            loss.backward()
            for group in private.param_groups:
                group["lr"] = self.learning_rate * (1 - 0.9 * step / self.steps)
            private.step()
            progress((step + 1) / self.steps)
        made.remove_hooks()

    def _loss(self, network: Any, vectors: Any, people: Queries) -> Any:
        """Sum over people of the mean over their window of -log softmax of what came next."""
        import torch

        rows = np.arange(len(people))
        items, _, times, ends = (torch.from_numpy(x) for x in padded(people, rows, self.length + 1))
        there = torch.arange(items.shape[1] - 1)[None] < (ends - 1)[:, None]
        events = vectors[
            items[:, :-1]
        ].requires_grad_()  # opacus's hooks want an input that has a gradient
        wanted = network(events, times[:, :-1] if self.clock_ else None)
        logits = wanted[there] @ vectors.T / sqrt(vectors.shape[1])
        lost = torch.nn.functional.cross_entropy(logits, items[:, 1:][there], reduction="none")
        person = torch.arange(len(people))[:, None].expand_as(there)[there]
        return (lost / (ends - 1).clamp(min=1)[person]).sum()

    # --- score ------------------------------------------------------------------------------------

    def score(self, queries: Any) -> Floats:
        """(q, n_items) float32; popularity alone for an empty history."""
        check_fitted(self)
        import torch

        batch = Queries.of(queries)
        vectors = torch.from_numpy(np.require(self.items_, requirements="W"))
        network = self._loaded()
        out = np.zeros((len(batch), len(self.items_)), np.float32)
        out[:] = self.items_[:, -1]
        with torch.inference_mode():
            for rows in alike(np.minimum(batch.sizes, self.length)):
                items, _, times, ends = (
                    torch.from_numpy(x) for x in padded(batch, rows, self.length)
                )
                wanted = network(vectors[items], times if self.clock_ else None)
                last = wanted[torch.arange(len(rows)), ends - 1]
                out[rows] = (last @ vectors.T / sqrt(vectors.shape[1])).numpy()
        return out

    def _network(self) -> Any:
        return _Reader(self.items_.shape[1], self.width, self.blocks, self.heads, self.length)

    def _store(self, network: Any) -> None:
        from whyrec.models.training.weights import flat

        self.weights_ = flat(network.state_dict())
        self._network_ = network.eval()

    def _loaded(self) -> Any:
        if self._network_ is None:
            _needs()
            from whyrec.models.training.weights import unflat

            network = self._network()
            network.load_state_dict(unflat(self.weights_, network.state_dict(), "the model"))
            self._network_ = network.eval()
        return self._network_


def noise_for(epsilon: float, delta: float, rate: float, steps: int, on_counts: float) -> float:
    """The noise multiplier of each step such that all steps and one Gaussian release of multiplier
    `on_counts` together are (epsilon, delta)-private, by Renyi divergences. Raises ArgumentError
    where no noise up to a thousand suffices."""
    from opacus.accountants import RDPAccountant

    def cost(log_noise: float) -> float:
        account = RDPAccountant()
        account.history = [(on_counts, 1.0, 1), (exp(log_noise), rate, steps)]
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # that far from the noise looked for the best order is at an end
            return float(account.get_epsilon(delta, alphas=ORDERS)) - epsilon

    if cost(np.log(1000.0)) > 0:
        raise ArgumentError(
            "the counts alone must cost less than epsilon",
            given=f"epsilon {epsilon}, delta {delta}",
            fix="give a smaller popularity",
        )
    if cost(np.log(0.3)) > 0:
        return exp(float(brentq(cost, np.log(0.3), np.log(1000.0), xtol=1e-3)))
    return 0.3


def _counts(people: Any, noise: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """How often each item is chosen, each person's choices of length 1 in all; noisy, 1 or more."""
    from whyrec.models.private.private import _counts as noisy

    return noisy(people[np.flatnonzero(np.diff(people.indptr))], noise, rng)


def _Reader(inside: int, width: int, blocks: int, heads: int, length: int) -> Any:
    import torch
    from torch import nn

    from whyrec.models.sequence.network import Block, Network

    class Reader(nn.Module):
        """(b, l, inside) events, and times (b, l) or None, to (b, l, inside) of what is wanted
        next.
        """

        def __init__(self) -> None:
            super().__init__()
            self.into = nn.Linear(inside, width)
            self.out = nn.Linear(width, inside)
            self.blocks = nn.ModuleList(Block(width, heads, length, 0.0) for _ in range(blocks))
            self.norm = nn.LayerNorm(width)
            for (
                block
            ) in self.blocks:  # fixed horizons: what is no layer of its own has no clipped gradient
                block.by_steps.requires_grad_(False)
                block.by_gap.requires_grad_(False)

        def forward(self, events: Any, times: Any = None) -> Any:
            back = torch.arange(events.shape[1] - 1, -1, -1)
            between = (back[None, :] - back[:, None]).clamp(0, length - 1)
            if times is None:
                gaps = None
            else:
                gaps = Network._gaps(times)
            x = self.into(events)
            for block in self.blocks:
                x = block(x, between, gaps)
            return self.out(self.norm(x))

    return Reader()


def _needs() -> None:
    for library, extra in (("torch", "text"), ("opacus", "privacy")):
        try:
            __import__(library)
        except ImportError:
            raise MissingExtra(library, extra) from None
