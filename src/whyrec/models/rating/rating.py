"""The rating head: what a person will rate an item, from the ratings in the history alone.

    r(person, i) = mean + scale * average over samples s of ( p_s(history) . q_s(i) + b_s(history) +
    c_s(i) )

q, c: vector and bias of the item in one posterior sample; p, b: the posterior mean of the person's
vector and bias given the history, in closed form, so that a new person needs no training:

    (p, b) = P^-1 h,   P = L + a sum_j x_j x_j^T,   h = L m + a sum_j x_j (r_j - c_j),   x_j = (q_j,
    1) m = m0 + |N|^-1/2 sum_j y_j, and for an empty history the average of this over the people of
    the fit

m is what having rated these items, whatever the ratings, says (SVD++'s implicit part); a the
precision of a rating, L and m0 the people's prior. The items' prior mean is linear in who rated
them and in their categories, names and numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ArgumentError, DataError, Dataset, ItemTable, Queries, check_fitted
from whyrec.core.describe import model_repr
from whyrec.core.padding import spans
from whyrec.core.settings import Setting, check_model_settings
from whyrec.models.rating.gibbs_sampler import (
    Link,
    Rows,
    groups,
    indicator,
    normal_wishart,
    posterior,
    with_one,
)
from whyrec.models.setting_types import Count, Natural

__all__ = ["Rating"]

TUNE_EVERY = 5  # sweeps of the warm-up between two draws of the ridges, which need a decomposition
BINS = 10  # a number of the item table becomes this many groups of like size


class _State(NamedTuple):
    """One sweep: vectors of items, the people's prior (typical: its mean, averaged over people),
    a rating's precision.
    """

    items: NDArray[Any]
    implicit: NDArray[Any]
    mean: NDArray[Any]
    typical: NDArray[Any]
    precision: NDArray[Any]
    noise: float


class Rating:
    """Bayesian factorisation of ratings with implicit and item features, by Gibbs sampling; see the
    module for the equation. Sources: [salakhutdinov2008] (the sampler), [koren2008] (the implicit
    part), [simm2017] (features in the prior), [rendle2019] (why a sampled baseline is hard to
    beat).

    embedding_size: dimensions of q; warmup: sweeps before samples are kept; samples: kept, one
    every `gap` sweeps;
    item_features: use the item table's categories, fields and numbers; max_features: at most so
    many raters and items, the most frequent, are features (each costs a row of a dense matrix in
    the fit). Time of a sweep grows with ratings * embedding_size^2; a fit is warmup + samples * gap
    sweeps.

    Learned: items_ (s, n, d + 1) float32, the last place the bias; implicit_ (s, n, d + 1) y;
    means_, typical_ (s, d + 1), precisions_ (s, d + 1, d + 1), noises_ (s,); mean_, scale_, low_,
    high_. Raises DataError for fewer than two people or ratings that are all equal. No setting
    needs tuning by ratings held out: what is uncertain is averaged over. Not
    additive: events share their evidence, so reasons are measured by deletion. Not good for: clicks
    without ratings, order of events, and ranking (the best rated are not what is chosen next).
    """

    predicts_ratings = True  # so the lowest ratings are learned from too

    __repr__ = model_repr

    def __init__(
        self,
        embedding_size: Annotated[int, Setting(low=1, search=(8, 64))] = 24,
        warmup: Natural = 40,
        samples: Count = 30,
        gap: Count = 2,
        item_features: bool = True,
        max_features: Count = 6000,
    ) -> None:
        self.embedding_size = embedding_size
        self.warmup = warmup
        self.samples = samples
        self.gap = gap
        self.item_features = item_features
        self.max_features = max_features
        check_model_settings(self)

    # --- fit --------------------------------------------------------------------------------------

    def fit(self, data: Dataset, *, seed: int = 0) -> Self:
        """Draw the samples; the same seed gives the same ones on one machine."""
        self._check(data)
        values = data.value.astype(np.float64)
        self.mean_, self.scale_ = float(values.mean()), float(values.std())
        self.low_, self.high_ = float(values.min()), float(values.max())
        kept = []
        for sweep, state in enumerate(self._sweeps(data, np.random.default_rng(seed))):
            if sweep >= self.warmup and (sweep - self.warmup) % self.gap == self.gap - 1:
                kept.append(state)
        self.items_ = np.array([s.items for s in kept], np.float32)
        self.implicit_ = np.array([s.implicit for s in kept], np.float32)
        self.means_ = np.array([s.mean for s in kept])
        self.typical_ = np.array([s.typical for s in kept])
        self.precisions_ = np.array([s.precision for s in kept])
        self.noises_ = np.array([s.noise for s in kept])
        return self

    def _check(self, data: Dataset) -> None:
        people = len(np.unique(data.user))
        if people < 2:
            raise DataError("the rating model needs ratings of 2 people or more", given=f"{people}")
        if data.value.min() == data.value.max():
            raise DataError(
                "the rating model needs ratings that differ",
                given=f"{len(data)} ratings of {data.value[0]:g}",
                fix="name the column of ratings; for clicks use another model",
            )

    def _sweeps(self, data: Dataset, rng: np.random.Generator) -> Any:
        """One state after another, as long as the fit asks for."""
        value = ((data.value - self.mean_) / self.scale_).astype(np.float32)
        by_person = Rows(data.user, data.item, value, data.n_users)
        by_item = Rows(data.item, data.user, value, data.n_items)
        size = self.embedding_size + 1
        noise = 1.5
        people, items = (
            (0.1 * rng.standard_normal((n, size))).astype(np.float32)
            for n in (data.n_users, data.n_items)
        )
        likes, asked, about = self._links(data)
        from_likes = np.zeros((data.n_users, size))
        from_about = np.zeros((data.n_items, size))
        for sweep in range(self.warmup + self.samples * self.gap):
            tune = sweep < self.warmup and sweep % TUNE_EVERY == TUNE_EVERY - 1
            mean, precision = normal_wishart(people - from_likes, rng)
            implicit = np.zeros((data.n_items, size), np.float32)
            implicit[asked] = drawn = likes.draw(people, mean, precision, rng, tune=tune)
            from_likes = likes.features @ drawn
            people = by_person.draw(items, mean + from_likes, precision, noise, rng)
            item_mean, item_precision = normal_wishart(items - from_about, rng)
            from_about = about.features @ about.draw(
                items, item_mean, item_precision, rng, tune=tune
            )
            items = by_item.draw(people, item_mean + from_about, item_precision, noise, rng)
            wrong = value - _products(people, items, data)
            # A weak prior keeps the precision finite where ratings are fitted without error.
            noise = float(
                rng.gamma(
                    (len(value) + 2) / 2, 2 / (0.02 + np.square(wrong, dtype=np.float64).sum())
                )
            )
            yield _State(items, implicit, mean, mean + from_likes.mean(0), precision, noise)

    def _links(self, data: Dataset) -> tuple[Link, NDArray[Any], Link]:
        """What the people's prior mean is linear in, with the items that stand behind it, and
        what the items' is.
        """
        likes, asked = _frequent(
            indicator(data.user, data.item, (data.n_users, data.n_items)), self.max_features
        )
        parts = [
            _frequent(
                indicator(data.item, data.user, (data.n_items, data.n_users)), self.max_features
            )[0]
        ]
        if self.item_features:
            parts.append(_described(data.item_table, data.n_items, self.max_features))
        return (
            Link(likes, 10.0),
            asked,
            Link(sparse.csr_array(sparse.hstack(parts, format="csr")), 3.0),
        )

    # --- predict ----------------------------------------------------------------------------------

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Predicted ratings of all items, (q, n_items) float32; not clipped, so that no two of
        the best are made equal.
        """
        batch = self._asked(queries)
        total = np.zeros((len(batch), self.items_.shape[1]))
        for state, items in zip(self._people(batch), self.items_, strict=True):
            total += with_one(state) @ items.T + state[:, -1:]
        return (self.mean_ + self.scale_ / len(self.items_) * total).astype(np.float32)

    def predict(self, queries: Any, items: Any) -> Any:
        """Predicted ratings within the scale that was seen in the fit.

        items: one item number a query, (q,) -> (q,) float32; or a sequence of q lists of items -> a
        list of q float32 arrays. Raises ArgumentError where they do not match.
        """
        batch = self._asked(queries)
        if len(items):
            single = np.ndim(items[0]) == 0
        else:
            single = True
        lists: Sequence[Any] = [[i] for i in items] if single else items
        if len(lists) != len(batch):
            raise ArgumentError(
                "predict needs one item, or one list of items, a query",
                given=f"{len(lists)} for {len(batch)} queries",
            )
        sizes = [len(one) for one in lists]
        flat = np.concatenate(
            [np.zeros(0, np.int64), *(np.asarray(one, np.int64).ravel() for one in lists)]
        )
        _known(flat, self.items_.shape[1])
        row = np.repeat(np.arange(len(batch)), sizes)
        total = np.zeros(len(flat))
        for state, vectors in zip(self._people(batch), self.items_, strict=True):
            total += np.einsum("kd,kd->k", with_one(state)[row], vectors[flat]) + state[row, -1]
        out = np.clip(
            self.mean_ + self.scale_ / len(self.items_) * total, self.low_, self.high_
        ).astype(np.float32)
        if single:
            return out
        return np.split(out, np.cumsum(sizes)[:-1])

    def _asked(self, queries: Any) -> Queries:
        check_fitted(self)
        batch = Queries.of(queries)
        _known(batch.items, self.items_.shape[1])
        return batch

    def _people(self, batch: Queries) -> NDArray[np.float64]:
        """Vector and bias of each history in each sample, (s, q, d + 1)."""
        samples, _, size = self.items_.shape
        out = np.empty((samples, len(batch), size))
        value = (batch.values.astype(np.float64) - self.mean_) / self.scale_
        for rows in groups(batch.sizes, 4096):
            at, real = spans(batch.indptr[rows], batch.indptr[rows + 1])
            if len(batch.items):
                item = batch.items[np.where(real, at, 0)]
            else:
                item = np.zeros(at.shape, np.int32)
            rated = (value[np.where(real, at, 0)] if len(value) else np.zeros(at.shape)) * real
            share = real / np.sqrt(np.maximum(real.sum(1, keepdims=True), 1))
            for s in range(samples):
                vectors = self.items_[s][item].astype(np.float64)
                prior = self.means_[s] + np.matmul(share[:, None], self.implicit_[s][item])[:, 0]
                prior[batch.sizes[rows] == 0] = self.typical_[s]
                made, about = posterior(
                    with_one(vectors) * real[..., None],
                    rated - vectors[..., -1] * real,
                    prior,
                    self.precisions_[s],
                    self.noises_[s],
                )
                out[s, rows] = np.linalg.solve(made, about[..., None])[..., 0]
        return out


def _products(people: NDArray[Any], items: NDArray[Any], data: Dataset) -> NDArray[Any]:
    """The standardised rating that one sample predicts for every event, (events,) float32."""
    out = np.empty(len(data), np.float32)
    for start in range(
        0, len(out), 100_000
    ):  # in pieces: both sides' vectors of all events would fill memory
        part = slice(start, start + 100_000)
        person = people[data.user[part]]
        item = items[data.item[part]]
        out[part] = np.einsum("kd,kd->k", with_one(person), item) + person[:, -1]
    return out


def _frequent(features: sparse.csr_array, most: int) -> tuple[sparse.csr_array, NDArray[Any]]:
    """The `most` frequent columns of the features, and their numbers."""
    counts = np.bincount(features.indices, minlength=features.shape[1])
    kept = np.sort(np.argsort(-counts, kind="stable")[:most])
    return sparse.csr_array(features[:, kept]), kept


def _described(table: ItemTable, n: int, most: int) -> sparse.csr_array:
    """Categories, names and numbers of the items as features (n, f), each kind's row scaled to
    length 1.
    """
    blocks = []
    for lists in (table.categories, *table.fields.values()):
        counts = Counter(name for names in lists for name in set(names))
        kept = {name: k for k, (name, count) in enumerate(counts.most_common(most)) if count > 1}
        pairs = [
            (i, kept[name])
            for i, names in enumerate(lists)
            for name in dict.fromkeys(names)
            if name in kept
        ]
        if pairs:
            row, column = np.array(pairs).T
            blocks.append(indicator(row, column, (n, len(kept))))
    for numbers in table.numeric.values():
        known = np.flatnonzero(np.isfinite(numbers))
        if len(known):
            edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, BINS + 1)[1:-1]))
            blocks.append(
                indicator(
                    known, np.searchsorted(edges, numbers[known], "right"), (n, len(edges) + 1)
                )
            )
    if blocks:
        return sparse.csr_array(sparse.hstack(blocks, format="csr"))
    return sparse.csr_array((n, 0))


def _known(items: NDArray[Any], n: int) -> None:
    if len(items) and (items.min() < 0 or items.max() >= n):
        bad = items[(items < 0) | (items >= n)][0]
        raise ArgumentError(f"item numbers must lie in 0..{n - 1}", given=str(bad))
