"""Check a data set for problems, and list the data sets that are known by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

from whyrec.workflows import printed
from whyrec.workflows.result import Block, Row, Rows, Table

__all__ = ["DataCheckResult", "KnownDataResult", "check_data", "known_data"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class DataCheckResult(Rows):
    """The problems of a data set.

    Attributes:
        rows: Number of events that were read.
        problems: Up to 20 problems of each kind, with table, column, row, value and fix.
        counts: Number of problems of each kind.
        notes: Things that are allowed but worth knowing.
        refusal: The words in which a fit refuses the data; "" if it takes them.
        loads: Whether the data can be loaded.
    """

    row_field: ClassVar[str] = "problems"
    rows: int
    problems: list[Row]
    counts: dict[str, int]
    notes: list[str]
    refusal: str
    loads: bool

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return printed.checked(self.to_dict(), lang)


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class KnownDataResult(Rows):
    """The data sets that are known by name.

    Attributes:
        sets: Contents, licence, place and page of each.
    """

    row_field: ClassVar[str] = "sets"
    sets: list[Row]

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        yield Table(self.sets, "Known data sets")


def check_data(source: str | Path, *, columns: Mapping[str, str] | None = None) -> DataCheckResult:
    """Check data in any form that whyrec reads; problems are reported, not raised.

    Args:
        source: A path or a database URL.
        columns: For one table: the column of each field.

    Returns:
        The DataCheckResult with the problems and whether the data can be loaded.

    Raises:
        WhyrecError: If nothing is found at the path.
    """
    from whyrec.data.check import check

    found = check(source, columns=columns).as_json()
    return DataCheckResult(**{one.name: found[one.name] for one in fields(DataCheckResult)})


def known_data() -> KnownDataResult:
    """List the data sets that are known by name.

    Returns:
        The KnownDataResult with contents, licence, place and page of each data set.
    """
    from whyrec.data import registry

    built_in = {
        "name": "films",
        "about": "simulated audience on real films, with known causes; built in",
        "licence": "Apache-2.0",
        "at hand": "built in",
        "page": "",
    }
    others = [
        {
            "name": name,
            "about": one.about,
            "licence": one.licence,
            "at hand": str(registry.find(name) or "no"),
            "page": one.page,
        }
        for name, one in registry.KNOWN.items()
    ]
    return KnownDataResult(sets=[built_in, *others])
