"""Stored parts come back the same, damaged ones are refused, and a crash never mixes old and new."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from scipy import sparse

from tests.toys import random_data
from whyrec.core import (
    ArgumentError,
    BadArtefact,
    Dataset,
    ItemTable,
    Links,
    UnknownNameError,
    UserTable,
)
from whyrec.core.artefact import (
    Artefact,
    _seal,
    dataset_from,
    dataset_parts,
    load,
    model_config,
    model_parts,
    restore,
    save,
)


@pytest.fixture
def folder(tmp_path):
    made = Artefact({"name": "toy"}, {"w": np.arange(6.0).reshape(2, 3)}, {"words": ["é", "影"]})
    return save(tmp_path / "m", made)


def edit(folder, **changes):
    """A forged manifest: changed, and sealed again."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text()) | changes
    del manifest["sha256"]
    path.write_text(json.dumps(manifest | {"sha256": _seal(manifest)}))


def forge(folder, name, data):
    """A file with a right hash, whatever it holds."""
    (folder / f"x-{'0' * 16}.npy").write_bytes(data)
    edit(
        folder,
        files={name: {"file": f"x-{'0' * 16}.npy", "sha256": hashlib.sha256(data).hexdigest()}},
    )


def test_round_trip(folder):
    found = load(folder)
    assert found.header["name"] == "toy"
    np.testing.assert_array_equal(found.arrays["w"], np.arange(6.0).reshape(2, 3))
    assert found.documents["words"] == ["é", "影"]
    assert set(found.header["versions"]) == {"python", "numpy", "scipy"}


def test_mapped_arrays_are_the_same_and_are_not_copied(tmp_path):
    data = random_data()
    arrays, document = dataset_parts(data)
    save(tmp_path, Artefact({}, arrays | {"none": np.zeros((0, 2), np.int32)}, {"table": document}))
    found = load(tmp_path, mapped=True)
    made = dataset_from(found.arrays, found.documents["table"])
    assert made.hash == data.hash and found.arrays["none"].shape == (0, 2)
    assert np.shares_memory(made.user, found.arrays["user"]) and not made.user.flags.writeable
    writable = np.load(next(tmp_path.glob("user-*.npy")), mmap_mode="c")
    assert not np.shares_memory(
        Dataset(writable, data.item, data.value, data.time, data.users, data.items).user, writable
    )


def test_a_changed_file_is_not_mapped(folder):
    path = next(folder.glob("w-*.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(BadArtefact, match="is not the file that was saved: its sha256 differs"):
        load(folder, mapped=True)


def test_saving_again_leaves_no_old_file(folder):
    save(folder, Artefact({}, {"w": np.zeros(1)}))
    assert sorted(p.suffix for p in folder.iterdir()) == [".json", ".npy"]
    assert load(folder).arrays["w"].tolist() == [0]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda f: (f / "manifest.json").unlink(),
            "is no model folder: it has no manifest.json. Fix: give the folder",
        ),
        (lambda f: (f / "manifest.json").write_text("{"), "manifest.json cannot be read"),
        (lambda f: (f / "manifest.json").write_text("[]"), "is not a whyrec manifest"),
        (lambda f: edit(f, format="other"), "is not a whyrec manifest"),
        (
            lambda f: edit(f, format_version=99),
            "has format 99; this whyrec reads up to 2. Fix: pip install --upgrade",
        ),
        (
            lambda f: edit(f, files={"w.npy": {"file": f"../w-{'0' * 16}.npy", "sha256": "0"}}),
            "none of its own: '../w-0",
        ),
        (
            lambda f: edit(f, files={"w.npy": {"file": "/etc/passwd", "sha256": "0"}}),
            "none of its own: '/etc/passwd'. Do not use",
        ),
        (lambda f: edit(f, files={"w.npy": {"file": "w\0.npy", "sha256": "0"}}), "none of its own"),
        (lambda f: next(f.glob("w-*")).unlink(), "lacks its file w-.*.npy. Fix: copy"),
        (
            lambda f: (f / "manifest.json").write_text(
                (f / "manifest.json").read_text().replace('"toy"', '"joy"')
            ),
            "json is damaged",
        ),
        (lambda f: (f / "manifest.json").write_text("[" * 100_000), "manifest.json cannot be read"),
        (lambda f: edit(f, format_version=0), "is damaged"),
        (lambda f: edit(f, files=3), "is damaged"),
        (lambda f: edit(f, files={"w.npy": 3}), "is damaged"),
        (lambda f: edit(f, format_version="x"), "is damaged"),
        (
            lambda f: next(f.glob("w-*")).write_bytes(b"\0"),
            "is not the file that was saved: its sha256 differs",
        ),
    ],
)
def test_damage_is_named(folder, damage, message):
    damage(folder)
    with pytest.raises(BadArtefact, match=message):
        load(folder)


def test_a_file_with_the_right_hash_but_no_array(folder):
    whole = next(folder.glob("w-*")).read_bytes()
    for name, data in (
        ("w.npy", b"no array"),
        ("w.npy", whole[:-3]),
        ("w.npy", whole[:20]),
        ("w.npy", b"PK\3\4"),
        ("w.npy", whole.replace(b"(2, 3)", b"(2, (3")),
        ("words.json", b"{"),
        ("words.json", b"[" * 100_000),
    ):
        forge(folder, name, data)
        with pytest.raises(BadArtefact, match="x-0.*npy cannot be read"):
            load(folder)


def test_pickled_objects_are_never_loaded(folder):
    buffer = io.BytesIO()
    np.save(buffer, np.array([{}], object), allow_pickle=True)
    forge(folder, "w.npy", buffer.getvalue())
    with pytest.raises(BadArtefact, match="cannot be read: Object arrays cannot be loaded"):
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
    else:  # white space of the manifest: all that was saved is still there
        assert path.name == "manifest.json"
        assert found.header["name"] == "toy" and found.documents == original.documents
        assert found.arrays["w"].tolist() == original.arrays["w"].tolist()
    finally:
        shutil.rmtree(folder)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: (
        st.lists(part, max_size=2)
        | st.dictionaries(st.sampled_from(["file", "sha256", "w.npy", "x"]), part, max_size=3)
    ),
    max_leaves=6,
)


@given(data=st.data())
@settings(deadline=None, max_examples=80)
def test_any_forged_manifest_is_refused_or_read(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("m")
    save(folder, Artefact({"name": "toy"}, {"w": np.arange(4.0)}))
    entry = json.loads((folder / "manifest.json").read_text())["files"]["w.npy"]
    key = data.draw(
        st.sampled_from(["format", "format_version", "files", "versions", "entry", "field"])
    )
    value = data.draw(ANYTHING)
    if key == "entry":
        edit(folder, files={data.draw(st.text(max_size=4)): value})
    elif key == "field":
        edit(folder, files={"w.npy": entry | {data.draw(st.sampled_from(sorted(entry))): value}})
    else:
        edit(folder, **{key: value})
    with contextlib.suppress(BadArtefact):
        assert set(load(folder).arrays) <= {"w"}
    shutil.rmtree(folder)


@given(data=st.data())
@settings(deadline=None, max_examples=80)
def test_forged_array_files_are_refused_or_read(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("m")
    save(folder, Artefact({}, {"w": np.arange(4.0)}))
    content = bytearray(next(folder.glob("w-*")).read_bytes())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[at] = data.draw(st.integers(0, 255))
    forge(folder, "w.npy", bytes(content[: data.draw(st.integers(0, len(content)))]))
    with contextlib.suppress(BadArtefact):
        assert isinstance(load(folder).arrays["w"], np.ndarray)
    shutil.rmtree(folder)


def test_what_cannot_be_saved(tmp_path):
    with pytest.raises(ArgumentError, match="only plain arrays can be saved; got dtype object"):
        save(tmp_path / "a", Artefact({}, {"w": np.array([{}])}))
    with pytest.raises(
        ArgumentError, match="must be JSON's own types; got Object of type set is not JSON"
    ):
        save(tmp_path / "b", Artefact({"config": {1, 2}}))
    assert not (tmp_path / "a").exists() and not (tmp_path / "b").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").touch()
    with pytest.raises(
        ArgumentError,
        match="a new, empty or earlier model folder; got .*mine. Fix: choose another --out",
    ):
        save(tmp_path / "mine", Artefact({}))
    with pytest.raises(ArgumentError, match="a new, empty or earlier"):
        save(tmp_path / "mine" / "thesis.doc", Artefact({}))


@pytest.mark.parametrize("name", ["config.json", "embeddings.npy", "manifest.json"])
@pytest.mark.parametrize("content", ["{}", "[]", "{"])
def test_a_folder_of_other_peoples_files_is_left_alone(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(ArgumentError, match="a new, empty or earlier"):
        save(tmp_path, Artefact({}, {"w": np.zeros(1)}))
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [(name, content)]


def test_files_put_beside_an_artefact_stay(folder):
    (folder / "notes.json").write_text("mine")
    save(folder, Artefact({}, {"w": np.zeros(1)}))
    assert (folder / "notes.json").read_text() == "mine"


@given(name=st.text(max_size=100))
@example(name="/")
@settings(deadline=None, max_examples=40)
def test_any_name_can_be_saved(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("m")
    name = name.encode("utf-8", "ignore").decode()
    save(folder, Artefact({}, {"numeric." + name: np.ones(1)}, {name + "/../x": {"1": name}}))
    found = load(folder)
    assert list(found.arrays) == ["numeric." + name]
    assert found.documents == {name + "/../x": {"1": name}}
    shutil.rmtree(folder)


def test_number_keys_are_sealed_as_they_are_read(tmp_path):
    save(tmp_path, Artefact({"values": {1: "a", 10: "b", 2: "c"}}))
    assert load(tmp_path).header["values"] == {"1": "a", "10": "b", "2": "c"}


def test_remains_of_a_first_save_are_overwritten(tmp_path):
    (tmp_path / f"w-{'0' * 16}.npy.new").touch()
    save(tmp_path, Artefact({}, {"w": np.ones(2)}))
    assert load(tmp_path).arrays["w"].tolist() == [1, 1]
    assert not list(tmp_path.glob("*.new"))


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

class Half:
    # a file of which a write may leave only the first half
    def __init__(self, file):
        self.file = file
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self.file.close()
    def write(self, data):
        self.file.write(data[:len(data) // 2])
        self.file.flush()
        dying(self.file.write)(data[len(data) // 2:])
    def __getattr__(self, name):
        return getattr(self.file, name)

real_open = artefact.Path.open

def half_open(path, mode="r", *rest, **named):
    file = real_open(path, mode, *rest, **named)
    return Half(file) if mode == "wb" else file

artefact.Path.open = dying(half_open)
os.fsync, os.replace, artefact.Path.unlink = dying(os.fsync), dying(os.replace), dying(artefact.Path.unlink)
artefact.save(sys.argv[1], artefact.Artefact(
    {"name": "new"}, {"a": np.ones(3), "b": np.ones(2), "same": np.arange(9)}, {"d": "new"}))
"""


# One interpreter that has imported once; each step is a fork of it that is killed.
FORKS = """
import os, sys
from pathlib import Path
import whyrec.core.artefact
for step in range(99):
    child = os.fork()
    if not child:
        code, sys.argv[1:] = sys.argv[2], [str(Path(sys.argv[1]) / str(step)), str(step)]
        exec(code)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    print(status, flush=True)
    if status == 0:
        break
"""


def test_a_kill_at_any_step_leaves_the_old_or_the_new(tmp_path):
    old = Artefact(
        {"name": "old"}, {"a": np.zeros(3), "c": np.zeros(1), "same": np.arange(9)}, {"d": "old"}
    )
    for step in range(99):
        save(tmp_path / str(step), old)
    done = subprocess.run(
        [sys.executable, "-c", FORKS, str(tmp_path), KILLED],
        check=True,
        capture_output=True,
        text=True,
    )
    *killed, last = map(int, done.stdout.split())
    assert last == 0 and killed and all(os.WTERMSIG(status) == signal.SIGKILL for status in killed)
    seen = []
    for step in range(len(killed) + 1):
        found = load(tmp_path / str(step))
        name = found.header["name"]
        assert found.documents["d"] == name
        assert set(found.arrays) == ({"a", "c", "same"} if name == "old" else {"a", "b", "same"})
        assert found.arrays["a"].tolist() == ([0, 0, 0] if name == "old" else [1, 1, 1])
        seen.append(name)
    assert seen == sorted(seen, reverse=True), "once swapped, the new one stays"
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


@pytest.mark.parametrize("lacking", ["sparse_.data", "sparse_.indptr"])
def test_parts_that_do_not_fit_are_a_bad_artefact(lacking):
    arrays, values = model_parts(Learner().fit())
    with pytest.raises(
        BadArtefact, match=f"the stored parts of the model do not fit together .*{lacking}"
    ):
        restore(Learner(), {k: v for k, v in arrays.items() if k != lacking}, values)
    arrays, document = dataset_parts(random_data())
    with pytest.raises(
        BadArtefact, match="the stored parts of the data do not fit together .*title"
    ):
        dataset_from(arrays, {k: v for k, v in document.items() if k != "title"})
    with pytest.raises(BadArtefact, match="the data do not fit together .*equally many users"):
        dataset_from(arrays | {"time": arrays["time"][1:]}, document)


@pytest.mark.parametrize("histories", [True, False])
def test_a_dataset_comes_back(histories):
    data = Dataset(
        [0, 1],
        [1, 0],
        [1, 2],
        [3, 4],
        ["a", "b"],
        ["x", "y"],
        ItemTable(
            ("X", "Y"),
            ("t", ""),
            (("c",), ()),
            {"f": (("1", "2"), ())},
            {"n": [1, np.nan]},
            {"v": np.eye(2)},
        ),
        UserTable({"g": ("F", "M")}, {"age": [1, 2]}),
        Links(["e"], ["r"], [0], [0], [0], [0, -1]),
        [[0, 1]],
        "toy",
        "book",
        False,
    )
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


def test_a_model_within_that_is_not_installed_is_named_as_such():
    """The name is wrong, not the parts."""

    class Outer:
        def part(self, name, config):
            raise UnknownNameError("model", "fading", ["ease"])

    with pytest.raises(UnknownNameError, match="unknown model 'fading'"):
        restore(Outer(), {}, {"inner": {"within": {}, "config": {"model": "fading"}}})
