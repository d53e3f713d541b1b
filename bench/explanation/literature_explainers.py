"""The literature's explainers, made again from their papers and code: LXR, ACCENT, SHAP over
clusters of items, SPINRec.

Repaired where the published code does not do what its paper says: ACCENT keeps the target's own
influence and its sign; LXR takes its epoch by held-out training people, not by people of the test.
"""

from __future__ import annotations

import copy
from itertools import pairwise
from math import comb
from typing import Any

import numpy as np
import torch
from sklearn.cluster import MiniBatchKMeans
from torch import nn

from bench.explanation.literature_recommenders import Recommender
from whyrec.core import Measurement, Queries, Query, mask_seen, subsets, top_k
from whyrec.evaluate.curves import curves
from whyrec.evaluate.faithfulness import Row

# Of the published configurations ("LXR combined"); NCF has none, and takes MF's.
LXR_SETTINGS = {
    "MF": {"pos": 11.599, "neg": 0.1415, "rate": 0.004177, "width": 64, "batch": 32},
    "VAE": {"pos": 3.1857, "neg": 1.4206, "rate": 0.005019, "width": 128, "batch": 128},
}
LXR_SETTINGS["NCF"] = LXR_SETTINGS["MF"]


class LXR(nn.Module):
    """A network that reads history and item and gives every event a mask in (0, 1): the item must
    stay likely with the mask and become unlikely with its complement. One forward pass an
    explanation."""

    def __init__(self, items: int, width: int) -> None:
        super().__init__()
        self.users, self.items = nn.Linear(items, width), nn.Embedding(items, width)
        self.rest = nn.Sequential(
            nn.Tanh(), nn.Linear(2 * width, width), nn.Tanh(), nn.Linear(width, items), nn.Sigmoid()
        )

    def forward(self, x: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        return self.rest(torch.cat([self.users(x), self.items(items)], -1))

    def __call__(self, *given: Any) -> Any:
        """As a network (x, items), or as an explainer (model, query, item)."""
        if len(given) == 2:
            return super().__call__(*given)
        model, query, item = given
        with torch.no_grad():
            mask = (
                super().__call__(model.rows(Queries.of([query])), torch.tensor([item]))[0].numpy()
            )
        return mask[query.items]


def train_lxr(
    model: Recommender, queries: Queries, *, epochs: int = 40, judges: int = 100, seed: int = 0
) -> LXR:
    """LXR on training people's first recommendations; the epoch with the lowest POS@20 on
    `judges` of them held out.
    """
    settings = LXR_SETTINGS[model.name]
    torch.manual_seed(seed)
    x, firsts = model.rows(queries), torch.from_numpy(firsts_of(model, queries))
    explainer = LXR(model.items, settings["width"])
    optimiser = torch.optim.Adam(explainer.parameters(), settings["rate"])
    best, kept = np.inf, copy.deepcopy(explainer.state_dict())
    for epoch in range(epochs):
        for part in (torch.randperm(len(x) - judges) + judges).split(settings["batch"]):
            own, items = x[part], firsts[part]
            mask = explainer(own, items)
            loss = (
                -settings["pos"] * model.log_probability(own * mask, items).mean()
                + settings["neg"] * model.log_probability(own * (1 - mask), items).mean()
                + mask[own > 0].mean()
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        if epoch % 3 == 2:
            found = np.mean(
                [pos20(model, queries[n], int(firsts[n]), explainer) for n in range(judges)]
            )
            if found < best:
                best, kept = found, copy.deepcopy(explainer.state_dict())
    explainer.load_state_dict(kept)
    return explainer


def pos20(model: Recommender, query: Query, item: int, explainer: Any) -> float:
    order = np.argsort(-np.asarray(explainer(model, query, item)), kind="stable")
    return curves(model, query, item, [order], output=model.output)[0][0]["pos@20"]


def firsts_of(model: Recommender, queries: Queries) -> np.ndarray:
    """The first recommendation of each history."""
    parts = [
        queries[np.arange(a, b)] for a, b in pairwise([*range(0, len(queries), 256), len(queries)])
    ]
    return np.concatenate(
        [top_k(mask_seen(model.score(part), part), 1)[0][:, 0] for part in parts]
    ).astype(np.int64)


def accent(model: Recommender, query: Query, item: int, *, k: int = 5) -> np.ndarray:
    """ACCENT: what leaving an event out takes from the item more than from each of the k - 1
    that follow it.
    """
    scores = model.score([query])
    first = top_k(mask_seen(scores, Queries.of([query])), k + 1)[0][0]
    others = first[first != item][: k - 1]
    lost = scores - model.score(subsets(query, ~np.eye(len(query), dtype=bool)))
    return np.asarray((k - 1) * lost[:, item] - lost[:, others].sum(1))


class ClusteredSHAP:
    """Shapley values of k clusters of items, all events of a cluster together; every event takes
    its cluster's value.
    """

    def __init__(self, x: torch.Tensor, k: int = 10, seed: int = 0) -> None:
        self.of = MiniBatchKMeans(k, random_state=seed, n_init=3).fit_predict(x.numpy().T)

    def __call__(self, model: Recommender, query: Query, item: int) -> np.ndarray:
        names, own = np.unique(self.of[query.items], return_inverse=True)
        k = len(names)
        keep = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
        value = model.score(subsets(query, keep[:, own].astype(bool)))[:, item].astype(np.float64)
        size, found = keep.sum(1), np.empty(k)
        for player in range(k):
            without = np.flatnonzero(keep[:, player] == 0)
            weight = 1 / (k * np.array([comb(k - 1, int(s)) for s in size[without]]))
            found[player] = (weight * (value[without + 2**player] - value[without])).sum()
        return found[own]


class Spin:
    """SPINRec's draw number `draw`: gradients of the item's output averaged on the way from another
    person's history, drawn at random, to this one, times the way; an event's part of it. Published
    tables keep, per case and metric, the best of several draws (:func:`oracle`)."""

    def __init__(self, x: torch.Tensor, draw: int, steps: int = 10) -> None:
        self.x, self.draw, self.steps = x, draw, steps

    def __call__(self, model: Recommender, query: Query, item: int) -> np.ndarray:
        rng = np.random.default_rng([self.draw, item, len(query)])
        own, other = model.rows(Queries.of([query]))[0], self.x[int(rng.integers(len(self.x)))]
        way = (torch.arange(self.steps) + 0.5)[:, None] / self.steps
        points = (other + way * (own - other)).requires_grad_(True)
        outputs = model.log_probability(points, torch.full((self.steps,), item)).exp().sum()
        [slope] = torch.autograd.grad(outputs, points)
        return (slope.mean(0) * (own - other))[
            torch.from_numpy(query.items.astype(np.int64))
        ].numpy()


def oracle(rows: list[Row]) -> Row:
    """Of several explanations the best per case and per metric, with the answer in hand: no
    explanation can be it.
    """
    best = {}
    for name, first in rows[0].metrics.items():
        values = np.stack([row.metrics[name].values for row in rows])
        chosen = values.max(0) if first.higher_is_better else values.min(0)
        best[name] = Measurement(name, chosen, first.higher_is_better)
    return Row(
        best, rows[0].ms, rows[0].evaluations, np.min([row.ranks for row in rows], 0), oracle=True
    )
