"""Kinds of events in tables: their column, the meaning of each row, and values that are ratings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from whyrec.core import ArgumentError, DataError
from whyrec.core.kinds import (
    LISTED,
    Meaning,
    canonical,
    lowest_rating,
    meaning_of,
    nearest_kinds,
    settle,
)

__all__ = ["COLUMNS", "RATINGS", "Raw", "Settled", "least_rating", "meant", "named", "settled"]

COLUMNS = (
    "type",
    "event_type",
    "event",
    "action",
    "behavior",
    "behaviour",
    "behavior_type",
)  # alternative names of `kind`
RATINGS = (
    "auto",
    "stars",
    "all",
)  # detect; ratings whose lowest is no choice; ratings that are all choices
STARS = {"rating", "ratings", "rate", "stars", "star", "score", "overall", "评分"}
PIECES = {"quantity", "qty", "amount", "count", "units", "pieces", "number", "数量"}
HALF = 0.5
TEN = 10
BLOCK = 1_000_000


def named(events: pl.DataFrame) -> pl.DataFrame:
    """Rename the column of kinds to `kind`, if some of its values are known kinds."""
    there = [column for column in COLUMNS if column in events.columns]
    if "kind" in events.columns:
        found = None
    else:
        found = next((one for one in there if _says_kinds(events[one])), None)
    left = events.drop(column for column in there if column != found)
    if found is None:
        return left
    return left.rename({found: "kind"})


def _says_kinds(column: pl.Series) -> bool:
    return column.dtype == pl.String and any(
        meaning_of(text) is not None for text in column.unique().drop_nulls()
    )


def by_name(events: pl.DataFrame, column: str) -> pl.DataFrame:
    """Add a kind if the name of the value column implies ratings or purchases."""
    name = column.casefold().strip()
    if name in STARS:
        kind = "rating"
    elif name in PIECES:
        kind = "purchase"
    else:
        kind = None
    if kind is None or "kind" in events.columns:
        return events
    return events.with_columns(pl.lit(kind).alias("kind"))


def meant(
    events: pl.DataFrame,
    rows: NDArray[np.int64] | None,
    value: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return (meaning, value) of the kept rows, (n,) each.

    A value below 0 is a return, or a refusal of something viewed or rated. Raises DataError for an
    unknown kind and for a rating without a value.
    """
    meaning = np.zeros(len(value), np.int8)
    if "kind" in events.columns:
        meaning = _meanings(_kinds(events, rows), rows)
        value = _unsaid_values(events, rows, meaning, value)
    minus = value < 0
    if minus.any():
        bought = minus & (meaning <= Meaning.PURCHASE)
        meaning[minus & ((meaning == Meaning.WEAK) | (meaning == Meaning.RATING))] = (
            Meaning.NEGATIVE
        )
        meaning[bought] = Meaning.RETURN
    return meaning, value


def _kinds(events: pl.DataFrame, rows: NDArray[np.int64] | None) -> pl.Series:
    if rows is None:
        column = events["kind"]
    else:
        column = events["kind"].gather(rows)
    text = column.cast(pl.String).str.strip_chars()
    return text.set(text == "", None)


def _meanings(column: pl.Series, rows: NDArray[np.int64] | None) -> NDArray[np.int8]:
    each = column.unique()
    known = [Meaning.UNSAID if text is None else meaning_of(text) for text in each]
    if None in known:
        unknown = pl.Series(
            [text for text, meaning in zip(each, known, strict=True) if meaning is None]
        )
        at = int(column.is_in(unknown.implode()).arg_max() or 0)
        raise DataError(
            f"the column 'kind' of events must hold kinds that are known ({LISTED})",
            given=f"{column[at]!r} in row {int(at if rows is None else rows[at]) + 1}",
            fix=f"{nearest_kinds(column[at])}Write one of these, or leave the column out",
        )
    codes = [int(one) for one in known if one is not None]
    return column.replace_strict(each, codes, return_dtype=pl.Int8).to_numpy().copy()


def _unsaid_values(
    events: pl.DataFrame,
    rows: NDArray[np.int64] | None,
    meaning: NDArray[np.int8],
    value: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Set missing values of returns to 0; DataError for ratings without a value."""
    if "value" in events.columns:
        if rows is None:
            column = events["value"]
        else:
            column = events["value"].gather(rows)
        missing = (
            column.is_null()
            | (column.cast(pl.String).str.strip_chars() == "").fill_null(False)
            | (column.cast(pl.String) == "NaN").fill_null(False)
        ).to_numpy()
    else:
        missing = np.ones(len(value), bool)
    wrong = missing & (meaning == Meaning.RATING)
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(
            "an event of the kind 'rating' must have a value",
            given=f"none in row {int(at if rows is None else rows[at]) + 1}",
            fix="fill it in, or drop that row",
        )
    return np.where(missing & (meaning == Meaning.RETURN), np.float32(0), value)


class Raw(NamedTuple):
    """Events before any took another back.

    user and item index `users` and `items`; `kind` is the canonical kind, "" if none.
    """

    user: NDArray[Any]
    item: NDArray[Any]
    value: NDArray[Any]
    time: NDArray[Any]
    meaning: NDArray[np.int8]
    kind: pl.Series
    users: tuple[str, ...]
    items: tuple[str, ...]


def said(events: pl.DataFrame, rows: NDArray[np.int64] | None) -> pl.Series:
    """Return the canonical kind of each kept row, "" if it has none."""
    if "kind" not in events.columns:
        return pl.Series(["", ""])[:0].extend_constant(
            "", events.height if rows is None else len(rows)
        )
    column = _kinds(events, rows)
    each = column.unique()
    names = [canonical(text) or "" if text else "" for text in each]
    return column.replace_strict(each, names, return_dtype=pl.String)


class Settled(NamedTuple):
    """The events that remain choices.

    Attributes:
        keep: Which events are kept, (n,).
        avoided: Avoided pairs, (x, 2).
        counts: Impressions, negative events, choices they took back, weak choices, avoided pairs.
    """

    keep: NDArray[np.bool_]
    avoided: NDArray[np.int32]
    counts: NDArray[np.int64]


def settled(
    user: NDArray[Any], item: NDArray[Any], meaning: NDArray[Any], value: NDArray[Any]
) -> Settled:
    """Resolve events in order of time: later negative events take back earlier choices."""
    keep, avoided = settle(user, item, meaning, value)
    refused = (meaning >= Meaning.NEGATIVE) & (meaning <= Meaning.TAKEN_BACK)
    counts = [
        (meaning == Meaning.IMPRESSION).sum(),
        refused.sum(),
        (~keep & (meaning < Meaning.NEGATIVE)).sum(),
        (meaning == Meaning.WEAK).sum(),
        len(avoided),
    ]
    return Settled(keep, avoided, np.array(counts, np.int64))


def as_steps(counts: NDArray[np.int64]) -> list[tuple[str, int, str]]:
    """Return (name, touched, detail) of what :func:`settled` counted."""
    shown, refused, lost, weak, pairs = counts.tolist()
    steps = [
        ("leave out impressions", shown, "shown, not chosen"),
        (
            "leave out negative events",
            refused,
            "dislikes, returns and the like; pairs of person and item that are not offered "
            f"again: {pairs:,}",
        ),
        ("take back choices", lost, "by later negative events of the same person and item"),
        ("count weak choices", weak, "views and clicks"),
    ]
    return [one for one in steps if one[1]]


Counted = tuple[NDArray[Any], NDArray[Any], bool]


def least_rating(
    value: NDArray[Any],
    meaning: NDArray[Any] | None,
    ratings: str = "auto",
    *,
    counted: Counted | None = None,
) -> float | None:
    """Return the rating below which a rating is not a choice; None if the values are not ratings.

    For `ratings` see RATINGS. `counted` are counts from :func:`count_ratings`, if available.
    """
    if ratings not in RATINGS:
        raise ArgumentError(f"ratings must be {', '.join(RATINGS)}", given=repr(ratings))
    if counted is None:
        values, counts, by_kind = count_ratings(value, meaning)
    else:
        values, counts, by_kind = counted
    lowest = lowest_rating(values, counts, said=by_kind or ratings == "stars")
    if lowest is None:
        return None
    return 0.0 if ratings == "all" else lowest + HALF


def counts_of_all(parts: Sequence[Counted]) -> Counted:
    """Combine the counts of :func:`count_ratings` for parts of the events."""
    by_kind = any(part[2] for part in parts)
    some = [part for part in parts if part[2] == by_kind]
    values, where = np.unique(np.concatenate([part[0] for part in some]), return_inverse=True)
    return (
        values,
        np.bincount(where, np.concatenate([part[1] for part in some])).astype(np.int64),
        by_kind,
    )


def count_ratings(value: NDArray[Any], meaning: NDArray[Any] | None) -> Counted:
    """Count the events that may be ratings: (values, counts, whether kinds say they are ratings).

    The value is -1 if some values are on no scale.
    """
    by_kind = meaning is not None and bool((meaning == Meaning.RATING).any())
    if meaning is None:
        some = value
    else:
        some = value[meaning == (Meaning.RATING if by_kind else Meaning.UNSAID)]
    total = np.zeros(2 * TEN + 1, np.int64)
    for start in range(0, len(some), BLOCK):  # half steps, counted in blocks to bound memory
        doubled = 2 * some[start : start + BLOCK]
        if doubled.min() < 0 or doubled.max() > 2 * TEN or (doubled != np.floor(doubled)).any():
            return np.full(1, -1.0), np.ones(1, np.int64), by_kind
        total += np.bincount(doubled.astype(np.int64), minlength=len(total))
    there = np.flatnonzero(total)
    return there / 2, total[there], by_kind
