"""Forgetting people and learning new events by counting again, with the numbers of the fit."""

from __future__ import annotations

from typing import Any, Self

from numpy.typing import NDArray

from whyrec.core import Dataset, artefact
from whyrec.core.parallel import ParallelMap
from whyrec.models.linear.support import SupportMixin
from whyrec.models.linear.terms import LinearMixin
from whyrec.privacy.erasure import others

__all__ = ["RecountMixin"]


class RecountMixin(SupportMixin, LinearMixin):
    """A model whose weights are counts of one pass over the events.

    A subclass defines `_learn`, which counts, and `_like`, which takes over from another model what
    validation people chose.
    """

    def _learn(self, data: Dataset, each: ParallelMap = map) -> None:
        raise NotImplementedError

    def _like(self, old: Self) -> None:
        """Take over the numbers that the fit of `old` chose; by default there are none."""

    def forget(
        self, data: Dataset, people: NDArray[Any], *, items: NDArray[Any] | None = None
    ) -> Self:
        """Return the model that `fit` would give without some people, with the same numbers.

        Args:
            data: The data that this model was fitted on.
            people: Numbers of the people to remove.
            items: Numbers of the items that stay; None: all.

        Returns:
            A new model.
        """
        model = self._again(others(data, people, items))
        model._forget_support(self, data, people, items)
        model._settle(self.min_support_, None)
        return model

    def update(self, before: Dataset, after: Dataset) -> Self:
        """Return the model that `fit` would give for newer data, with the same numbers.

        Args:
            before: The data that this model was fitted on.
            after: The same data with other events of some people; new people and items at the end.

        Returns:
            A new model.
        """
        model = self._again(after)
        model._update_support(self, before, after)
        model._settle(self.min_support_, None)
        return model

    def _again(self, data: Dataset) -> Self:
        model = type(self)(**artefact.model_config(self))
        model._like(self)
        model._learn(data)
        return model
