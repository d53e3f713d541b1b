"""Sharded: a model that can forget people exactly, because each shard has a model of its own.

    score = mean of the shards' scores

The hash of a person's label determines the shard, whoever else is there. Removing somebody changes
only one shard, and refitting that shard gives exactly the model that would have been trained
without them [bourtoule2021].
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
    """An ensemble of models, one per shard of people. Source: [bourtoule2021].

    Forgetting one person costs the fit of one shard. It is not additive: reasons are measured by
    deletion. Not good for: few people, because each model learns from a part of them only.

    Args:
        model: Model of each shard: a name of the catalogue, {"model": name, setting: value, ...} or
            a model.
        shards: Number of shards, 1 or more; more make forgetting cheaper and the models less
            accurate.

    Attributes:
        shard0_: Fitted model of the first shard; shard1_, shard2_ and so on are the others.
        seed_: Seed of the fit.
    """

    shard0_: Any

    not_tuned = "learns with the model of its shards: tune that one"

    __repr__ = model_repr

    def __init__(self, model: Any = "sequence", shards: Count = 4) -> None:
        self.model = model
        self.shards = shards
        check_model_settings(self)

    def fit(self, data: Dataset, *, seed: int = 0, valid: EvaluationCases | None = None) -> Self:
        """Fit every shard on its own people.

        Args:
            data: Training data.
            seed: Seed of the models.
            valid: Ignored: validation people common to all shards would tie them together, so each
                shard draws its own.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If a shard has no people.
        """
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
        model = self.part(f"shard{number}_")
        model.fit(data.of_people(mine), **fit_arguments(model, seed=self.seed_))
        setattr(self, f"shard{number}_", model)

    def part(self, name: str, config: Mapping[str, Any] | None = None) -> Any:
        """Create the unfitted model of a shard; `config`: its settings, if known."""
        return build_component(self.model, "sharded", config)

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Return the mean of the shards' scores.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32.
        """
        check_fitted(self)
        batch = Queries.of(queries)
        total: NDArray[np.float32] = np.array(self.shard0_.score(batch), np.float32)
        for number in range(1, self.shards):
            total += getattr(self, f"shard{number}_").score(batch)
        return total / np.float32(self.shards)

    def forget(self, data: Dataset, people: NDArray[np.integer[Any]]) -> Self:
        """Return the model without some people; only their shards are refitted.

        Args:
            data: The data that this model was fitted on.
            people: Numbers of the people to remove.

        Returns:
            A new model.
        """
        check_fitted(self)
        rest = data.of_people(np.setdiff1d(np.arange(data.n_users), people))
        model = copy.copy(self)
        for number in sorted({shard_of(data.users[int(one)], self.shards) for one in people}):
            model._fit(number, rest)
        return model


def shard_of(label: str, shards: int) -> int:
    """Return the shard of a person, from the hash of the label alone.

    >>> shard_of("ann", 4), shard_of("ann", 1)
    (2, 0)
    """
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:8], "big") % shards
