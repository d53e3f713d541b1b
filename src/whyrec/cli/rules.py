"""What an interpretable model has learned, in words, each statement with one real example."""

from __future__ import annotations

from typing import Any

import numpy as np

from whyrec import storage
from whyrec.core import BadArgument, Dataset

PEOPLE = 4_000  # whose latest choices are looked through for examples


def listed(fitted: storage.Fitted, k: int) -> dict[str, Any]:
    """The model's k strongest statements with support, precision, and a person of the folder for
    whom it held when they made their latest choice (none where the folder holds no histories)."""
    from whyrec.models.interpretable.feature_phrases import ABSENT, short

    model = fitted.model
    if not hasattr(model, "statements"):
        raise BadArgument(
            "rules are read from an interpretable model: tree, rules or ebm",
            given=fitted.header["name"],
            fix="whyrec fit --model rules",
        )
    if k < 1:
        raise BadArgument("-k must be 1 or more", given=str(k))
    statements = model.statements()[:k]
    examples = _examples(model, fitted.data, [one.ref for one in statements])
    data = fitted.data
    return {
        "model": fitted.header["name"],
        "chosen": model.chosen_,
        "domain": data.domain,
        "verb": data.verb,
        "features": [{"name": name, "text": _both(short(name))} for name in model.names_],
        "absent": {
            name: {"en": why, "zh": ABSENT.get(why, why)} for name, why in model.absent_.items()
        },
        "statements": [
            {
                "text": _both(one.words),
                "weight": one.weight,
                "support": one.support,
                "precision": one.precision,
                "example": example,
            }
            for one, example in zip(statements, examples, strict=True)
        ],
    }


def _both(words: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("en", "zh"), words, strict=True))


def _examples(model: Any, data: Dataset, refs: list[int]) -> list[dict[str, str] | None]:
    """For each statement a person whose latest choice it is about; nobody twice where others are
    to be had.
    """
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
    told: set[int] = set()
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
