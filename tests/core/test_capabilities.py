"""A power is declared by having its members; what is learned is seen from the names."""

from __future__ import annotations

import numpy as np
import pytest

from whyrec.core import NotFitted, Query, check_fitted, is_fitted
from whyrec.core.capabilities import (
    BestItems,
    ItemScores,
    MovingRest,
    PersonVectors,
    Phrases,
    Readable,
    rest_moves,
)
from whyrec.core.decomposition import Constant, Summation, decompose, patched, with_reasons
from whyrec.core.lifecycle import (
    ChoosesSupport,
    Extendable,
    Growable,
    LeavesOutOrder,
    ReadsTexts,
    Updatable,
)


class Few:
    def score(self, queries):
        return np.zeros((len(queries), 3), np.float32)

    def score_items(self, queries, items):
        return np.zeros(items.shape, np.float32)


class Moving:
    rest_moves = True


class Still:
    rest_moves = False


def test_a_power_is_declared_by_its_members():
    assert isinstance(Few(), ItemScores) and not isinstance(Few(), BestItems)
    assert isinstance(Moving(), MovingRest) and not isinstance(Few(), MovingRest)
    assert [rest_moves(one) for one in (Moving(), Still(), Few())] == [True, False, False]


class Knows:
    """Has the members of the powers that the workflows ask for."""

    min_support = min_support_ = 3
    support_costs_ = ()
    without_text_ = 2
    without_order_ = ("decay",)
    product = None

    def phrase(self, reason, query, item):
        return "", ""

    def update(self, before, after):
        return self

    def grow(self, large):
        return self


@pytest.mark.parametrize(
    "power",
    [ChoosesSupport, Growable, LeavesOutOrder, PersonVectors, Phrases, ReadsTexts, Updatable],
)
def test_what_workflows_ask_for_is_declared(power):
    assert isinstance(Knows(), power) and not isinstance(Few(), power)
    assert not isinstance(Knows(), Extendable | Readable)


def test_a_default_of_a_class_is_no_setting_that_was_chosen():
    """The learned network inherits min_support_ = 0, but nothing of it can be left out."""
    from whyrec.models.linear.ease import EASE
    from whyrec.models.linear.lowrank import LowRank

    assert isinstance(EASE(), ChoosesSupport) and not isinstance(LowRank(), ChoosesSupport)


class Sums:
    def patched(self, masked, closed, sets):
        yield masked

    def raised(self, masked):
        return None


class ByFeatures:
    method = "features"

    def reasons(self, item):
        return 0.0, ()

    def without_reasons(self, item, reasons):
        return None


def test_what_a_decomposition_can_do_is_asked_of_its_class():
    one, other = Sums(), ByFeatures()
    assert patched(one) is one and patched(other) is None
    assert with_reasons(other) is other and with_reasons(one) is None
    assert with_reasons(Constant(np.zeros(2, np.float32))) is None


def test_a_model_without_powers_is_taken_apart_by_leaving_out():
    assert not isinstance(decompose(Few(), Query([0, 1])), Summation)


class Learner:
    def __init__(self, alpha=1.0):
        self.alpha = alpha
        self._cache_ = None

    def fit(self):
        self.weights_ = np.zeros(2)


def test_learned_is_what_ends_in_an_underscore():
    model = Learner()
    assert not is_fitted(model)
    with pytest.raises(NotFitted, match="Learner is not fitted"):
        check_fitted(model)
    model.fit()
    check_fitted(model)
    assert is_fitted(model)
