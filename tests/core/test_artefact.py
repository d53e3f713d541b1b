"""Stored parts come back the same, damaged ones are refused, and a crash never mixes old and new."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from tests.toys import random_data
from whyrec.core import BadArgument, BadArtefact, Dataset, ItemTable, Links, UserTable
from whyrec.core.artefact import Artefact, dataset_from, dataset_parts, load, model_config, model_parts, restore, save


@pytest.fixture
def folder(tmp_path):
    made = Artefact({"name": "toy"}, {"w": np.arange(6.0).reshape(2, 3)}, {"words": ["é", "影"]})
    return save(tmp_path / "m", made)


def edit(folder, **changes):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | changes))


def test_round_trip(folder):
    found = load(folder)
    assert found.header["name"] == "toy"
    np.testing.assert_array_equal(found.arrays["w"], np.arange(6.0).reshape(2, 3))
    assert found.documents["words"] == ["é", "影"]
    assert set(found.header["versions"]) == {"python", "numpy", "scipy"}


def test_saving_again_leaves_no_old_file(folder):
    save(folder, Artefact({}, {"w": np.zeros(1)}))
    assert sorted(p.suffix for p in folder.iterdir()) == [".json", ".npy"]
    assert load(folder).arrays["w"].tolist() == [0]


@pytest.mark.parametrize(("damage", "message"), [
    (lambda f: (f / "manifest.json").unlink(), "is no model folder: it has no manifest.json. Fix: give the folder"),
    (lambda f: (f / "manifest.json").write_text("{"), "manifest.json cannot be read"),
    (lambda f: (f / "manifest.json").write_text("[]"), "is not a whyrec manifest"),
    (lambda f: edit(f, format="other"), "is not a whyrec manifest"),
    (lambda f: edit(f, format_version=99), "has format 99; this whyrec reads up to 1. Fix: pip install --upgrade"),
    (lambda f: edit(f, files={"w.npy": {"file": "../w.npy", "sha256": "0"}}), "a file outside its folder"),
    (lambda f: edit(f, files={"w.npy": {"file": "gone.npy", "sha256": "0"}}), "lacks its file gone.npy. Fix: copy"),
    (lambda f: edit(f, files=3), "is damaged"),
    (lambda f: edit(f, files={"w.npy": 3}), "is damaged"),
    (lambda f: edit(f, format_version="x"), "is damaged"),
    (lambda f: next(f.glob("w-*")).write_bytes(b"\0"), "is not the file that was saved: its sha256 differs"),
])
def test_damage_is_named(folder, damage, message):
    damage(folder)
    with pytest.raises(BadArtefact, match=message):
        load(folder)


def test_a_file_with_the_right_hash_but_no_array(folder):
    import hashlib

    for name, data in (("w.npy", b"no array"), ("words.json", b"{")):
        (folder / "x.npy").write_bytes(data)
        edit(folder, files={name: {"file": "x.npy", "sha256": hashlib.sha256(data).hexdigest()}})
        with pytest.raises(BadArtefact, match="x.npy cannot be read"):
            load(folder)


def test_pickled_objects_are_never_loaded(folder):
    import hashlib
    import io

    buffer = io.BytesIO()
    np.save(buffer, np.array([{}], object), allow_pickle=True)
    (folder / "x.npy").write_bytes(buffer.getvalue())
    edit(folder, files={"w.npy": {"file": "x.npy", "sha256": hashlib.sha256(buffer.getvalue()).hexdigest()}})
    with pytest.raises(BadArtefact, match="x.npy cannot be read"):
        load(folder)


@given(data=st.data())
@settings(deadline=None, max_examples=80)
def test_any_flipped_byte_or_changed_field_is_refused_or_harmless(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("m")
    original = Artefact({"name": "toy"}, {"w": np.arange(4.0)}, {"words": [1]})
    save(folder, original)
    path = data.draw(st.sampled_from(sorted(folder.iterdir())))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(content))
    try:
        found = load(folder)
    except BadArtefact:
        pass
    else:  # a byte of the manifest that guards nothing: the content is still what was saved
        assert path.name == "manifest.json"
        assert all(np.array_equal(a, original.arrays["w"]) for a in found.arrays.values())
    finally:
        shutil.rmtree(folder)


def test_what_cannot_be_saved(tmp_path):
    with pytest.raises(BadArgument, match="only plain arrays can be saved; got dtype object"):
        save(tmp_path / "a", Artefact({}, {"w": np.array([{}])}))
    with pytest.raises(BadArgument, match="letters, digits, '.', '_' and '-'; got '../w'"):
        save(tmp_path / "b", Artefact({}, {"../w": np.zeros(1)}))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").touch()
    with pytest.raises(BadArgument, match="a new, empty or earlier model folder; got .*mine. Fix: choose another --out"):
        save(tmp_path / "mine", Artefact({}))
    with pytest.raises(BadArgument, match="a new, empty or earlier"):
        save(tmp_path / "mine" / "thesis.doc", Artefact({}))


def test_remains_of_a_first_save_are_overwritten(tmp_path):
    (tmp_path / "w-0123.npy").touch()
    save(tmp_path, Artefact({}, {"w": np.ones(2)}))
    assert load(tmp_path).arrays["w"].tolist() == [1, 1]


KILLED = """
import os, signal, sys
import numpy as np
from whyrec.core import artefact

left = int(sys.argv[2])

def dying(real):
    def call(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call

os.fsync, os.replace = dying(os.fsync), dying(os.replace)
artefact.Path.open, artefact.Path.unlink = dying(artefact.Path.open), dying(artefact.Path.unlink)
artefact.save(sys.argv[1], artefact.Artefact({"name": "new"}, {"a": np.ones(3), "b": np.ones(2)}, {"d": "new"}))
"""


def test_a_kill_at_any_step_leaves_the_old_or_the_new(tmp_path):
    seen = []
    for step in range(40):
        folder = tmp_path / str(step)
        save(folder, Artefact({"name": "old"}, {"a": np.zeros(3), "c": np.zeros(1)}, {"d": "old"}))
        done = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(step)], check=False)
        found = load(folder)
        name = found.header["name"]
        assert found.documents["d"] == name
        assert found.arrays["a"].tolist() == ([0, 0, 0] if name == "old" else [1, 1, 1])
        seen.append(name)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert done.returncode == 0
    assert {"old", "new"} == set(seen[:-1]), "kills must have hit both before and after the swap"


def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path, monkeypatch):
    def refuse(*arguments):
        raise OSError("not here")

    monkeypatch.setattr(os, "open", refuse)
    save(tmp_path / "m", Artefact({}, {"w": np.zeros(1)}))
    assert load(tmp_path / "m").arrays["w"].tolist() == [0]


class Learner:
    def __init__(self, rate=0.5):
        self.rate = rate

    def fit(self):
        self.dense_, self.sparse_ = np.eye(2), sparse.csr_array(np.array([[0, 2.0], [0, 0]]))
        self.count_, self.note_, self._hidden_, self.scratch = np.int64(3), "n", 1, 2
        return self


def test_model_parts():
    model = Learner().fit()
    arrays, values = model_parts(model)
    assert set(arrays) == {"dense_", "sparse_.data", "sparse_.indices", "sparse_.indptr"}
    assert values == {"sparse_": {"csr": [2, 2]}, "count_": 3, "note_": "n"}
    again = restore(Learner(), arrays, json.loads(json.dumps(values)))
    np.testing.assert_array_equal(again.sparse_.toarray(), model.sparse_.toarray())
    assert (again.count_, model_config(again)) == (3, {"rate": 0.5})


@pytest.mark.parametrize("histories", [True, False])
def test_a_dataset_comes_back(histories):
    data = Dataset([0, 1], [1, 0], [1, 2], [3, 4], ["a", "b"], ["x", "y"],
                   ItemTable(("X", "Y"), ("t", ""), (("c",), ()), {"f": (("1", "2"), ())}, {"n": [1, np.nan]}, {"v": np.eye(2)}),
                   UserTable({"g": ("F", "M")}, {"age": [1, 2]}), Links(["e"], ["r"], [0], [0], [0], [0, -1]),
                   [[0, 1]], "toy", "book", False)
    arrays, document = dataset_parts(data, histories=histories)
    again = dataset_from(arrays, json.loads(json.dumps(document)))
    assert again.items == data.items and again.item_table.fields == data.item_table.fields
    assert (again.name, again.domain, again.clock) == ("toy", "book", False)
    np.testing.assert_array_equal(again.item_table.numeric["n"], [1, np.nan])
    assert again.links.entities == ("e",)
    if histories:
        assert again.hash == data.hash and again.user_table.fields["g"] == ("F", "M")
    else:
        assert again.users == () and len(again) == 0 and len(again.friends) == 0
        assert not any("F" in str(v) for v in document["user_fields"].values())
    plain = random_data()
    assert dataset_from(*dataset_parts(plain)).hash == plain.hash
