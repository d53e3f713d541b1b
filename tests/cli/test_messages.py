"""`--lang zh` leaves no English but names; every text stands in both languages, with the same slots."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from rich.console import Console

import whyrec.data
from tests.cli.test_cli import run, write_plain
from whyrec import api, registry
from whyrec.cli import show
from whyrec.cli.app import main
from whyrec.core.settings import declared
from whyrec.data.check import check
from whyrec.data.order import orders, orders_told
from whyrec.evaluate.accuracy import METRICS as MEASURES
from whyrec.workflows import messages

NAMES = {  # what is a name or a notation in any language
    *(part for name in registry.names("models") for part in name.split("-")),
    "NDCG",
    "Holm",
    "ms",
    "max",
    "pos",
    "neg",
    "del",
    "ins",
    "cdcg",
    "drop",
    "few",
    "repeat",
    "user",
    "item",
    "items",
    "users",
    "value",
    "time",
    "kind",
    "Unix",
    "ISO",
    "no",
    "histories",
    *(part for name in registry.names("explainers") for part in name.split("-")),
    "learned",
    "next",
    "strong",
    "temporal",
    "min",
    "support",
    "core",
    "order",
    "file",
    "make",
    "bench",
    "sanity",
    "faithful",
    "amazon",
    "games",
    "model",
    "labels",
    "planted",
    "auto",
    "KL",
    "top",
    "k",
    "e",
    "p",
    *(  # the settings that compare tunes
        part
        for model in ("knn", "als", "ease", "cooccurrence")
        for key in declared(registry.find("models", model))
        for part in re.findall("[a-zA-Z]+", key)
    ),
    "tfidf",
    *(part for name in MEASURES for part in re.findall("[a-zA-Z]+", name)),
}
TITLES = re.compile(r"Film \d+|\bp\d+\b|\bi\d+\b|tiny[\w-]*|\S*/\S*|\b\d[\d.,e+-]*|@\d+")


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A line long enough for every table: a name that is folded is no name any more."""
    monkeypatch.setattr(
        show, "_console", lambda stderr=False: Console(width=600, highlight=False, stderr=stderr)
    )


def english(text):
    """The English words of a text that are no titles, labels, paths or names."""
    return sorted(set(re.findall(r"[A-Za-z]{2,}", TITLES.sub(" ", text))) - NAMES)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write_plain(tmp_path_factory.mktemp("data") / "tiny-films", people=80)


@pytest.fixture(scope="module")
def fitted(plain, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "m"
    assert (
        main(
            ["fit", "--data", str(plain), "--domain", "film", "--model", "ease", "--out", str(out)]
        )
        == 0
    )
    return out


def chinese(capsys, *arguments, code=0):
    capsys.readouterr()
    got, out, err = run(capsys, *arguments, "--lang", "zh")
    assert got == code, err
    return out


def test_lists_reasons_and_methods_are_chinese(capsys, fitted):
    capsys.readouterr()
    assert english(chinese(capsys, "recommend", fitted, "--user", "p3", "-k", "3")) == []
    assert english(chinese(capsys, "recommend", fitted, "--items", "i1,i2", "-k", "3")) == []
    for method in (
        "auto",
        "exact",
        "deletion",
        "contrast",
        "counterfactual",
        "anchor",
        "counterfactual-additions",
        "examples",
        "shapley",
    ):
        text = chinese(capsys, "explain", fitted, "--user", "p3", "--method", method, "-k", "3")
        assert english(re.sub(r"（[^（）]*\([^)]*\)；", "（", text)) == [], method
        assert "《Film" in text and "“Film" not in text
    assert english(chinese(capsys, "methods", fitted)) == []


def test_fit_compare_check_and_faithful_are_chinese(capsys, plain, fitted, tmp_path):
    assert (
        english(
            chinese(
                capsys,
                "fit",
                "--data",
                plain,
                "--model",
                "ease",
                "--k-core",
                "2",
                "--out",
                tmp_path / "m",
            )
        )
        == []
    )
    assert english(chinese(capsys, "compare", "--data", plain, "--models", "popular,ease")) == []
    assert english(chinese(capsys, "data", "check", plain)) == []
    bad = tmp_path / "tiny.csv"
    bad.write_text(
        "user,item,value,time\na,x,5,1600000000\n,y,3,1600000001\nb,x,many,soon\na,x,1,1500000000\n"
    )
    text = chinese(capsys, "data", "check", bad, code=1)
    assert (
        "须是数字" in text
        and english(text.replace("many", "").replace("soon", "").replace("events", "")) == []
    )
    assert english(chinese(capsys, "faithful", fitted, "--data", plain, "--cases", "20")) == []


def test_items_are_counted_with_the_word_for_what_they_are(capsys, plain, tmp_path):
    for domain, en, zh in (
        ("film", "12 films", "12部电影"),
        ("artist", "12 artists", "12位艺人"),
        ("other", "12 items", "12个项目"),
    ):
        more = ["--data", plain, "--model", "popular", "--out", tmp_path / "m", "--domain", domain]
        assert en in run(capsys, "fit", *more)[1] and zh in chinese(capsys, "fit", *more)


def test_report_and_audit_are_chinese(capsys, plain, fitted, tmp_path):
    text = chinese(capsys, "report", fitted, "--data", plain, "--out", tmp_path / "tiny.html")
    assert english(text) == []
    assert (
        english(
            chinese(
                capsys,
                "audit",
                fitted,
                "--data",
                plain,
                "--out",
                tmp_path / "tiny-a",
                "--cases",
                "60",
                "--reasons",
                "20",
            )
        )
        == []
    )


def slots(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_text_stands_in_both_languages_with_the_same_slots():
    en, zh = (messages.TEXTS.templates(lang) for lang in ("en", "zh"))
    assert en.keys() == zh.keys()
    assert {name for name in en if slots(en[name]) != slots(zh[name])} == set()
    source, others = (messages.NOTES.templates(lang) for lang in ("en", "zh"))
    assert source.keys() == others.keys()
    assert all(slots(text) <= slots(source[name]) for name, text in others.items())


def steps():
    """The names of all steps that loading and cleaning write, with X for what is put in."""
    for path in sorted(Path(whyrec.data.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Step" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield first.value
                elif isinstance(first, ast.JoinedStr):
                    yield "".join(
                        part.value if isinstance(part, ast.Constant) else "X"
                        for part in first.values
                    )


def test_every_step_of_reading_and_cleaning_has_its_chinese():
    found = list(steps())
    assert len(found) > 15
    assert [text for text in found if messages.said_by_others(text, "zh") == text] == []


def test_what_is_said_of_kinds_and_order_has_its_chinese(tmp_path):
    """Of data that have all there is to say: kinds, lowest ratings, an order that is missing, asked for or in part known."""
    said = []
    for rows, order in (
        (["a,x,view,", "a,y,like,", "a,y,dislike,", "b,x,impression,", "b,z,view,"], None),
        (["a,x,view,", "a,y,like,", "a,y,dislike,", "b,z,view,"], "file"),
    ):
        path = tmp_path / "log.csv"
        path.write_text("\n".join(["user,item,kind,timestamp", *rows]) + "\n")
        data, steps = api.load_steps(path, order=order)
        said += [text for step in steps for text in (step.name, step.detail) if text]
        said += [orders_told(orders(data)), *check(path).notes]
    assert (
        len(said) > 20
        and {text for text in said if messages.said_by_others(text, "zh") == text} == set()
    )
    stars = tmp_path / "stars.csv"
    stars.write_text(
        "user,item,rating,time\n"
        + "".join(
            f"u{n % 7},i{n % 11},{n % 5 + 1},{[0, 9 * 10**9, 16 * 10**8][n % 3]}\n"
            for n in range(200)
        )
    )
    data, steps = api.load_steps(stars, columns={"value": "rating"})
    said = [text for step in steps for text in (step.name, step.detail) if text] + [
        orders_told(orders(data)),
        *check(stars, {"value": "rating"}).notes,
    ]
    assert any("lowest" in text for text in said) and any("after today" in text for text in said)
    assert {text for text in said if messages.said_by_others(text, "zh") == text} == set()


def test_every_explainer_says_in_chinese_what_it_does():
    for name in [*registry.names("explainers"), "learned"]:
        assert re.search("[\u4e00-\u9fff]", messages.NOTES.say(f"explainer-{name}", "zh"))


def test_a_text_without_translation_stays_and_english_is_as_it_was():
    assert messages.said_by_others("odd; full ranking", "zh") == "odd；在全部项目中排序"
    assert messages.said_by_others("odd; full ranking", "en") == "odd; full ranking"


# --- control characters -------------------------------------------------------------------------------------

HOSTILE = "\x1b[31mRed\x1b[0m\x07\x1b]0;owned\x07\x9b2J\u202e"


def test_no_title_label_or_category_moves_the_terminal(capsys, tmp_path):
    folder = tmp_path / "tiny"
    write_plain(folder)
    (folder / "items.csv").write_text(
        "item,title,genres\n"
        + "".join(
            f'i{n},"{HOSTILE} {n}",{"Dra" + HOSTILE if n % 2 else "Comedy"}\n' for n in range(12)
        ),
        encoding="utf-8",
    )
    events = (folder / "events.csv").read_text().replace("p3,", f'"p3{HOSTILE}",')
    (folder / "events.csv").write_text(events, encoding="utf-8")
    assert (
        main(["fit", "--data", str(folder), "--model", "graph", "--out", str(tmp_path / "m")]) == 0
    )
    for lang in ("en", "zh"):
        for verb in ("recommend", "explain"):
            code, out, err = run(
                capsys, verb, tmp_path / "m", "--user", f"p3{HOSTILE}", "-k", 3, "--lang", lang
            )
            assert code == 0, err
            assert not set("\x1b\x07\x9b\u202e") & set(out) and "\\u{1b}[31mRed" in out
    code, out, err = run(capsys, "recommend", tmp_path / "m", "--user", f"{HOSTILE}", "-k", 3)
    assert code == 2 and not set("\x1b\x07\x9b\u202e") & set(err)
    code, out, _ = run(capsys, "recommend", tmp_path / "m", "--user", f"p3{HOSTILE}", "--json")
    assert code == 0 and not set("\x1b\x07\x9b") & set(out)


# --- data that are not the model's --------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["report", "audit", "faithful"])
def test_data_that_are_not_the_models_are_refused(capsys, fitted, tmp_path, verb):
    more = [] if verb == "faithful" else ["--out", str(tmp_path / "out")]
    for name, rows, said in (
        ("items", "user,item,time\np1,A,1\np2,B,2\n", "must have the items"),
        ("people", None, "must have the people"),
    ):
        folder = write_plain(tmp_path / name, people=80)
        if rows:
            (folder / "events.csv").write_text(rows)
            (folder / "items.csv").unlink()
        else:
            (folder / "events.csv").write_text(
                (folder / "events.csv").read_text().replace("p7,", "other,")
            )
        code, _, err = run(capsys, verb, fitted, "--data", folder, *more)
        assert (
            code == 2 and said in err and "Fix: give the data that the model was fitted on" in err
        )
    assert not (tmp_path / "out").exists()
