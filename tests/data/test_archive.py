"""Folders and zips: harmless ones are flat and whole, harmful ones are refused with a reason."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import DataError
from whyrec.data.readers.archive import MAX_MEMBERS, open_source


def pack(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(DataError) as error, open_source(path):
        pass
    return str(error.value)


def patched(path: Path, offset: int, form: str, *values: int) -> Path:
    """The zip with the fields at `offset` of its (only) central directory entry overwritten."""
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, data.index(b"PK\x01\x02") + offset, *values)
    path.write_bytes(data)
    return path


def test_zip_and_folder_are_the_same_source(tmp_path: Path) -> None:
    members = {
        "set/b.csv": b"2",
        "set/a.csv": b"1",
        "set/deep/c.csv": b"3",
        "set/.hidden": b"",
        "__MACOSX/x": b"",
    }
    for name, data in members.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(data)
    for path in (pack(tmp_path / "any.zip", members), tmp_path / "folder"):
        with open_source(path) as source:
            assert source.name == "set"
            assert source.names() == ["a.csv", "b.csv", "deep/c.csv"]
            assert [source.read(n) for n in source.names()] == [b"1", b"2", b"3"]
            assert source.find("C.CSV") == "deep/c.csv" and source.find("d.csv") is None
            with source.open("a.csv") as file:
                assert file.readline() == b"1"


def test_a_zip_without_a_folder_has_its_own_name(tmp_path: Path) -> None:
    with open_source(pack(tmp_path / "Mine.ZIP", {"a": b"", "d/b": b""})) as source:
        assert (source.name, source.names()) == ("Mine", ["a", "d/b"])


def test_a_file_in_two_folders_is_not_found_by_guess(tmp_path: Path) -> None:
    with open_source(pack(tmp_path / "z.zip", {"x/a": b"", "y/a": b""})) as source:
        assert source.find("a") is None and source.find("x/a") == "x/a"


@pytest.mark.parametrize(
    "name", ["../a", "d/../../a", "/etc/a", "C:/a", "c:\\a", "\\\\host\\a", "d\\..\\a"]
)
def test_names_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    message = refused(pack(tmp_path / "z.zip", {"good": b"", name: b"x"}))
    assert "must stay inside" in message and "z.zip" in message


def test_links_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("ratings.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "must not hold links; got 'ratings.csv'" in refused(tmp_path / "z.zip")


def test_a_member_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros.csv", "w") as file,
    ):
        for _ in range(120):
            file.write(bytes(1 << 20))
    message = refused(tmp_path / "z.zip")
    assert "over 200 times" in message and "zeros.csv" in message and "125,829,120" in message


def test_a_zip_over_8_gb_is_refused(tmp_path: Path) -> None:
    pack(tmp_path / "z.zip", {"big": b"0" * 10})
    data = bytearray((tmp_path / "z.zip").read_bytes())
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<II", data, entry + 20, 0xFFFF0000, 0xFFFF0000)
    end = data.index(b"PK\x05\x06")
    entries = data[entry:end] * 3  # three members of 4 GB each
    struct.pack_into("<HHI", data, end + 8, 3, 3, len(entries))
    (tmp_path / "z.zip").write_bytes(data[:entry] + entries + data[end:])
    assert "unpack to up to 8,589,934,592 bytes; got z.zip with 12,884,705,280" in refused(
        tmp_path / "z.zip"
    )


@pytest.mark.parametrize("declared", [10, 5000])
def test_a_member_that_lies_about_its_size_is_refused_while_reading(
    tmp_path: Path, declared: int
) -> None:
    path = patched(pack(tmp_path / "z.zip", {"a.csv": b"x" * 1000}), 24, "<I", declared)
    with (
        open_source(path) as source,
        pytest.raises(DataError, match=r"a\.csv in z\.zip must be whole and readable"),
    ):
        source.read("a.csv")


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    path = patched(pack(tmp_path / "z.zip", {"a.csv": b"1"}), 8, "<H", 1)
    assert "must not be encrypted; got 'a.csv' in z.zip" in refused(path)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for n in range(MAX_MEMBERS + 1):
            archive.writestr(str(n), b"")
    assert "10,000 members; got z.zip with 10,001" in refused(tmp_path / "z.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_given_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    assert "each name once; got 'a' twice" in refused(tmp_path / "z.zip")


def test_damage_is_told(tmp_path: Path) -> None:
    whole = pack(tmp_path / "z.zip", {"a.csv": bytes(range(256)) * 40}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-40])
    assert "must be a whole zip; got one that is cut short" in refused(tmp_path / "cut.zip")
    start = whole.index(b"a.csv") + 5
    (tmp_path / "bad.zip").write_bytes(whole[: start + 20] + b"\xff" * 30 + whole[start + 50 :])
    with (
        open_source(tmp_path / "bad.zip") as source,
        pytest.raises(DataError, match="must be whole and readable"),
    ):
        source.read("a.csv")


def test_what_is_no_source_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("hello")
    assert "text.zip, which is neither" in refused(tmp_path / "text.zip")
    assert "which is not there" in refused(tmp_path / "none.zip")


def test_a_file_over_the_limit_or_absent_is_told(tmp_path: Path) -> None:
    with open_source(pack(tmp_path / "z.zip", {"a": b"12345"})) as source:
        assert source.read("a", limit=5) == b"12345"
        with pytest.raises(DataError, match="a in z.zip must not be larger than 4 bytes; got 5"):
            source.read("a", limit=4)
        with pytest.raises(DataError, match=r"z.zip must hold b; got a\."):
            source.read("b")


def test_a_zip_in_a_zip_stays_closed(tmp_path: Path) -> None:
    inner = pack(tmp_path / "inner.zip", {"ratings.csv": b"1"}).read_bytes()
    with open_source(pack(tmp_path / "outer.zip", {"inner.zip": inner})) as source:
        assert source.names() == ["inner.zip"]


@settings(max_examples=200, deadline=None)
@given(cut=st.integers(0, 400), noise=st.binary(min_size=1, max_size=8), at=st.integers(0, 400))
def test_no_damaged_zip_raises_anything_but_bad_data(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes, at: int
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    whole = pack(folder / "z.zip", {"d/a.csv": b"1,2\n" * 50, "d/b.csv": b"3"}).read_bytes()
    damaged = (whole[:at] + noise + whole[at + len(noise) :])[: len(whole) - cut % 50]
    (folder / "z.zip").write_bytes(damaged)
    try:
        with open_source(folder / "z.zip") as source:
            for name in source.names():
                assert len(source.read(name)) <= 1000
    except DataError as error:
        assert "zip" in str(error)
