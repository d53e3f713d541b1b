"""LowRank: learned item-to-item weights of low rank, in several heads with a memory of their own.

    score(i) = bias(i) + sum over events j, heads h of
               position_weights[h, steps(j)] * key_h(item_j) . query_h(i)
    key(j) = own_key(j) + text(j) A        query(i) = own_query(i) + text(i) B

The model is trained like a transformer, each event against all items, but it is linear: a weight
depends on the pair of items and on how far back the event lies, never on the other events. So
contribution = leave-one-out effect = Shapley value.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, MissingExtra, Queries, artefact
from whyrec.core.cache import cache_folder
from whyrec.core.capabilities import Teacher
from whyrec.core.cases import EvaluationCases
from whyrec.core.describe import model_repr
from whyrec.core.moved import renamed
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.item_content.item_features import ItemFeatureEncoder
from whyrec.models.linear.cooccurrence import item_factors
from whyrec.models.linear.support import SupportMixin, count_pairs
from whyrec.models.linear.terms import LinearMixin, LowRankTerm
from whyrec.models.setting_types import (
    Count,
    EventDropout,
    ItemDropout,
    LearningRate,
    Loss,
    Natural,
    NotNegative,
    Positive,
    Share,
    TextDims,
)
from whyrec.models.training.order import require_order

if TYPE_CHECKING:
    from whyrec.models.linear.counted_scores import Residual
    from whyrec.models.training.trainer import Run

__all__ = ["LowRank"]


@renamed(gap_="position_weights_")
class LowRank(SupportMixin, LinearMixin):
    """Item-to-item weights learned by next-item prediction; the learned part of the additive model.

    See the module for the equation. Sources: [kabbur2013], [he2016].

    The weights are learned, not counted: the support of a pair is known but sets no weight to 0.
    Scoring needs only numpy, fitting the extra [text]. Not good for: items without text and with
    few events, for which counts (`cooccurrence`) do better.

    Args:
        heads: Number of heads, 1 or more.
        head_dims: Dimensions of each head, 1 or more.
        length: Latest events of a history that are read.
        dropout: Share of the summed vector that is dropped in training, 0 to 1.
        event_dropout: Largest share of a training history that is left out, 0 to 1.
        item_dropout: Share of items that are known by text alone in a training step, 0 to 1.
        text: "minilm" (packaged), a Hugging Face folder or hub name, or None (in TOML "") for no
            text.
        text_dims: Dimensions kept of the text; 0: none.
        label_dims: Dimensions kept of categories and names; 0: none.
        max_tokens: Tokens read of each item's text.
        distil: Weight of the teacher's softmax beside the chosen item, 0 to 1; only with a teacher.
        loss: "full" softmax, "sampled", "gbce", or "auto" (full up to 60,000 items).
        negatives: Items that a sampled loss draws per step.
        epochs: Largest number of epochs.
        max_minutes: Time limit; the schedule is shortened to fit. None: no limit.
        patience: Epochs without improvement on validation people before training stops.
        learning_rate: Peak learning rate, above 0.
        weight_decay: AdamW weight decay of the matrices, 0 or more.
        batch_tokens: Events per training batch. Default: a 150th of all, 1,024 to 8,192.
        tune_on: Largest number of validation people.
        warm_start: Whether the vectors start from a factorisation of the transitions.

    Attributes:
        keys_: (n_items, heads * head_dims) float32.
        queries_: (n_items, heads * head_dims) float32.
        position_weights_: Weight by steps back, (heads, length).
        base_: Item bias, (n_items,) float32.
        curve_: Training curve, one row per epoch.
    """

    __repr__ = model_repr

    def __init__(
        self,
        heads: Annotated[int, Setting(low=1, search=(2, 8))] = 6,
        head_dims: Annotated[int, Setting(low=1, grid=(32, 64, 128))] = 64,
        length: Count = 200,
        dropout: Annotated[float, Setting(low=0, high=1, search=(0.2, 0.7))] = 0.5,
        event_dropout: EventDropout = 0.3,
        item_dropout: ItemDropout = 0.1,
        text: str | None = "minilm",
        text_dims: TextDims = 128,
        label_dims: Natural = 64,
        max_tokens: Count = 64,
        distil: Share = 0.5,
        loss: Loss = "auto",
        negatives: Count = 512,
        epochs: Count = 12,
        max_minutes: Positive | None = None,
        patience: Count = 4,
        learning_rate: LearningRate = 3e-3,
        weight_decay: NotNegative = 0.03,
        batch_tokens: Count | None = None,
        tune_on: Count = 4000,
        warm_start: bool = True,
    ) -> None:
        self.heads = heads
        self.head_dims = head_dims
        self.length = length
        self.dropout = dropout
        self.event_dropout = event_dropout
        self.item_dropout = item_dropout
        self.text = text
        self.text_dims = text_dims
        self.label_dims = label_dims
        self.max_tokens = max_tokens
        self.distil = distil
        self.loss = loss
        self.negatives = negatives
        self.epochs = epochs
        self.max_minutes = max_minutes
        self.patience = patience
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_tokens = batch_tokens
        self.tune_on = tune_on
        self.warm_start = warm_start
        check_model_settings(self)

    def fit(
        self,
        data: Dataset,
        *,
        seed: int = 0,
        valid: EvaluationCases | None = None,
        run: Run | None = None,
        teacher: Any = None,
        residual: Residual | None = None,
        cpu_seconds: float | None = None,
    ) -> Self:
        """Train the weights.

        Args:
            data: Training data, with an order of events.
            seed: Seed of the initial weights and the batches.
            valid: Validation people; training stops by their NDCG@10. None: after `epochs`.
            run: Progress, logs and checkpoints.
            teacher: Fitted sequence model of the same items, whose softmax is imitated.
            residual: Scores that the weights are trained on top of, with a sampled softmax.
            cpu_seconds: Processor seconds; the schedule is shortened to fit. None: no limit.

        Returns:
            The fitted model itself.

        Raises:
            MissingExtra: If torch is not installed.
            DataError: If the data have no order of events.
            ArgumentError: If the teacher does not fit the data.
        """
        try:
            import torch
        except ImportError:
            raise MissingExtra("torch", "text") from None
        from whyrec.models.linear.lowrank_network import LowRankNetwork, states
        from whyrec.models.linear.residual import ResidualTask
        from whyrec.models.training.objective import NextItem
        from whyrec.models.training.trainer import Plan, stage_of, threads_for, train

        require_order(data, "lowrank")
        histories = data.ordered_histories
        side = self._side(data) if residual is None else residual.side
        counts = np.bincount(data.item, minlength=data.n_items)
        torch.manual_seed(seed)
        network = LowRankNetwork(
            torch.from_numpy(side),
            torch.from_numpy(counts),
            heads=self.heads,
            dims=self.head_dims,
            length=self.length,
            dropout=self.dropout,
            item_dropout=self.item_dropout,
            residual=residual is not None,
        )
        if not (histories.sizes > 1).any():  # no transitions: popularity alone
            network.forget()
        elif residual is not None:
            network.start_small()
        elif self.warm_start:
            network.start_from(*item_factors(data, self.head_dims))
        if residual is None:
            kind: Callable[..., NextItem] = NextItem
            people = valid.sample(self.tune_on, seed) if valid else None
        else:
            kind = functools.partial(ResidualTask, residual)
            people = valid  # those that `residual` has scores of
        task = kind(
            self,
            network,
            histories,
            people,
            counts,
            seed,
            states=states,
            scorer=_scorer,
            distil=self.distil,
            teacher=_teaching(teacher, data),
        )
        work = (
            min(len(data), self.batch_tokens or 8192) * self.heads * self.head_dims * data.n_items
        )
        plan = Plan(
            self.epochs,
            self.learning_rate,
            self.weight_decay,
            seed,
            self.max_minutes,
            self.patience,
            key=json.dumps(
                [
                    data.hash,
                    seed,
                    artefact.model_config(self),
                    *([residual.key] if residual else []),
                ],
                sort_keys=True,
                default=str,
            ),
            advice="lower batch_tokens, length or heads",
            cpu_seconds=cpu_seconds,
        )
        with threads_for(work):
            self.curve_ = train(task, plan, stage_of(run, "learned" if valid else "learned on all"))
        self.keys_, self.queries_, self.position_weights_, self.base_ = network.arrays()
        self.support_, self.support_of_ = count_pairs(data)
        return self

    def _side(self, data: Dataset) -> NDArray[np.float32]:
        side = ItemFeatureEncoder(
            self.text or None, self.text_dims, self.label_dims, self.max_tokens
        )
        return side.fit(data.item_table, data.items, cache=cache_folder() / "text")

    @property
    def term(self) -> LowRankTerm:
        """The part of the score that depends on the history."""
        return LowRankTerm(self.keys_, self.queries_, self.position_weights_)

    def terms(self) -> list[LowRankTerm]:
        return [self.term]


def _teaching(teacher: Any, data: Dataset) -> Any:
    if teacher is None:
        return None
    if not isinstance(teacher, Teacher):
        raise ArgumentError(
            "a teacher must be a fitted sequence model", given=type(teacher).__name__
        )
    if len(teacher.counts_) != data.n_items:
        raise ArgumentError(
            "a teacher must know the same items",
            given=f"{len(teacher.counts_)} against {data.n_items}",
            fix="fit it on the same data",
        )
    return teacher.teach


def _scorer(network: Any) -> Callable[[Queries], NDArray[np.float32]]:
    keys, vectors, position_weights, bias = network.arrays()
    term = LowRankTerm(keys, vectors, position_weights)
    return lambda queries: term.scores(queries) + bias
