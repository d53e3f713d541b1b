"""Notes of a check on kinds, negative values, ratings and quantities in a table of events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core.kinds import LISTED, Meaning, meaning_of
from whyrec.data.events import is_known
from whyrec.data.kinds import HALF, PIECES, count_ratings, least_rating, meant

__all__ = ["KNOWN", "kind_notes", "quantity_note", "unknown_kinds"]

KNOWN = f"a kind that is known ({LISTED})"


def unknown_kinds(column: pl.Series) -> NDArray[np.bool_]:
    """Mark the rows whose kind is unknown."""
    text = column.cast(pl.String).str.strip_chars()
    wrong = [one for one in text.unique().drop_nulls() if one and meaning_of(one) is None]
    return text.is_in(pl.Series(wrong, dtype=pl.String).implode()).fill_null(False).to_numpy()


def kind_notes(events: pl.DataFrame) -> list[str]:
    """Count negative, weak, impression and lowest-rating events with valid kinds and values."""
    rows = np.flatnonzero(is_known(events["user"]) & is_known(events["item"]))
    value = np.ones(len(rows), np.float32)
    if "value" in events.columns:
        number = events["value"].gather(rows).cast(pl.Float64, strict=False)
        value = number.fill_nan(None).fill_null(1).cast(pl.Float32).to_numpy()
    meaning, value = meant(_rated(events), rows, value)
    refused = int(((meaning >= Meaning.NEGATIVE) & (meaning <= Meaning.TAKEN_BACK)).sum())
    notes = [
        (
            refused,
            "negative events",
            "dislikes, returns and values below 0: no choices, and not offered again",
        ),
        (int((meaning == Meaning.WEAK).sum()), "weak choices", "views and clicks"),
        (int((meaning == Meaning.IMPRESSION).sum()), "impressions", "shown, not chosen"),
    ]
    least = least_rating(value, meaning)
    if least:
        values, counts, _ = count_ratings(value, meaning)
        notes.append(
            (
                int(counts[values < least].sum()),
                f"ratings of {least - HALF:g}, the lowest of their scale",
                "no choices, and not offered again; --ratings all takes them as choices",
            )
        )
    return [f"{what}: {count:,} ({then})" for count, what, then in notes if count]


def _rated(events: pl.DataFrame) -> pl.DataFrame:
    """Fill in missing values, which are reported separately."""
    if "value" not in events.columns or "kind" not in events.columns:
        if "kind" in events.columns:
            return events.with_columns(pl.lit(1).alias("value"))
        return events
    return events.with_columns(pl.col("value").cast(pl.String).fill_null("1"))


def quantity_note(header: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """Warn if a column of quantities is not read: quantities below 0 are returns."""
    found = [
        name
        for name in header
        if name.casefold().strip() in PIECES and name not in columns.values()
    ]
    if not found or "value" in columns or "value" in header:
        return []
    return [
        f"the column {found[0]!r} is not read: quantities below 0 are returns, which then "
        "count as choices "
        f"(add value={found[0]} to --columns)"
    ]
