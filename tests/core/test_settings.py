"""What a model's settings may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from hypothesis import given, strategies as st

from whyrec.core import ArgumentError
from whyrec.core.settings import Setting, check_model_settings, check_settings, declared, searched


class Other:
    """A model of another package that declares types alone: its numbers may mean anything."""

    def __init__(
        self,
        epochs: int = 3,
        kind: str = "plain",
        rate: float = 0.5,
        widths: tuple[int, ...] = (4,),
        free: Any = 1,
        most: int | None = 7,
        interactions: int = 5,
        decay: float = 0.9,
    ) -> None: ...


Count = Annotated[int, Setting(low=1)]


class Own:
    """A model that declares its settings, and checks them by itself, too."""

    def __init__(
        self,
        epochs: Count = 3,
        kind: str = "plain",
        rate: Annotated[float, Setting(low=0)] = 0.5,
        widths: tuple[Count, ...] = (4,),
        free: Any = 1,
        most: Count | None = 7,
        interactions: Annotated[int, Setting(low=0)] = 5,
        decay: Annotated[float, Setting(low=0, high=1)] = 0.9,
        loss: Literal["full", "sampled"] = "full",
        deep: bool = True,
        ridge: Annotated[float, Setting(above=0, below=10)] | Sequence[float] = (1.0, 2.0),
    ) -> None:
        self.epochs = epochs
        self.kind = kind
        self.rate = rate
        self.widths = widths
        self.free = free
        self.most = most
        self.interactions = interactions
        self.decay = decay
        self.loss = loss
        self.deep = deep
        self.ridge = ridge
        check_model_settings(self)


class Later(Own):
    """Its own setting is stored once the inherited constructor is done."""

    def __init__(self, share: Annotated[float, Setting(low=0, high=1)] = 0.5) -> None:
        super().__init__()
        self.share = share
        check_model_settings(self)


class Bare:
    """No annotations, and one that only a type checker could read."""

    def __init__(self, epochs=3, rate=0.5, kind="plain", table: NotThere = 7, found=None): ...  # noqa: F821


@pytest.mark.parametrize(
    "config",
    [
        {
            "epochs": 1,
            "kind": "other",
            "rate": 2.0,
            "widths": (8, 16),
            "free": "see its documentation",
            "most": None,
        },
        {"interactions": 0},
        {"widths": 8},
        {"rate": 0},
        {"decay": 1},
        {"loss": "sampled"},
        {"deep": False},
        {"deep": np.bool_(True)},
        {"epochs": np.int64(2), "rate": np.float32(0.25)},
        {"epochs": 10**400},
        {"ridge": 3},
        {"ridge": [3, 4.5]},
        {},
    ],
    ids=str,
)
def test_what_can_be_meant_is_taken(config):
    check_settings("own", Own, config)


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"kind": 3}, "kind of own must be text; got 3"),
        ({"epochs": 1.5}, "epochs of own must be a whole number; got 1.5"),
        ({"epochs": True}, "epochs of own must be a whole number; got True"),
        ({"rate": "fast"}, "rate of own must be a number"),
        ({"rate": float("nan")}, "rate of own must be a number; got nan"),
        ({"epochs": 0}, "epochs of own must be 1 or more; got 0"),
        ({"rate": -1.0}, "rate of own must be 0 or more"),
        ({"decay": 1.5}, "decay of own must be from 0 to 1; got 1.5"),
        ({"widths": ()}, "widths of own must be at least one number"),
        ({"widths": (8, 0)}, "widths of own must be 1 or more"),
        ({"most": 0}, "most of own must be 1 or more"),
        ({"most": "all"}, "most of own must be a whole number; got 'all'"),
        ({"epochs": None}, "epochs of own must be a whole number; got None"),
        ({"rate": 10**400}, "rate of own must be a number; got 1"),
        ({"loss": "ful"}, "loss of own must be one of full, sampled; got 'ful'"),
        ({"deep": 1}, "deep of own must be true or false; got 1"),
        ({"ridge": 0}, "ridge of own must be above 0 and below 10; got 0"),
        ({"ridge": [1.0, 10.0]}, "ridge of own must be above 0 and below 10; got 10.0"),
        ({"ridge": "many"}, "ridge of own must be a number; got 'many'"),
    ],
    ids=str,
)
def test_what_cannot_is_refused(config, text):
    with pytest.raises(ArgumentError, match=text):
        check_settings("own", Own, config)
    with pytest.raises(ArgumentError, match=text.replace(" of own", "")):
        Own(**config)


def test_numbers_of_other_packages_are_theirs():
    check_settings("other", Other, {"epochs": -3, "decay": 7.0})
    with pytest.raises(ArgumentError, match="epochs of other must be a whole number"):
        check_settings("other", Other, {"epochs": "many"})


def test_the_paragraph_says_what_was_given_what_is_allowed_and_what_to_do():
    with pytest.raises(ArgumentError) as caught:
        check_settings("own", Own, {"decay": -3})
    assert str(caught.value) == (
        "decay of own must be from 0 to 1; got -3. "
        "Fix: give decay of own a number, from 0 to 1; the default is 0.9."
    )


def test_a_constructor_that_inherits_checks_what_is_stored_so_far():
    assert Later(share=1).share == 1
    with pytest.raises(
        ArgumentError, match="share must be from 0 to 1; got 2. Fix: give share of Later"
    ):
        Later(share=2)


def test_without_annotations_the_default_says_the_kind():
    check_settings("bare", Bare, {"epochs": -3, "rate": 2, "kind": "x", "table": 8, "found": 3.5})
    for config, text in (
        ({"epochs": 1.5}, "epochs of bare must be a whole number; got 1.5"),
        ({"rate": "x"}, "rate of bare must be a number; got 'x'"),
        ({"kind": 3}, "kind of bare must be text; got 3"),
    ):
        with pytest.raises(ArgumentError, match=text):
            check_settings("bare", Bare, config)


def test_settings_are_listed_with_what_is_allowed():
    found = {one.name: one.allowed for one in declared(Own).values()}
    assert found == {
        "epochs": "a whole number, 1 or more",
        "kind": "text",
        "rate": "a number, 0 or more",
        "widths": "a whole number, 1 or more, or several",
        "free": "see its documentation",
        "most": "a whole number, 1 or more, or None",
        "interactions": "a whole number, 0 or more",
        "decay": "a number, from 0 to 1",
        "loss": "one of full, sampled",
        "deep": "true or false",
        "ridge": "a number, above 0 and below 10, or several",
    }


def test_only_what_declares_a_range_or_a_grid_is_searched():
    def made(
        a: Annotated[float, Setting(search=(0.0, 1.0))] = 0.5,
        b: Annotated[int | None, Setting(grid=(1, 2))] = None,
        c: Annotated[float, Setting(low=0)] = 0.5,
        d: float = 0.5,
    ) -> None: ...

    assert list(searched(made)) == ["a", "b"] and searched(Other) == {}


@given(st.one_of(st.integers(), st.floats(allow_nan=True), st.text(max_size=3), st.none()))
def test_a_number_in_a_range_is_taken_and_nothing_else(value):
    inside = isinstance(value, int | float) and 0 <= value <= 1
    try:
        check_settings("own", Own, {"decay": value})
    except ArgumentError as error:
        assert not inside
        assert (
            "decay of own" in str(error)
            and repr(value) in str(error)
            and "from 0 to 1" in str(error)
        )
    else:
        assert inside


def test_a_setting_without_a_default_is_refused_without_one():
    def made(rate: Annotated[float, Setting(above=0)]) -> None: ...

    with pytest.raises(ArgumentError) as refused:
        check_settings("made", made, {"rate": -1.0})
    assert str(refused.value) == (
        "rate of made must be above 0; got -1.0. Fix: give rate of made a number, above 0."
    )


def test_a_union_of_several_kinds_takes_anything():
    def made(limit: int | str | None = None) -> None: ...

    check_settings("made", made, {"limit": "all"})
    check_settings("made", made, {"limit": 3})
    assert declared(made)["limit"].allowed == "see its documentation, or None"


def test_a_union_of_numbers_is_a_number():
    def made(rate: int | float = 1) -> None: ...

    assert declared(made)["rate"].allowed == "a number"
