"""The page's words: none says why something is listed, and each kind of event has its name in both languages."""

from __future__ import annotations

import re

import pytest

from tests.web.stage import ROOT

PERSON = ROOT / "web" / "src" / "screens" / "person"
# How the service's own sentences begin: where one of these stands in the page's words, the page tells reasons by itself.
WHY = (
    "because you ",
    "because of this",
    "Suggested",
    "Based mainly",
    "Based in part",
    "One reason against",
    "speaks for",
    "speaks most",
    "因为您",
    "主要依据",
    "部分依据",
    "推荐此项",
    "不利因素",
    "支持最大",
)
MESSAGES = ROOT / "src" / "whyrec" / "messages"


def texts(lang: str) -> dict[tuple[str, str], str]:
    """The texts of the person's screens by file and key, as they are written."""
    return {
        (path.stem.removeprefix("page-person").removeprefix("-"), key): text.strip()
        for path in (MESSAGES / lang).glob("page-person*.ftl")
        for key, text in re.findall(
            r"^([\w-]+) =(.*(?:\n .*)*)", path.read_text(encoding="utf-8"), re.M
        )
    }


@pytest.mark.parametrize("path", sorted(PERSON.glob("*.ts*")), ids=lambda path: path.name)
def test_no_code_of_the_page_says_why_an_item_is_listed(path):
    text = path.read_text(encoding="utf-8")
    assert [words for words in WHY if words in text] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_word_of_the_page_says_why_an_item_is_listed(lang):
    """Only that of what is missing says why something is not listed."""
    found = texts(lang)
    assert len(found) > 300
    said = {
        (file, key): [words for words in WHY if words in text]
        for (file, key), text in found.items()
        if file != "missing"
    }
    assert {key: words for key, words in said.items() if words} == {}


def test_each_kind_of_event_has_its_name_in_both_languages():
    kinds = pytest.importorskip("whyrec.core.kinds").KINDS
    rows = re.findall(
        r'^  (\w+): "(.+?)",$', (PERSON / "kinds.ts").read_text(encoding="utf-8"), re.M
    )
    en, zh = texts("en"), texts("zh")
    named = {
        kind: (en["profile", f"kind-{key}"], zh["profile", f"kind-{key}"])
        for key, names in rows
        for kind in names.split()
    }
    assert {kind for names in kinds.values() for kind in names} == set(named)
    assert all(
        re.fullmatch(r"[a-z ]+", en) and re.fullmatch(r"[\u4e00-\u9fff]+", zh)
        for en, zh in named.values()
    )
