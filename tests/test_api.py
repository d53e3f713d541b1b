"""`import whyrec`: its names, what it loads, its functions, and how its values print."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import whyrec
from whyrec import models, registry
from whyrec.core import ArgumentError, Dataset, ItemTable, Query, Slate
from whyrec.workflows import recommend as recommend_workflow

SOURCE = Path(whyrec.__file__).parent
PUBLIC = {
    "Dataset",
    "Explanation",
    "FittedModel",
    "Queries",
    "Query",
    "Reason",
    "Slate",
    "__version__",
    "advise",
    "audit",
    "compare",
    "create_model",
    "explain",
    "faithfulness",
    "fit",
    "load",
    "open",
    "recommend",
    "report",
    "save",
    "tune",
}


@pytest.fixture
def data():
    """Solaris was chosen three times, Ran twice, the others once."""
    events = [("ann", 0), ("ben", 0), ("cat", 0), ("ben", 1), ("cat", 1), ("cat", 2), ("ben", 3)]
    people = ["ann", "ben", "cat"]
    return Dataset(
        [people.index(person) for person, _ in events],
        [item for _, item in events],
        np.ones(len(events)),
        1_700_000_000 + 86_400 * np.arange(len(events)),
        people,
        ["solaris-1972", "ran-1985", "ikiru-1952", "dune-2021"],
        item_table=ItemTable(["Solaris", "Ran", "Ikiru", "Dune"]),
        name="small",
        domain="films",
    )


def in_a_new_process(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


# --- names ----------------------------------------------------------------------------------------


def test_dir_shows_the_api_and_nothing_deprecated():
    assert set(whyrec.__all__) == PUBLIC
    shown = set(in_a_new_process("import whyrec; print(*dir(whyrec))"))
    assert {name for name in shown if not name.startswith("__")} == PUBLIC - {"__version__"}
    assert all(callable(getattr(whyrec, name)) for name in PUBLIC - {"__version__"})


def test_import_loads_the_standard_library_alone():
    code = "import sys; before = set(sys.modules); import whyrec; print(*set(sys.modules) - before)"
    loaded = {name.split(".")[0] for name in in_a_new_process(code)}
    assert loaded - {"whyrec"} <= set(sys.stdlib_module_names)
    assert {"whyrec"} == loaded & {"whyrec", "numpy", "scipy", "polars", "torch"}


@pytest.mark.parametrize("name", ["core", "explain", "models"])
def test_a_room_loads_no_frames_and_no_networks(name):
    loaded = in_a_new_process(f"import sys, whyrec.{name}; print(*sys.modules)")
    assert not {"polars", "pandas", "torch", "transformers"} & set(loaded)


@pytest.mark.parametrize(
    ("old", "new"), [("model", "create_model"), ("why", "explain"), ("faithful", "faithfulness")]
)
def test_old_names_work_and_warn(old, new):
    with pytest.warns(
        DeprecationWarning,
        match=f"^whyrec.{old} is whyrec.{new} now; the old name works in this version only$",
    ) as told:
        assert getattr(whyrec, old) is getattr(whyrec, new)
    assert told[0].filename == __file__
    assert old not in dir(whyrec)


def test_an_unknown_name_is_an_error():
    with pytest.raises(AttributeError, match="module 'whyrec' has no attribute 'wy'"):
        whyrec.wy


@pytest.mark.parametrize("path", ["__init__.py", "models/__init__.py", "explain/__init__.py"])
def test_what_a_type_checker_sees_is_what_is_imported(path):
    """The names of `__all__`, of the imports for type checkers and of the lazy table are one set, from the same places."""
    tree = ast.parse((SOURCE / path).read_text(encoding="utf-8"))
    package = ".".join(["whyrec", *Path(path).parts[:-1]])
    branch = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        name.name: f"{node.module}:{name.name}"
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if not node.module.endswith("typing")
    }
    call = next(node for node in ast.walk(branch) if isinstance(node, ast.Call))
    table = ast.literal_eval(call.args[1])
    assert set(typed) == set(table) == set(sys.modules[package].__all__) - {"__version__"}
    if package == "whyrec":
        assert typed.pop("explain") == "whyrec.public:explain"
        assert table.pop("explain") == "whyrec.explain"
    assert typed == table


def test_every_model_of_the_catalogue_can_be_imported_from_models():
    pytest.importorskip("torch")
    classes = {registry.find("models", name) for name in registry.PARTS["models"]}
    assert {getattr(models, name) for name in models.__all__} == classes


def test_explain_is_a_function_and_a_package(data):
    from whyrec.explain import bidirectional_removal, integrated_gradients
    from whyrec.explain.lime import lime

    assert whyrec.explain is sys.modules["whyrec.explain"]
    assert all(map(inspect.isfunction, (integrated_gradients, bidirectional_removal, lime)))
    why = whyrec.explain(whyrec.fit("ease", data, ridge=1.0), user="ann")
    assert isinstance(why, whyrec.Explanation)


def test_a_composite_model_needs_no_registry():
    code = """
from whyrec.core.composite import build_component
import sys
assert "whyrec.registry" not in sys.modules
print(build_component("ease", "fused"))"""
    assert " ".join(in_a_new_process(code)) == "<EASE(), not fitted>"


# --- reprs ----------------------------------------------------------------------------------------


def test_a_model_shows_the_settings_that_are_not_the_defaults(data):
    assert repr(models.EASE()) == "<EASE(), not fitted>"
    assert repr(models.EASE(ridge=5)) == "<EASE(ridge=5), not fitted>"
    assert repr(models.EASE(ridge=5.0).fit(data)) == "<EASE(ridge=5.0), fitted>"
    assert repr(models.ItemKNN(neighbours=3, similarity="tfidf")) == (
        "<ItemKNN(neighbours=3, similarity='tfidf'), not fitted>"
    )
    assert repr(models.Fused(glass=models.EASE(ridge=2.0))) == (
        "<Fused(glass=<EASE(ridge=2.0), not fitted>), not fitted>"
    )
    assert repr(models.Fused(glass={"model": "ease", "note": "x" * 80})) == (
        "<Fused(glass=<dict>), not fitted>"
    )


@pytest.mark.parametrize("name", registry.PARTS["models"])
def test_every_model_has_a_short_repr(name):
    kind = pytest.importorskip(registry.PARTS["models"][name].split(":")[0]) and registry.find(
        "models", name
    )
    assert repr(kind()) == f"<{kind.__name__}(), not fitted>"


def test_data_and_a_fitted_model_show_their_counts(data):
    assert repr(data) == "<Dataset small: 3 people, 4 items, 7 events>"
    assert repr(whyrec.fit("popular", data)) == (
        "<FittedModel <Popular(), fitted> on <Dataset small: 3 people, 4 items, 7 events>>"
    )


# --- lists and reasons ----------------------------------------------------------------------------


def test_a_slate_has_labels_titles_and_a_frame(data):
    slate = whyrec.recommend(whyrec.fit("popular", data), data, user="ann", k=2)
    assert slate.labels == ("ran-1985", "ikiru-1952")
    assert slate.titles == ("Ran", "Ikiru")
    assert str(slate) == "1  Ran    1.0986\n2  Ikiru  0.6931"  # log(1 + 2), log(1 + 1)
    frame = slate.to_polars()
    assert frame.columns == ["rank", "item", "title", "score"]
    assert frame.drop("score").rows() == [(1, "ran-1985", "Ran"), (2, "ikiru-1952", "Ikiru")]
    assert np.allclose(frame["score"], np.log([3, 2]))
    assert "<td>Ran</td>" in slate._repr_html_()


def test_a_slate_without_data_has_numbers():
    slate = Slate([4, 2], [2.0, 1.5])
    assert str(slate) == "1  item 4  2.0000\n2  item 2  1.5000"
    assert slate.to_polars().rows() == [(1, 4, 2.0), (2, 2, 1.5)]
    assert str(Slate([], [])) == ""
    with pytest.raises(
        ArgumentError, match="one of its titles per item, or none; got 1 for 2 items"
    ):
        Slate([4, 2], [2.0, 1.5], titles=["Ran"])


def test_pandas_frames(data, monkeypatch):
    slate = Slate([4], [2.0], titles=["Ran"])
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="needs the library 'pandas'.*use to_polars"):
        slate.to_pandas()
    why = whyrec.Explanation(4, 2.0, 2.0, (), 0.0, "exact", True)
    with pytest.raises(ImportError, match="needs the library 'pandas'.*use to_polars"):
        why.to_pandas()
    monkeypatch.undo()
    pytest.importorskip("pandas")
    assert slate.to_pandas().to_dict("list") == {
        "rank": [1],
        "item": [4],
        "title": ["Ran"],
        "score": [2.0],
    }


def test_every_form_of_recommend_gives_the_same_list(data, tmp_path):
    fitted = whyrec.fit("ease", data, ridge=1.0)
    bare = models.EASE(ridge=1.0).fit(data)
    [first] = whyrec.recommend(bare, data.history("ann"), k=2)
    folder = fitted.save(tmp_path / "model")
    forms = [
        fitted.recommend("ann", k=2),
        fitted.recommend(items=["solaris-1972"], k=2),
        whyrec.recommend(fitted, user="ann", k=2),
        whyrec.recommend(bare, data, user="ann", k=2),
        whyrec.recommend(bare, data=data, user="ann", k=2),
        whyrec.recommend(folder, user="ann", k=2),
        *whyrec.recommend(bare, [data.history("ann")], 2, data=data),
        *whyrec.recommend(fitted, data.histories[:1], 2),
    ]
    for slate in forms:
        assert slate.items.tolist() == first.items.tolist()
        assert np.allclose(slate.scores, first.scores)
        assert slate.titles == tuple(data.item_table.title[item] for item in first.items)
    assert first.titles == ()


def test_an_explanation_has_titles_sentences_and_a_frame(data):
    fitted = whyrec.fit("ease", data, ridge=1.0)
    why = whyrec.explain(fitted, data, user="ben", item="Ikiru")
    assert (why.item, why.label, why.title) == (2, "ikiru-1952", "Ikiru")
    assert sorted(why.causes) == ["Dune", "Ran", "Solaris"]  # what ben chose
    history = data.history("ben").items
    assert all(
        cause == data.item_table.title[history[reason.refs[0]]]
        for cause, reason in zip(why.causes, why.reasons, strict=True)
    )
    frame = why.to_polars()
    assert frame.columns == ["reason", "kind", "weight", "named"]
    assert frame["reason"].to_list() == list(why.causes)
    assert frame["weight"].to_list() == [reason.weight for reason in why.reasons]
    assert frame["named"].sum() == why.named
    # No second writer: the command line's sentences.
    [row] = [r for r in recommend_workflow(fitted, "ben", k=1).items if r["item"] == "ikiru-1952"]
    first = fitted.explain("ben", k=1)
    assert first.text == row["text"]
    assert str(first) == row["text"]["en"]
    assert "<td>Solaris</td>" in why._repr_html_()


def test_a_query_is_explained_as_before_and_with_titles_where_data_are_known(data):
    fitted = whyrec.fit("ease", data, ridge=1.0)
    query = data.history("ben")
    bare = whyrec.explain(fitted.model, query, 2)
    told = whyrec.explain(fitted, query, 2)
    assert bare == told  # words are no part of what is compared
    assert (bare.title, bare.causes, dict(bare.text)) == ("", (), {})
    assert (told.title, told.causes) == ("Ikiru", whyrec.explain(fitted, query, "Ikiru").causes)
    assert bare.to_polars()["reason"].to_list() == [f"event {r.refs[0]}" for r in bare.reasons]
    assert str(bare) == repr(bare)
    assert whyrec.explain(fitted, query, 2, "deletion").method.startswith("deletion")


def test_arguments_that_do_not_fit_are_errors(data):
    fitted = whyrec.fit("popular", data)
    with pytest.raises(ArgumentError, match="a model alone does not know its people and items"):
        whyrec.recommend(fitted.model, user="ann")
    with pytest.raises(ArgumentError, match="give queries, or user= or items="):
        whyrec.recommend(fitted, Query([0]), user="ann")
    with pytest.raises(ArgumentError, match="seen and exclude go with queries"):
        whyrec.recommend(fitted, user="ann", seen=True)
    with pytest.raises(ArgumentError, match="give a query, or user= or items="):
        whyrec.explain(fitted, Query([0]), 1, user="ann")
    with pytest.raises(ArgumentError, match="a query needs the number of an item"):
        whyrec.explain(fitted, Query([0]))
    with pytest.raises(ArgumentError, match="a model that is made already has its settings"):
        whyrec.fit(models.EASE(), data, ridge=2.0)


# --- folders --------------------------------------------------------------------------------------


def test_a_saved_model_opens_as_it_was(data, tmp_path):
    fitted = whyrec.fit("ease", data, ridge=3.0, seed=4)
    folder = fitted.save(tmp_path / "method")
    whyrec.save(tmp_path / "function", fitted.model, data)
    for path in (folder, tmp_path / "function"):
        again = whyrec.open(path)
        assert repr(again.model) == "<EASE(ridge=3.0), fitted>"
        assert again.data.hash == data.hash
        assert str(again.recommend("ann")) == str(fitted.recommend("ann"))
        assert again.explain("ann") == fitted.explain("ann")
    assert whyrec.open(folder).header["seed"] == 4
    closed = whyrec.open(fitted.save(tmp_path / "closed", histories=False))
    assert len(closed.data) == 0
    assert closed.recommend(items="Solaris").titles == fitted.recommend(items="Solaris").titles


def test_a_model_of_no_catalogue_recommends_but_is_not_saved(data, tmp_path):
    class Mine:
        def fit(self, data, *, seed=0):
            self.scores_ = np.arange(data.n_items, dtype=np.float32)
            return self

        def score(self, queries):
            return np.tile(self.scores_, (len(whyrec.Queries.of(queries)), 1))

    fitted = whyrec.fit(Mine(), data)
    assert fitted.recommend("ann").titles == ("Dune", "Ikiru", "Ran")
    assert "Mine object at" in repr(fitted)  # other packages' models print as they did
    with pytest.raises(ArgumentError, match="only a model of the catalogue can be saved; got Mine"):
        fitted.save(tmp_path / "mine")
