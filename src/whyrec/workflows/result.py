"""What a workflow gives back: a frozen value that prints, with its JSON object and its frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from whyrec.core.progress import escaped, plain, table_text

if TYPE_CHECKING:
    import polars as pl

__all__ = ["IF_SET", "PYTHON_ONLY", "Block", "Result", "Row", "Rows", "Table"]

IF_SET = {"json": "if set"}  # a field that the JSON object leaves out while it is None
PYTHON_ONLY = {"json": "never"}  # a field that the JSON object does not have

#: One row of a result, of JSON's own types.
Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table of a printed result: rows of one shape, a title, and the number of the best row."""

    rows: Sequence[Mapping[str, Any]]
    title: str
    best: int | None = None

    def __str__(self) -> str:
        return table_text(self.rows, self.title, best=self.best) + "\n"


#: What a printed result is made of: lines of text and tables.
Block = str | Table


class Result:
    """Base of all results. Subclasses are frozen dataclasses whose fields, in their order, are the
    object that the command line prints with ``--json``.
    """

    def to_dict(self) -> Row:
        """The object that the command line prints with ``--json``, of JSON's own types."""
        return {
            one.name: plain(getattr(self, one.name))
            for one in fields(self)  # type: ignore[arg-type]  # subclasses are dataclasses
            if one.metadata.get("json") != "never"
            and not (one.metadata.get("json") == "if set" and getattr(self, one.name) is None)
        }

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        """What the command line prints, as lines and tables; lang: en or zh."""
        raise NotImplementedError

    def __str__(self) -> str:
        return "\n".join(
            escaped(block) if isinstance(block, str) else str(block) for block in self.blocks()
        )

    def __repr__(self) -> str:
        """The fields that are numbers or texts; a whole result can be very long."""
        short = (
            f"{one.name}={getattr(self, one.name)!r}"
            for one in fields(self)  # type: ignore[arg-type]
            if isinstance(getattr(self, one.name), (str, int, float, bool))
        )
        return f"{type(self).__name__}({', '.join(short)})"


class Rows(Result):
    """A result that is rows: it gives a frame of them too."""

    row_field: ClassVar[str] = "rows"

    def to_polars(self) -> pl.DataFrame:
        """One row a row; the values of nested objects are columns such as ``loss.mean``."""
        import polars as pl

        rows = [_flat(row) for row in self.to_dict()[self.row_field]]
        return pl.DataFrame(rows, infer_schema_length=None)


def _flat(row: Mapping[str, Any], before: str = "") -> Row:
    """A row whose nested objects are taken apart.

    >>> _flat({"model": "ease", "metrics": {"ndcg@10": {"mean": 0.5}}})
    {'model': 'ease', 'metrics.ndcg@10.mean': 0.5}
    """
    found: Row = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[before + name] = value
    return found
