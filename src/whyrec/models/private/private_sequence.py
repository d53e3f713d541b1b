"""PrivateSequence: a transformer over histories trained with person-level DP-SGD.

    vector(i) = (public facts of i: text, categories; log of a noisy count)
    score(i) = out(state(history)) . vector(i)

Each step samples every person with a small probability (Poisson sampling), clips the gradient of
that person's window of events, sums, and adds discrete Gaussian noise [abadi2016]. Items have no
learned vectors, which would be noise with few people per step; the blocks learn how histories
continue in terms of public facts. The noisy counts are one more release in the same privacy account
(Renyi, library opacus).
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
from whyrec.core.moved import renamed
from whyrec.core.padding import alike, padded
from whyrec.core.settings import check_model_settings
from whyrec.models.linear.terms import user_item
from whyrec.models.private.budget import Budget, described, item_release
from whyrec.models.private.private import noisy_counts
from whyrec.models.sequence.fitted_network import needs_torch
from whyrec.models.setting_types import Count, Delta, Epsilon, Natural, Positive, Rate, SharePopular
from whyrec.models.training.order import require_order
from whyrec.privacy.noise import Generator, generator

__all__ = ["PrivateSequence", "noise_for"]

Floats = NDArray[np.float32]
ORDERS = [
    *(1 + x / 20 for x in range(1, 200)),
    *range(12, 64),
    *(64 * 2**k for k in range(8)),
]  # orders of the Renyi divergences
MARGIN = 1.001  # noise over what the account needs, for the rounding of 32-bit gradients
FEWEST = 20  # people expected in a step; with fewer, the noise dominates


@renamed(people="")
class PrivateSequence:
    """A transformer under differential privacy; the unit is one person with all events.

    See the module for the method. Sources: [abadi2016], [mironov2017]. Needs the extras [text] and
    [privacy].

    Two data sets are neighbours if one of them has one person more, with all their events; the
    number of people is not published. The catalogue is public, so `fit` refuses data whose items
    were taken from the events. Samples and noise come from the operating system's cryptographic
    generator. The settings are fixed beforehand.

    It is not additive: reasons are measured by deletion. Not good for: fewer than some thousand
    people; catalogues without text and categories, for which it knows only popularity.

    Args:
        epsilon: Privacy loss, above 0; smaller values are more private and less accurate.
        delta: Probability of exceeding it, above 0 and below 1; give less than 1 / people. Default:
            1e-8.
        text: "minilm", a Hugging Face folder or hub name, or None (in TOML "") for no text.
        text_dims: Dimensions kept of the text; 0: none.
        label_dims: Dimensions kept of categories and names; 0: none.
        width: Width of the network.
        blocks: Number of blocks.
        heads: Attention heads per block.
        length: Latest events of a history that are read.
        steps: Training steps.
        rate: Probability that a person takes part in a step.
        clock: Whether the times of events are Unix seconds, so that gaps between them are read.
        clip: Largest norm of one person's gradient, above 0.
        learning_rate: Step size, above 0.
        popularity: Share of the budget spent on the counts, above 0 and below 1.
        reproducible: Whether the noise comes from `seed`, for tests only.

    Attributes:
        weights_: Weights of the network, (p,).
        items_: Item vectors, (n_items, d).
        privacy_: epsilon, delta, unit, mechanism, randomness, catalogue, noise, rate, steps and
            releases.
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
        rate: Rate = 0.07,
        clock: bool = True,
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
        self.rate = rate
        self.clock = clock
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
        """Release the noisy counts and train the network.

        Args:
            data: Training data, with an order of events.
            seed: Seed of the initial weights, and of the noise if `reproducible`.
            progress: Called with the share of steps done.

        Returns:
            The fitted model itself.

        Raises:
            MissingExtra: If torch, opacus or the library of the noise is not installed.
            DataError: If the data have no order of events.
            ArgumentError: If the data have no catalogue, too few people take part, or the counts
                cost more than epsilon.
        """
        _needs()
        import torch

        from whyrec.models.item_content.item_features import ItemFeatureEncoder

        require_order(data, "private-sequence")
        able = data.ordered_histories
        able = able[np.flatnonzero(able.sizes >= 2)]
        if self.rate * len(able) < FEWEST:
            raise ArgumentError(
                f"a private step needs {FEWEST} people or more",
                given=f"{self.rate * len(able):.0f} people of 2 events or more",
            )
        budget = Budget(data, "private-sequence", self.epsilon, self.delta)
        on_counts = budget.noise / sqrt(self.popularity)
        before = [on_counts, *(one["noise"] for one in budget.releases())]
        noise = noise_for(self.epsilon, budget.delta_of_noise, self.rate, self.steps, *before)
        random = generator(seed if self.reproducible else None)
        counts = noisy_counts(user_item(data), on_counts, random)
        facts = ItemFeatureEncoder(self.text or None, self.text_dims, self.label_dims).fit(
            data.item_table, data.items
        )
        logs = np.log(counts / counts.mean())
        self.items_ = np.column_stack([facts, logs / max(float(logs.std()), 1e-9)]).astype(
            np.float32
        )
        self.clock_ = bool(self.clock)
        torch.manual_seed(seed)  # of the initial weights, which are public
        network = self._network()
        self._train(network, able, noise * MARGIN, random, progress)
        self._store(network)
        self.privacy_ = described(
            budget,
            data,
            random,
            "dp-sgd",
            noise=float(noise),
            rate=float(self.rate),
            steps=int(self.steps),
            releases=[
                *budget.releases(),
                {"of": "counts", "sensitivity": 1.0, "noise": float(on_counts)},
                {
                    "of": "gradients",
                    "sensitivity": float(self.clip),
                    "noise": float(noise * self.clip),
                    "steps": int(self.steps),
                    "rate": float(self.rate),
                },
            ],
            reproducible=bool(self.reproducible),
        )
        return self

    def item_release(self) -> tuple[float, float]:
        return item_release(self.epsilon, self.delta)

    def _train(
        self,
        network: Any,
        people: Queries,
        noise: float,
        random: Generator,
        progress: Callable[[float], None],
    ) -> None:
        import torch
        from opacus import GradSampleModule

        from whyrec.models.private.grid_optimizer import GridOptimizer

        vectors = torch.from_numpy(self.items_)
        private_network = GradSampleModule(network, loss_reduction="sum")
        adam = torch.optim.Adam(
            [p for p in network.parameters() if p.requires_grad], lr=self.learning_rate
        )
        private = GridOptimizer(
            adam,
            random=random,
            noise_multiplier=noise,
            max_grad_norm=self.clip,
            loss_reduction="sum",  # Adam's steps do not depend on the scale
            expected_batch_size=None,
        )
        for step in range(self.steps):
            drawn = np.flatnonzero(random.flips(self.rate, len(people)))
            loss = self._loss(private_network, vectors, people[drawn])
            private.zero_grad()
            loss.backward()
            for group in private.param_groups:
                group["lr"] = self.learning_rate * (1 - 0.9 * step / self.steps)
            private.step()
            progress((step + 1) / self.steps)
        private_network.remove_hooks()

    def _loss(self, network: Any, vectors: Any, people: Queries) -> Any:
        """Return the sum over people of the mean -log softmax of what came next in their window."""
        import torch

        rows = np.arange(len(people))
        items, _, times, ends = (torch.from_numpy(x) for x in padded(people, rows, self.length + 1))
        there = torch.arange(items.shape[1] - 1)[None] < (ends - 1)[:, None]
        events = vectors[
            items[:, :-1]
        ].requires_grad_()  # opacus's hooks need an input with a gradient
        wanted = network(events, times[:, :-1] if self.clock_ else None)
        logits = wanted[there] @ vectors.T / sqrt(vectors.shape[1])
        lost = torch.nn.functional.cross_entropy(logits, items[:, 1:][there], reduction="none")
        person = torch.arange(len(people))[:, None].expand_as(there)[there]
        return (lost / (ends - 1).clamp(min=1)[person]).sum()

    # --- score ------------------------------------------------------------------------------------

    def score(self, queries: Any) -> Floats:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32; popularity alone for an empty history.
        """
        check_fitted(self)
        needs_torch()
        import torch

        batch = Queries.of(queries, len(self.items_))
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
        from whyrec.models.private.history_network import HistoryNetwork

        return HistoryNetwork(
            self.items_.shape[1], self.width, self.blocks, self.heads, self.length
        )

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


def noise_for(epsilon: float, delta: float, rate: float, steps: int, *before: float) -> float:
    """Return the noise multiplier of each step for a total of (epsilon, delta).

    Args:
        epsilon: Total privacy loss.
        delta: Probability of exceeding it.
        rate: Probability that a person takes part in a step.
        steps: Number of steps.
        *before: Noise multipliers of Gaussian releases of everyone, such as the counts.

    Raises:
        ArgumentError: If no noise up to 1,000 suffices.
    """
    from opacus.accountants import RDPAccountant

    def cost(log_noise: float) -> float:
        account = RDPAccountant()
        account.history = [*((one, 1.0, 1) for one in before), (exp(log_noise), rate, steps)]
        with warnings.catch_warnings():
            # It warns that the best order is at the end of the range, far from the solution.
            warnings.simplefilter("ignore")
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


def _needs() -> None:
    for library, extra in (("torch", "text"), ("opacus", "privacy")):
        try:
            __import__(library)
        except ImportError:
            raise MissingExtra(library, extra) from None
