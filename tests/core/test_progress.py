"""Progress, tables and JSON as plain text."""

import io
import json
import sys

import numpy as np
import pytest

from whyrec.core import progress as plain


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_keeps_one_line_on_a_terminal_and_clears_it(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with plain.progress("fitting\x07") as report:
        report(0.25)
        report(1, "scoring")
    shown = terminal.getvalue().split("\r\x1b[K")
    assert shown == ["", "fitting\\u{7}", "fitting\\u{7} 25%", "scoring 100%", ""]


def test_progress_clears_its_line_when_the_work_fails(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(ValueError, match="stop"), plain.progress("fitting"):
        raise ValueError("stop")
    assert terminal.getvalue().endswith("\r\x1b[K")


@pytest.mark.parametrize("made", [plain.progress, plain.silent])
def test_progress_is_silent_where_there_is_no_terminal(made, capsys):
    with made("fitting") as report:
        assert report(0.5) is None
        assert report(0.5, "another") is None
    assert capsys.readouterr() == ("", "")


def test_a_table_aligns_numbers_to_the_right_and_marks_the_best_row(capsys):
    rows = [{"model": "ease", "ndcg": 0.25, "n": 1234}, {"model": "b\n", "ndcg": None, "n": 7}]
    plain.table(rows, "Models", best=0)
    plain.table(rows[1:], "One")
    plain.table([], "Nothing")
    assert capsys.readouterr().out.splitlines() == [
        "Models",
        "model     ndcg      n",
        "ease    0.2500  1,234  *",
        "b\\u{a}       –      7",
        "",
        "One",
        "model   ndcg  n",
        "b\\u{a}     –  7",
        "",
        "Nothing",
        "",
        "",
    ]


def test_numbers_of_numpy_become_json():
    value = {1: np.float32(0.5), "rows": (np.arange(2), [float("nan"), float("inf")]), "x": "\x80"}
    text = plain.dumps(value)
    assert json.loads(text) == {"1": 0.5, "rows": [[0, 1], [None, None]], "x": "\x80"}
    assert "\\u0080" in text


def test_joiners_stay_and_format_characters_are_written_out():
    assert plain.escaped("a\u200db\u202e") == "a\u200db\\u{202e}"
