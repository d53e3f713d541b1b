"""A learned explainer: a small network that estimates in one pass what sampled methods measure.

    w_j = network(e_j * g, e_j . g, e_j . mean e, steps_j, m),   g = goal(item) - mean goal(next ten
    items)
    h = silu(features),  h += attention over the history's own events,  w = network(h)

It is trained on training people only, from measured removals: for random sets R of events, the sum
of w_j over R should equal the loss of the margin [jethani2022] [barkan2024], and the largest w_j
should follow the order of the explainer `removal`, which costs hundreds of evaluations
[plackett1975]. Explaining needs no model evaluation but the score. Event and goal vectors are the
model's own if it has them, otherwise singular vectors of the user-item matrix; only the network is
trained. Limits: it does not notice that a model has changed, nor effects of the history as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    BadArtefact,
    Dataset,
    Explanation,
    MissingExtra,
    Queries,
    Query,
    Scorer,
    artefact,
    check_fitted,
)
from whyrec.core.explainers import explainer
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import next_items
from whyrec.explain.learned_examples import (
    FAR,
    Examples,
    Floats,
    contrast,
    examples_of,
    inputs_of,
    losses,
    vectors_of,
)

__all__ = ["Learned", "learned"]


class Learned:
    """A network that estimates the weight of each event for the margin of an item.

    Attributes:
        vectors_: Item vectors as events, (n_items, dims).
        goals_: Item vectors as goals, (n_items, dims).
        far_: Embeddings of the steps back, (FAR + 1, 16).
        curve_: One row per epoch: `left`, the error on held-out training people relative to
            predicting zero, and `order`, the -log likelihood of the first five events of `removal`.

    The arrays w1_, b1_, looks_, w2_, b2_, w3_ and unit_ are the weights of the network.
    """

    vectors_: NDArray[Any]
    goals_: NDArray[Any]
    far_: NDArray[Any]
    looks_: NDArray[Any]
    w1_: NDArray[Any]
    b1_: NDArray[Any]
    w2_: NDArray[Any]
    b2_: NDArray[Any]
    w3_: NDArray[Any]
    unit_: NDArray[Any]

    def __init__(
        self,
        dims: int = 64,
        width: int = 32,
        sets: int = 12,
        epochs: int = 30,
        learning_rate: float = 3e-3,
        length: int = 200,
        order: float = 1.0,
    ) -> None:
        """Create an untrained explainer.

        Args:
            dims: Dimensions of the item vectors.
            width: Width of the network.
            sets: Sets removed from each training history.
            epochs: Passes over the training people.
            learning_rate: Initial learning rate of AdamW.
            length: Number of latest events of each history that are used.
            order: Weight of the order of removal in the loss; 0 ignores it.
        """
        self.order = order
        self.dims = dims
        self.width = width
        self.sets = sets
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.length = length

    def fit(
        self,
        model: Scorer,
        people: Queries,
        data: Dataset,
        *,
        seed: int = 0,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Self:
        """Train on the histories of training people.

        Args:
            model: The model to explain.
            people: Histories of training people.
            data: Training events, for the item vectors.
            seed: Random seed.
            progress: Called with the finished share, 0 to 1.

        Returns:
            This explainer.

        Raises:
            MissingExtra: If torch is not installed.
        """
        examples = examples_of(
            model, people, self.sets, self.length, seed, progress, self.order > 0
        )
        self.vectors_, self.goals_ = vectors_of(model, data, self.dims)
        self._train(examples, seed)
        return self

    def weights(self, query: Query, item: int, rivals: Any) -> NDArray[np.float64]:
        """Estimate each event's part of the item's margin against `rivals`, (m,)."""
        check_fitted(self)
        if not len(query):
            return np.zeros(0)
        x = inputs_of(self.vectors_[query.items], contrast(self.goals_, item, rivals))
        x = np.concatenate([x, self.far_[np.minimum(query.events_ago, FAR)]], 1)
        hidden = _silu(x @ self.w1_ + self.b1_)
        q, k, v = np.split(
            hidden @ self.looks_, 3, 1
        )  # attention among the events, which matter together
        hidden = _silu(
            (hidden + _softmax(q @ k.T / np.float32(np.sqrt(hidden.shape[1]))) @ v) @ self.w2_
            + self.b2_
        )
        return np.asarray((hidden @ self.w3_).ravel(), np.float64) * float(self.unit_[0])

    def _train(self, examples: Examples, seed: int) -> None:
        try:
            import torch
        except ImportError:
            raise MissingExtra("torch", "text") from None
        torch.manual_seed(seed)
        inputs = examples.inputs(self.vectors_, self.goals_)
        net = _Net(self.width, inputs[0].shape[1])
        unit = float(examples.lost.std()) or 1.0
        adam = torch.optim.AdamW(net.parameters(), lr=self.learning_rate, weight_decay=1e-2)
        held = (
            np.arange(len(examples)) % 10 == 0
        )  # held-out training people, to pick the best epoch
        rng = np.random.default_rng(seed)
        self.curve_ = []
        best = np.inf
        kept = None
        for epoch in range(self.epochs):
            net.train()
            order = rng.permutation(np.flatnonzero(~held))
            for group in adam.param_groups:
                group["lr"] = self.learning_rate * (1 - epoch / self.epochs)
            for start in range(0, len(order), 32):
                sets, ranks = losses(net, examples, inputs, order[start : start + 32], unit)
                adam.zero_grad()
                (sets + self.order * ranks).backward()
                adam.step()
            net.eval()
            with torch.no_grad():
                sets, ranks = (
                    float(x) for x in losses(net, examples, inputs, np.flatnonzero(held), unit)
                )
            left = sets / examples.square(np.flatnonzero(held), unit)
            self.curve_.append(
                {"epoch": epoch + 1, "left": round(left, 4), "order": round(ranks, 4)}
            )
            if left + self.order * ranks < best:
                best = left + self.order * ranks
                kept = net.arrays()
        for name, value in (kept or net.arrays()).items():
            setattr(self, name, value)
        self.unit_ = np.array([unit], np.float32)

    def save(self, folder: str | Path) -> Path:
        """Write the explainer into a folder of its own and return the folder."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        header = {
            "kind": "explainer",
            "name": "learned",
            "config": artefact.model_config(self),
            "curve": self.curve_,
        }
        return artefact.save(folder, artefact.Artefact(header, arrays))

    @classmethod
    def load(cls, folder: str | Path) -> Learned:
        """Read what :meth:`save` wrote."""
        stored = artefact.load(folder)
        if stored.header.get("kind") != "explainer":
            raise BadArtefact(
                f"{folder} holds {stored.header.get('kind')!r}, not an explainer. Fix: run "
                "`whyrec learn`."
            )
        made = cls(**stored.header["config"])
        made.curve_ = stored.header["curve"]
        for name in _ARRAYS:
            setattr(made, name, stored.arrays[name])
        return made


_ARRAYS = ("vectors_", "goals_", "far_", "w1_", "b1_", "looks_", "w2_", "b2_", "w3_", "unit_")


@explainer(needs=Scorer)
def learned(model: Scorer, query: Query, item: int, *, explainer: Learned) -> Explanation:
    """Explain an item by the learned explainer's estimates for the margin.

    The margin is the score minus the mean score of the next ten items. Only one row is scored, for
    the score itself. Limits: `gap` is 0 by construction and does not measure how true the weights
    are; use `whyrec.faithfulness` for that.

    Args:
        model: The model to explain.
        query: The history to explain.
        item: Number of the recommended item.
        explainer: A trained explainer.

    Returns:
        An explanation whose base is the score minus the sum of the weights.
    """
    row = np.asarray(model.score([query]))[0].astype(np.float64)
    score = float(row[item])
    weights = explainer.weights(query, item, next_items(row[None], query, item))
    return Explanation(
        item,
        score,
        score - float(weights.sum()),
        event_reasons(weights),
        0.0,
        "learned (amortised, margin)",
        additive=False,
    )


def _silu(x: Floats) -> Floats:
    return np.asarray(x / (1 + np.exp(-x)), np.float32)


def _softmax(x: Floats) -> Floats:
    shifted = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(-1, keepdims=True), np.float32)


def _Net(width: int, inputs: int) -> Any:
    """Build the torch network used for training; predictions run in numpy."""
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.far = nn.Parameter(torch.randn(FAR + 1, 16) * 0.1)
            self.one = nn.Linear(inputs + 16, width)
            self.two = nn.Linear(width, width)
            self.looks = nn.Linear(width, 3 * width, bias=False)
            self.drop = nn.Dropout(0.1)
            self.three = nn.Linear(width, 1, bias=False)
            self.sharp = nn.Parameter(torch.tensor(1.0))

        def forward(self, x: Any, steps: Any, there: Any) -> Any:
            """Map x (b, m, inputs), steps (b, m) and there (b, m) bool to weights (b, m)."""
            h = nn.functional.silu(self.one(torch.cat([x, self.far[steps]], -1)))
            q, k, v = self.looks(self.drop(h)).chunk(3, -1)
            seen = (q @ k.transpose(1, 2) / width**0.5).masked_fill(~there[:, None], -1e9)
            h = nn.functional.silu(self.two(self.drop(h + torch.softmax(seen, -1) @ v)))
            return torch.as_tensor(self.three(h)[..., 0]).masked_fill(~there, 0.0)

        def arrays(self) -> dict[str, Floats]:
            found = {
                "far_": self.far,
                "w1_": self.one.weight.T,
                "b1_": self.one.bias,
                "looks_": self.looks.weight.T,
                "w2_": self.two.weight.T,
                "b2_": self.two.bias,
                "w3_": self.three.weight.T,
            }
            return {
                name: np.array(value.detach().numpy(), np.float32, order="C")
                for name, value in found.items()
            }

    return Net()
