"""Check the wording of a sentence: verbs, a share in words, and the fallback by tags."""

from __future__ import annotations

import re
from functools import cache

from whyrec.core.messages import Messages
from whyrec.explain.phrases import LANGUAGES
from whyrec.explain.sentences import strength
from whyrec.explain.verification.parsed_text import Check, judged
from whyrec.explain.verification.world import World

__all__ = ["content_checks", "strength_checks", "verb_checks"]

QUOTED = r"“(?:[^”]|””)*”(?!”)|《(?:[^》]|》》)*》(?!》)"
NAMED = "◊"  # placeholder for a quotation


def content_checks(world: World, item: int, lang: str, text: str) -> list[Check] | None:
    """Check a sentence of the fallback by tags; None for other texts.

    The item must have the tag, and so must an item that the person chose.
    """
    found = _content(lang).fullmatch(text)
    if found is None:
        return None
    tag = found["tag"]
    if world.tags is None:
        return [judged("tag", False, tag, "the list is not made by tags")]
    own = any(plain(one) == tag for one in world.tags(world.labels[item]))
    theirs = any(plain(one) == tag for label in world.tag_steps for one in world.tags(label))
    return [judged("tag", own and theirs, tag, f"of the item: {own}, of what was chosen: {theirs}")]


@cache
def _content(lang: str) -> re.Pattern[str]:
    before, after = map(re.escape, Messages("service").template("tag", lang).split("{tag}"))
    return re.compile(f"{before}(?P<tag>[^”]*){after}")


def plain(tag: str) -> str:
    """Write a tag as the sentence writes it."""
    return "".join(c for c in tag if c.isprintable()).replace("”", "'")


@cache
def _share_sentence(lang: str) -> re.Pattern[str]:
    language = LANGUAGES[lang]
    slots = {
        "share": r"(?P<share>\d+)",
        "strength": f"(?P<words>{'|'.join(re.escape(word) for _, word in language.strengths)})",
    }
    parts = re.split(r"\{(\w+)\}", language.sentences["share"])
    return re.compile(
        "".join(re.escape(part) if at % 2 == 0 else slots[part] for at, part in enumerate(parts))
    )


def strength_checks(lang: str, text: str) -> tuple[list[Check], str]:
    """Check the words of a share against its number.

    Also returns the text with the right words, so that it can be parsed.
    """
    found = _share_sentence(lang).search(text)
    if found is None or "words" not in found.groupdict():
        return [], text
    right = strength(int(found["share"]), LANGUAGES[lang])
    a, b = found.span("words")
    return [
        judged("strength", found["words"] == right, found["words"], f"{found['share']}%: {right}")
    ], text[:a] + right + text[b:]


def verb_checks(world: World, lang: str, text: str) -> list[Check]:
    """Check that every verb outside quotations is that of the data."""
    right = world.verb.get(lang)
    if right is None:
        return []
    said = [found[0] for found in _verbs(lang).finditer(re.sub(QUOTED, NAMED, text))]
    wrong = [verb for verb in said if verb != right]
    if said:
        return [judged("verb", not wrong, wrong[0] if wrong else right, right)]
    return []


@cache
def _verbs(lang: str) -> re.Pattern[str]:
    words = sorted({verb.past for verb in LANGUAGES[lang].verbs.values()}, key=len, reverse=True)
    any_of = "|".join(map(re.escape, words))
    if lang == "en":
        return re.compile(rf"(?<=\byou )(?:{any_of})\b")
    return re.compile(rf"(?:{any_of})(?={NAMED})|(?<=您以前)(?:{any_of})(?=此项)")
