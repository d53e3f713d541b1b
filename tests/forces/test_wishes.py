"""Wishes in words: what is understood of them, in both languages, and what is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import ArgumentError
from whyrec.forces.expression import Expression
from whyrec.forces.facts import ItemFacts
from whyrec.forces.meaning import Meaning
from whyrec.forces.text_words import words_of
from whyrec.forces.wishes import Wish, forces_of_wishes, merged, refused_by, understand

TITLES = (
    "Alien Night",
    "The Dogs of War",
    "Slow Orbit",
    "Snow",
    "Cheap Thrills",
    "A Dog Dies",
    "少林足球",
)
FACTS = ItemFacts(
    [f"i{n}" for n in range(7)],
    {
        "tags": (("Horror", "Sci-Fi"), ("War",), ("Sci-Fi",), ("Drama",), ("Film-Noir",), ("Drama",), ("Comedy",)),
        "director": (("Ang Lee",), (), (), (), (), (), ("周星驰",)),
    },
    {
        "year": np.array([1979, 1990, 1995, 2001, 2010, np.nan, 2001.0]),
        "price": np.array([0, 5, 10, 15, 20, 25, 30.0]),
    },
    lambda: TITLES,
)  # fmt: skip


def selected(wish):
    """The numbers of the items that the expression of a wish selects."""
    return np.flatnonzero(Expression(wish.where).mask(FACTS)).tolist() if wish.where else []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("less horror", [("less", [0])]),
        ("less horror, more science fiction", [("less", [0]), ("more", [0, 2])]),
        ("no horror or war", [("no", [0]), ("no", [1])]),
        ("I don't want to see any more drama", [("no", [3, 5])]),
        ("I want a lot more comedy and less war", [("more", [6]), ("less", [1])]),
        ("horror: less; film noir: more", [("less", [0]), ("more", [4])]),
        ("horror", [("more", [0])]),
        ("more Ang Lee", [("more", [0])]),
        ("nothing with dogs", [("no", [1, 5])]),
        ("only films before 1990", [("only", [0])]),
        ("more from the 90s", [("more", [1, 2])]),
        ("nothing after 2001", [("no", [4])]),
        ("show me films between 1990 and 1999", [("more", [1, 2])]),
        ("less than 10 dollars", [("more", [0, 1])]),
        ("no more than 10 dollars", [("more", [0, 1, 2])]),
        ("少一点恐怖片，多一点科幻", [("less", [0]), ("more", [0, 2])]),
        ("恐怖片少一点，科幻多一点", [("less", [0]), ("more", [0, 2])]),
        ("不要恐怖和战争", [("no", [0]), ("no", [1])]),
        ("不要1990年以前的", [("no", [0])]),
        ("多来点90年代的电影", [("more", [1, 2])]),
        ("我想看周星驰", [("more", [6])]),
        ("20元以下的", [("more", [0, 1, 2, 3, 4])]),
        ("多一点少林", [("more", [6])]),
    ],
)
def test_a_phrase_selects_what_it_names(text, wanted):
    found = understand(text, FACTS)
    assert [(wish.polarity, selected(wish)) for wish in found] == wanted
    assert all(wish.by and not wish.problem for wish in found)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<b>more horror</b>", "markup"),
        ("<script>alert('no horror')</script>", "markup"),
        ("more &lt;horror&gt;", "markup"),
        ("more horror " * 500, "long"),
        ("x" * 5000, "long"),
        ("menos terror, más ciencia ficción", "cue"),
        ("weniger Horror bitte", "cue"),
        ("asdf qwer", "cue"),
        ("more fghj wxyz", "unknown"),
        ("nothing with clowns", "unknown"),
        ("no horror with clowns", "unknown"),
        ("!!! ...", "unknown"),
        ("больше комедий", "cue"),
    ],
)
def test_what_is_no_wish_is_understood_as_nothing(text, problem):
    found = understand(text, FACTS)
    assert {wish.problem for wish in found} == {problem}
    assert forces_of_wishes(found) == ()
    assert not any(refused_by(wish, FACTS).any() for wish in found)
    assert all(len(wish.text) <= 80 for wish in found if problem in ("long", "markup"))


def test_how_much_changes_the_strength():
    sizes = {
        text: understand(text, FACTS)[0].strength
        for text in ("more drama", "much more drama", "a bit more drama")
    }
    assert sizes["much more drama"] == 2 * sizes["more drama"] == 4 * sizes["a bit more drama"]


def test_a_name_with_other_words_keeps_the_name_and_lifts_what_fits_the_words():
    [wish] = understand("more slow science fiction", FACTS)
    assert selected(wish) == [0, 2]
    assert wish.items == (("i2", 2.0),)
    [wish] = understand("more purple drama", FACTS)
    assert (selected(wish), wish.ignored) == ([3, 5], ("purple",))


def test_no_takes_out_and_only_takes_out_everything_else():
    no, only = understand("no war; only drama", FACTS)
    assert np.flatnonzero(refused_by(no, FACTS)).tolist() == [1]
    assert np.flatnonzero(~refused_by(only, FACTS)).tolist() == [3, 5]
    assert forces_of_wishes([no, only]) == ()
    [less] = forces_of_wishes(understand("less war", FACTS))
    assert (less.kind, less.source) == ("less", "war")


def test_a_newer_wish_about_the_same_replaces_the_older():
    kept = understand("less drama, no war", FACTS)
    both = merged(kept, understand("多一点剧情片", FACTS))
    assert [(one.polarity, selected(one)) for one in both] == [("no", [1]), ("more", [3, 5])]


def encoded(texts):
    """Vectors made by hand: the first axis is fear, the second space, the third all else."""
    known = {"scares": [1, 0, 0], "horror": [0.9, 0, 0.4], "rockets": [0, 1, 0]}
    rows = [known.get(text.casefold(), [0, 0, 1]) for text in texts]
    return np.array([np.array(row) / np.linalg.norm(row) for row in rows], np.float32)


def test_meaning_finds_a_tag_or_items_and_takes_nothing_out():
    vectors = np.array([[0.1, 0.9, 0.2], [0.2, 0.1, 0.9], [0, 1, 0], *[[0, 0, 1]] * 4], np.float32)
    meaning = Meaning(encoded, vectors)
    scares, rockets = understand("nothing with scares, less rockets", FACTS, meaning)
    assert (scares.by, selected(scares)) == ("like-name", [0])
    assert not refused_by(scares, FACTS).any()
    assert [force.kind for force in forces_of_wishes([scares])] == ["less"]
    assert (rockets.by, rockets.items[0]) == ("meaning", ("i2", 1.0))
    assert rockets.items[1][0] == "i0"
    assert meaning.items("fear of nothing") is not None
    assert Meaning(encoded, vectors * 0.5).items("scares") is None


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=1200),
        st.lists(
            st.sampled_from(
                ["more", "less", "no", "horror", "and", ",", "前", "1990", "少", "多一点", "$", "s",
                 "between", "dogs", "only", "\x00", "𝟗𝟎s", "İ", "ß", "'", '"', "\\", "below", "0", "以下"]
            ),
            max_size=40,
        ).map(" ".join),
    )
)  # fmt: skip
def test_no_text_breaks_it(text):
    for wish in understand(text, FACTS):
        assert bool(wish.by) != bool(wish.problem)
        if wish.where:
            Expression(wish.where).check(FACTS)
        refused_by(wish, FACTS)
    forces_of_wishes(understand(text, FACTS))


def test_words_are_without_plural_and_chinese_stands_in_pairs():
    assert words_of("The Dogs' stories, glass bus 科幻片") == [
        "the", "dog", "story", "glass", "bus", "科幻", "幻片",
    ]  # fmt: skip


def test_a_strength_beyond_its_limits_is_refused():
    with pytest.raises(ArgumentError):
        Wish("horror", strength=-1)
