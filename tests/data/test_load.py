"""The dispatcher: every form is recognised by what is inside, and what fits none is told what is near."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from whyrec.core import ArgumentError, DataError
from whyrec.core.verbs import verb_of
from whyrec.data.load import FORMS, load, recognise
from whyrec.data.readers.archive import open_source
from whyrec.data.registry import KNOWN

EVENTS = b"user,item,time\na,x,2\nb,y,1\n"


def failure(source: str | Path) -> str:
    with pytest.raises(DataError) as error:
        load(source)
    return str(error.value)


def put(folder: Path, *names: str, data: bytes = b"x") -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("form", FORMS, ids=[f.name for f in FORMS])
def test_a_form_is_told_by_its_files_whatever_the_path(tmp_path: Path, form: object) -> None:
    assert any(form is known for known in FORMS)
    names = [f.replace("*.inter", "a.inter").replace("*", "csv") for f in form.files]  # type: ignore[attr-defined]
    with open_source(put(tmp_path / "ml-100k", *names, "README")) as source:
        assert recognise(source) is form


def test_the_plain_form_in_a_folder_and_a_zip(tmp_path: Path) -> None:
    folder = put(tmp_path / "mine", "events.csv", data=EVENTS)
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.write(folder / "events.csv", "mine/events.csv")
    first, second = load(folder).data, load(tmp_path / "packed.zip").data
    assert first.hash == second.hash and first.name == second.name == "mine"
    assert first.users == ("a", "b") and first.clock is False


def test_one_file_with_columns(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b"who,what\na,x\n")
    data = load(tmp_path / "log.csv", columns={"user": "who", "item": "what"}, domain="shop").data
    assert (data.users, data.items, data.domain) == (("a",), ("x",), "shop")


def test_a_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("create table events (user text, item text)")
        connection.execute("insert into events values ('a', 'x')")
    connection.close()
    assert load(f"sqlite:///{tmp_path / 'shop.db'}").data.users == ("a",)


def test_the_built_in_world_is_the_same_each_time() -> None:
    first, second = load("films").data, load("films").data
    assert first.hash == second.hash and first.domain == "film" and len(first) > 1000


def test_the_domain_and_the_verb_can_be_said(tmp_path: Path) -> None:
    assert load(put(tmp_path / "ml-own", "events.csv", data=EVENTS)).data.domain == "other"
    said = load(tmp_path / "ml-own", domain="book", verb="bought").data
    assert (said.domain, said.verb) == ("book", "bought")
    films = load("films").data  # the world says what it holds; another domain takes its own verb
    assert (films.domain, verb_of(films.verb, films.domain)) == ("film", "watched")
    assert verb_of("", load("films", domain="shop").data.domain) == "bought"


@pytest.mark.parametrize(("name", "value"), [("domain", "cars"), ("verb", "juggled")])
def test_an_unknown_domain_or_verb_is_refused_with_the_list(name: str, value: str) -> None:
    with pytest.raises(ArgumentError, match=rf"--{name} must be one of .*; got '{value}'"):
        load("films", **{name: value})


def test_columns_must_be_those_of_a_table(tmp_path: Path) -> None:
    folder = put(tmp_path / "mine", "events.csv", data=EVENTS)
    with pytest.raises(ArgumentError, match="columns go with one CSV or Parquet file"):
        load("films", columns={"user": "who"})
    with pytest.raises(DataError, match=r"must have the columns who, item; got events.csv \(user"):
        load(folder, columns={"user": "who"})
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("create table clicks (who text, item text)")
        connection.execute("insert into clicks values ('a', 'x')")
    connection.close()
    for source in (f"sqlite:///{tmp_path / 'shop.db'}", tmp_path / "shop.db"):
        assert load(source, columns={"user": "who"}).data.users == ("a",)
        with pytest.raises(DataError, match="needs a table 'events'; got clicks"):
            load(source, columns={"user": "whom"})


def test_what_fits_no_form_is_told_the_nearest(tmp_path: Path) -> None:
    text = failure(put(tmp_path / "a", "ratings.csv"))
    assert (
        "got ratings.csv. Fix: the nearest is MovieLens latest, which needs movies.csv too" in text
    )
    assert all(form.name in text for form in FORMS)
    assert "the nearest is the plain form, which needs events.* too" in failure(
        put(tmp_path / "b", "event.csv")
    )
    assert "got no files" in failure(put(tmp_path / "c"))


def test_a_zip_of_zips_is_not_opened(tmp_path: Path) -> None:
    inner = put(tmp_path / "in", "events.csv", data=EVENTS)
    shutil.make_archive(str(tmp_path / "inner"), "zip", inner)
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    assert "got inner.zip" in failure(tmp_path / "outer.zip")


def test_a_folder_of_several_sets_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "both", "u.data", "u.item", "events.csv")
    assert (
        "must hold one data set; got both with files of MovieLens 100K and of the plain form"
        in failure(tmp_path / "both")
    )


def test_what_is_not_there_is_told_the_nearest_name() -> None:
    assert "'fims', which is not there. Fix: did you mean 'films'?" in failure("fims")
    assert "did you mean 'ml-1m'?" in failure("ml-1mm")
    assert "'/no/such/folder', which is not there. Fix: check the path" in failure(
        "/no/such/folder"
    )


def test_a_known_name_is_looked_for_but_not_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHYREC_DATA", str(tmp_path))
    monkeypatch.setenv("WHYREC_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for name in KNOWN:
        assert f"run: whyrec data get {name}" in failure(name)
    put(tmp_path / "ml-1m", "events.csv", data=EVENTS)
    assert len(load("ml-1m").data) == 2


def test_damaged_archives_are_bad_data(tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 and no more")
    assert "must be a whole zip" in failure(tmp_path / "cut.zip")
    (tmp_path / "empty.zip").write_bytes(b"")
    assert "empty.zip, which is neither" in failure(tmp_path / "empty.zip")
    with zipfile.ZipFile(tmp_path / "nothing.zip", "w"):
        pass
    assert "got no files" in failure(tmp_path / "nothing.zip")


@pytest.mark.parametrize(
    "name, events, users, items, domain",
    [
        ("ml-1m-order.zip", 999_601, 6_040, 3_416, "other"),
        ("amazon-games.zip", 440_264, 50_546, 16_859, "other"),
        ("amazon-beauty.zip", 198_502, 22_363, 12_101, "other"),
    ],
)
def test_real_plain_sets(
    real_data: Callable[[str], Path], name: str, events: int, users: int, items: int, domain: str
) -> None:
    data = load(real_data(name)).data
    assert (len(data), data.n_users, data.n_items, data.domain, data.clock) == (
        events,
        users,
        items,
        domain,
        False,
    )
