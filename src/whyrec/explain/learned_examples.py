"""Training examples for the learned explainer: removed events and the margin lost without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from whyrec.core import Dataset, Queries, Scorer, mask_seen, subsets, top_k
from whyrec.core.capabilities import ItemScores, ItemVectors
from whyrec.explain.deletion import SINGLES, greedy_removal
from whyrec.explain.games import RIVALS

__all__ = [
    "FAR",
    "Examples",
    "Floats",
    "contrast",
    "examples_of",
    "inputs_of",
    "losses",
    "vectors_of",
]

Floats = NDArray[np.float32]
FAR = 60  # largest number of steps back that is distinguished


class Examples:
    """Removed sets and the margin lost by each, one row per person."""

    def __init__(self) -> None:
        self.items: list[NDArray[Any]] = []
        self.steps: list[NDArray[Any]] = []
        self.target: list[int] = []
        self.rivals: list[NDArray[Any]] = []
        self.gone: list[NDArray[np.bool_]] = []
        self.lost_: list[NDArray[np.float64]] = []
        self.firsts: list[list[int]] = []

    def __len__(self) -> int:
        return len(self.target)

    def inputs(self, vectors: Floats, goals: Floats) -> list[Floats]:
        """Build the network's input for each person's events, without the steps."""
        return [
            inputs_of(vectors[items], contrast(goals, target, rivals))
            for items, target, rivals in zip(self.items, self.target, self.rivals, strict=True)
        ]

    @property
    def lost(self) -> NDArray[np.float64]:
        return np.concatenate(self.lost_)

    def square(self, rows: NDArray[Any], unit: float) -> float:
        """Compute the mean squared loss of a network that always predicts zero."""
        return float(np.mean([np.mean((self.lost_[r] / unit) ** 2) for r in rows])) or 1.0


def examples_of(
    model: Scorer,
    people: Queries,
    sets: int,
    length: int,
    seed: int,
    progress: Callable[[float], None],
    ordered: bool,
) -> Examples:
    """Remove single events and small sets behind each person's first recommendation.

    Records what the margin then loses. `ordered` also records the order of :func:`greedy_removal`.
    """
    rng = np.random.default_rng(seed)
    made = Examples()
    able = np.flatnonzero(people.sizes >= 2)
    for at, row in enumerate(able):
        query = people[int(row)]
        if len(query) > length:
            query = query.without(range(len(query) - length))
        scores = mask_seen(np.asarray(model.score([query])), Queries.of([query]))
        first, best = top_k(scores, RIVALS + 1)
        first = first[0][np.isfinite(best[0])]
        if len(first) < 2:
            continue
        gone = np.zeros((sets, len(query)), bool)
        for s in range(sets):  # a third are single events, the others up to half of the history
            if s % 3 == 0:
                size = 1
            else:
                size = int(rng.integers(1, max(2, len(query) // 2 + 1)))
            gone[s, _drawn(len(query), size, rng)] = True
        batch = subsets(query, ~gone)
        if isinstance(model, ItemScores):
            found = model.score_items(batch, np.tile(first.astype(np.int64), (sets, 1)))
        else:
            found = np.asarray(model.score(batch))[:, first]
        full = float(scores[0, first[0]] - scores[0, first[1:]].mean())
        made.items.append(query.items)
        made.steps.append(np.minimum(query.events_ago, FAR))
        made.target.append(int(first[0]))
        made.rivals.append(first[1:])
        made.gone.append(gone)
        made.lost_.append(full - (found[:, 0] - found[:, 1:].mean(1)).astype(np.float64))
        if ordered:
            told = greedy_removal(model, query, int(first[0])).reasons
        else:
            told = ()
        made.firsts.append([reason.refs[0] for reason in told[:SINGLES]])
        progress((at + 1) / len(able))
    return made


def losses(
    net: Any, examples: Examples, inputs: list[Floats], rows: NDArray[Any], unit: float
) -> tuple[Any, Any]:
    """Compute (squared error of the sets' losses, ranking loss), averaged over people.

    The ranking loss is -log likelihood of the order in which `greedy_removal` takes the first
    events [plackett1975].
    """
    import torch

    longest = max(len(inputs[r]) for r in rows)
    x = torch.zeros(len(rows), longest, inputs[0].shape[1])
    steps = torch.zeros(len(rows), longest, dtype=torch.int64)
    there = torch.zeros(len(rows), longest, dtype=torch.bool)
    gone = torch.zeros(len(rows), len(examples.gone[0]), longest)
    for at, r in enumerate(rows):
        m = len(inputs[r])
        x[at, :m] = torch.from_numpy(inputs[r])
        there[at, :m] = True
        steps[at, :m] = torch.from_numpy(examples.steps[r].astype(np.int64))
        gone[at, :, :m] = torch.from_numpy(examples.gone[r])
    weight = net(x, steps, there)
    lost = torch.from_numpy(np.stack([examples.lost_[r] for r in rows]) / unit).float()
    ranks = torch.zeros(len(rows))
    left = there.clone()
    for turn in range(SINGLES):
        now = torch.tensor(
            [at for at, r in enumerate(rows) if turn < len(examples.firsts[r])], dtype=torch.int64
        )
        if len(now):
            pick = torch.tensor([examples.firsts[rows[at]][turn] for at in now.tolist()])
            logits = (net.sharp * weight[now]).masked_fill(~left[now], -1e9)
            ranks[now] = ranks[now] - torch.log_softmax(logits, -1)[torch.arange(len(now)), pick]
            left[now, pick] = False
    return ((gone @ weight[..., None])[..., 0] - lost).square().mean(), ranks.mean()


def _drawn(m: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw events; half of the time the latest weigh more, because sequence models rely on them."""
    share = np.full(m, 1.0 / m)
    if rng.random() < 0.5:
        share = 0.8 ** np.arange(m)[::-1] + 1e-3
        share /= share.sum()
    return rng.choice(m, size, replace=False, p=share)


def vectors_of(model: Any, data: Dataset, dims: int) -> tuple[Floats, Floats]:
    """Compute item vectors as events and as goals, (n_items, dims) each.

    The model's own `item_vectors` if it has them, rotated so that the leading directions of their
    products come first; otherwise singular vectors of the user-item matrix.
    """
    if isinstance(model, ItemVectors):
        events, goals = model.item_vectors()
        k = min(dims, events.shape[1])
        # Project both onto the axes in which events and goals vary most together.
        u, _, v = np.linalg.svd(np.cov(events.T) @ np.cov(goals.T))
        return _padded(events @ u[:, :k], dims), _padded(goals @ v[:k].T, dims)
    crowd = sparse.csr_array(
        (np.ones(len(data)), (data.item, data.user)), shape=(data.n_items, data.n_users)
    )
    crowd = sparse.diags_array(1 / np.sqrt(np.maximum(crowd.sum(1), 1))) @ crowd
    k = min(dims, min(crowd.shape) - 1)
    if k < 1:
        return _padded(np.zeros((data.n_items, 0)), dims), _padded(
            np.zeros((data.n_items, 0)), dims
        )
    u, s, _ = svds(crowd, k=k, v0=np.ones(min(crowd.shape)))
    made = _padded((u * s)[:, ::-1], dims)
    return made, made


def _padded(vectors: NDArray[Any], dims: int) -> Floats:
    """Scale to unit spread and pad with zeros to `dims` columns."""
    out = np.zeros((len(vectors), dims), np.float32)
    if vectors.size:
        out[:, : vectors.shape[1]] = vectors / (vectors.std() or 1.0)
    else:
        out[:, : vectors.shape[1]] = 0.0
    return out


def contrast(goals: Floats, item: int, rivals: Any) -> Floats:
    """Subtract the mean goal of the rivals from the goal of the item, (dims,)."""
    return np.asarray(goals[item] - (goals[rivals].mean(0) if len(rivals) else 0.0), np.float32)


def inputs_of(events: Floats, goal: Floats) -> Floats:
    """Build the features of each event, (m, dims + 3).

    Products with the goal, their sum, the similarity to the other events, and the length.
    """
    product = events * goal
    m = len(events)
    own = np.stack([product.sum(1), events @ events.mean(0), np.full(m, np.log1p(m))], 1) / np.sqrt(
        events.shape[1]
    )
    return np.concatenate([product, own], 1).astype(np.float32)
