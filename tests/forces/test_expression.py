"""The language that chooses items: what it means, what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.forces.expression import Expression
from whyrec.forces.facts import ItemFacts

FACTS = ItemFacts(
    ["a", "b", "c", "d"],
    {
        "tags": (("Drama", "In stock"), ("comedy",), (), ("Drama",)),
        "added": (("2024-01-05",), ("2025-03-01",), ("2026-01-01",), ()),
        "year": (("1999",), ("2005",), ("unknown",), ()),
    },
    {"price": np.array([5.0, 25.0, np.nan, 10.0])},
)

MEANT = {
    "price < 20": "ad",
    "20 > price": "ad",
    "price != 5": "bd",
    "5 <= price <= 10": "ad",
    "price >= -1": "abd",
    '"in stock" in tags': "a",
    '"Drama" not in tags': "bc",
    'tags in ("comedy", "drama")': "abd",
    'tags == "DRAMA"': "ad",
    'tags != "drama"': "b",
    'added >= "2025-01-01"': "bc",
    "year > 2000": "b",
    "has(price) and not has(added)": "d",
    'price < 20 and "in stock" in tags or added > "2025-12-01"': "ac",
    "not (price < 20)": "bc",
    "True": "abcd",
    'added == "2024-01-05"': "a",
}


@pytest.mark.parametrize("text", MEANT)
def test_an_expression_means_what_it_says(text):
    found = Expression(text)
    assert "".join(np.array(FACTS.labels)[found.mask(FACTS)]) == MEANT[text]
    found.check(FACTS)


REFUSED = [
    "",
    "price",
    "price +",
    "price + 1 < 2",
    "__import__('os').system('true')",
    "price.real < 2",
    "tags[0] == 'a'",
    "open('x') == 1",
    "lambda: 1",
    "price < rating",
    "'a' < 'b'",
    "price is 5",
    "has(price, added)",
    "has('price')",
    "tags in ()",
    "price < None",
    "f'{price}' == 'a'",
    "x" * 1001,
    "(" * 300 + "price < 1" + ")" * 300 + " " * 5000,
    " and ".join(["price < 1"] * 90) + " and price < " + "1" * 900,
    "not " * 300 + "True",
    "(a := 5) < 3",
    "*tags == 'a'",
]


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused_with_an_example(text):
    with pytest.raises(ArgumentError) as caught:
        Expression(text)
    assert "price < 20" in str(caught.value)


@settings(max_examples=500)
@given(st.text(max_size=60) | st.text("abc<>=()'\" and or not in1.,[]", max_size=60))
def test_any_text_is_an_expression_or_is_refused(text):
    try:
        found = Expression(text)
    except ArgumentError:
        return
    assert found.mask(FACTS).shape == (4,)


def test_names_and_values_that_no_item_has_are_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match="price"):
        Expression("prize < 3").check(FACTS)
    with pytest.raises(UnknownNameError, match="drama"):
        Expression('"dramma" in tags').check(FACTS)


def test_a_context_is_a_single_thing():
    context = ItemFacts.of_one({"hour": 20, "device": "TV"})
    assert Expression('hour >= 18 and device == "tv"').mask(context).tolist() == [True]
    assert Expression("hour < 18").mask(context).tolist() == [False]
