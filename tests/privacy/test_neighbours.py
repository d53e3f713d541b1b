"""Pairs of data sets that differ by one person: nothing that a private model saves tells them apart but its noise.

Each pair is read from files, fitted with the same noise and saved; then the folders must be equal to the byte wherever no noise
is, and nothing in them may be a label, a count or an order that this one person caused.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np
import polars as pl
import pytest

from bench.trust.neighbours import SMALL
from tests.serve.helpers import served
from whyrec import api, public, storage, workflows
from whyrec.core import ArgumentError, Dataset
from whyrec.core.artefact import load
from whyrec.privacy.noise import Seeded
from whyrec.privacy.perturb import perturb

NAMES = ["private", "private-sequence"]
SETTINGS = {name: settings | {"reproducible": True} for name, settings in SMALL.items()}
NOISY = ("model.",)  # arrays that hold noise


def table(people, seed):
    """Events of everybody but the one who comes or goes; no names or numbers of theirs are like that one's."""
    rng = np.random.default_rng(seed)
    return [
        (f"u{person:02d}", f"i{item:02d}", 1, 1_700_000_000 + 100 * (9 * person + place), "view")
        for person in range(people)
        for place, item in enumerate(rng.permutation(12)[:6])
    ]


def alone(kind):
    """The events of one person, each of a kind that could show in some field of a folder."""
    when = 1_699_999_999  # before all others, so that their items are the first to appear
    return {
        "a label of their own": [("zoe", "hiv-test-kit", 1, when, "view")] * 3,
        "another order": [("zoe", f"i{n:02d}", 1, when, "view") for n in (11, 3, 7)],
        "another kind": [("zoe", f"i{n:02d}", 1, when, "purchase") for n in (1, 2)],
        "other values": [("zoe", "i04", 417, when, "view"), ("zoe", "i05", 0.5, when, "view")],
        "no clock": [("zoe", f"i{n:02d}", 1, 7 + n, "view") for n in range(3)],
        "a choice twice": [("zoe", "i03", 1, when + n, "view") for n in range(2)],
        "dislikes": [("zoe", f"i{n:02d}", -1, when, "view") for n in (2, 5)],
        "every item": [("zoe", f"i{n:02d}", 1, when, "view") for n in range(12)],
    }[kind]


KINDS = [
    "a label of their own",
    "another order",
    "another kind",
    "other values",
    "no clock",
    "a choice twice",
    "dislikes",
    "every item",
]


def written(folder, rows, *, items=True):
    folder.mkdir(parents=True)
    columns = ["user", "item", "value", "time", "kind"]
    pl.DataFrame(rows, schema=columns, orient="row", strict=False).write_csv(folder / "events.csv")
    if items:
        labels = [f"i{n:02d}" for n in range(12)] + ["never-chosen"]
        kinds = ["drama" if n % 2 else "comedy" for n in range(13)]
        frame = pl.DataFrame({"item": labels, "categories": kinds, "year": [*range(1990, 2003)]})
        frame.write_csv(folder / "items.csv")
    users = pl.DataFrame({"user": sorted({row[0] for row in rows})})
    users.with_columns(city=pl.lit("nowhere")).write_csv(folder / "users.csv")
    return folder


def neighbours(tmp_path, kind, seed=0):
    """Two folders of one name, without and with that person."""
    rows = table(30, seed)
    return written(tmp_path / "without/shop", rows), written(
        tmp_path / "with/shop", alone(kind) + rows
    )


def public_part(folder):
    """{what: value} of all in a folder that holds no noise, and the sizes of all files."""
    stored = load(folder)
    header = json.loads(json.dumps(dict(stored.header), sort_keys=True))
    for made_by_files in ("sha256", "files", "created", "versions"):
        header.pop(made_by_files, None)
    found = {"header": header, "documents": stored.documents}
    for name, array in stored.arrays.items():
        shape = (array.shape, str(array.dtype))
        digest = "" if name.startswith(NOISY) else hashlib.sha256(array.tobytes()).hexdigest()
        found[name] = shape, digest
    names = sorted(path.name.split("-")[0] for path in folder.iterdir())
    sizes = sorted(path.stat().st_size for path in folder.iterdir() if path.suffix == ".npy")
    return found | {"file names": names, "sizes of arrays": sizes}


def told(folder):
    """All bytes of a folder, arrays as text too."""
    text = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    return text.decode("utf-8", "replace")


def saved(how, name, data, out):
    """Save a private model of these data in one of the ways that exist."""
    if how == "fit":
        workflows.fit(data, name, out, config=SETTINGS[name], histories=False)
    elif how == "a file":
        listing = data / "items.csv"
        workflows.fit(data, name, out, config=SETTINGS[name], histories=False, catalogue=listing)
    elif how == "save":
        read = api.load(data, catalogue="own")
        public.fit(name, read, **SETTINGS[name]).save(out, histories=False)
    elif how == "save again":  # of a folder with histories
        workflows.fit(data, name, out.with_name("whole"), config=SETTINGS[name])
        public.open(out.with_name("whole")).save(out, histories=False)
    elif how == "service":
        workflows.fit(data, name, out.with_name("whole"), config=SETTINGS[name])
        with served(out.with_name("service"), model=out.with_name("whole")) as made:
            root = made.service.registry.root
            [version] = [path for path in root.iterdir() if path.is_dir()]
            version.rename(out)
            [row] = made.json("GET", "/v1/models")["models"]
            (out.parent / "row.json").write_text(
                json.dumps({k: row[k] for k in ("trained_to", "data_hash", "metrics") if k in row})
            )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_person_shows_in_a_folder(tmp_path, name, kind):
    if name == "private-sequence":
        pytest.importorskip("opacus")
    found = []
    for data in neighbours(tmp_path, kind):
        out = data.parent / "model"
        saved("fit", name, data, out)
        found.append(public_part(out))
    assert found[0] == found[1]
    text = told(tmp_path / "with/model")
    assert "hiv-test-kit" not in text and "zoe" not in text and "u07" not in text
    privacy = storage.open_fitted(tmp_path / "with/model").model.privacy_
    counts = {30, 31, 180, 181, 182, 183, 192}  # people, and events, with and without
    numbers = [v for row in [privacy, *privacy["releases"]] for v in row.values()]
    assert not [v for v in numbers if type(v) in (int, float) and v in counts]


@pytest.mark.parametrize("how", ["a file", "save", "save again", "service"])
def test_no_way_of_saving_shows_more(tmp_path, how):
    found = []
    for data in neighbours(tmp_path, "a label of their own"):
        out = data.parent / "model"
        saved(how, "private", data, out)
        found.append(public_part(out))
        row = data.parent / "row.json"
        found[-1]["row"] = row.read_text() if row.exists() else ""
    assert found[0] == found[1]
    assert "hiv-test-kit" not in told(tmp_path / "with/model")


def test_the_other_ways_of_saving_are_refused(tmp_path):
    _, data = neighbours(tmp_path, "every item")
    workflows.fit(data, "private", tmp_path / "m", config=SETTINGS["private"])
    for refused in (
        lambda: workflows.update(tmp_path / "m", data, tmp_path / "x"),
        lambda: workflows.forget(tmp_path / "m", "zoe", tmp_path / "x"),
        lambda: workflows.compress(tmp_path / "m", tmp_path / "x"),
        lambda: workflows.extend(tmp_path / "m", data / "items.csv", tmp_path / "x"),
    ):
        with pytest.raises(ArgumentError):
            refused()
    assert not (tmp_path / "x").exists()


def test_a_seed_makes_the_same_folder_of_both_if_the_noise_could_hide_it(tmp_path):
    """The control: a model that is not private is told apart, so the comparison can fail."""
    found = []
    for data in neighbours(tmp_path, "a label of their own"):
        workflows.fit(data, "ease", data.parent / "model", histories=False)
        found.append(public_part(data.parent / "model"))
    assert found[0] != found[1] and "hiv-test-kit" in told(tmp_path / "with/model")


@pytest.mark.parametrize("seed", range(5))
def test_a_released_vocabulary_shows_nobody(tmp_path, seed):
    """Without a list, the labels are released: with the same noise, one person's own label is in neither folder."""
    own = alone("a label of their own") + alone("another kind")
    found = []
    for n, rows in enumerate((table(400, seed), own + table(400, seed))):
        data = written(tmp_path / f"{n}/shop", rows, items=False)
        out = tmp_path / f"{n}/model"
        workflows.fit(
            data,
            "private",
            out,
            config=SETTINGS["private"] | {"epsilon": 8.0},
            histories=False,
            catalogue="release",
            seed=seed,
        )
        found.append(public_part(out))
    assert "hiv-test-kit" not in told(tmp_path / "1/model")
    assert found[0]["documents"]["table"]["items"] == [f"i{n:02d}" for n in range(12)]
    assert found[0]["documents"] == found[1]["documents"]


def test_reports_differ_in_the_bits_of_one_person_alone(tmp_path):
    """With the same coins, the report of a person who chose another item differs in two bits, and all else is equal."""
    base = api.load(written(tmp_path / "d", table(30, 0)), catalogue="own")
    moved = int(np.flatnonzero(base.user == 5)[0])
    free = int(np.setdiff1d(np.arange(12), base.item[base.user == 5])[0])
    item = base.item.copy()
    item[moved] = free
    other = Dataset(
        base.user, item, base.value, base.time, base.users, base.items, base.item_table,
        catalogue=base.catalogue,
    )  # fmt: skip
    one, two = (perturb(data, 1.0, random=Seeded(7)) for data in (base, other))
    pairs = [set(zip(part.user.tolist(), part.item.tolist(), strict=True)) for part in (one, two)]
    assert {user for user, _ in pairs[0] ^ pairs[1]} == {5} and len(pairs[0] ^ pairs[1]) == 2
    for part in (one, two):
        assert (part.users, part.items) == (base.users, base.items)
        assert not part.user_table.fields and part.order == "none"
