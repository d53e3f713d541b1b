"""Model folders of version 0.1 open and go on: one of each kind, with the scores that version 0.1 gave.

No change of this version moves a score of a folder that 0.1 wrote, so all of them are held to be the same:

- order: the events have times, so their order is what it was. The cases `-untimed` have none; there 0.1 learned from the order of
  the rows, and their folders go on by it, although a fit of today would learn no order from such data.
- kinds of events: a folder of 0.1 keeps no kinds and no lowest rating. All of its events are choices, as they were.
- min_support: a folder of 0.1 holds no counts of people. Nothing is taken out of its weights, and support is not known (-1).

What changed is said of explanations alone: models that are no sums are explained by `deletion`, which was `removal` in 0.1.
"""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pytest

from whyrec import api, registry, storage, workflows
from whyrec.core import BadArtefact, Query, artefact
from whyrec.core.artefact import MANIFEST, _seal
from whyrec.core.support import UNKNOWN, Supported
from whyrec.models.private.sharded import Sharded, shard_of

DELETION = "deletion (leave-one-out)"
CASES = {  # each kind of version 0.1, and what explains it
    "additive": "exact",
    "als": "als leave-one-out (exact removal; does not add up)",
    "bpr": DELETION,
    "compact": DELETION,
    "cooccurrence": "exact",
    "ease": "exact",
    "ebm": "features",
    "fused": "exact with features",
    "graph": "paths",
    "knn": "exact",
    "lowrank": "exact",
    "personal-popular": "exact",
    "popular": "exact",
    "private": "exact",
    "private-sequence": DELETION,
    "rating": DELETION,
    "rules": "features",
    "sequence": DELETION,
    "sharded": DELETION,
    "slim": "exact",
    "svd": "exact",
    "tree": "features",
    # the same kinds on other data
    "additive-repeated": "exact",
    "personal-popular-repeated": "exact",
    "cooccurrence-untimed": "exact",
    "sequence-untimed": DELETION,
}
# The scores were written with 7 digits, and a processor with other vector units sums float32 in another order.
ROUNDING = 1e-4


def queries(data):
    """Those of `scripts/old_folders.py`."""
    return [data.history("u0"), data.history("u3").only([0, 1]), Query([], repeat=data.repeat)]


def scores_of(fitted):
    return np.asarray(fitted.model.score(queries(fitted.data)))


def alike(one, other):
    return np.allclose(one, other, rtol=0, atol=ROUNDING * np.abs(other).max())


def test_every_case_is_here_and_tells_no_path(old):
    assert {path.name for path in old.iterdir()} == {*CASES, "store"}
    roots = re.compile(rb"/(?:home|root|tmp|Users|work|usr|opt|var)/")
    for path in old.rglob("*"):
        assert not (path.is_file() and roots.search(path.read_bytes())), path


@pytest.mark.parametrize("case", CASES)
def test_an_old_folder_gives_the_same_scores(case, old):
    fitted = storage.open_fitted(old / case / "model")
    then = json.loads((old / case / "scores.json").read_text())
    assert fitted.header["name"] == case.removesuffix("-untimed").removesuffix("-repeated")
    assert [query.items.tolist() for query in queries(fitted.data)] == then["items"]
    scores = scores_of(fitted)
    assert alike(scores, then["scores"])
    mapped = storage.open_fitted(old / case / "model", mapped=True)
    assert np.array_equal(scores_of(mapped), scores)


RENAMED = {  # settings and learned parts of version 0.1 that have other names today
    "additive": {"again", "gap_", "kernels", "parts"},
    "ebm": {"moment"},
    "graph": {"beside", "beside_", "beside_weight_", "then"},
    "lowrank": {"gap_"},
    "rules": {"moment"},
    "sequence": {"newcomers"},
    "tree": {"moment"},
}


@pytest.mark.parametrize("case", RENAMED)
def test_an_old_folder_is_read_by_the_names_of_today(case, old):
    stored = artefact.load(old / case / "model")
    learned = {key.removeprefix("model.") for key in stored.arrays} | {*stored.header["values"]}
    held = {*stored.header["config"]} | {re.split("[./]", name)[0] for name in learned}
    assert held >= RENAMED[case] - {"gap_"}
    fitted = storage.open_fitted(old / case / "model")
    today = {*fitted.header["config"]} | {*vars(fitted.model)}
    assert not today & RENAMED[case]
    assert {*fitted.header["config"]} <= {*artefact.model_config(registry.create_model(case))}


@pytest.mark.parametrize("case", CASES)
def test_an_old_folder_recommends_and_explains(case, old):
    fitted = storage.open_fitted(old / case / "model")
    query = fitted.data.history("u0")
    [slate] = api.recommend(fitted.model, [query], 3)
    then = json.loads((old / case / "scores.json").read_text())["scores"][0]
    seen = [] if fitted.data.repeat else query.items
    allowed = [i for i in np.argsort(-np.array(then), kind="stable") if i not in seen]
    assert slate.items.tolist() == allowed[:3]
    explanation = api.explain(fitted.model, query, int(slate.items[0]), data=fitted.data)
    assert explanation.method == CASES[case]
    assert explanation.reasons
    assert explanation.score == pytest.approx(then[allowed[0]], abs=ROUNDING * np.abs(then).max())


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_of_an_old_folder_is_true(case, old):
    checked = workflows.verify(old / case / "model", people=2, k=2).to_dict()
    assert checked["sentences"] and not checked["false"], checked["examples"]


def test_an_old_folder_means_what_it_meant(old):
    films, rows, again = (
        storage.open_fitted(old / case / "model").data
        for case in ("ease", "cooccurrence-untimed", "additive-repeated")
    )
    assert (films.order, films.clock, films.repeat, films.domain) == ("time", True, False, "film")
    assert (rows.order, rows.clock) == ("file", False)
    assert again.repeat
    for data in (films, rows, again):
        assert not len(data.avoided) and data.min_rating is None and data.cleaning == {}
    said = str(workflows.recommend(old / "ease" / "model", user="u0", k=1))
    assert "you watched" in said  # as 0.1 said of films; a folder of today says its verb


@pytest.mark.parametrize("case", CASES)
def test_an_old_folder_does_not_know_how_many_people_are_behind_a_reason(case, old):
    model = storage.open_fitted(old / case / "model").model
    if isinstance(model, Supported) and case != "graph":
        assert (model.support(np.arange(1, 20), 0) == UNKNOWN).all()


@pytest.mark.parametrize("case", CASES)
def test_an_old_folder_is_saved_in_the_form_of_today(case, old, tmp_path):
    fitted = storage.open_fitted(old / case / "model")
    for histories in (True, False):
        storage.save(
            tmp_path / "m",
            fitted.model,
            fitted.data,
            name=fitted.header["name"],
            histories=histories,
        )
        again = storage.open_fitted(tmp_path / "m").model
        assert np.array_equal(again.score(queries(fitted.data)), scores_of(fitted))


NEW = "user,item,time\nu0,i19,1700800000\nu1,i2,1700800001\nx,i5,1700800002\nx,new,1700800003\n"


@pytest.mark.parametrize(
    ("case", "how"), [("ease", "changed"), ("cooccurrence", "changed"), ("slim", "fitted again")]
)
def test_an_old_folder_is_updated(case, how, old, tmp_path):
    (tmp_path / "events.csv").write_text(NEW)
    made = workflows.update(old / case / "model", tmp_path, tmp_path / "out", check=True)
    assert (made.how, made.new_events, made.new_users, made.new_items) == (how, 4, 1, 1)
    assert made.difference < 1e-4


def test_an_old_sharded_folder_forgets_by_one_shard(old, tmp_path):
    """The shard of u3 is the one that a fit without u3 has; the other one stays as version 0.1 fitted it.

    A fit of today need not repeat that other one: a network starts from singular vectors, and
    rounding may turn their signs.
    """
    folder = old / "sharded" / "model"
    assert workflows.forget(folder, "u3", tmp_path / "out").how == "exact"
    before, after = (storage.open_fitted(path) for path in (folder, tmp_path / "out"))
    model = after.model
    assert "u3" not in after.data.users
    fresh = Sharded(model.model, model.shards).fit(after.data, seed=model.seed_)
    of_u3 = shard_of("u3", 2)
    for number, same in ((of_u3, fresh), (1 - of_u3, before.model)):
        one, other = (getattr(each, f"shard{number}_") for each in (model, same))
        asked = after.data.histories[:10]
        assert alike(one.score(asked), other.score(asked))


@pytest.mark.parametrize(("case", "how"), [("ease", "exact"), ("cooccurrence", "fitted again")])
def test_an_old_folder_forgets(case, how, old, tmp_path):
    made = workflows.forget(old / case / "model", "u3", tmp_path / "out", check=True)
    assert made.how == how and made.difference < 1e-4
    assert "u3" not in storage.open_fitted(tmp_path / "out").data.users


# --- folders that cannot be opened ------------------------------------------------------------------


def forged(old, tmp_path, case, change):
    """A copy whose manifest was changed, and sealed again."""
    folder = tmp_path / "forged"
    shutil.copytree(old / case / "model", folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    del manifest["sha256"]
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest | {"sha256": _seal(manifest)}))
    return folder


INSTALL = (
    " Fix: install the package that adds this model, or pip install --upgrade whyrec where a newer "
    "version wrote the folder."
)
UPGRADE = (
    " Fix: pip install --upgrade the package that wrote the folder, or fit the model again with "
    "settings that this version knows."
)


@pytest.mark.parametrize(
    ("case", "change", "said"),
    [
        (
            "ease",
            lambda m: m.update(format_version=3),
            " has format 3; this whyrec reads up to 2. Fix: pip install --upgrade whyrec.",
        ),
        (
            "ease",
            lambda m: m.update(name="fading"),
            " cannot be opened: unknown model 'fading'. Did you mean 'rating'? Known: additive, als, bpr, compact, "
            "cooccurrence, ease, ebm, fused, graph, knn, lowrank, pctm, ... (24 in all)." + INSTALL,
        ),
        (
            "ease",
            lambda m: m["config"].update(ridges=3.0),
            " cannot be opened: unknown setting of ease 'ridges'. Did you mean 'ridge'? Known: "
            "max_items, min_support, ridge." + UPGRADE,
        ),
        (
            "sharded",
            lambda m: m["config"]["model"].update(model="fading"),
            " cannot be opened: unknown model 'fading'. Did you mean 'rating'? Known: additive, als, bpr, compact, "
            "cooccurrence, ease, ebm, fused, graph, knn, lowrank, pctm, ... (24 in all)." + INSTALL,
        ),
        (
            "ease",
            lambda m: [m.pop(name) for name in ("name", "config")],
            "/manifest.json does not say the name and the config of its model. Fix: copy the whole "
            "folder again, or save the model again.",
        ),
        (
            "ease",
            lambda m: m.update(kind="explainer"),
            " holds 'explainer', not a model. Fix: give a folder of `whyrec fit`.",
        ),
    ],
)
def test_what_cannot_be_opened_is_told_in_a_paragraph(case, change, said, old, tmp_path):
    folder = forged(old, tmp_path, case, change)
    with pytest.raises(BadArtefact) as caught:
        storage.open_fitted(folder)
    assert str(caught.value) == f"{folder}{said}"


def test_a_kind_of_another_package_is_asked_for_at_the_command_line(old, tmp_path, capsys):
    from whyrec.cli.app import main

    folder = forged(old, tmp_path, "ease", lambda m: m.update(name="fading"))
    assert main(["recommend", str(folder), "--user", "u0"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("whyrec: ") and err.count("\n") == 1 and INSTALL in err


def test_the_names_of_models_are_still_those(old):
    assert {case for case in CASES if "-untimed" not in case and "-repeated" not in case} <= set(
        registry.PARTS["models"]
    )
