"""State what an interpretable model has learned, each statement with a real example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from whyrec.core import ArgumentError, Dataset
from whyrec.core.capabilities import Statements
from whyrec.core.messages import LANGUAGES
from whyrec.workflows import printed
from whyrec.workflows.reading import Folder, opened
from whyrec.workflows.result import Block, Row, Rows

PEOPLE = 4_000  # people whose latest choices are searched for examples


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class RulesResult(Rows):
    """The strongest statements of an interpretable model.

    Attributes:
        model: Name of the model.
        chosen: Share of all examples that were chosen next.
        domain: What the items are.
        verb: What people did with them.
        features: The model's features, in words.
        absent: The features that were left out, and why.
        statements: The strongest statements with weight, support, precision and an example.
    """

    row_field: ClassVar[str] = "statements"
    model: str
    chosen: float
    domain: str
    verb: str
    features: list[Row]
    absent: Row
    statements: list[Row]

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return printed.ruled(self.to_dict(), lang)


def rules(model: Folder, k: int = 20) -> RulesResult:
    """Return the strongest statements of an interpretable model (tree, rules, ebm).

    Args:
        model: A model folder.
        k: Number of statements.

    Returns:
        The RulesResult. Each statement has its support, its precision, and a person whose latest
        choice it fits, if the folder holds histories.

    Raises:
        ArgumentError: If the model is not interpretable in this way, or if k is below 1.
    """
    from whyrec.models.interpretable.feature_phrases import short, why_absent

    fitted = opened(model)
    found: Any = fitted.model
    if not isinstance(fitted.model, Statements):
        raise ArgumentError(
            "rules are read from an interpretable model: tree, rules or ebm",
            given=fitted.header["name"],
            fix="whyrec fit --model rules",
        )
    if k < 1:
        raise ArgumentError("-k must be 1 or more", given=str(k))
    statements = found.statements()[:k]
    data = fitted.data
    examples = _examples(found, data, [one.ref for one in statements])
    return RulesResult(
        model=fitted.header["name"],
        chosen=found.chosen_,
        domain=data.domain,
        verb=data.verb,
        features=[{"name": name, "text": _both(short(name))} for name in found.names_],
        absent={
            name: {lang: why_absent(why, lang) for lang in LANGUAGES}
            for name, why in found.absent_.items()
        },
        statements=[
            {
                "text": _both(one.words),
                "weight": one.weight,
                "support": one.support,
                "precision": one.precision,
                "example": example,
            }
            for one, example in zip(statements, examples, strict=True)
        ],
    )


def _both(words: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("en", "zh"), words, strict=True))


def _examples(model: Any, data: Dataset, refs: list[int]) -> list[dict[str, str] | None]:
    """Find for each statement a person whose latest choice fits it, another one if possible."""
    from whyrec.models.interpretable.features import features_of

    people = np.flatnonzero(data.histories.sizes >= 2)
    people = people[:: max(1, len(people) // PEOPLE)]
    if not len(people):
        return [None] * len(refs)
    last = data.histories.indptr[people + 1] - 1
    items = data.histories.items[last]
    before = data.select(
        ~np.isin(np.arange(len(data)), np.argsort(data.user, kind="stable")[last])
    ).histories[people]
    x = features_of(model).values(before, items[:, None].astype(np.int64))[:, 0]
    told: set[Any] = set()
    out: list[dict[str, str] | None] = []
    for ref in refs:
        rows = np.flatnonzero(model.matches(ref, x)).tolist()
        fresh = [row for row in rows if row not in told] or rows
        told |= set(fresh[:1])
        out.append(
            {
                "user": data.users[people[fresh[0]]],
                "item": data.items[items[fresh[0]]],
                "title": data.item_table.title[items[fresh[0]]],
            }
            if fresh
            else None
        )
    return out
