"""CompressedSequence: a sequence model small enough to serve, without torch.

    score(i) = hidden(history) . vector(i) + bias(i) + level (for histories with events)

The vectors are read from product codes (see :mod:`whyrec.compress.codes`), separately for items to
recommend and for events of a history; the network is ONNX, in int8. `whyrec compress` measures what
this costs.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.compress.codes import Codes, encode
from whyrec.compress.export import session, to_int8, to_onnx
from whyrec.compress.prune import Pruning
from whyrec.core import ArgumentError, Dataset, Queries, check_fitted
from whyrec.core.capabilities import Relearnable, Servable
from whyrec.core.composite import build_component, fit_arguments
from whyrec.core.describe import model_repr
from whyrec.core.factors import Factors
from whyrec.core.padding import alike, padded
from whyrec.core.settings import check_model_settings
from whyrec.models.sequence.inference_parts import InferenceParts, gap_buckets, steps_between
from whyrec.models.setting_types import Count, Natural

__all__ = ["CompressedSequence"]

Floats = NDArray[np.float32]
WRITTEN_OUT = 8_000_000  # largest table of vectors that is decoded: 32 MB
PEOPLE = 8_000  # people whose states are used to optimise the codes
CODED = ("codes", "books", "turn", "mean")


class CompressedSequence:
    """A compressed sequence model: product-coded item vectors and an ONNX network.

    See the module for the equation. Sources: [jegou2011], [petrov2024]. Needs the extra [serve] to
    score and [compress] to be created.

    It is not additive: reasons are measured by deletion. Not good for: small catalogues, whose
    codebooks are larger than the vectors they replace.

    Args:
        large: Model to compress: a name of the catalogue, {"model": name, setting: value, ...} or a
            model that has `served`.
        item_bytes: Bytes per item to recommend, 1 or more; more are more accurate.
        event_bytes: Bytes per item as an event of a history.
        int8: Whether the network's weights are stored in one byte each.
        epochs: Epochs of learning from the large model after coding; 0: none.
        only_items: Whether only the codes of items to recommend learn. With one byte per dimension
            of an event, states and most of every reason then stay the same.
        heads: Attention heads per block that pruning leaves; None: all. Pruning needs epochs; see
            :mod:`whyrec.compress.prune`.
        units: Hidden units per block that pruning leaves; None: all.
        blocks: Blocks that pruning leaves; None: all.

    Attributes:
        network_: The ONNX network as bytes, uint8.
        item_codes_: Codes of items to recommend, with item_books_, item_turn_ and item_mean_;
            event_* are those of events.
        bias_: Item bias, (n_items,) float16.
        level_: Added to all scores of a history with events.
    """

    item_codes_: NDArray[Any]
    item_turn_: NDArray[Any]
    item_mean_: NDArray[Any]
    event_turn_: NDArray[Any]
    level_ = 0.0  # missing in folders of an earlier version
    _session: Any = None
    _vectors: Floats | None = None

    not_tuned = "trades size for accuracy: more bytes are always more accurate"

    __repr__ = model_repr

    def __init__(
        self,
        large: Any = "sequence",
        item_bytes: Count = 32,
        event_bytes: Count = 16,
        int8: bool = True,
        epochs: Natural = 3,
        only_items: bool = False,
        heads: Count | None = None,
        units: Count | None = None,
        blocks: Count | None = None,
    ) -> None:
        self.large = large
        self.item_bytes = item_bytes
        self.event_bytes = event_bytes
        self.int8 = int8
        self.epochs = epochs
        self.only_items = only_items
        self.heads = heads
        self.units = units
        self.blocks = blocks
        check_model_settings(self)

    # --- make -------------------------------------------------------------------------------------

    def fit(self, data: Dataset, *, seed: int = 0, **more: Any) -> Self:
        """Fit the large model, then compress it.

        Args:
            data: Training data.
            seed: Seed of the large model and of the codes.
            **more: Passed to the large model's `fit`.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If `large` cannot be compressed or taught.
        """
        large = build_component(self.large, "compact")
        large.fit(data, **fit_arguments(large, seed=seed, **more))
        return self.of(large, data, seed=seed)

    def of(self, large: Any, data: Dataset, *, seed: int = 0) -> Self:
        """Compress a fitted model.

        Args:
            large: The fitted large model.
            data: Data whose histories show what the states look like.
            seed: Seed of the samples and the codes.

        Returns:
            The compressed model itself.

        Raises:
            ArgumentError: If `large` cannot be compressed or taught, or pruning has no epochs.
        """
        if not isinstance(large, Servable):
            raise ArgumentError(
                "what is compressed must be a large model",
                given=type(large).__name__,
                fix="fit the model sequence",
            )
        served: InferenceParts = large.served()
        rng = np.random.default_rng(seed)
        people = data.histories[np.sort(rng.permutation(data.n_users)[:PEOPLE])]
        # Frequent items matter more; adding 1 gives new items meaningful codes too.
        weights = served.counts + 1.0
        items = encode(
            served.vectors,
            _dividing(self.item_bytes, served.vectors.shape[1]),
            hidden=served.hidden(people),
            weights=weights,
            seed=seed,
        )
        events = encode(
            served.events,
            _dividing(self.event_bytes, served.events.shape[1]),
            weights=weights,
            seed=seed,
        )
        prune = Pruning(self.heads, self.units, self.blocks)
        if prune and not self.epochs:
            raise ArgumentError(
                "pruning needs epochs of learning, which mend what it breaks", given="epochs 0"
            )
        if self.epochs:
            if not isinstance(large, Relearnable):
                raise ArgumentError(
                    "epochs of learning need a large model that teaches",
                    given=type(large).__name__,
                    fix="epochs 0",
                )
            how = {"prune": prune} if prune else {"only_items": self.only_items}
            network, new = large.relearn(
                vars(items), vars(events), served.bias, data, epochs=self.epochs, seed=seed, **how
            )
            # A softmax ignores a shift of all biases, but the scores of an empty history do not.
            bias = new["bias"] + (served.bias.mean() - new["bias"].mean())
            served = served._replace(network=network, bias=bias)
            items, events = (
                replace(one, books=new[f"{name}_books"].astype(np.float16))
                for name, one in (("item", items), ("event", events))
            )
        self._keep("item", items)
        self._keep("event", events)
        self.bias_ = served.bias.astype(np.float16)
        self.length_ = served.length
        self.steps_ = served.steps
        self.gaps_ = served.gaps
        exported = _exported(served)
        self.network_ = np.frombuffer(to_int8(exported) if self.int8 else exported, np.uint8)
        self._session = self._vectors = None
        self._level(large.served(), _with_removals(people, rng))
        return self

    def _level(self, served: InferenceParts, queries: Queries) -> None:
        """Adjust the level of the scores to the large model's.

        Adds one vector to all items and one number to all scores of a history with events, so that
        the mean score over `queries` is equal and the remaining squared error is smallest. No
        ranking changes, because all items shift alike; but a reason is a drop of the score, and a
        softmax does not determine how high scores are.
        """
        self.shift_ = np.zeros(self.item_turn_.shape[0], np.float32)
        self.level_ = 0.0
        if not len(queries):  # nobody has two events
            return
        theirs = served.hidden(queries)
        ours = self.hidden(queries).astype(np.float64)
        codes = self._codes("item")
        mean = codes.rows(np.arange(len(codes.codes))).astype(np.float64).mean(0)
        lacking = theirs.astype(np.float64) @ served.vectors.mean(0, dtype=np.float64) - ours @ mean
        # The constant belongs to no single event. The ridge fixes directions that no state has.
        x = np.column_stack([ours, np.ones(len(ours))])
        ridge = 1e-3 * np.trace(x.T @ x) / x.shape[1] * np.eye(x.shape[1])
        ridge[-1, -1] = 0.0
        *vector, level = np.linalg.solve(x.T @ x + ridge, x.T @ lacking)
        shift = np.array(vector)
        self.shift_, self.level_ = shift.astype(np.float32), float(level)
        self.item_mean_ = (self.item_mean_.astype(np.float64) + shift).astype(np.float32)
        self._vectors = None

    def _keep(self, side: str, codes: Codes) -> None:
        for name in CODED:
            setattr(self, f"{side}_{name}_", getattr(codes, name))

    def _codes(self, side: str) -> Codes:
        return Codes(*(getattr(self, f"{side}_{name}_") for name in CODED))

    # --- new items --------------------------------------------------------------------------------

    def grow(self, large: Any) -> Self:
        """Return the model with the items that were added to its large model.

        The new items get the nearest codes; the scores of old items do not change.

        Args:
            large: The model that this one was made from, after `extend`.

        Returns:
            A new model.

        Raises:
            ArgumentError: If `large` is another model.
        """
        served: InferenceParts = large.served()
        n = len(self.bias_)
        model = copy.copy(self)
        if len(served.bias) <= n or len(served.counts) != len(served.bias):
            raise ArgumentError(
                f"the large model must have more items than the {n} of the small one",
                given=f"{len(served.bias)}",
                fix="extend the large model by the new items first",
            )
        for side, vectors in (
            ("item", served.vectors[n:] + self.shift_),
            ("event", served.events[n:]),
        ):
            codes = self._codes(side)
            setattr(model, f"{side}_codes_", np.concatenate([codes.codes, codes.of(vectors)]))
        model.bias_ = np.concatenate([self.bias_, served.bias[n:].astype(np.float16)])
        model._vectors = None
        return model

    # --- score ------------------------------------------------------------------------------------

    def score(self, queries: Any) -> Floats:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32; the item bias alone for an empty history.
        """
        check_fitted(self)
        batch = Queries.of(queries, len(self.bias_))
        level = np.where(batch.sizes > 0, np.float32(self.level_), np.float32(0))[:, None]
        return self._products(self.hidden(batch)) + self.bias_.astype(np.float32) + level

    def _products(self, hidden: Floats) -> Floats:
        """Return hidden times every item's vector, from decoded vectors or, if many, from codes."""
        if len(self.bias_) * hidden.shape[1] > WRITTEN_OUT:
            return self._codes("item").scores(hidden)
        return np.asarray(hidden @ self._decoded().T)

    def _decoded(self) -> Floats:
        """Return every item's vector, decoded once."""
        if self._vectors is None:
            self._vectors = self._codes("item").rows(np.arange(len(self.bias_)))
        return self._vectors

    def factors(self) -> Factors:
        """Return the parts of the score."""
        codes = self._codes("item")
        many = codes.codes.shape[0] * self.event_turn_.shape[0] > WRITTEN_OUT
        vectors = codes.rows if many else self._decoded().__getitem__
        return Factors(self.hidden, vectors, self.bias_.astype(np.float32))

    def hidden(self, queries: Any) -> Floats:
        """Return the state after each history, (q, d); zeros for an empty one."""
        batch = Queries.of(queries)
        out = np.zeros((len(batch), self.event_turn_.shape[0]), np.float32)
        if self._session is None:
            self._session = session(self.network_.tobytes())
        events = self._codes("event")
        for rows in alike(np.minimum(batch.sizes, self.length_)):
            items, steps, times, ends = padded(batch, rows, self.length_)
            feed = {
                "events": events.rows(items),
                "between": steps_between(steps, self.steps_),
                "last": ends - 1,
            }
            if self.gaps_:
                feed["gaps"] = gap_buckets(times, self.gaps_)
            out[rows] = self._session.run(None, feed)[0]
        return out


def _with_removals(people: Queries, rng: np.random.Generator) -> Queries:
    """Return each history, and each again without one of its events."""
    able = [query for query in people if len(query) > 1]
    return Queries.of([*able, *(query.without([int(rng.integers(len(query)))]) for query in able)])


def _dividing(wanted: int, d: int) -> int:
    """Return the largest number of pieces up to `wanted` that divides d."""
    return next(m for m in range(min(wanted, d), 0, -1) if d % m == 0)


def _exported(served: InferenceParts) -> bytes:
    import torch

    length = min(5, served.length)
    pairs = torch.zeros(3, length, length, dtype=torch.int64)
    both = {0: "b", 1: "l", 2: "l"}
    inputs = {
        "events": (torch.zeros(3, length, served.events.shape[1]), {0: "b", 1: "l"}),
        "between": (pairs, both),
        "last": (torch.tensor([length - 1] * 3), {0: "b"}),
    } | ({"gaps": (pairs.clone(), both)} if served.gaps else {})
    examples, axes = zip(*inputs.values(), strict=True)
    return to_onnx(served.network, examples, list(inputs), axes)
