"""The picture of an advice: each step has its label, in view and clear of the others."""

from __future__ import annotations

import itertools

import pytest

pytest.importorskip("matplotlib")

from whyrec.visualise.views import advice as module
from whyrec.visualise.views.advice import advice

NAMES = ("popular", "kNN", "counts", "log evidence", "EASE", "glass box", "large model")


def rows(seconds):
    return [
        {
            "step": name,
            "label": name,
            "mean": 0.05 + 0.0002 * at,
            "low": 0.04,
            "high": 0.06,
            "fit_cpu_seconds": seconds[at % len(seconds)],
            "explained_share": float(name != "large model"),
        }
        for at, name in enumerate(NAMES)
    ]


@pytest.fixture
def figure(monkeypatch):
    """The figure that is drawn."""
    made = []
    real = module.new_figure
    monkeypatch.setattr(module, "new_figure", lambda: made.append(real()) or made[-1])
    return made


@pytest.mark.parametrize("seconds", [(0.01, 0.02, 0.3, 0.2, 2, 40, 600), (1.0, 1.1), (0.0, 0.0, 9)])
def test_labels_stay_apart_and_in_view(tmp_path, figure, seconds):
    path = advice(rows(seconds), tmp_path / "p.png", name="d", people=9, take="EASE", lang="en")
    assert path.read_bytes()[:4] == b"\x89PNG"
    [ax] = figure[0].axes
    assert [text.get_text() for text in ax.texts] == list(NAMES)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(
        ax.bbox.contains(box.x0, box.y0) and ax.bbox.contains(box.x1, box.y1) for box in boxes
    )
    assert ax.get_xscale() == "log"


def test_the_texts_are_in_the_language_asked_for(tmp_path, figure):
    advice(rows((1.0, 2.0)), tmp_path / "p.svg", name="<b> $x$", people=9, take="EASE", lang="zh")
    [ax] = figure[0].axes
    assert ax.get_xlabel() == "训练所需的处理器秒数（对数刻度）"
    assert "9 名验证者" in ax.get_ylabel()
    assert (tmp_path / "p.svg").read_text().startswith("<?xml")
