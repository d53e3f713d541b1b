"""Base class of workflow results: frozen values with a printed form, a JSON object and a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from whyrec.core.progress import escaped, plain, table_text

if TYPE_CHECKING:
    import polars as pl

__all__ = ["IF_SET", "PYTHON_ONLY", "Block", "Result", "Row", "Rows", "Table"]

IF_SET = {"json": "if set"}  # a field that the JSON object omits while it is None
PYTHON_ONLY = {"json": "never"}  # a field that the JSON object never has

#: One row of a result, of JSON's own types.
Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table of a printed result.

    Attributes:
        rows: Rows with the same keys.
        title: Its title.
        best: Index of the best row, if there is one.
    """

    rows: Sequence[Mapping[str, Any]]
    title: str
    best: int | None = None

    def __str__(self) -> str:
        return table_text(self.rows, self.title, best=self.best) + "\n"


#: Parts of a printed result: lines of text and tables.
Block = str | Table


class Result:
    """Base of all results.

    Subclasses are frozen dataclasses. Their fields, in order, are the object that the command line
    prints with ``--json``.
    """

    def to_dict(self) -> Row:
        """Return the object that the command line prints with ``--json``."""
        return {
            one.name: plain(getattr(self, one.name))
            for one in fields(self)  # type: ignore[arg-type]  # subclasses are dataclasses
            if one.metadata.get("json") != "never"
            and not (one.metadata.get("json") == "if set" and getattr(self, one.name) is None)
        }

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        """Yield the lines and tables that the command line prints, in "en" or "zh"."""
        raise NotImplementedError

    def __str__(self) -> str:
        return "\n".join(
            escaped(block) if isinstance(block, str) else str(block) for block in self.blocks()
        )

    def __repr__(self) -> str:
        """Show only the fields that are numbers or texts, because results can be long."""
        short = (
            f"{one.name}={getattr(self, one.name)!r}"
            for one in fields(self)  # type: ignore[arg-type]
            if isinstance(getattr(self, one.name), (str, int, float, bool))
        )
        return f"{type(self).__name__}({', '.join(short)})"


class Rows(Result):
    """A result that consists of rows, which are also available as a frame."""

    row_field: ClassVar[str] = "rows"

    def to_polars(self) -> pl.DataFrame:
        """Return the rows as a frame; nested values are columns such as ``loss.mean``."""
        import polars as pl

        rows = [_flat(row) for row in self.to_dict()[self.row_field]]
        return pl.DataFrame(rows, infer_schema_length=None)


def _flat(row: Mapping[str, Any], before: str = "") -> Row:
    """Flatten the nested objects of a row.

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
