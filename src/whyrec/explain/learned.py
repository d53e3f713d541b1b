"""A learned explainer: a small network that says at once what the sampled methods take hundreds of
evaluations for.

    w_j = network(e_j * g, e_j . g, e_j . mean e, steps_j, m),   g = goal(item) - mean goal(next ten
    items)

    h = silu(features),  h += attention over the history's own events,  w = network(h)

Taught on training people only, by what removal really did: for random sets R of events taken from
their histories, the sum of w_j over R should be what the margin lost [jethani2022] [barkan2024],
and the largest w_j should come in the order in which the explainer `removal`, hundreds of
evaluations long, takes events away [plackett1975]. Asking it needs no evaluation of the model but
the score. Event and goal vectors: the model's own where it shows them, else singular vectors of who
chose what; only the network learns. Not good for: models changed since; what only the whole history
decides.
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
    """dims of the item vectors, width of the network, sets removed from each training history,
    epochs, learning_rate; order: how much the order of removal counts beside what sets lose (0: not
    at all).

    Learned: vectors_, goals_ (n_items, dims), the network's weights w1_ b1_ looks_ w2_ b2_ w3_,
    far_ (FAR + 1, 16) for the
    steps, and curve_, a row an epoch: left, the error on held-out training people (1: no better
    than nothing), and order, -log likelihood of removal's first five.
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
        """Learn from `people`, the histories of training people; data: training events, for the
        first vectors.
        """
        examples = examples_of(
            model, people, self.sets, self.length, seed, progress, self.order > 0
        )
        self.vectors_, self.goals_ = vectors_of(model, data, self.dims)
        self._train(examples, seed)
        return self

    def weights(self, query: Query, item: int, rivals: Any) -> NDArray[np.float64]:
        """(m,): what each event holds of the item's margin against `rivals`."""
        check_fitted(self)
        if not len(query):
            return np.zeros(0)
        x = inputs_of(self.vectors_[query.items], contrast(self.goals_, item, rivals))
        x = np.concatenate([x, self.far_[np.minimum(query.events_ago, FAR)]], 1)
        hidden = _silu(x @ self.w1_ + self.b1_)
        q, k, v = np.split(
            hidden @ self.looks_, 3, 1
        )  # events look at each other: they matter together
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
        )  # of the training people, to see when it stops learning
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
        """Write the explainer into a folder of its own."""
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


def learned(model: Scorer, query: Query, item: int, *, explainer: Learned) -> Explanation:
    """The learned explainer's weights, for the margin against the next ten items; base is what they
    leave. One row is scored, for the score itself; `gap` is 0 by this base, and says nothing of
    how true the weights are: the harness does."""
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
    """The network in torch, for training; asked in numpy."""
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
            """x (b, m, inputs), steps (b, m), there (b, m) bool to (b, m)."""
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
