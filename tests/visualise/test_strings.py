"""Both languages say the same, no text is missing, none is left over."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import whyrec.visualise
from whyrec.visualise.strings import METRICS, MODELS, STEPS, STRINGS, step_zh

FOLDER = Path(whyrec.visualise.__file__).parent
SAME = {"ndcg", "mrr", "singular", "span"}  # notation, or nothing but slots: alike in both languages


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


@pytest.mark.parametrize("key", STRINGS)
def test_both_languages_are_there_with_the_same_slots(key):
    en, zh = STRINGS[key]
    assert en.strip() and zh.strip()
    assert slots(en) == slots(zh)
    assert not chinese(en)
    assert chinese(zh) or key in SAME


def test_names_of_models_and_measures_have_both_languages():
    for names in (MODELS, METRICS):
        for key, (en, zh) in names.items():
            assert en and not chinese(en)
            assert chinese(zh) or key in SAME


def test_every_text_is_used_and_every_used_text_exists():
    source = "".join(path.read_text(encoding="utf-8") for path in
                     [*FOLDER.glob("templates/*.html"), FOLDER / "views.py", FOLDER / "report.py"])
    for key in STRINGS:
        stem = key.partition(":")[0]
        assert f'"{key}"' in source or f"'{key}'" in source or (":" in key and f'"{stem}"' in source), f"{key} is unused"
    for key in re.findall(r"\b(?:t|aria|both|pair|attributes)\(['\"]([a-z_]+)['\"]", source):
        assert key in STRINGS


def test_chinese_uses_full_width_marks():
    for key, (_, zh) in STRINGS.items():
        assert not re.search(r"[\u4e00-\u9fff][,.;:?!]", zh), key


def test_steps_are_patterns_that_keep_what_they_match():
    for pattern, zh in STEPS.items():
        assert re.compile(pattern).groups == len(slots(zh) or re.findall(r"\{\d\}", zh))
    assert step_zh("drop rows without item") == "丢弃缺少 item 的行"
    assert step_zh("keep people with 5 and items with 10 events or more") == "只保留至少 5 条记录的人和至少 10 条记录的物品"
