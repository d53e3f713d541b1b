"""The texts of the service's errors in the language of the request: what went wrong and what to do.

Errors are raised in English. The catalogue has their English texts too, by which they are
recognised and translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whyrec.core.messages import Messages

__all__ = ["TEXTS", "field_text", "refused", "title", "translated", "unknown"]

TEXTS = Messages("problems")


def title(status: int, lang: str) -> str:
    """What an HTTP status means.

    >>> title(404, "en"), title(404, "zh"), title(418, "en")
    ('Not found', '没有找到', 'Error')
    """
    key = f"title-{status}"
    return TEXTS.say(key if key in TEXTS else "title-other", lang)


def translated(text: str, lang: str) -> str | None:
    """A detail or a fix in the language; None if it has no translation."""
    if lang == "en":
        return text
    return TEXTS.phrasebook("detail-", lang)(text) or TEXTS.phrasebook("fix-", lang)(text)


def field_text(error: Mapping[str, Any], lang: str) -> str:
    """What a field of a request must be, from an error of pydantic, which writes the English.

    >>> error = {"type": "too_long", "ctx": {"max_length": 3}, "msg": "too long"}
    >>> field_text(error, "en"), field_text(error, "zh"), field_text({"type": "odd"}, "zh")
    ('too long', '至多 3 项', '取值不符合要求')
    """
    if lang == "en":
        return str(error["msg"])
    key = f"field-{error['type'].replace('_', '-')}"
    found = TEXTS.template(key if key in TEXTS else "field-value-error", lang)
    return found.format_map(error.get("ctx") or {})


def unknown(what: str, given: str, known: str, english: str, lang: str) -> tuple[str, str]:
    """What is said of a name that does not exist, and what to do. known: names that exist, "" if
    there are none; english: the error's own text."""
    key = f"thing-{what.replace(' ', '-').replace('_', '-')}"
    thing = TEXTS.say(key, lang) if key in TEXTS else what
    fix = "unknown-known" if known else "fix-check-the-name"
    return (
        TEXTS.say("unknown", lang, what=thing, given=given, english=english),
        TEXTS.say(fix, lang, known=known),
    )


def refused(detail: str, fix: str, lang: str) -> tuple[str, str]:
    """An error of another part; one that has no translation is shown behind a general text."""
    return (
        translated(detail, lang) or TEXTS.say("refused", lang, detail=detail),
        (translated(fix, lang) or TEXTS.say("refused-fix", lang, fix=fix))
        if fix
        else TEXTS.say("refused-no-fix", lang),
    )
