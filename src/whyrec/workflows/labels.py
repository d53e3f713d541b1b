"""Add labels and titles of the data to lists and explanations."""

from __future__ import annotations

from dataclasses import replace

from whyrec import storage
from whyrec.core import Dataset, Explanation, Query, Slate
from whyrec.workflows.explain import words
from whyrec.workflows.reason_rows import reason_row

__all__ = ["labelled_explanation", "labelled_slate"]


def labelled_slate(slate: Slate, data: Dataset) -> Slate:
    """The slate with the labels and titles of its items."""
    titles = data.item_table.title
    return Slate(
        slate.items,
        slate.scores,
        labels=[data.items[item] for item in slate.items],
        titles=[titles[item] for item in slate.items],
    )


def labelled_explanation(
    fitted: storage.Fitted, asked: Query, why: Explanation, zone: str = ""
) -> Explanation:
    """Add the item's label and title, the reasons in words, and the sentences to an explanation."""
    rows = (reason_row(fitted, asked, why.item, reason) for reason in why.reasons)
    return replace(
        why,
        label=fitted.data.items[why.item],
        title=fitted.data.item_table.title[why.item],
        causes=tuple(str(row["label"]) for row in rows),
        text={lang: words(fitted, why, asked, lang, zone) for lang in ("en", "zh")},
    )
