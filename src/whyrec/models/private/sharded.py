"""A model that can forget although its parts are trained: people are dealt to shards, each with a
model of its own.

    score = mean of the shards' scores

A person is in the shard that the hash of their label names, whoever else is there; so taking
somebody out changes one shard alone, and fitting that one again gives exactly the model that would
have been without them [bourtoule2021].
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, Queries, check_fitted
from whyrec.core.cases import EvaluationCases
from whyrec.core.composite import build_component, fit_arguments
from whyrec.core.describe import model_repr
from whyrec.core.settings import check_model_settings
from whyrec.models.setting_types import Count

__all__ = ["Sharded", "shard_of"]


class Sharded:
    """model: of each shard, by name, as {"model": name, setting: value, ...}, or a model; shards:
    how many. Source: [bourtoule2021].

    Learned: shard0_, shard1_, ..., seed_. Forgetting one person costs a fit of one shard. Not
    additive: its reasons are measured by deletion. Not good for: few people, since each model
    learns from a part of them only.
    """

    shard0_: Any

    not_tuned = "learns with the model of its shards: tune that one"

    __repr__ = model_repr

    def __init__(self, model: Any = "sequence", shards: Count = 4) -> None:
        self.model = model
        self.shards = shards
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0, valid: EvaluationCases | None = None) -> Self:
        """Fit every shard on its own people. Validation people are drawn within the shards: `valid`
        is not read, since one list of them for all would tie the shards together."""
        self.seed_ = seed
        for number in range(self.shards):
            self._fit(number, data)
        return self

    def _fit(self, number: int, data: Dataset) -> None:
        mine = np.flatnonzero([shard_of(user, self.shards) == number for user in data.users])
        if not len(mine):
            raise ArgumentError(
                "each shard needs people",
                given=f"none in shard {number} of {self.shards}",
                fix="give fewer shards",
            )
        made = self.part(f"shard{number}_")
        made.fit(data.of_people(mine), **fit_arguments(made, seed=self.seed_))
        setattr(self, f"shard{number}_", made)

    def part(self, name: str, config: Mapping[str, Any] | None = None) -> Any:
        """An unfitted model for a shard; config: its settings, where they are known."""
        return build_component(self.model, "sharded", config)

    def score(self, queries: Any) -> NDArray[np.float32]:
        """(q, n_items) float32: the mean of the shards'."""
        check_fitted(self)
        batch = Queries.of(queries)
        found: NDArray[np.float32] = np.array(self.shard0_.score(batch), np.float32)
        for number in range(1, self.shards):
            found += getattr(self, f"shard{number}_").score(batch)
        return found / np.float32(self.shards)

    def forget(self, data: Dataset, people: NDArray[np.integer[Any]]) -> Self:
        """The model without these people of `data`, which it was fitted on: their shards are
        fitted again without them.
        """
        check_fitted(self)
        rest = data.of_people(np.setdiff1d(np.arange(data.n_users), people))
        made = copy.copy(self)
        for number in sorted({shard_of(data.users[int(one)], self.shards) for one in people}):
            made._fit(number, rest)
        return made


def shard_of(label: str, shards: int) -> int:
    """The shard of a person: by the hash of the label alone.

    >>> shard_of("ann", 4), shard_of("ann", 1)
    (2, 0)
    """
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:8], "big") % shards
