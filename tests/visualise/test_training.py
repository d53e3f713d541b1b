"""The figure of a trained model's stages."""

from __future__ import annotations

import pytest

from tests.visualise import sample
from whyrec.visualise.html_report.training import training
from whyrec.visualise.report import render


def curve(*qualities):
    return [
        {"epoch": n, "loss": 9.0 - n, "quality": q, "seconds": 10.0 * n}
        for n, q in enumerate(qualities, 1)
    ]


def test_says_what_the_later_stages_brought():
    found = training(
        [
            {"stage": "B", "curve": curve(0.05, 0.08, 0.07)},
            {"stage": "text", "curve": [{"stage": "text", "step": 20, "loss": 3.2}]},
            {"stage": "C", "curve": curve(0.06, 0.085)},
        ]
    )
    assert "0.08" in found["title"] and "0.085" in found["title"] and "+0.0050" in found["title"]
    assert found["chart"].count("<circle") == 5 and found["chart"].count('"curve" x1') == 3
    assert len(found["table"]["rows"]) == 3


@pytest.mark.parametrize(
    "stages", [None, [], [{"stage": "B", "curve": []}], [{"stage": "B", "curve": curve(None)}]]
)
def test_nothing_to_show_is_no_figure(stages):
    assert training(stages) is None


def test_the_report_holds_the_figure_in_both_languages():
    value = sample.report() | {"training": [{"stage": "B", "curve": curve(0.05, 0.08)}]}
    page = render(value)
    assert "Training reached a validation NDCG@10 of" in page and "训练后验证集" in page
    assert "Training reached" not in render(sample.report())
