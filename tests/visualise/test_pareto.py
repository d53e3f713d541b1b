"""The picture of a compression: which forms no other beats, and a file that is a picture."""

from __future__ import annotations

import pytest

from whyrec.visualise.views.pareto import front, pareto

pytest.importorskip("matplotlib")


def row(name, size, loss):
    return {
        "name": name,
        "bytes": size,
        "loss": {"mean": loss, "low": loss - 0.01, "high": loss + 0.01},
        "same_top_reason": {"mean": 0.9},
    }


def test_what_is_smaller_and_as_good_beats_and_equals_do_not_beat_each_other():
    rows = [row("large", 100, 0.0), row("a", 10, 0.01), row("b", 12, 0.02), row("c", 10, 0.01)]
    assert front(rows) == [True, True, False, True]


def test_the_picture_is_written_whatever_the_names_are(tmp_path):
    path = pareto(
        [row("large", 3e7, 0.0), row("<b> $x_1$ \u202e 小", 2e6, 0.01)],
        tmp_path / "p.png",
        title="t",
    )
    assert path.read_bytes()[:4] == b"\x89PNG" and path.stat().st_size > 5000
