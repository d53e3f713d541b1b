"""Format numbers, titles and bilingual texts for the report."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from whyrec.core.messages import LANGUAGES, Messages

__all__ = [
    "TEXTS",
    "Pair",
    "attributes",
    "both",
    "digits_for",
    "either",
    "marked",
    "metric",
    "number",
    "pair",
    "percent",
    "quoted",
    "signed",
    "small",
    "visible",
]

TEXTS = Messages("report")
SENTENCES = Messages("sentences")
Pair = tuple[Any, Any]  # the same in English and in Chinese
TITLED = ("film", "book", "music", "game")  # domains whose items Chinese puts in title marks


def pair(key: str, **slots: Any) -> tuple[Markup, Markup]:
    """A text of the report in both languages; a slot that is a pair gives each language its own."""
    return marked(TEXTS, key, **slots)


def marked(texts: Messages, key: str, /, **slots: Any) -> tuple[Markup, Markup]:
    """A text of the catalogue in both languages, with its slots escaped for HTML."""
    en, zh = (
        Markup(texts.template(key, lang)).format(
            **{
                name: value[at] if isinstance(value, tuple) else value
                for name, value in slots.items()
            }
        )
        for at, lang in enumerate(LANGUAGES)
    )
    return en, zh


def either(words: Pair) -> Markup:
    """Both languages as HTML; the page's style shows one of them.

    Args:
        words: The English and the Chinese text.

    Returns:
        The HTML.
    """
    return Markup('<span lang="en">{}</span><span lang="zh">{}</span>').format(*words)


def both(key: str, **slots: Any) -> Markup:
    """A text of the report in both languages, as HTML.

    Args:
        key: The key of the text.
        **slots: Values of its slots.

    Returns:
        The HTML.
    """
    return either(pair(key, **slots))


def attributes(key: str) -> Markup:
    """An aria-label that the language switch changes.

    Args:
        key: The key of the text.

    Returns:
        The HTML attributes.
    """
    return Markup('aria-label="{0}" data-en="{0}" data-zh="{1}"').format(*pair(key))


def quoted(titles: Sequence[str], domain: str) -> Pair:
    """Titles in the quotation marks of each language.

    Args:
        titles: The titles.
        domain: What the items are.

    Returns:
        The English and the Chinese list.

    >>> quoted(["Heat", "Drive"], "film")
    ('“Heat” and “Drive”', '《Heat》和《Drive》')
    """
    kind = "work" if domain in TITLED else "name"
    en, zh = (_listed(titles, kind, SENTENCES.templates(lang)) for lang in LANGUAGES)
    return en, zh


def _listed(titles: Sequence[str], kind: str, texts: Mapping[str, str]) -> str:
    left, right = texts[f"quote-{kind}-open"], texts[f"quote-{kind}-close"]
    words = [f"{left}{title}{right}" for title in titles]
    if len(words) < 2:
        return "".join(words)
    return texts["title-last-join"].join([texts["title-join"].join(words[:-1]), words[-1]])


def metric(name: str) -> Pair:
    """The usual name of a measure.

    Args:
        name: The measure.

    Returns:
        The English and the Chinese name.

    >>> metric("hr@10"), metric("own")
    (('HR@10', '命中率@10'), ('own', 'own'))
    """
    stem, _, cut = name.partition("@")
    key = f"metric-{stem.replace('_', '-')}"
    en, zh = TEXTS.pair(key) if key in TEXTS else (stem, stem)
    if cut:
        return (f"{en}@{cut}", f"{zh}@{cut}")
    return (en, zh)


def number(value: float | None, digits: int = 3) -> str:
    """Write a number.

    Args:
        value: The number, or None.
        digits: Number of decimals.

    Returns:
        The text.

    >>> number(12345), number(-0.5), number(None)
    ('12,345', '−0.500', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 3) -> str:
    """Write a number with its sign.

    Args:
        value: The number.
        digits: Number of decimals.

    Returns:
        The text.
    """
    return ("+" if value >= 0 else "") + number(float(value), digits)


def percent(value: float | None, digits: int = 0) -> str:
    """Write a share as a percentage.

    Args:
        value: The share, from 0 to 1, or None.
        digits: Number of decimals.

    Returns:
        The text.
    """
    if value is None or not math.isfinite(value):
        return "–"
    return f"{100 * value:.{digits}f}%"


def small(value: float | None) -> str:
    r"""Write a very small number.

    Args:
        value: The number, or None.

    Returns:
        The text.

    >>> small(3.2e-8), small(0.0), small(None)
    ('3\xa0×\xa010⁻⁸', '0', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0 or abs(value) >= 0.01:
        return f"{value:.2g}"
    mantissa, _, power = f"{value:.0e}".partition("e")
    return f"{mantissa}\u00a0×\u00a010{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"  # noqa: E501


def digits_for(values: Sequence[float]) -> int:
    """Number of decimals that show about four digits of the largest value.

    Args:
        values: The values.

    Returns:
        The number of decimals.

    >>> digits_for([4.97, 0.1]), digits_for([0.034]), digits_for([1234.5])
    (3, 5, 0)
    """
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0:
        return 3
    return int(min(6, max(0, 3 - math.floor(math.log10(largest)))))


def visible(value: Any) -> Any:
    """Replace invisible characters in all texts with U+FFFD.

    Direction marks, control codes and lone surrogates could disguise a title or break the file.

    Args:
        value: A JSON-like value.

    Returns:
        The value with safe texts.
    """
    if isinstance(value, str):
        return "".join("\ufffd" if _hides(letter) else letter for letter in value)
    if isinstance(value, Mapping):
        return {visible(key): visible(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [visible(inner) for inner in value]
    return value


def _hides(letter: str) -> bool:
    """Whether a character is a format or control code that no emoji or script needs."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs") and letter not in "\n\t\u200c\u200d"
