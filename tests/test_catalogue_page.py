"""The page's words: the same keys and placeholders in both languages, each of them used, and none left in the page's code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_catalogue import CATALOGUE, entries, placeholders

ROOT = Path(__file__).parent.parent
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "web" / "src").rglob("*.ts*"))
    if path.parent.name != "messages"
}
NAMES = sorted(path.name for path in (CATALOGUE / "en").glob("page-*.ftl"))


def messages(lang: str, name: str) -> dict[str, set[str]]:
    """The placeholders of each message by its key."""
    found = entries(CATALOGUE / lang / name)
    return {key: placeholders(message) for key, message in found.items()}


def test_both_languages_have_the_same_files():
    assert NAMES and sorted(path.name for path in (CATALOGUE / "zh").glob("page-*.ftl")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_keys_and_placeholders(name):
    assert messages("en", name) == messages("zh", name)


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_used(name):
    """In the files that import it: by its last name, or its group as a whole where a name from the service chooses, or each text is shown."""
    module = name.removeprefix("page-").removesuffix(".ftl")
    users = r"\bcommon\b" if module == "common" else rf'messages/{module}"'
    code = "\n".join(text for text in SOURCES.values() if re.search(users, text))
    unused = []
    for key in messages("en", name):
        *groups, last = key.split("-")
        whole = (
            rf"(byName|Object\.values)\([\w.()]*\.{groups[-1]}\b|\.{groups[-1]}\["
            if groups
            else "$^"
        )
        if not re.search(rf"\.{last}\b|{whole}", code):
            unused.append(key)
    assert unused == []


def test_no_chinese_is_left_in_the_code():
    """The names of kinds of events as logs write them are no words of the page."""
    left = {
        path.name: re.findall(r"[\u4e00-\u9fff]+", text)
        for path, text in SOURCES.items()
        if path.name != "kinds.ts"
    }
    assert {name: found for name, found in left.items() if found} == {}
