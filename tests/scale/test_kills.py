"""A worker killed at a random moment of prepare, fit and batch changes no bit of the result (20 each: bench/scale/fault_injection.py)."""

from __future__ import annotations

import random

import pytest

from bench.scale import fault_injection as kills
from whyrec.models.linear import terms

EVENTS = 20_000


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    return kills.works(tmp_path_factory.mktemp("kills"), EVENTS)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(terms, "BLOCK", EVENTS // 20)


@pytest.mark.filterwarnings("ignore")  # of Ray itself
@pytest.mark.parametrize("verb", ["prepare", "fit", "batch"])
def test_a_killed_worker_changes_nothing(works, ray_of_two, verb):
    expected, chance = works[verb]("local", 1), random.Random(verb)
    with kills.killing("ray", chance.uniform(0, 1), chance) as killed:
        found = works[verb]("ray")
    assert killed and found == expected
