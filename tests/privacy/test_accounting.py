"""Accountants agree; the ledger adds up, is kept whole, and refuses what is not its own."""

from __future__ import annotations

import json

import pytest

from tests.toys import listed, random_data
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


def stated(noise, delta=1e-6):
    """What a model with one release states."""
    return {"delta": delta, "releases": [{"of": "counts", "sensitivity": 2.0, "noise": 2 * noise}]}


def test_a_release_is_noise_by_sensitivity_once_and_of_everybody_unless_said_otherwise():
    stated = [
        {"noise": 2.0, "sensitivity": 0.5},
        {"noise": 3.0, "sensitivity": 1.5, "steps": 500, "rate": 0.02},
    ]
    found = [(one.noise, one.steps, one.rate) for one in releases_of({"releases": stated})]
    assert found == [(4.0, 1, 1.0), (2.0, 500, 0.02)]


def test_the_ledger_adds_up_over_models(tmp_path):
    data = listed(random_data())
    first, second = (
        registry.model("private", epsilon=one, delta=1e-6).fit(data) for one in (1.0, 2.0)
    )
    ledger = Ledger(tmp_path / "ledger.json")
    assert ledger.add("first", first.privacy_, data.users) == pytest.approx(1.0, rel=0.01)
    both = ledger.add("second", second.privacy_, data.users)
    assert 2.0 < both < 3.0
    again = Ledger(tmp_path / "ledger.json")
    assert (
        again.total() == both and again.total("rdp") >= both and len(again.stored["releases"]) == 4
    )


def test_the_ledger_counts_by_people_whatever_else_their_data_hold(tmp_path):
    """The same people with other events pay again; others do not pay for them; who is in both pays for both."""
    path = tmp_path / "ledger.json"
    one, two = (epsilon([Release(2.0)] * n, 1e-6) for n in (1, 2))
    assert Ledger(path).add(
        "a", stated(2.0), ["ann-of-the-shop", "bob-of-the-shop"]
    ) == pytest.approx(one)
    assert Ledger(path).add(
        "others", stated(2.0), ["eve-of-the-shop", "joe-of-the-shop"]
    ) == pytest.approx(one)
    assert Ledger(path).add(
        "one of each", stated(2.0), ["bob-of-the-shop", "eve-of-the-shop", "kim-of-the-shop"]
    ) == pytest.approx(two)
    three = epsilon([Release(2.0)] * 3, 1e-6)
    assert Ledger(path).add("one alone", stated(2.0), ["bob-of-the-shop"]) == pytest.approx(three)
    assert Ledger(path).add("another alone", stated(2.0), ["kim-of-the-shop"]) == pytest.approx(
        three
    )
    assert sorted(len(people) for _, people in Ledger(path).groups) == [1, 1, 1, 1, 1]
    text = path.read_text()
    assert "of-the-shop" not in text


def test_the_ledger_states_its_sum_at_the_smallest_delta(tmp_path):
    """A promise at a delta holds at no smaller one."""
    for n, deltas in enumerate([(1e-4, 1e-8), (1e-8, 1e-4)]):
        path = tmp_path / f"{n}.json"
        for delta in deltas:
            total = Ledger(path).add("m", stated(3.0, delta), ["ann"])
        assert total == pytest.approx(epsilon([Release(3.0)] * 2, 1e-8))
        assert total > 1.1 * epsilon([Release(3.0)] * 2, 1e-4)
        assert Ledger(path).stored["delta"] == 1e-8


def test_a_delta_of_a_release_is_taken_off():
    whole, part = Release(2.0), Release(2.0, delta=5e-7)
    assert epsilon([part], 1e-6) == pytest.approx(epsilon([whole], 5e-7))
    assert epsilon([part, part], 1e-6) == float("inf")
    assert epsilon([part], 1e-7) == float("inf")


def test_a_ledger_of_an_earlier_version_counts_for_everybody(tmp_path):
    path = tmp_path / "ledger.json"
    row = {"what": "m", "time": "then", "noise": 2.0, "steps": 1, "rate": 1.0}
    path.write_text(json.dumps({"data_hash": "abc", "delta": 1e-6, "releases": [row]}))
    assert Ledger(path).total() == pytest.approx(epsilon([Release(2.0)], 1e-6))
    after = Ledger(path).add("n", stated(2.0), ["ann"])
    assert after == pytest.approx(epsilon([Release(2.0)] * 2, 1e-6))
    assert Ledger(path).total() == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({"delta": 1e-6, "releases": [], "groups": [{"releases": [0], "people": ""}]}),
        json.dumps({"data_hash": None, "delta": 1e-6, "releases": [{"noise": -1}]}),
    ],
)
def test_a_file_that_is_no_ledger_is_refused(tmp_path, text):
    (tmp_path / "l.json").write_text(text)
    with pytest.raises((BadArtefact, ArgumentError)):
        Ledger(tmp_path / "l.json")
