"""Decompositions of a fused model: exact weights of its glass box and its rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Queries, Query
from whyrec.core.decomposition import ABLATED, Ablation, ItemContributions, decompose, groups_of
from whyrec.core.explained import Candidates, candidates, shares_among
from whyrec.models.fused_rest import Products

__all__ = ["BoundedDecomposition", "FusedDecomposition", "ProductDecomposition"]

Floats = NDArray[np.float32]
AT_ONCE = 16  # rows of scores of all items that are held at a time
ROUNDING = 1e-5  # relative: what the bound on a score may be off by


class FusedDecomposition:
    """The scores of one history, with the glass box's weights as exact parts.

    The rest is computed by the model and is not the difference to the score, so that a check of the
    sum can fail. What features of a readable part add counts as explained, though it is no event's
    and stands in the rest. The effect of leaving an event out is measured on the whole model,
    because the rest changes too.
    """

    explained: Floats  # (1, n_items)
    rest: Floats  # (1, n_items)
    scores: Floats

    def __init__(self, model: Any, query: Query) -> None:
        self.model = model
        self.query = query
        self.glass = decompose(model.glass_, query)
        self._score()

    def _score(self) -> None:
        self.explained, self.rest = self.model.explained_and_rest([self.query])
        self.whole = Ablation(self.model, self.query)
        self.scores = self.whole.scores

    def effects(self, items: NDArray[Any]) -> NDArray[np.float64]:
        """Return the loss of items (k,) when each event is left out, (m, k); NaN if unknown."""
        return self.whole.effects(items)

    def parts(self, items: NDArray[Any]) -> ItemContributions:
        base, weights, rest, *_ = self.glass.parts(items)
        kept = self.model.kept(self.model.share_)
        features = [self.model.feature_reasons(self.query, int(item)) for item in items]
        more = [base + sum(reason.weight for reason in reasons) for base, reasons in features]
        asked = np.asarray(items)[None]
        shares = shares_among(self.explained, self.rest, Queries.of([self.query]), asked)
        return ItemContributions(
            kept * base,
            kept * weights,
            kept * rest + self.rest[0, items] + np.array(more, np.float64),
            True,
            self.effects(items),
            shares[0],
        )

    def without(self, sets: Sequence[Sequence[int]]) -> Floats:
        return self.whole.without(sets)


class ProductDecomposition(FusedDecomposition):
    """The same for a large model whose scores are products, without a readable part.

    The effect of leaving an event out needs the scores of the asked items and of the candidates
    alone.
    """

    def __init__(self, model: Any, query: Query, products: Products) -> None:
        self.products = products
        super().__init__(model, query)

    def _score(self) -> None:
        queries = Queries.of([self.query])
        self.explained, self.rest = self.model.with_glass(queries, self.glass.scores[None])
        self.scores = (self.explained + self.rest)[0]

    def without(self, sets: Sequence[Sequence[int]]) -> Floats:
        queries = Queries.of([self.query.without(one) for one in sets])
        explained, rest = self.model.with_glass(queries, self.glass.without(sets))
        return np.asarray(explained + rest, np.float32)

    def effects(self, items: NDArray[Any]) -> NDArray[np.float64]:
        groups = groups_of(self.query.items)
        measured = groups[-ABLATED:]
        # The whole history comes first and from the same arithmetic: an event that changes nothing
        # has no effect by rounding either.
        table = np.concatenate(
            [some.scores(items)[0] for some in self._shortened([(), *measured])]
        ).astype(np.float64)
        effects = np.zeros((len(self.query), len(items)))
        effects[[position for group in groups[:-ABLATED] for position in group]] = np.nan
        effects[[group[-1] for group in measured]] = table[0] - table[1:]
        return effects

    def _shortened(self, sets: Sequence[Sequence[int]]) -> Iterator[Shortened]:
        """Yield the history without each set of events, up to AT_ONCE of them at a time."""
        for start in range(0, len(sets), AT_ONCE):
            some = sets[start : start + AT_ONCE]
            queries = Queries.of([self.query.without(one) for one in some])
            kept = np.float32(self.model.kept(self.model.share_))
            explained = kept * self.glass.without(some)
            hidden = self.products.hidden(queries)
            yield Shortened(self, explained, hidden, candidates(explained, queries))


class BoundedDecomposition(ProductDecomposition):
    """The same if the rest is bounded: a place after a removal needs the few rivals within it."""

    def places(
        self, open_items: NDArray[np.bool_], asked: Sequence[tuple[Sequence[int], Sequence[int]]]
    ) -> Iterator[list[int]]:
        """Yield the places of some items after removals.

        Args:
            open_items: Which items may be listed, (n_items,).
            asked: Positions of the events to leave out together, and the items, for each removal.
        """
        items = np.unique(np.concatenate([np.zeros(0, np.int64), *(some for _, some in asked)]))
        start = 0
        for some in self._shortened([gone for gone, _ in asked]):
            own, rest_middle = some.scores(items)
            for at, (gone, wanted) in enumerate(asked[start : start + len(own)]):
                open_now = open_items
                if self.query.repeat:  # without repeats, removed items are closed already
                    open_now = open_items.copy()
                    open_now[self.query.items[list(gone)]] = False
                mine = own[at, np.searchsorted(items, wanted)]
                yield some.places(at, wanted, mine, float(rest_middle[at, 0]), open_now)
            start += len(own)


class Shortened:
    """The scores of r shortened histories at any items.

    Args:
        view: The decomposition of the whole history.
        explained: What exact reasons add, (r, n_items).
        hidden: The large model's states, (r, d + 1).
        among: The candidates of each history.
    """

    def __init__(
        self, view: ProductDecomposition, explained: Floats, hidden: Floats, among: Candidates
    ) -> None:
        self.model = view.model
        self.products = view.products
        self.explained = explained
        self.hidden = hidden
        self.among = among
        self.middle = among.middle(explained)

    def scores(self, items: NDArray[Any]) -> tuple[Floats, Floats]:
        """Return the scores of items (k,), (r, k), and the middle of the large part, (r, 1)."""
        unseen = self.among.unseen
        places = np.broadcast_to(np.arange(unseen.shape[1]), unseen.shape)
        large = self.model.large_part(self.products.at_own(self.hidden, self.among.items))
        middle = Candidates(places, unseen).middle(large)
        own = self.model.large_part(self.products.at(self.hidden, items))
        explained = self.explained[:, items]
        rest = self.model.bounded_rest(explained - self.middle, own - middle)
        return np.asarray(explained + rest, np.float32), middle

    def places(
        self,
        row: int,
        items: Sequence[int],
        own: Floats,
        middle: float,
        open_items: NDArray[np.bool_],
    ) -> list[int]:
        """Return the places of items (k,) with scores `own` (k,) among the open ones in a row.

        An item whose reasons put it far below is no rival, however high the large model puts it,
        because the rest is bounded. `middle` is that of the large part.
        """
        explained, least = self.explained[row], self.model.explained_share_min
        lead = float(own.min() - self.middle[row, 0])
        lead -= ROUNDING * max(1.0, abs(lead), abs(float(self.middle[row, 0])))
        lead = lead * least if lead >= 0 else lead / least
        rivals = np.flatnonzero((explained >= self.middle[row, 0] + lead) & open_items)
        large = self.model.large_part(self.products.at(self.hidden[row : row + 1], rivals)[0])
        theirs = explained[rivals]
        rest = self.model.bounded_rest(theirs - self.middle[row], large - np.float32(middle))
        scores = np.asarray(theirs + rest, np.float32)
        return [
            1
            + int(np.count_nonzero(scores[: (at := int(np.searchsorted(rivals, item)))] >= mine))
            + int(np.count_nonzero(scores[at:][rivals[at:] > item] > mine))
            for item, mine in zip(items, own, strict=True)
        ]
