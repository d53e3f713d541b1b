"""Vectors of items from a knowledge graph: RotatE, in which a relation turns an entity's complex
numbers [sun2019].

    score(h, r, t) = MARGIN - |turn(h, r) - t|, turn(h, r) = h * exp(i phase_r)

Trained by softmax against NEGATIVES entities that a batch shares, every relation in both
directions. Items that share what
the graph says of them come to lie near each other: a likeness for items that nobody has chosen yet.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Links, MissingExtra

__all__ = ["Turned", "link_vectors", "rotate", "triples_of"]

BATCH = 4096
NEGATIVES = 256
RATE = 0.02
MARGIN = 9.0
Floats = NDArray[np.float32]


class Turned(NamedTuple):
    """entity (n, 2 dims) float32: real and imaginary halves; phase (2 * relations, dims): of
    both directions.
    """

    entity: Floats
    phase: Floats

    def tails(self, head: int, relation: int) -> Floats:
        """How well each entity ends a triple, (n,): larger is likelier."""
        (a, b), phase = np.split(self.entity[head], 2), self.phase[relation]
        c = np.cos(phase)
        d = np.sin(phase)
        asked = np.concatenate([a * c - b * d, a * d + b * c])
        return np.asarray(-np.linalg.norm(self.entity - asked, axis=1), np.float32)


def triples_of(links: Links) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(triples (l, 3) of head, relation, tail by new numbers, the entity of each number). What one
    triple alone names is
    left out: it joins nothing."""
    rows = np.unique(np.stack([links.head, links.relation, links.tail], 1), axis=0)
    often = np.bincount(rows[:, [0, 2]].ravel(), minlength=len(links.entities)) > 1
    rows = rows[often[rows[:, 0]] & often[rows[:, 2]]]
    entities, ends = np.unique(rows[:, [0, 2]], return_inverse=True)
    ends = ends.reshape(-1, 2)
    return np.stack([ends[:, 0], rows[:, 1], ends[:, 1]], 1).astype(np.int64), entities.astype(
        np.int64
    )


def rotate(
    triples: NDArray[np.int64],
    n: int,
    relations: int,
    *,
    dims: int = 32,
    epochs: int = 16,
    seed: int = 0,
) -> Turned:
    """Train on triples (l, 3) among n entities. Raises MissingExtra without torch, ArgumentError
    where there is no triple.

    On two free cores a second an epoch for 100,000 triples. Not good for: entities of one triple;
    numbers (years) as things.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtra("torch", "text") from None
    if not len(triples):
        raise ArgumentError(
            "a graph to embed must join things", given="no two triples that share one"
        )
    generator = torch.Generator().manual_seed(seed)
    rows = torch.from_numpy(triples)
    both = torch.cat([rows, torch.stack([rows[:, 2], rows[:, 1] + relations, rows[:, 0]], 1)])
    entity = (0.3 * torch.randn(n, 2 * dims, generator=generator)).requires_grad_()
    phase = (0.3 * torch.randn(2 * relations, dims, generator=generator)).requires_grad_()
    optimiser = torch.optim.Adam([entity, phase], lr=RATE)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * -(-len(both) // BATCH))
    for _ in range(epochs):
        for part in torch.randperm(len(both), generator=generator).split(BATCH):
            head, relation, tail = both[part].T
            (a, b), angle = entity[head].chunk(2, 1), phase[relation]
            c = torch.cos(angle)
            d = torch.sin(angle)
            asked = torch.cat([a * c - b * d, a * d + b * c], 1)
            drawn = torch.randint(n, (NEGATIVES,), generator=generator)
            own = MARGIN - torch.linalg.vector_norm(asked - entity[tail], dim=1)
            # By a product: torch.cdist goes back slowly.
            squares = (
                asked.square().sum(1)[:, None]
                + entity[drawn].square().sum(1)
                - 2 * asked @ entity[drawn].T
            )
            wrong = (MARGIN - squares.clamp_min(1e-6).sqrt()).masked_fill(
                drawn[None] == tail[:, None], -torch.inf
            )
            loss = (torch.logsumexp(torch.cat([own[:, None], wrong], 1), 1) - own).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            rate.step()
    return Turned(entity.detach().numpy(), phase.detach().numpy())


def link_vectors(links: Links) -> Floats:
    """(n_items, d): of every item in the graph its vector by :func:`rotate`, seed 0; zeros for
    the others.
    """
    triples, entities = triples_of(links)
    made = rotate(triples, len(entities), len(links.relations)).entity
    place = np.full(len(links.entities), -1)
    place[entities] = np.arange(len(entities))
    at = np.where(links.item_entity >= 0, place[links.item_entity], -1)
    return np.where(at[:, None] >= 0, made[at], 0).astype(np.float32)
