"""The recommenders that the literature on explaining recommendations explains, from its published
settings: MF, VAE, NCF.

Each reads a history as a row of 0 and 1 over the items, so that a removed event is a 0. Learned on
training people only.
Sources: the LXR paper's and its successors' code (learning rates, widths, losses as there; epochs
by the hit rate of held-out training people, where they took test people).
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from whyrec.core import Queries

BATCH = 256  # rows scored at a time


class MF(nn.Module):
    """logit of item j: (W_u x + b_u) . (W_i[:, j] + b_i); output sigmoid. Squared error on one
    chosen and one other item.
    """

    output = "sigmoid"

    def __init__(self, items: int, width: int = 32) -> None:
        super().__init__()
        self.users, self.items = nn.Linear(items, width), nn.Linear(items, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.users(x) @ (self.items.weight + self.items.bias[:, None])

    def loss(self, x: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
        return pairwise(
            self,
            x,
            rng,
            lambda up, down: ((1 - up.sigmoid()) ** 2 + 2 * down.sigmoid() ** 2).mean(),
        )


class NCF(nn.Module):
    """Neural collaborative filtering (GMF beside an MLP of three layers), people read from their
    history; output sigmoid.
    """

    output = "sigmoid"

    def __init__(self, items: int, width: int = 8, layers: int = 3) -> None:
        super().__init__()
        wide = width * 2 ** (layers - 1)
        self.users_gmf, self.items_gmf = (
            nn.Linear(items, width, bias=False),
            nn.Embedding(items, width),
        )
        self.users_mlp, self.items_mlp = (
            nn.Linear(items, wide, bias=False),
            nn.Embedding(items, wide),
        )
        sizes = [2 * wide // 2**at for at in range(layers + 1)]
        self.mlp = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(sizes))
        self.last = nn.Linear(2 * width, 1)
        for table in (self.users_gmf, self.items_gmf, self.users_mlp, self.items_mlp):
            nn.init.normal_(table.weight, std=0.05)

    def forward(self, x: torch.Tensor, items: torch.Tensor | None = None) -> torch.Tensor:
        """(q, items) logits; with `items` (q, c) only theirs."""
        mlp, gmf = (
            one.weight if items is None else one(items) for one in (self.items_mlp, self.items_gmf)
        )
        first, wide = self.mlp[0], self.users_mlp.weight.shape[0]
        # The first layer of each pair is a sum of one part of the person and one of the item.
        own = F.linear(self.users_mlp(x), first.weight[:, :wide])[:, None, :]
        hidden = F.relu(own + F.linear(mlp, first.weight[:, wide:], first.bias))
        for layer in self.mlp[1:]:
            hidden = F.relu(layer(hidden))
        crossed = self.users_gmf(x)[:, None, :] * gmf
        return self.last(torch.cat([crossed.expand(*hidden.shape[:2], -1), hidden], -1))[..., 0]

    def loss(self, x: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
        rows, up, down = drawn(x, rng)
        up, down = self(rows, torch.stack([up, down], 1)).unbind(1)
        return -(F.logsigmoid(up) + F.logsigmoid(-down)).mean()


class VAE(nn.Module):
    """Mult-VAE 512-128 on length-normalised rows, dropout 0.5; output softmax."""

    output = "softmax"

    def __init__(self, items: int, wide: int = 512, width: int = 128) -> None:
        super().__init__()
        self.encode = nn.ModuleList([nn.Linear(items, wide), nn.Linear(wide, 2 * width)])
        self.decode = nn.ModuleList([nn.Linear(width, wide), nn.Linear(wide, items)])
        self.steps = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._both(x)[0]

    def _both(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        hidden = F.relu(self.encode[0](F.dropout(F.normalize(x, dim=-1), 0.5, self.training)))
        mean, log_variance = self.encode[1](hidden).chunk(2, -1)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance) if self.training else mean
        return self.decode[1](F.relu(self.decode[0](z))), mean, log_variance

    def loss(self, x: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
        logits, mean, log_variance = self._both(x)
        self.steps += 1
        divergence = 0.5 * (log_variance.exp() + mean**2 - 1 - log_variance).sum(1).mean()
        return (
            -(F.log_softmax(logits, 1) * x).sum(1).mean()
            + min(0.2, self.steps / 20_000) * divergence
        )


def drawn(x: torch.Tensor, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The rows without one chosen item each, that item, and one not chosen."""
    up = torch.multinomial(x, 1, generator=rng)[:, 0]
    down = torch.multinomial(1 - x, 1, generator=rng)[:, 0]
    rows = x.clone()
    rows[torch.arange(len(x)), up] = 0
    return rows, up, down


def pairwise(
    model: nn.Module, x: torch.Tensor, rng: torch.Generator, loss: Callable[..., torch.Tensor]
) -> torch.Tensor:
    rows, up, down = drawn(x, rng)
    scores, at = model(rows), torch.arange(len(x))
    return loss(scores[at, up], scores[at, down])


SETTINGS: dict[str, tuple[Any, dict[str, Any]]] = {
    "MF": (MF, {"rate": 0.002, "batch": 1024, "epochs": 400}),
    "VAE": (VAE, {"rate": 0.0007, "batch": 128, "epochs": 60}),
    "NCF": (NCF, {"rate": 0.001, "batch": 64, "epochs": 60}),
}


class Recommender:
    """A trained network as a model that only scores; `probability` is what LXR learns through."""

    def __init__(self, name: str, network: nn.Module, items: int) -> None:
        self.name, self.network, self.items, self.output = (
            name,
            network.eval().requires_grad_(False),
            items,
            network.output,
        )

    def rows(self, batch: Queries) -> torch.Tensor:
        x = torch.zeros(len(batch), self.items)
        x[
            np.repeat(np.arange(len(batch)), batch.sizes),
            torch.from_numpy(np.array(batch.items, np.int64)),
        ] = 1.0
        return x

    def score(self, queries: Any) -> np.ndarray:
        x = self.rows(Queries.of(queries))
        with torch.no_grad():
            parts = [self.network(part).numpy() for part in x.split(BATCH)]
        return np.concatenate([np.zeros((0, self.items), np.float32), *parts])

    def log_probability(self, x: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """log of the output for one item a row, with gradients to x."""
        if isinstance(self.network, NCF):
            return F.logsigmoid(self.network(x, items[:, None])[:, 0])
        logits = self.network(x)
        made = F.log_softmax(logits, 1) if self.output == "softmax" else F.logsigmoid(logits)
        return made[torch.arange(len(x)), items]


def train(
    name: str, x: torch.Tensor, seed: int = 0, patience: int = 8
) -> tuple[Recommender, dict[str, float]]:
    """The recommender of SETTINGS that hits a hidden event of a tenth of `x` best among its
    first ten.
    """
    kind, settings = SETTINGS[name]
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    own, held = x[: -len(x) // 10], x[-len(x) // 10 :]
    shown, hidden, _ = drawn(held, rng)
    network = kind(x.shape[1])
    optimiser = torch.optim.Adam(network.parameters(), settings["rate"])
    best, since, kept = 0.0, 0, copy.deepcopy(network.state_dict())
    for epoch in range(settings["epochs"]):
        network.train()
        for part in torch.randperm(len(own), generator=rng).split(settings["batch"]):
            optimiser.zero_grad()
            network.loss(own[part], rng).backward()
            optimiser.step()
        if epoch % (5 if name == "MF" else 1):
            continue
        found = hits(network.eval(), shown, hidden)
        if found > best:
            best, since, kept = found, 0, copy.deepcopy(network.state_dict())
        elif (since := since + 1) >= patience:
            break
    network.load_state_dict(kept)
    return Recommender(name, network, x.shape[1]), {"hr@10": best, "epochs": epoch + 1}


def hits(network: nn.Module, shown: torch.Tensor, hidden: torch.Tensor) -> float:
    with torch.no_grad():
        scores = torch.cat([network(part) for part in shown.split(BATCH)]).masked_fill(
            shown > 0, -torch.inf
        )
    return float((scores.topk(10).indices == hidden[:, None]).any(1).float().mean())
