"""`whyrec settings` lists the settings of a model and the options of an explainer."""

from __future__ import annotations

import pytest

from whyrec import workflows
from whyrec.core import UnknownNameError


def test_the_settings_of_a_model(is_json):
    found = workflows.settings("als")
    assert found.settings == [
        {
            "setting": "embedding_size",
            "default": 64,
            "allowed": "a whole number, 1 or more",
            "searched": "one of 32, 64, 128, 256",
        },
        {
            "setting": "regularization",
            "default": 10.0,
            "allowed": "a number, 0 or more",
            "searched": "from 0.01 to 100, log scale",
        },
        {
            "setting": "alpha",
            "default": 5.0,
            "allowed": "a number, above 0",
            "searched": "from 1 to 50, log scale",
        },
        {
            "setting": "epochs",
            "default": 15,
            "allowed": "a whole number, 1 or more",
            "searched": "from 5 to 30",
        },
    ]
    is_json(found, "settings", "als")


def test_the_options_of_an_explainer(is_json):
    found = workflows.settings("examples")
    assert found.settings == [
        {
            "setting": "k",
            "default": 20,
            "allowed": "a whole number, 20 people or more",
            "searched": "",
        }
    ]
    is_json(found, "settings", "examples")


def test_a_model_without_settings(is_json):
    found = workflows.settings("popular")
    assert str(found) == "popular has no settings." and found.settings == []
    is_json(found, "settings", "popular")


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown model or explainer 'eese'.*'ease'"):
        workflows.settings("eese")
