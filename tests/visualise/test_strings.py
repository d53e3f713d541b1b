"""Both languages say the same, no text is missing, none is left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import whyrec.visualise
from tests.toys import random_data
from whyrec.core.messages import Messages
from whyrec.data.order import Orders, orders_told
from whyrec.data.split import PROTOCOLS, split
from whyrec.visualise.html_report.sections.about import notes_zh, step_zh

TEXTS = Messages("report")
STRINGS = {key: (text, TEXTS.template(key, "zh")) for key, text in TEXTS.templates("en").items()}
FOLDER = Path(whyrec.visualise.__file__).parent
# notation, marks, or nothing but slots
SAME = {"metric-ndcg", "metric-mrr", "span", "tree-asks", "tree-answers-join", "notes-join"}
UNSAID = {"step-leave-out-the-column-which-looks": {"how"}}


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


@pytest.mark.parametrize("key", STRINGS)
def test_both_languages_are_there_with_the_same_slots(key):
    en, zh = STRINGS[key]
    assert en.strip() and zh.strip()
    assert slots(en) - UNSAID.get(key, set()) == slots(zh)
    assert not chinese(en)
    assert chinese(zh) or key in SAME


def test_names_of_models_and_measures_are_there():
    assert {
        f"metric-{name}" for name in ("ndcg", "hr", "mrr", "recall", "coverage", "novelty")
    } <= set(STRINGS)
    assert {f"model-{name}" for name in ("popular", "knn", "ease", "additive", "sequence")} <= set(
        STRINGS
    )


def test_chinese_uses_full_width_marks():
    for key, (_, zh) in STRINGS.items():
        assert not re.search(r"[\u4e00-\u9fff][,.;:?!]", zh), key


def step_names() -> set[str]:
    """The name of every step that the source makes, x for what it fills in; names made elsewhere are skipped."""
    made = set()
    for path in FOLDER.parent.joinpath("data").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Step"
                and node.args
            ):
                name = node.args[0]
                parts = name.values if isinstance(name, ast.JoinedStr) else [name]
                made.add(
                    "".join(part.value if isinstance(part, ast.Constant) else "x" for part in parts)
                )
    return made - {"x"}


def test_every_step_of_reading_is_known_in_chinese():
    made = step_names()
    assert len(made) > 10
    for name in made:
        name = {
            "leave out xs without events": "leave out items without events",
            "leave out x without events": "leave out people without events",
            "keep xs that the x table lacks": "keep items that the item table lacks",
            "read x files as one table": "read 3 files as one table",
        }.get(name, name)
        assert chinese(step_zh(name)), name


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_note_of_a_split_is_known_in_chinese(protocol):
    made = split(random_data(), protocol)
    said = [orders_told(one) for one in (Orders(3, 2, 0, 1, 0), Orders(1_200), Orders(rows=5))]
    for note in [made.notes, *made.steps, *said]:
        assert all(
            chinese(part) and not re.search("[a-z]", part) for part in notes_zh(note).split("；")
        ), note
    assert chinese(
        notes_zh("3 validation and 4 test items left out: the person had chosen them before")
    )


def test_steps_are_patterns_that_keep_what_they_match():
    assert step_zh("drop rows without item") == "丢弃缺少 item 的行"
    assert (
        step_zh("keep people with 5 and items with 10 events or more")
        == "只保留至少 5 条记录的人和至少 10 条记录的物品"
    )
