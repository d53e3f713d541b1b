"""The catalogue's reader: what it makes of a Fluent file, and what it says of a wrong one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from whyrec.core import messages
from whyrec.core.messages import MessageError, Messages


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """catalogue(en, zh): a catalogue of one file `sample` with these sources."""

    def made(en, zh=None):
        for lang, source in (("en", en), ("zh", en if zh is None else zh)):
            (tmp_path / "messages" / lang).mkdir(parents=True, exist_ok=True)
            (tmp_path / "messages" / lang / "sample.ftl").write_text(source, encoding="utf-8")
        monkeypatch.setattr("importlib.resources.files", lambda package: tmp_path)
        messages._read.cache_clear()
        messages._phrasebook.cache_clear()
        return Messages("sample")

    yield made
    messages._read.cache_clear()
    messages._phrasebook.cache_clear()


def test_a_text_with_names_numbers_and_braces(catalogue):
    found = catalogue(
        'hello = Hello, { $name }!\n# n: how many\nmany = { NUMBER($n) } items of { "{" }{ $x }{ "}" }\n'
        'space = { "" } and { "" }\nnothing = { "" }\n'
    )
    assert found.say("hello", "en", name="{Ann}") == "Hello, {Ann}!"
    assert found.say("many", "en", n=12345, x="a") == "12,345 items of {a}"
    assert (found.say("space", "en"), found.say("nothing", "en")) == (" and ", "")
    assert found.template("hello", "en") == "Hello, {name}!"
    assert list(found.templates("en")) == ["hello", "many", "space", "nothing"]
    assert "many" in found and "more" not in found


@pytest.mark.parametrize(
    ("number", "value", "text"),
    [
        ("NUMBER($x)", 1234567, "1,234,567"),
        ("NUMBER($x, minimumFractionDigits: 4, maximumFractionDigits: 4)", 1234.5, "1,234.5000"),
        ("NUMBER($x, maximumFractionDigits: 0)", 1234.4, "1,234"),
        ("NUMBER($x, maximumFractionDigits: 0, useGrouping: 0)", 1234.4, "1234"),
        ('NUMBER($x, style: "percent")', 0.125, "12%"),
        (
            'NUMBER($x, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1)',
            0.125,
            "12.5%",
        ),
        (
            'NUMBER($x, minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "always")',
            0.5,
            "+0.50",
        ),
    ],
)
def test_numbers_are_written_as_the_file_says(catalogue, number, value, text):
    assert catalogue(f"key = <{{ {number} }}>\n").say("key", "en", x=value) == f"<{text}>"


def test_a_text_of_several_lines(catalogue):
    found = catalogue("ways =\n    One { $x }.\n    { $x } two.\n")
    assert found.say("ways", "en", x=1) == "One 1.\n1 two."


def test_a_pair_gives_each_language_its_own(catalogue):
    found = catalogue("head = { $a } of { $b }\n", "head = { $b }的{ $a }\n")
    assert found.pair("head", a=("one", "一"), b=3) == ("one of 3", "3的一")


def test_english_texts_are_recognised_and_translated(catalogue):
    found = catalogue(
        "## Steps\n\nstep-read = read events\nstep-drop = drop rows without { $column }\nother = drop rows without any\n",
        "## 步骤\n\nstep-read = 读取记录\nstep-drop = 去掉没有 { $column } 的行\nother = 其他\n",
    )
    book = found.phrasebook("step-", "zh")
    assert book("read events") == "读取记录"
    assert book("drop rows without user") == "去掉没有 user 的行" and book("keep all") is None
    assert book("drop rows without any") == "去掉没有 any 的行"  # `other` is not of this prefix


def test_an_unknown_key_a_missing_slot_and_an_unknown_language_are_named(catalogue):
    found = catalogue("hello = Hello, { $name }!\n")
    with pytest.raises(MessageError, match=r"messages/en/sample\.ftl has no message 'helo'"):
        found.say("helo", "en")
    with pytest.raises(MessageError, match=r"'hello' of messages/zh/sample\.ftl needs 'name'"):
        found.say("hello", "zh")
    with pytest.raises(MessageError, match=r"there is no messages/fr/sample\.ftl.*en, zh"):
        found.say("hello", "fr", name="x")
    with pytest.raises(MessageError, match=r"there is no messages/en/nowhere\.ftl"):
        Messages("nowhere").templates("en")


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("hello Hello\n", r'sample\.ftl: Expected token: "=" Near: hello Hello'),
        ("hello = Hello { $name\n", r"sample\.ftl: .* Near: hello = Hello"),
        ("hello = { other }\nother = x\n", r"sample\.ftl: hello: a text may hold"),
        ("hello = { $n ->\n [one] x\n *[other] y\n}\n", r"sample\.ftl: hello: a text may hold"),
        ("hello = { NUMBER($x, currency: 3) }\n", r"hello: NUMBER takes .* got .*currency"),
        ("hello = { NUMBER($x, minimumFractionDigits: 2) }\n", r"hello: NUMBER takes equal"),
        ("hello = { $a-b }\n", r"hello: a placeholder has letters, digits and underscores"),
        ("hello =\n    .part = x\n", r"hello must have a text and no attributes"),
    ],
)
def test_a_wrong_file_says_where_and_why(catalogue, source, error):
    with pytest.raises(MessageError, match=error):
        catalogue(source).templates("en")


def test_import_reads_no_catalogue():
    """Neither the files nor the parser: the start of a program does not pay for texts."""
    code = (
        "import sys, whyrec, whyrec.explain.words, whyrec.workflows\n"
        "from whyrec.core import messages\n"
        "assert messages._read.cache_info().currsize == 0\n"
        "assert not any(name.startswith('fluent') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_file_is_read_once(catalogue):
    found = catalogue("hello = Hello, { $name }!\n")
    first = found.templates("en")
    assert found.template("hello", "en") is Messages("sample").template("hello", "en")
    assert found.templates("en") is first and found.phrasebook("", "zh") is found.phrasebook(
        "", "zh"
    )
