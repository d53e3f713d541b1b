"""Shards: forgetting fits one of them again, and gives exactly the model that would have been without the person."""

from __future__ import annotations

import numpy as np
import pytest

from tests.models.test_sequence import SMALL, planted
from tests.toys import random_data
from whyrec import registry, storage
from whyrec.cli import main
from whyrec.core import ArgumentError, NotFitted
from whyrec.models.private.sharded import Sharded, shard_of
from whyrec.privacy.erasure import Forgetful, without

pytest.importorskip("torch")


def made(**more):
    return registry.model(
        "sharded", **{"model": {"model": "sequence", **SMALL}, "shards": 3} | more
    )


def test_forgetting_equals_a_fit_without_the_person_and_touches_one_shard():
    data = planted(people=120)
    model = made().fit(data, seed=3)
    gone = np.array([5])
    rest, number = without(data, gone), shard_of(data.users[5], 3)
    again = model.forget(data, gone)
    assert isinstance(model, Forgetful)
    np.testing.assert_array_equal(
        again.score(rest.histories), made().fit(rest, seed=3).score(rest.histories)
    )
    for shard in range(3):
        same = getattr(again, f"shard{shard}_") is getattr(model, f"shard{shard}_")
        assert same == (shard != number)
    assert np.abs(again.score(rest.histories) - model.score(rest.histories)).max() > 0


def test_people_are_dealt_by_their_label_alone_and_evenly():
    dealt = [shard_of(f"p{n}", 4) for n in range(4000)]
    assert dealt[:100] == [shard_of(f"p{n}", 4) for n in range(100)]
    assert np.bincount(dealt, minlength=4).min() > 900


def test_the_score_is_the_mean_and_the_folder_gives_it_back(tmp_path, capsys):
    data = random_data(people=90, events=1200)
    model = registry.model("sharded", model={"model": "ease", "ridge": 50.0}, shards=3).fit(data)
    parts = [getattr(model, f"shard{n}_").score(data.histories) for n in range(3)]
    np.testing.assert_allclose(model.score(data.histories), np.mean(parts, 0), atol=1e-5)
    storage.save(tmp_path / "m", model, data, name="sharded")
    again = storage.open_fitted(tmp_path / "m").model
    np.testing.assert_array_equal(again.score(data.histories), model.score(data.histories))
    assert (
        main(
            [
                "forget",
                str(tmp_path / "m"),
                "--users",
                data.users[4],
                "--out",
                str(tmp_path / "less"),
                "--check",
                "--json",
            ]
        )
        == 0
    )
    told = capsys.readouterr().out
    assert '"how": "exact"' in told and '"difference": 0.0' in told


def test_what_cannot_be_sharded_says_so():
    with pytest.raises(ArgumentError, match="each shard needs people"):
        registry.model("sharded", model="popular", shards=50).fit(random_data(people=12))
    with pytest.raises(ArgumentError, match="shards"):
        Sharded(model="popular", shards=0).fit(random_data())
    with pytest.raises(NotFitted):
        Sharded().score([[0]])
