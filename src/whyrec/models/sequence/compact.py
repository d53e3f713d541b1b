"""A sequence model made small enough to serve: coded item vectors and an int8 network, without
torch.

    score(i) = hidden(history) . vector(i) + bias(i) + level, the level for histories with events

The vectors are read from product codes (see :mod:`whyrec.compress.codes`), once as items to
recommend and once as events of a history; the network is ONNX. What that costs is measured by
`whyrec compress`, not promised here.
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
from whyrec.core.padding import alike, padded
from whyrec.core.settings import check_model_settings
from whyrec.models.sequence.inference_parts import InferenceParts
from whyrec.models.setting_types import Count, Natural

__all__ = ["CompressedSequence"]

Floats = NDArray[np.float32]
WRITTEN_OUT = 8_000_000  # numbers, 32 MB
PEOPLE = 8_000  # whose states say what the vectors are multiplied with
CODED = ("codes", "books", "turn", "mean")


class CompressedSequence:
    """A compressed large model; see the module. Sources: [jegou2011], [petrov2024].

    large: the model that is compressed, by name, as {"model": name, setting: value, ...}, or a
    model that tells what it serves with (`served`). item_bytes, event_bytes: bytes of an item's
    code to be recommended, and as an event; int8: the network's weights in one byte each. epochs:
    of learning from the large model, after its vectors were coded; only_items: of the items to
    recommend alone, so that states, and most of every reason, stay (for a byte for each number of
    an event). heads, units, blocks: what pruning leaves of the network, see
    :mod:`whyrec.compress.prune`; it needs epochs.

    Learned: network_ (ONNX as bytes, uint8), item_* and event_* (codes and their books), bias_ (n,)
    float16, level_ (a number: how high the scores stand). Needs the extra [serve] to answer and
    [compress] to be made. Its reasons are measured by deletion. Not good for: small catalogues,
    whose books are larger than the vectors they stand for.
    """

    item_codes_: NDArray[Any]
    item_turn_: NDArray[Any]
    item_mean_: NDArray[Any]
    event_turn_: NDArray[Any]
    level_ = 0.0  # of folders that were saved before it was kept
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
        """Fit the large model, then compress it."""
        large = build_component(self.large, "compact")
        large.fit(data, **fit_arguments(large, seed=seed, **more))
        return self.of(large, data, seed=seed)

    def of(self, large: Any, data: Dataset, *, seed: int = 0) -> Self:
        """The compressed form of a fitted model; the people of `data` show what its states look
        like.
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
        # What is chosen often is looked at often; one more, so that new items have codes that mean
        # something too.
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
            # To a softmax all biases may rise alike; an empty history's scores should not.
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
        """Add one vector to all items', and one number to all scores of a history with events, so
        that scores stand as high as the large model's: their mean is the same over `queries`, and
        the squares of what is left are the least. No list changes, since every item moves alike;
        but a reason is what a score loses, and a softmax does not teach how high scores stand."""
        self.shift_ = np.zeros(self.item_turn_.shape[0], np.float32)
        self.level_ = 0.0
        if not len(queries):  # nobody has an event that could be a reason beside another
            return
        theirs = served.hidden(queries)
        ours = self.hidden(queries).astype(np.float64)
        codes = self._codes("item")
        mean = codes.rows(np.arange(len(codes.codes))).astype(np.float64).mean(0)
        lacking = theirs.astype(np.float64) @ served.vectors.mean(0, dtype=np.float64) - ours @ mean
        # The constant belongs to no single event; the ridge keeps directions that states do not
        # take at rest.
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
        """This model with the items that its large model has beyond it: `large` is the one it was
        made from, after `extend`. They get the nearest codes; the old items, and every score of
        theirs, stay as they are."""
        served: InferenceParts = large.served()
        n = len(self.bias_)
        made = copy.copy(self)
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
            setattr(made, f"{side}_codes_", np.concatenate([codes.codes, codes.of(vectors)]))
        made.bias_ = np.concatenate([self.bias_, served.bias[n:].astype(np.float16)])
        made._vectors = None
        return made

    # --- score ------------------------------------------------------------------------------------

    def score(self, queries: Any) -> Floats:
        """(q, n_items) float32; the item bias alone for an empty history."""
        check_fitted(self)
        batch = Queries.of(queries)
        level = np.where(batch.sizes > 0, np.float32(self.level_), np.float32(0))[:, None]
        return self._products(self.hidden(batch)) + self.bias_.astype(np.float32) + level

    def _products(self, hidden: Floats) -> Floats:
        """hidden times every item's vector. Up to a few million numbers the vectors are written out
        once, which is faster; larger catalogues are scored from their codes."""
        codes = self._codes("item")
        if codes.codes.shape[0] * hidden.shape[1] > WRITTEN_OUT:
            return codes.scores(hidden)
        if self._vectors is None:
            self._vectors = codes.rows(np.arange(len(codes.codes)))
        return np.asarray(hidden @ self._vectors.T)

    def hidden(self, queries: Any) -> Floats:
        """The state after each history, (q, d); zeros for an empty one."""
        batch = Queries.of(queries)
        out = np.zeros((len(batch), self.event_turn_.shape[0]), np.float32)
        if self._session is None:
            self._session = session(self.network_.tobytes())
        events = self._codes("event")
        for rows in alike(np.minimum(batch.sizes, self.length_)):
            items, steps, times, ends = padded(batch, rows, self.length_)
            feed = {
                "events": events.rows(items),
                "between": _between(steps, self.steps_),
                "last": ends - 1,
            }
            if self.gaps_:
                feed["gaps"] = _gaps(times, self.gaps_)
            out[rows] = self._session.run(None, feed)[0]
        return out


def _with_removals(people: Queries, rng: np.random.Generator) -> Queries:
    """Histories, and each again without one of its events: reasons are the differences between
    the two.
    """
    able = [query for query in people if len(query) > 1]
    return Queries.of([*able, *(query.without([int(rng.integers(len(query)))]) for query in able)])


def _dividing(wanted: int, d: int) -> int:
    """The largest number of pieces up to `wanted` that divides d."""
    return next(m for m in range(min(wanted, d), 0, -1) if d % m == 0)


def _between(steps: Any, values: int) -> NDArray[np.int64]:
    """Steps between two events, (b, l, l)."""
    return np.asarray(np.clip(steps[:, None, :] - steps[:, :, None], 0, values - 1))


def _gaps(times: Any, buckets: int) -> NDArray[np.int64]:
    """Bucket of the time between two events, (b, l, l); counted here, for other logarithms round
    otherwise.
    """
    passed = np.maximum(times[:, :, None] - times[:, None, :], 0).astype(np.float64)
    return np.asarray(np.minimum(np.log2(1 + passed).astype(np.int64), buckets - 1))


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
