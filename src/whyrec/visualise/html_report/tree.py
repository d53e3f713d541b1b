"""A decision tree as SVG: indented questions and answers, with a bar for each outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from whyrec.core.messages import LANGUAGES
from whyrec.visualise.drawing.charts import short
from whyrec.visualise.drawing.network_svg import text_width
from whyrec.visualise.html_report.format import TEXTS, Pair, both, either, number, pair, percent

__all__ = ["draw", "tree"]

# height of a line of text, and between nodes
LINE = 17
GAP = 15
BAR = 110  # width of a bar for 100%

Node = Mapping[str, Any]


def tree(root: Node | None) -> dict[str, Any] | None:
    """Build the section on the questions of a decision tree.

    Args:
        root: The root as {value, support, precision} and, for a question, text (en, zh), yes, no.

    Returns:
        The values of the section, or None if the model has no tree.
    """
    if root is None:
        return None
    leaves = _leaves(root, ())
    best = max(leaves, key=lambda leaf: leaf[1]["precision"])
    heads = [both("tree-way"), both("tree-chosen"), both("tree-support"), both("tree-value")]
    rows = [
        [
            either(_joined(way)),
            percent(leaf["precision"], 1),
            percent(leaf["support"], 1),
            number(leaf["value"], 2),
        ]
        for way, leaf in sorted(leaves, key=lambda found: -found[1]["precision"])
    ]
    return {
        "lead": both(
            "tree-lead",
            n=len(leaves),
            best=percent(best[1]["precision"]),
            base=percent(root["precision"], 1),
        ),
        "how": both("tree-how"),
        "table": {"heads": heads, "rows": rows, "words": (0,), "best": 0, "opened": False},
        "drawings": [
            (lang, kind, draw(root, width, at, kind=kind))
            for at, lang in enumerate(("en", "zh"))
            for kind, width in (("wide", 1040), ("tall", 330))
        ],
    }


def _joined(way: tuple[Sequence[str], ...]) -> Pair:
    """The answers on the way to a leaf, in both languages."""
    en, zh = (
        mark.join(part[at] for part in way) or "–"
        for at, mark in enumerate(pair("tree-answers-join"))
    )
    return en, zh


def draw(root: Node, width: int, language: int, *, kind: str) -> Markup:
    """Draw a decision tree; all text is escaped.

    Args:
        root: The root of the tree.
        width: Width in pixels.
        language: 0 for English, 1 for Chinese.
        kind: A CSS class.

    Returns:
        The SVG.
    """
    parts: list[Markup] = []
    height = _node(root, "", 0, 10.0, width, language, parts)
    return Markup(
        '<svg class="tree {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(kind, width, short(height), pair("tree")[language], Markup("").join(parts))


def _node(
    node: Node, answer: str, depth: int, top: float, width: int, language: int, parts: list[Markup]
) -> float:
    """Draw a node and its subtree from `top` on; return the bottom."""
    indent = 34 if width > 600 else 15
    x = 8 + depth * indent
    mark = top + 6
    facts = pair(
        "tree-facts", chosen=percent(node["precision"], 1), support=percent(node["support"], 1)
    )[language]
    text = _question(node, language) if "text" in node else facts
    lines = _wrap(f"{answer}{text}", width - x - 16)
    at = top + 10
    for line in lines:
        parts.append(
            Markup('<text class="{}" x="{}" y="{}">{}</text>').format(
                "ask" if "text" in node else "leaf", x + 13, short(at), line
            )
        )
        at += LINE
    if "text" not in node:
        parts.append(
            Markup(
                '<rect class="whole" x="{0}" y="{1}" width="{2}" height="6" rx="3"/><rect '
                'class="part" x="{0}" '
                'y="{1}" width="{3}" height="6" rx="3"/>'
            ).format(x + 13, short(at - 10), BAR, short(max(1.5, BAR * node["precision"])))
        )
        parts.append(
            Markup('<rect class="end" x="{}" y="{}" width="8" height="8" rx="2"/>').format(
                x - 4, short(mark - 4)
            )
        )
        return at + GAP - 4
    following = at + GAP - 10
    for child in ("yes", "no"):
        middle = following + 6
        parts.insert(
            0,
            Markup('<path class="way" d="M{0} {1}V{2}H{3}"/>').format(
                x, short(mark), short(middle), x + indent - 5
            ),
        )
        following = _node(
            node[child],
            pair(f"tree-{child}")[language],
            depth + 1,
            following,
            width,
            language,
            parts,
        )
    parts.append(Markup('<circle class="ask" cx="{}" cy="{}" r="4.5"/>').format(x, short(mark)))
    return following


def _question(node: Node, language: int) -> str:
    return TEXTS.say("tree-asks", LANGUAGES[language], question=node["text"][language])


def _wrap(text: str, width: float) -> list[str]:
    """Wrap a text to `width` pixels; Chinese breaks anywhere."""
    if " " in text:
        words = text.split(" ")
    else:
        words = [text]
    lines = []
    line = ""
    for word in words:
        joined = f"{line} {word}".strip()
        if text_width(joined) <= width or not joined.strip():
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while text_width(line) > width and len(line) > 1:
            fit = next(
                n for n in range(len(line) - 1, 0, -1) if n == 1 or text_width(line[:n]) <= width
            )
            lines.append(line[:fit])
            line = line[fit:]
    return [*lines, line]


def _leaves(
    node: Node, way: tuple[Sequence[str], ...]
) -> list[tuple[tuple[Sequence[str], ...], Node]]:
    if "text" not in node:
        return [(way, node)]
    answers = [pair("tree-yes"), pair("tree-no")]
    told = [
        tuple(f"{node['text'][at]} {said[at].strip(' :：')}" for at in (0, 1)) for said in answers
    ]
    return [
        found
        for child, said in zip(("yes", "no"), told, strict=True)
        for found in _leaves(node[child], (*way, said))
    ]
