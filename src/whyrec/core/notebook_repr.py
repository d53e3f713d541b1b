"""HTML forms of values for notebooks: small tables with all foreign text escaped.

A slate only knows item numbers; :func:`titled` shows it, or an explanation, with titles.
"""

# The values import this module, so they are recognised by their fields.
from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Protocol, runtime_checkable

import numpy as np

from whyrec.core.errors import ArgumentError

__all__ = ["Html", "dataset", "explanation", "measurement", "slate", "titled"]

ROWS = 20  # rows shown
BAR = 120  # pixels of the longest bar
GAIN = "#0072b2"
LOSS = "#d55e00"


class Html(str):
    """Text that a notebook shows as HTML."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


@runtime_checkable
class _Reasoned(Protocol):
    """An Explanation, which imports this module."""

    reasons: Any


@runtime_checkable
class _Ranked(Protocol):
    """A Slate, which imports this module."""

    scores: Any


def titled(value: Any, data: Any, query: Any = None) -> Html:
    """Show a Slate or an Explanation with the titles of a Dataset.

    `query` is the history to which an explanation's positions refer.
    """
    titles = data.item_table.title
    if isinstance(value, _Reasoned):
        return Html(explanation(value, titles, query))
    if isinstance(value, _Ranked):
        return Html(slate(value, titles))
    raise ArgumentError(
        "titles can be given to a Slate or an Explanation", given=type(value).__name__
    )


def slate(value: Any, titles: Sequence[str] | None = None) -> str:
    """Write a slate as an HTML table."""
    own = titles is None and value.titles
    names = map(escape, value.titles) if own else (_item(int(i), titles) for i in value.items)
    rows = [
        (place, name, f"{score:.4g}")
        for place, (name, score) in enumerate(zip(names, value.scores, strict=True), 1)
    ]
    return _table("", ("#", "item", "score"), rows)


def explanation(value: Any, titles: Sequence[str] | None = None, query: Any = None) -> str:
    """Write the reasons, largest first, as signed bars, with their sum and the method."""
    own = titles is None and value.title
    if own and value.causes:
        names = [escape(cause) for cause in value.causes]
    else:
        names = [_reason(one, titles, query) for one in value.reasons]
    pairs = sorted(zip(value.reasons, names, strict=True), key=lambda one: -abs(one[0].weight))
    reasons = [one for one, _ in pairs]
    top = max((abs(one.weight) for one in reasons), default=0.0) or 1.0
    rows = [(name, _bar(one.weight / top), f"{one.weight:+.4g}") for one, name in pairs[:ROWS]]
    if len(reasons) > ROWS:
        left = sum(one.weight for one in reasons[ROWS:])
        rows.append(
            (
                f"{len(reasons) - ROWS} more",
                _bar(left / top if abs(left) < top else np.sign(left)),
                f"{left:+.4g}",
            )
        )
    rows += [
        (name, "", f"{part:+.4g}")
        for name, part in (("base", value.base), ("rest", value.rest))
        if part
    ]
    if value.additive:
        say = f"adds up exactly; explained share {value.explained_share:.0%}"
    else:
        say = f"not exact: {value.gap:+.3g} is left unsaid"
    item = escape(value.title) if own else _item(value.item, titles)
    head = f"{item}: score {value.score:.4g} ({escape(value.method)}; {say})"
    return _table(head, ("reason", "", "weight"), rows)


def measurement(value: Any) -> str:
    """Write a measurement as an HTML table."""
    known = value.values[~np.isnan(value.values)]
    spread = 1.96 * float(known.std()) / np.sqrt(len(known)) if len(known) else float("nan")
    rows = [
        (
            escape(value.name),
            f"{value.mean:.4f}",
            f"± {spread:.4f}",
            f"{len(known):,}",
            "higher" if value.higher_is_better else "lower",
        )
    ]
    return _table("", ("measure", "mean", "95%, by the normal", "cases", "better"), rows)


def dataset(value: Any) -> str:
    """Write the counts of a data set as an HTML table."""
    sizes = value.histories.sizes
    n = len(value)
    middle = int(np.median(sizes)) if len(sizes) else 0
    rows = [
        ("people", f"{value.n_users:,}"),
        ("items", f"{value.n_items:,}"),
        ("events", f"{n:,}"),
        ("events of a person, median", f"{middle:,}"),
    ]
    if value.days is not None:
        rows.append(("from, to", ", ".join(value.days)))
    shown = [escape(str(one)) for one in value.item_table.title[:3]]
    return _table(escape(value.name), ("", ""), [*rows, ("items such as", ", ".join(shown))])


def _item(item: int, titles: Sequence[str] | None) -> str:
    return escape(str(titles[item])) if titles is not None else f"item {item}"


def _reason(one: Any, titles: Sequence[str] | None, query: Any) -> str:
    if one.kind == "event" and query is not None:
        return " + ".join(_item(int(query.items[at]), titles) for at in one.refs)
    return f"{escape(one.kind)} {', '.join(str(ref) for ref in one.refs)}".strip()


def _bar(share: float) -> str:
    """Draw a bar to the right for what helps, to the left for what harms."""
    wide = abs(share) * BAR / 2
    x = BAR / 2 if share >= 0 else BAR / 2 - abs(share) * BAR / 2
    return (
        f'<svg width="{BAR}" height="12" role="img"><rect x="{x:.1f}" y="2" '
        f'width="{wide:.1f}" height="8" '
        f'fill="{GAIN if share >= 0 else LOSS}"/><line x1="{BAR / 2}" x2="{BAR / 2}" y1="0" '
        'y2="12" stroke="#999"/>'
        "</svg>"
    )


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Write a table whose cells are HTML already."""
    head = "".join(f"<th>{one}</th>" for one in heads) if any(heads) else ""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    top = f"<caption style='text-align:left'>{caption}</caption>" if caption else ""
    return f"<table>{top}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
