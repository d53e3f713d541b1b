"""What a model's settings may be."""

from __future__ import annotations

from typing import Any

import pytest

from whyrec.core import ArgumentError
from whyrec.core.settings import check_settings


class Other:
    """A model of another package: its numbers may mean anything."""

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


class Own(Other):
    __module__ = "whyrec.models.own"


@pytest.mark.parametrize(
    "config",
    [
        {
            "epochs": 1,
            "kind": "other",
            "rate": 2.0,
            "widths": (8, 16),
            "free": "anything",
            "most": None,
        },
        {"interactions": 0},
        {"widths": 8},
        {"rate": 0},
        {"decay": 1},
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
    ],
    ids=str,
)
def test_what_cannot_is_refused(config, text):
    with pytest.raises(ArgumentError, match=text):
        check_settings("own", Own, config)


def test_numbers_of_other_packages_are_theirs():
    check_settings("other", Other, {"epochs": -3, "decay": 7.0})
    with pytest.raises(ArgumentError, match="epochs of other must be a whole number"):
        check_settings("other", Other, {"epochs": "many"})
