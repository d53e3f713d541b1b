"""`whyrec advise` as people meet it: the printed advice in both languages, and its options."""

from __future__ import annotations

import re

import pytest

from tests.cli.test_cli import run, write_plain
from tests.cli.test_messages import english
from whyrec.cli.parse import parse_seconds
from whyrec.core import ArgumentError

STEPS = "popular,most-used,knn,cooccurrence,ease"


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write_plain(tmp_path_factory.mktemp("data") / "tiny-film", people=80)


def steady(text):
    """Output without what changes from run to run: seconds, memory, places, widths of columns."""
    text = re.sub(r"\S*/tiny-film\b", "<data>", text.replace(" \\\n    ", " "))
    text = re.sub(r"\d+\.\d processor seconds and [\d,]+ MB to fit, \d+\.\d ms", "<costs>", text)
    text = re.sub(r"\d+\.\d 处理器秒、[\d,]+ 兆字节内存，每份列表 \d+\.\d 毫秒", "<costs>", text)
    text = re.sub(r" +\d+\.\d +[\d,]+ +\d+\.\d +100%", " <costs>", text)
    text = re.sub(r"\d+ s(?= of the processor| 处理器时间)", "<n> s", text)
    return re.sub(r" +(?=\n)", "", re.sub(r" {3,}", "  ", text))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_golden_advice(capsys, plain, snapshot, lang):
    code, out, _ = run(
        capsys, "advise", plain, "--domain", "film", "--steps", STEPS, "--lang", lang
    )
    assert code == 0
    assert steady(out) == snapshot


def test_chinese_leaves_no_english(capsys, plain):
    code, out, _ = run(capsys, "advise", plain, "--steps", STEPS, "--lang", "zh")
    assert code == 0
    told = out.split("用全部记录训练")[0]
    assert english(told.replace("EASE", "").replace("--repeat", "")) == []


def test_a_time_is_seconds_minutes_or_hours(capsys, plain):
    assert [parse_seconds(text) for text in ("45", "90s", "2.5m", "1h")] == [45, 90, 150, 3600]
    for text in ("", "0", "m", "1d", "-5s", "best"):
        with pytest.raises(ArgumentError, match="a time is written 90s, 10m or 2h, above 0"):
            parse_seconds(text)
    code, _, err = run(capsys, "advise", plain, "--budget", "soon")
    assert code == 2 and "got 'soon'" in err


def test_options_reach_the_model_and_the_picture(capsys, plain, tmp_path):
    pytest.importorskip("matplotlib")
    arguments = ["advise", plain, "--steps", "popular,ease", "--out", tmp_path / "m"]
    for kind, begins in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        path = tmp_path / f"p.{kind}"
        code, out, _ = run(capsys, *arguments, "--picture", path)
        assert code == 0 and path.read_bytes().startswith(begins)
        assert f"Picture: {path}" in out.replace("\n", "")
    assert run(capsys, "recommend", tmp_path / "m", "--user", "p3")[0] == 0
