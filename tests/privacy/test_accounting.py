"""Accountants agree; the ledger adds up, is kept whole, and refuses what is not its own."""

from __future__ import annotations

import json

import pytest

from tests.toys import random_data
from whyrec import registry
from whyrec.core import ArgumentError, BadArtefact, UnknownNameError
from whyrec.privacy.accountant import ACCOUNTANTS, Release, epsilon
from whyrec.privacy.ledger import Ledger, releases_of

RELEASES = ([Release(1.34)], [Release(3.0), Release(1.5)], [Release(1.0, 500, 0.02)])


@pytest.mark.parametrize("releases", RELEASES)
def test_two_libraries_agree(releases):
    found = {name: epsilon(releases, 1e-6, name) for name in ACCOUNTANTS}
    assert found["prv"] == pytest.approx(found["pld"], rel=0.02)
    assert found["rdp-opacus"] == pytest.approx(found["rdp"], rel=0.02)
    assert found["pld"] <= found["rdp"] < 1.3 * found["pld"]


def test_more_releases_cost_more_and_none_costs_nothing():
    assert epsilon([], 1e-6) == 0
    assert (
        epsilon([Release(2.0)], 1e-6)
        < epsilon([Release(2.0), Release(9.0)], 1e-6)
        < epsilon([Release(2.0)] * 2, 1e-6)
    )


def test_bad_accounts_are_refused():
    with pytest.raises(ArgumentError, match="delta"):
        epsilon([Release(1.0)], 0.0)
    with pytest.raises(UnknownNameError, match="pld"):
        epsilon([Release(1.0)], 1e-6, "pdl")
    for wrong in ({"noise": 0.0}, {"noise": 1.0, "steps": 0}, {"noise": 1.0, "rate": 0.0}):
        with pytest.raises(ArgumentError):
            Release(**wrong)


def test_a_release_is_noise_by_sensitivity_once_and_of_everybody_unless_said_otherwise():
    stated = [
        {"noise": 2.0, "sensitivity": 0.5},
        {"noise": 3.0, "sensitivity": 1.5, "steps": 500, "rate": 0.02},
    ]
    found = [(one.noise, one.steps, one.rate) for one in releases_of({"releases": stated})]
    assert found == [(4.0, 1, 1.0), (2.0, 500, 0.02)]


def test_the_ledger_adds_up_over_models(tmp_path):
    data = random_data()
    first, second = (
        registry.model("private", epsilon=one, delta=1e-6).fit(data) for one in (1.0, 2.0)
    )
    ledger = Ledger(tmp_path / "ledger.json")
    assert ledger.add("first", first.privacy_, data.hash) == pytest.approx(1.0, rel=0.01)
    both = ledger.add("second", second.privacy_, data.hash)
    assert 2.0 < both < 3.0
    again = Ledger(tmp_path / "ledger.json")
    assert (
        again.total() == both and again.total("rdp") >= both and len(again.stored["releases"]) == 4
    )
    with pytest.raises(ArgumentError, match="one data set"):
        again.add("other", first.privacy_, random_data(seed=1).hash)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", json.dumps({"data_hash": None, "delta": 1e-6, "releases": [{"noise": -1}]})],
)
def test_a_file_that_is_no_ledger_is_refused(tmp_path, text):
    (tmp_path / "l.json").write_text(text)
    with pytest.raises((BadArtefact, ArgumentError)):
        Ledger(tmp_path / "l.json")
