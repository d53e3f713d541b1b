"""Packed arrays come back to the last bit, are smaller, and damaged ones are refused."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from whyrec.core import BadArtefact, artefact
from whyrec.core.packed import FEWEST, pack, packable, unpack

KINDS = ["<i8", "<i4", ">i4", "<u2", "<u8", "<f4", "<f8", ">f4", "<i2", "|u1", "<f2"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS).flatmap(lambda kind: arrays.arrays(kind, st.integers(0, 300))))
def test_every_array_comes_back_to_the_last_bit(array):
    found = unpack(pack(array))
    assert found.dtype == array.dtype and found.tobytes() == array.tobytes()


def test_sorted_numbers_become_a_tenth():
    rng = np.random.default_rng(0)
    rows = [np.sort(rng.choice(9_000, 900, replace=False)) for _ in range(100)]
    columns = np.concatenate(rows)
    assert packable(columns) and len(pack(columns)) < columns.nbytes / 6
    noise = rng.random(FEWEST).astype(np.float32)
    assert len(pack(noise)) < 1.01 * noise.nbytes


def test_a_folder_with_packed_arrays_is_of_format_2(tmp_path):
    large, small = np.arange(FEWEST), np.arange(5)
    stored = {"large": large, "small": small, "square": np.zeros((300, 300))}
    folder = artefact.save(tmp_path / "m", artefact.Artefact({"name": "toy"}, stored))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["format_version"] == 2
    assert set(manifest["files"]) == {"large.packed", "small.npy", "square.npy"}
    for mapped in (False, True):
        found = artefact.load(folder, mapped=mapped).arrays
        assert all(np.array_equal(found[name], stored[name]) for name in stored)
    artefact.save(folder, artefact.Artefact({"name": "toy"}, {"small": small}))
    assert json.loads((folder / "manifest.json").read_text())["format_version"] == 1
    assert not list(folder.glob("*.packed"))
    artefact.save(folder, artefact.Artefact({"name": "toy"}, {"large": large}))
    path = next(folder.glob("*.packed"))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BadArtefact, match="sha256 differs"):
        artefact.load(folder)


def head(**changes) -> bytes:
    data = pack(np.arange(5))
    line, _, rest = data.partition(b"\n")
    return json.dumps(json.loads(line) | changes).encode() + b"\n" + rest


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}\n",
        head(dtype="O"),
        head(size=2**40),
        head(size=-1),
        head(size=6),
        head(planes=[]),
        head(planes=[[5, True]] * 8),
        json.dumps({"dtype": "|u1", "size": 9, "delta": False, "planes": [[1030, True]]}).encode()
        + b"\n"
        + zlib.compress(bytes(1_000_000)),
    ],
)
def test_what_is_no_packed_array_is_refused(data):
    with pytest.raises(Exception) as caught:
        unpack(data)
    assert not isinstance(caught.value, MemoryError)
