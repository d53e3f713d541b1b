"""SequenceTransformer: a transformer over histories, with items described by a text encoder.

    score(i) = hidden(history) . vector(i) + bias(i)
    vector(i) = trust(i) * own(i) + adapter(text, categories, pictures of i)

trust increases with the item's events, so a new item depends on its text. The blocks are LiGR's;
every event predicts the next one against all items. Training stages: A, the encoder reads every
item once; B, the user side and the adapter are trained; C (if text_steps > 0), the encoder itself
is fine-tuned on behaviour (LoRA), reads the items again, and B is repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, ItemTable, Queries, check_fitted
from whyrec.core.cache import cache_folder
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.core.describe import model_repr
from whyrec.core.factors import Factors
from whyrec.core.moved import renamed
from whyrec.core.padding import alike, padded
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.linear.cooccurrence import item_factors
from whyrec.models.sequence.fitted_network import needs_torch
from whyrec.models.sequence.inference_parts import InferenceParts
from whyrec.models.sequence.inspection import SequenceInspection
from whyrec.models.setting_types import (
    Count,
    EventDropout,
    ItemDropout,
    LearningRate,
    Loss,
    Natural,
    NotNegative,
    Positive,
    TextDims,
)
from whyrec.models.training.batches import Batch
from whyrec.models.training.order import require_order

if TYPE_CHECKING:
    from torch import Tensor

    from whyrec.models.sequence.network import Network
    from whyrec.models.training.objective import NextItem
    from whyrec.models.training.trainer import Run

__all__ = ["SequenceTransformer"]

LOGGED = 100  # people whose states are shown in TensorBoard


@renamed(newcomers="cold_item_boost")
class SequenceTransformer(SequenceInspection):
    """A transformer over histories whose item vectors use text.

    See the module for the equation. Sources: [kang2018], [borisyuk2025], [chen2024], [hu2021].
    Needs the extra [text].

    It is not additive: reasons are measured by deletion. Not good for: catalogues of items without
    text and with one or two events each.

    Args:
        text: "minilm" (packaged), a Hugging Face folder or hub name, or None (in TOML "") for no
            text.
        text_dims: Dimensions kept of the text; 0: none.
        label_dims: Dimensions kept of categories and names; 0: none.
        max_tokens: Tokens read of each item's text.
        width: Width of the network.
        blocks: Number of blocks.
        heads: Attention heads per block.
        length: Latest events of a history that are read.
        dropout: Dropout of the network, 0 to 1.
        event_dropout: Largest share of a training history that is left out, 0 to 1.
        item_dropout: Share of items that are known by text alone in a training step, 0 to 1.
        loss: "full" softmax, "sampled" (uniform negatives with logQ correction), "gbce", or "auto"
            (full up to 60,000 items).
        negatives: Items that a sampled loss draws per step.
        epochs: Largest number of epochs.
        max_minutes: Time limit; the schedule is shortened to fit. None: no limit.
        patience: Epochs without improvement on validation people before training stops.
        learning_rate: Peak learning rate, above 0.
        weight_decay: AdamW weight decay of the matrices, 0 or more.
        batch_tokens: Events per training batch. Default: a 150th of all, 1,024 to 8,192.
        tune_on: Largest number of validation people.
        warm_start: Whether the own vectors start from a factorisation of the transitions.
        text_steps: Steps of stage C; 0: no stage C.
        pretrain_steps: Steps of language modelling on the catalogue's texts before stage C.
        lora_rank: Rank of the LoRA matrices.
        lora_layers: Last layers of the encoder that have LoRA.
        cold_item_boost: Factor by which items without events are made more likely, above 0.
        device: "auto", "cpu" or "cuda".

    Attributes:
        weights_: Weights of the network, (p,).
        side_: Item features, (n_items, t).
        counts_: Events of each item, (n_items,).
        without_text_: Number of items without text.
        stages_: Training curve of each stage, one row per epoch.
    """

    __repr__ = model_repr

    def __init__(
        self,
        text: str | None = "minilm",
        text_dims: TextDims = 128,
        label_dims: Natural = 64,
        max_tokens: Count = 64,
        width: Annotated[int, Setting(low=1, grid=(64, 128))] = 64,
        blocks: Annotated[int, Setting(low=1, search=(1, 3))] = 2,
        heads: Count = 4,
        length: Count = 200,
        dropout: Annotated[float, Setting(low=0, high=1, search=(0.1, 0.5))] = 0.2,
        event_dropout: EventDropout = 0.3,
        item_dropout: ItemDropout = 0.3,
        loss: Loss = "auto",
        negatives: Count = 512,
        epochs: Count = 60,
        max_minutes: Positive | None = None,
        patience: Count = 8,
        learning_rate: LearningRate = 3e-3,
        weight_decay: NotNegative = 0.01,
        batch_tokens: Count | None = None,
        tune_on: Count = 4000,
        warm_start: bool = True,
        text_steps: Natural = 0,
        pretrain_steps: Natural = 0,
        lora_rank: Count = 8,
        lora_layers: Count = 3,
        cold_item_boost: Positive = 1.0,
        device: str = "auto",
    ) -> None:
        self.text = text
        self.text_dims = text_dims
        self.label_dims = label_dims
        self.max_tokens = max_tokens
        self.width = width
        self.blocks = blocks
        self.heads = heads
        self.length = length
        self.dropout = dropout
        self.event_dropout = event_dropout
        self.item_dropout = item_dropout
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
        self.text_steps = text_steps
        self.pretrain_steps = pretrain_steps
        self.lora_rank = lora_rank
        self.lora_layers = lora_layers
        self.cold_item_boost = cold_item_boost
        self.device = device
        check_model_settings(self)

    # --- fit --------------------------------------------------------------------------------------

    def fit(
        self,
        data: Dataset,
        *,
        seed: int = 0,
        valid: EvaluationCases | None = None,
        run: Run | None = None,
    ) -> Self:
        """Train the network.

        Args:
            data: Training data, with an order of events.
            seed: Seed of the initial weights and the batches.
            valid: Validation people; training stops by their NDCG@10. Default: some people's last
                events, held out of the fit.
            run: Progress, logs and checkpoints.

        Returns:
            The fitted model itself.

        Raises:
            MissingExtra: If torch is not installed.
            DataError: If the data have no order of events.
            TrainingDivergedError: If the loss is not finite.
        """
        needs_torch()
        self._check(data)
        from whyrec.models.training.tensorboard import log_activations, log_vectors
        from whyrec.models.training.trainer import threads_for

        if valid is None:
            data, valid = hold_out_last(data, min(2000, data.n_users // 10), seed)
        side = self._side()
        self.side_ = side.fit(
            data.item_table, data.items, cache=cache_folder() / "text", device=self._device()
        )
        self._keep(side)
        self.without_text_ = int(side.without_text)
        self.counts_ = np.bincount(data.item, minlength=data.n_items).astype(np.int32)
        self.grown_ = [data.n_items]
        self.clock_ = bool(data.clock)
        self.stages_: list[dict[str, Any]] = []
        with threads_for(self._work(min(len(data), self.batch_tokens or 8192), data.n_items)):
            network = self._train(data, valid, seed, run, "B")
            if self.text_steps:
                from whyrec.models.sequence.finetune import stored, tune_text

                encoder, curve = tune_text(self, network, data, seed)
                self.lora_, self.stages_ = (
                    stored(encoder),
                    [*self.stages_, {"stage": "text", "curve": curve}],
                )
                self.side_ = side.fit(
                    data.item_table, data.items, network=encoder, device=self._device()
                )
                self._keep(side)
                network = self._train(data, valid, seed, run, "C")
        self._store(network)
        if run is not None and run.log is not None:
            log_vectors(run.log, network.tower()[0], self.counts_, data.item_table.title)
            histories = [q for q in data.histories[np.arange(min(LOGGED, data.n_users))] if len(q)]
            shown = [self.layers(q)[0] for q in histories]
            log_activations(
                run.log,
                [np.concatenate([one[at] for one in shown]) for at in range(self.blocks + 1)],
            )
        return self

    def _work(self, events: int, n_items: int) -> int:
        """Estimate how many products a step over `events` events takes."""
        return events * self.width * (n_items + 12 * self.width * self.blocks)

    def _check(self, data: Dataset) -> None:
        check_model_settings(self)
        if self.width % self.heads:
            raise ArgumentError(
                "width must be a multiple of heads", given=f"width {self.width}, heads {self.heads}"
            )
        require_order(data, "sequence")
        if not (data.ordered_histories.sizes > 1).any():
            raise ArgumentError(
                "the sequence model needs people with 2 events or more",
                given=f"at most {data.histories.sizes.max(initial=0)} events a person",
            )

    def _train(
        self, data: Dataset, valid: EvaluationCases | None, seed: int, run: Run | None, stage: str
    ) -> Network:
        import torch

        from whyrec.models.training.trainer import Plan, stage_of, train

        torch.manual_seed(seed)
        network: Network = self._network()
        if self.warm_start:
            network.tower.start_from(*item_factors(data, self.width))
        network = network.to(self._device())
        if self._device().startswith("cuda"):
            network.compile()  # on CPUs, compiling takes longer than it saves
        task = self._task(network, data, valid.sample(self.tune_on, seed) if valid else None, seed)
        settings = {name: value for name, value in vars(self).items() if not name.endswith("_")}
        # Stage B runs twice if there is a stage C.
        minutes = self.max_minutes and self.max_minutes / (2 if self.text_steps else 1)
        plan = Plan(
            self.epochs,
            self.learning_rate,
            self.weight_decay,
            seed,
            minutes,
            self.patience,
            key=json.dumps([stage, data.hash, seed, settings], sort_keys=True, default=str),
        )
        curve = train(task, plan, stage_of(run, stage))
        self.stages_ = [*self.stages_, {"stage": stage, "curve": curve}]
        return network

    def _task(
        self,
        network: Network,
        data: Dataset,
        valid: EvaluationCases | None,
        seed: int,
        kind: Callable[..., NextItem] | None = None,
    ) -> NextItem:
        """Return what the network is trained for; `kind` makes another task of the same parts."""
        from whyrec.models.training.objective import NextItem

        return (kind or NextItem)(
            self,
            network,
            data.ordered_histories,
            valid,
            self.counts_,
            seed,
            states=self.states,
            scorer=self._scorer,
        )

    # --- score ------------------------------------------------------------------------------------

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32; the item bias (popularity) alone for an empty history.
        """
        check_fitted(self)
        needs_torch()
        import torch

        from whyrec.models.training.trainer import threads_for

        network = self._loaded()
        batch = Queries.of(queries, len(self.counts_))
        work = self._work(int(np.minimum(batch.sizes, self.length).sum()), 0) + len(
            batch
        ) * self.width * len(self.counts_)
        with torch.inference_mode(), threads_for(work):
            vectors, _, bias = self._tower(network)
            hidden = self.hidden(batch, network)
            out = torch.cat(
                [torch.addmm(bias[a:b], hidden, vectors[a:b].T) for a, b in self._pieces()], 1
            )
        return np.asarray(out.cpu().numpy(), np.float32)

    def states(self, network: Any, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the states after each real event (t, d), item vectors (n, d) and bias (n,)."""
        import torch

        from whyrec.models.training.trainer import compute_dtype

        device = next(network.parameters()).device
        items, real, times = (
            torch.from_numpy(x).to(device) for x in (batch.items, batch.real, batch.times)
        )
        dtype = compute_dtype(device.type)
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            vectors, events, bias = self._tower(network)
            states = network(events[items], times=times if self.clock_ else None)
            return states[real], vectors, bias

    def teach(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the :meth:`states` of the fitted model for another model's training batch."""
        return self.states(self._loaded(), batch)

    def _scorer(self, network: Any) -> Callable[[Queries], NDArray[np.float32]]:
        """Return a function that scores queries by a network in training."""
        import torch

        vectors, events, bias = network.tower()
        return lambda queries: np.asarray(
            torch.addmm(bias, self.hidden(queries, network, events), vectors.T).cpu().numpy(),
            np.float32,
        )

    def hidden(self, queries: Any, network: Any = None, events: Tensor | None = None) -> Tensor:
        """Return the state of each history after its last event.

        Args:
            queries: q histories.
            network: Network to use; default: the fitted one.
            events: Items as events, (n, d), if they are already computed.

        Returns:
            (q, d); zeros for an empty history.
        """
        needs_torch()
        import torch

        if network is None:
            network = self._loaded()
        batch = Queries.of(queries, len(self.counts_))
        device = next(network.parameters()).device
        out = torch.zeros(len(batch), self.width, device=device)
        with torch.inference_mode():
            if events is None:
                events = self._tower(network)[1]
            for rows in alike(np.minimum(batch.sizes, self.length)):
                items, steps, times, ends = (
                    torch.from_numpy(x).to(device) for x in padded(batch, rows, self.length)
                )
                states = network.last(
                    events[items], ends - 1, steps=steps, times=times if self.clock_ else None
                )
                out[torch.from_numpy(rows).to(device)] = states
        return out

    def served(self) -> InferenceParts:
        """Return the parts that run for each request."""
        from whyrec.models.sequence.network import GAPS, Serving

        check_fitted(self)
        network = self._loaded()
        vectors, events, bias = (
            np.array(part.detach().cpu().numpy(), np.float32) for part in self._tower(network)
        )
        return InferenceParts(
            Serving(network),
            vectors,
            events,
            bias,
            self.counts_,
            lambda q: self.hidden(q).cpu().numpy(),
            self.length,
            self.length,
            GAPS if self.clock_ else 0,
        )

    def factors(self) -> Factors:
        """Return the parts of the score."""
        served = self.served()
        return Factors(served.hidden, served.vectors.__getitem__, served.bias)

    def relearn(self, items: Any, events: Any, bias: Any, data: Dataset, **how: Any) -> Any:
        """Train a compressed form of this model; see :mod:`whyrec.models.sequence.distil`."""
        from whyrec.models.sequence.distil import relearn

        return relearn(self, items, events, bias, data, **how)

    # --- new items --------------------------------------------------------------------------------

    def extend(self, table: ItemTable, labels: list[str]) -> Self:
        """Return the model with further items, which are known by their text alone.

        Args:
            table: Item table of the new items.
            labels: Their labels.

        Returns:
            A new model, with the new items at the end of the catalogue.

        Raises:
            ArgumentError: If the model reads no item features, or labels and rows differ in number.
        """
        check_fitted(self)
        if not self.side_.shape[1]:
            raise ArgumentError(
                "new items need a model that reads text, categories or vectors of its items",
                given="one fitted without any",
                fix='fit with text = "minilm", or on data with item titles',
            )
        if len(labels) != len(table):
            raise ArgumentError(
                "new items need one label each", given=f"{len(labels)} labels, {len(table)} rows"
            )
        import torch

        old = self._loaded()
        model = type(self)(
            **{
                name: value
                for name, value in vars(self).items()
                if not name.startswith("_") and not name.endswith("_")
            }
        )
        for name, value in vars(self).items():
            if name.endswith("_") and not name.startswith("_"):
                setattr(model, name, value)
        more = self._side_again().transform(table, labels, network=self._tuned_encoder())
        model.side_ = np.concatenate([self.side_, more])
        model.counts_ = np.concatenate([self.counts_, np.zeros(len(more), np.int32)])
        model.grown_ = [*self.grown_, len(model.counts_)]
        network = model._network()
        with torch.no_grad():
            weights = network.state_dict()
            for name, value in old.state_dict().items():
                weights[name][: len(value)] = value
                weights[name][len(value) :] = 0.0  # new items' own vectors have no trust
            network.load_state_dict(weights)
        model._store(network)
        return model
