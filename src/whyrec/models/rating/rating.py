"""The rating model: predicts what a person will rate an item, from the ratings in the history.

    r(person, i) = mean + scale * average over samples s of
                   ( p_s(history) . q_s(i) + b_s(history) + c_s(i) )

q and c are an item's vector and bias in one posterior sample. p and b are the posterior mean of the
person's vector and bias given the history, in closed form, so a new person needs no training:

    (p, b) = P^-1 h,   P = L + a sum_j x_j x_j^T,   h = L m + a sum_j x_j (r_j - c_j),
    x_j = (q_j, 1),    m = m0 + |N|^-1/2 sum_j y_j

For an empty history, m is its average over the people of the fit. The sum over y expresses what
having rated these items says, whatever the ratings (the implicit part of SVD++). a is the precision
of a rating; L and m0 are the people's prior. The items' prior mean is linear in who rated them and
in their categories, names and numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import (
    ArgumentError,
    DataError,
    Dataset,
    ItemTable,
    Queries,
    check_fitted,
    check_items,
)
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

TUNE_EVERY = 5  # warm-up sweeps between draws of the ridges, which need a decomposition
BINS = 10  # quantile groups of each number in the item table


class _State(NamedTuple):
    """One sweep: item vectors, the people's prior (`typical`: its mean) and the noise."""

    items: NDArray[Any]
    implicit: NDArray[Any]
    mean: NDArray[Any]
    typical: NDArray[Any]
    precision: NDArray[Any]
    noise: float


class Rating:
    """Bayesian matrix factorisation of ratings with implicit and item features.

    See the module for the equation. Sources: [salakhutdinov2008] (Gibbs sampler), [koren2008]
    (implicit part), [simm2017] (features in the prior), [rendle2019] (why a sampled baseline is
    hard to beat).

    No setting needs tuning on held-out ratings, because the model averages over its uncertainty. It
    is not additive: events share their evidence, so reasons are measured by deletion. Not good for:
    clicks without ratings, the order of events, and ranking (the best rated items are not what
    people choose next).

    Args:
        embedding_size: Dimensions d of q, 1 or more; a sweep takes time ~ ratings * d^2.
        warmup: Sweeps before the first sample, 0 or more.
        samples: Samples that are kept, 1 or more.
        gap: Sweeps per sample, 1 or more; a fit takes warmup + samples * gap sweeps.
        item_features: Whether to use the item table's categories, fields and numbers.
        max_features: Most frequent raters and items that are features, at most.

    Attributes:
        items_: (s, n_items, d + 1) float32, the bias in the last column.
        implicit_: y, (s, n_items, d + 1) float32.
        means_: m0, (s, d + 1); typical_ has its average with the implicit part.
        precisions_: L, (s, d + 1, d + 1); noises_ has a, (s,).
        mean_: Mean of the ratings; scale_ their standard deviation, low_ and high_ their range.
    """

    predicts_ratings = True  # so low ratings are training data too

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
        """Draw the samples; the same seed gives the same samples on one machine.

        Args:
            data: Training data with ratings.
            seed: Seed of the sampler.

        Returns:
            The fitted model itself.

        Raises:
            DataError: If there are fewer than two people, or all ratings are equal.
        """
        self._check(data)
        values = data.value.astype(np.float64)
        self.mean_, self.scale_ = float(values.mean()), float(values.std())
        self.low_, self.high_ = float(values.min()), float(values.max())
        samples = []
        for sweep, state in enumerate(self._sweeps(data, np.random.default_rng(seed))):
            if sweep >= self.warmup and (sweep - self.warmup) % self.gap == self.gap - 1:
                samples.append(state)
        self.items_ = np.array([s.items for s in samples], np.float32)
        self.implicit_ = np.array([s.implicit for s in samples], np.float32)
        self.means_ = np.array([s.mean for s in samples])
        self.typical_ = np.array([s.typical for s in samples])
        self.precisions_ = np.array([s.precision for s in samples])
        self.noises_ = np.array([s.noise for s in samples])
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
        """Yield the state after each sweep."""
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
            # A weak prior keeps the precision finite if ratings are fitted without error.
            noise = float(
                rng.gamma(
                    (len(value) + 2) / 2, 2 / (0.02 + np.square(wrong, dtype=np.float64).sum())
                )
            )
            yield _State(items, implicit, mean, mean + from_likes.mean(0), precision, noise)

    def _links(self, data: Dataset) -> tuple[Link, NDArray[Any], Link]:
        """Return the maps to the prior means, with the features of the people's map."""
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
        """Predict the ratings of all items; not clipped, so that the best stay distinguishable.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32.
        """
        batch = self._asked(queries)
        total = np.zeros((len(batch), self.items_.shape[1]))
        for state, items in zip(self._people(batch), self.items_, strict=True):
            total += with_one(state) @ items.T + state[:, -1:]
        return (self.mean_ + self.scale_ / len(self.items_) * total).astype(np.float32)

    def predict(self, queries: Any, items: Any) -> Any:
        """Predict ratings of given items, clipped to the range seen in training.

        Args:
            queries: q histories.
            items: One item number per query, (q,), or a list of item numbers per query.

        Returns:
            (q,) float32, or a list of q float32 arrays.

        Raises:
            ArgumentError: If lengths differ or an item does not exist.
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
        check_items(self.items_.shape[1], flat)
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
        return Queries.of(queries, self.items_.shape[1])

    def _people(self, batch: Queries) -> NDArray[np.float64]:
        """Return vector and bias of each history in each sample, (s, q, d + 1)."""
        samples, _, size = self.items_.shape
        out = np.empty((samples, len(batch), size))
        value = (batch.values.astype(np.float64) - self.mean_) / self.scale_
        for rows in groups(batch.sizes, 4096):
            places, real = spans(batch.indptr[rows], batch.indptr[rows + 1])
            if len(batch.items):
                item = batch.items[np.where(real, places, 0)]
            else:
                item = np.zeros(places.shape, np.int32)
            rated = (
                value[np.where(real, places, 0)] if len(value) else np.zeros(places.shape)
            ) * real
            share = real / np.sqrt(np.maximum(real.sum(1, keepdims=True), 1))
            for s in range(samples):
                vectors = self.items_[s][item].astype(np.float64)
                prior = self.means_[s] + np.matmul(share[:, None], self.implicit_[s][item])[:, 0]
                prior[batch.sizes[rows] == 0] = self.typical_[s]
                precision, about = posterior(
                    with_one(vectors) * real[..., None],
                    rated - vectors[..., -1] * real,
                    prior,
                    self.precisions_[s],
                    self.noises_[s],
                )
                out[s, rows] = np.linalg.solve(precision, about[..., None])[..., 0]
        return out


def _products(people: NDArray[Any], items: NDArray[Any], data: Dataset) -> NDArray[Any]:
    """Return the standardised rating that one sample predicts for every event, float32."""
    out = np.empty(len(data), np.float32)
    for start in range(0, len(out), 100_000):  # in pieces, to bound memory
        part = slice(start, start + 100_000)
        person = people[data.user[part]]
        item = items[data.item[part]]
        out[part] = np.einsum("kd,kd->k", with_one(person), item) + person[:, -1]
    return out


def _frequent(features: sparse.csr_array, most: int) -> tuple[sparse.csr_array, NDArray[Any]]:
    """Return the `most` frequent columns of the features, and their numbers."""
    counts = np.bincount(features.indices, minlength=features.shape[1])
    columns = np.sort(np.argsort(-counts, kind="stable")[:most])
    return sparse.csr_array(features[:, columns]), columns


def _described(table: ItemTable, n: int, most: int) -> sparse.csr_array:
    """Return categories, names and numbers of the items as features (n, f)."""
    blocks = []
    for lists in (table.categories, *table.fields.values()):
        counts = Counter(name for names in lists for name in set(names))
        column_of = {
            name: k for k, (name, count) in enumerate(counts.most_common(most)) if count > 1
        }
        pairs = [
            (i, column_of[name])
            for i, names in enumerate(lists)
            for name in dict.fromkeys(names)
            if name in column_of
        ]
        if pairs:
            row, column = np.array(pairs).T
            blocks.append(indicator(row, column, (n, len(column_of))))
    for numbers in table.numeric.values():
        filled = np.flatnonzero(np.isfinite(numbers))
        if len(filled):
            edges = np.unique(np.quantile(numbers[filled], np.linspace(0, 1, BINS + 1)[1:-1]))
            blocks.append(
                indicator(
                    filled, np.searchsorted(edges, numbers[filled], "right"), (n, len(edges) + 1)
                )
            )
    if blocks:
        return sparse.csr_array(sparse.hstack(blocks, format="csr"))
    return sparse.csr_array((n, 0))
