"""Say how many events of a data set were dropped because they repeat a person and item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it imports polars
    from whyrec.data.events import Step

__all__ = ["repeats_told"]

DROPPED = re.compile(r"keep the (first|last) of repeated events")


def repeats_told(steps: Sequence[Step]) -> list[str]:
    """State the dropped repeats with their count and share; nothing if there were none.

    Args:
        steps: The steps of reading and cleaning.

    Returns:
        At most one sentence.

    >>> from whyrec.data.events import Step
    >>> repeats_told([Step("keep the first of repeated events", 76, 24)])
    ['76 of 100 events (76%) repeat a person and item and are left out; only the first of each counts; --repeat keeps them all']
    """  # noqa: E501
    told = []
    for step in steps:
        found = DROPPED.fullmatch(step.name)
        if found and step.touched:
            whole = step.touched + step.left
            parts = [
                f"{step.touched:,} of {whole:,} events ({share(step.touched / whole)}) repeat a "
                "person and item and are left out",
                f"only the {found[1]} of each counts",
                "--repeat keeps them all",
                *([step.detail] if step.detail else []),
            ]
            told.append("; ".join(parts))
    return told


def share(part: float) -> str:
    """Write a share that is neither 0 nor 1, so that rounding makes it neither.

    >>> share(0.764), share(0.012), share(0.0003), share(0.9999)
    ('76%', '1.2%', 'under 0.1%', 'over 99%')
    """
    if part < 0.001:
        return "under 0.1%"
    if part > 0.99:
        return "over 99%"
    return f"{part:.1%}" if part < 0.1 else f"{part:.0%}"
