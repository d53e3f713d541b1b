"""Model versions: added without serving, judged, promoted, removed, and every change audited."""

from __future__ import annotations

import pytest

from tests.serve.helpers import film_data, fitted_folder
from whyrec.cli import main
from whyrec.core import ArgumentError
from whyrec.serve.main import prepare
from whyrec.serve.versions import lifecycle

LATER = 1_700_000_000 + 86_400 * 50


def actions(here, *names):
    entries = here.json("GET", "/v1/audit")["entries"]
    return [one for one in entries if one["action"] in names]


def state(here, version):
    rows = {row["version"]: row for row in here.json("GET", "/v1/models")["models"]}
    return rows[version]["state"] if version in rows else None


def go_on(here):
    """Forty people choose what the world has them choose next: the item after the last."""
    data = film_data()
    for n in range(40):
        last = int(data.history(f"u{n}").items[-1])
        here.event("next", f"u{n}", f"i{(last + 1) % 40}", ts=LATER + n)


def test_a_posted_model_is_a_candidate_until_it_is_promoted(on_each, tmp_path):
    first = on_each.recommend(user="u1")["model"]
    folder = fitted_folder(tmp_path / "new", "cooccurrence")
    made = on_each.call("POST", "/v1/models", json={"folder": str(folder)})
    assert made.status_code == 201
    row = made.json()
    version = row["version"]
    assert row["state"] == "candidate" and "20 are needed" in row["metrics"]["unjudged"]
    assert on_each.recommend(user="u1")["model"] == first
    [added] = actions(on_each, "add-model")
    assert added["detail"]["version"] == version
    again = on_each.json("POST", "/v1/models", json={"folder": str(folder)})
    assert again["version"] == version
    on_each.json("POST", f"/v1/models/{version}:promote")
    assert on_each.recommend(user="u1")["model"] == version
    told = actions(on_each, "promote")[-1]["detail"]
    assert (told["version"], told["before"]) == (version, first)
    served = on_each.json("POST", "/v1/models", json={"folder": str(folder)})
    assert served["state"] == "active"  # what serves stays so


@pytest.mark.parametrize("folder", ["/nowhere", "", ".", "x" * 1000, "\x00", "/etc/passwd"])
def test_what_is_no_model_is_refused_and_leaves_nothing(here, folder):
    answer = here.call("POST", "/v1/models", json={"folder": folder})
    assert answer.status_code in (409, 422), answer.text
    assert len(here.json("GET", "/v1/models")["models"]) == 1
    assert len(list(here.settings.models_folder.iterdir())) == 1


def test_a_model_that_must_not_serve_is_not_added(here, tmp_path):
    import numpy as np

    from whyrec import registry, storage

    data = film_data()
    model = registry.model("popular").fit(data)
    model.base_ = np.full_like(model.base_, np.nan)
    folder = storage.save(tmp_path / "bad", model, data, name="popular")
    answer = here.call("POST", "/v1/models", json={"folder": str(folder)})
    assert answer.status_code == 409 and "finite numbers" in answer.json()["detail"]
    assert len(here.json("GET", "/v1/models")["models"]) == 1
    assert len(list(here.settings.models_folder.iterdir())) == 1


def test_a_candidate_that_is_judged_worse_is_promoted_only_by_force(here, tmp_path):
    go_on(here)
    serving = here.service.registry.serving
    worse = fitted_folder(tmp_path / "worse", "popular")
    row = here.json("POST", "/v1/models", json={"folder": str(worse)})
    found = row["metrics"]["difference"]
    assert found["low"] <= found["mean"] <= found["high"] < 0
    assert row["metrics"]["people"] == 40 and row["metrics"]["serving"] == serving
    path = f"/v1/models/{row['version']}:promote"
    refused = here.call("POST", path)
    assert refused.status_code == 409 and f"{found['mean']:+.4f}" in refused.json()["detail"]
    assert here.recommend(user="u1")["model"] == serving
    here.json("POST", path + "?force=true")
    assert here.recommend(user="u1")["model"] == row["version"]
    assert actions(here, "promote")[-1]["detail"]["force"] is True


def test_a_server_that_starts_with_another_model_adds_it_and_says_so(here, tmp_path, capsys):
    serving = here.service.registry.serving
    folder = fitted_folder(tmp_path / "new", "cooccurrence")
    done = prepare(here.settings, folder)
    assert done["serving"] == serving and done["version"] != serving
    assert state(here, done["version"]) == "candidate"
    assert here.recommend(user="u1")["model"] == serving
    same = prepare(here.settings, fitted_folder(tmp_path / "same"))
    assert same["version"] == serving and "serving" not in same


def test_what_the_command_line_does_is_in_the_audit_log(here, tmp_path, capsys):
    url = ("--store", here.settings.store)
    config = tmp_path / "s.toml"
    config.write_text(f'models = "{here.settings.models_folder}"\n')
    both = (*url, "--config", str(config))
    first = here.service.registry.serving
    folder = fitted_folder(tmp_path / "new", "cooccurrence")
    assert main(["model", "add", str(folder), *both]) == 0
    version = capsys.readouterr().out.split()[0]
    assert main(["model", "promote", version, *both]) == 0
    assert main(["model", "list", *both]) == 0
    assert version in capsys.readouterr().out
    assert main(["key", "new", "--role", "reader", *both]) == 0
    here.service.registry.refresh()
    new = here.json("GET", "/v1/keys")["keys"][-1]
    assert main(["key", "remove", new["id"], *both]) == 0
    assert main(["model", "remove", version, *both]) == 2  # it serves
    assert "promote another one first" in capsys.readouterr().err
    assert main(["model", "promote", first, *both]) == 0
    assert main(["model", "remove", version, *both]) == 0
    entries = here.json("GET", "/v1/audit")["entries"]
    ours = [one["action"] for one in entries if one["key_id"] == "command line"]
    assert ours == [
        "promote",  # the first start
        "new-key",
        "add-model",
        "promote",
        "new-key",
        "remove-key",
        "promote",
        "remove-model",
    ]


def test_an_old_version_can_be_removed_but_never_what_serves(on_each, tmp_path):
    first = on_each.service.registry.serving
    folder = fitted_folder(tmp_path / "new", "cooccurrence")
    version = on_each.json("POST", "/v1/models", json={"folder": str(folder)})["version"]
    answer = on_each.call("DELETE", f"/v1/models/{first}")
    assert answer.status_code == 409 and "serves" in answer.json()["detail"]
    arms = [{"name": "a", "model": first}, {"name": "b", "model": version}]
    on_each.json("PUT", "/v1/experiments/try", json={"variants": arms})
    answer = on_each.call("DELETE", f"/v1/models/{version}")
    assert answer.status_code == 409 and "experiment try" in answer.json()["detail"]
    on_each.json("PUT", "/v1/experiments/try", json={"variants": arms, "active": False})
    on_each.json("POST", f"/v1/models/{version}:promote")
    old = on_each.recommend(user="u1")["recommendation_id"]
    on_each.json("POST", f"/v1/models/{version}:rollback")
    removed = on_each.json("DELETE", f"/v1/models/{version}")
    assert removed["removed"] == version and removed["bytes"] > 1000
    assert not (on_each.settings.models_folder / version).exists()
    assert state(on_each, version) is None and on_each.recommend(user="u1")["model"] == first
    assert on_each.json("GET", f"/v1/recommendations/{old}")["model"] == version  # as it was sent
    assert on_each.call("GET", f"/v1/recommendations/{old}/replay").status_code == 404
    assert on_each.call("DELETE", f"/v1/models/{version}").status_code == 404
    assert on_each.json("POST", "/v1/models", json={"folder": str(folder)})["version"] == version


def test_the_difference_that_decides_is_printed(here, tmp_path, capsys):
    go_on(here)
    config = tmp_path / "s.toml"
    config.write_text(f'models = "{here.settings.models_folder}"\n')
    arguments = ["retrain", "--promote", "--store", here.settings.store, "--config", str(config)]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "Paired difference on the same people, new - serving:" in out
    assert "which serves now" in out
    here.service.registry.refresh()
    detail = actions(here, "promote")[-1]["detail"]
    low, mean, high = (detail["metrics"]["difference"][name] for name in ("low", "mean", "high"))
    assert f"{mean:.4f}" in out and low <= mean <= high and high >= 0


def test_a_gate_is_of_the_serving_model_only(here, tmp_path):
    go_on(here)
    one = lifecycle.add_candidate(
        here.service.registry, fitted_folder(tmp_path / "p", "popular"), 5, "t"
    )
    two = lifecycle.add_candidate(
        here.service.registry, fitted_folder(tmp_path / "c", "cooccurrence"), 6, "t"
    )
    with pytest.raises(ArgumentError, match="must not be worse"):
        lifecycle.promote(here.service.registry, one["version"], 7, "t")
    lifecycle.promote(here.service.registry, two["version"], 7, "t", force=True)
    # Judged beside a model that does not serve any more: nothing is known of the two.
    lifecycle.promote(here.service.registry, one["version"], 8, "t")
