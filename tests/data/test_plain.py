"""The plain form, as a folder and as a zip."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from whyrec.core import DataError
from whyrec.data.formats.plain import is_plain, load_plain

TABLES = {
    "events.csv": "user,item,value,time,kind\nann,1,5,1600000000,rating\n"
    "bob,2,3,1600000050,rating\nann,2,,1600000040,view\n",
    "items.csv": "item,title,description,genres,price,maker,cast,code\n"
    '1," Red, the film",A red one.,"Drama, Crime",9.5,Acme,Ann|Bob,007\n'
    "2,Blue,,Comedy,,Best,Ann,8\n3,Old,,,1,,,9\n",
    "users.csv": "user,gender,age\nbob,M,30\nann,F,\n",
    "links.csv": "head,relation,tail\n1,directed_by,Lee\n2,directed_by,Lee\n",
    "friends.csv": "user,friend\nann,bob\n",
}


def folder(path: Path, tables: dict[str, str] = TABLES) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def test_a_folder_with_every_table(tmp_path: Path) -> None:
    loaded = load_plain(folder(tmp_path / "films"))
    data, table = loaded.data, loaded.data.item_table
    assert (data.name, data.domain, data.clock) == ("films", "other", True)
    assert [(data.users[u], data.items[i]) for u, i in zip(data.user, data.item, strict=True)] == [
        ("ann", "1"),
        ("ann", "2"),
        ("bob", "2"),
    ]
    assert data.value.tolist() == [5, 1, 3]
    assert table.title == ("Red, the film", "Blue")
    assert table.text == ("A red one.", "")
    assert table.categories == (("Drama", "Crime"), ("Comedy",))
    assert table.fields == {
        "maker": (("Acme",), ("Best",)),
        "cast": (("Ann", "Bob"), ("Ann",)),
        "code": (("007",), ("8",)),
    }
    assert table.numeric["price"].tolist()[0] == 9.5
    assert (
        data.user_table.fields == {"gender": ("F", "M")} and data.user_table.numeric["age"][1] == 30
    )
    assert data.links is not None and data.links.item_entity.tolist() == [0, 1]
    assert data.friends.tolist() == [[0, 1]]
    assert [s.name for s in loaded.steps] == [
        "read events",
        "set missing values to 1",
        "leave out items without events",
        "read links",
        "count weak choices",
    ]


def test_zip_parquet_and_folder_give_the_same(tmp_path: Path) -> None:
    plain = folder(tmp_path / "films")
    packed = tmp_path / "films.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in plain.iterdir():
            archive.write(file, f"films/{file.name}")
    columns = folder(tmp_path / "columns" / "films")
    for file in list(columns.iterdir()):
        pl.read_csv(file, infer_schema=False).write_parquet(file.with_suffix(".parquet"))
        file.unlink()
    of_folder, of_zip, of_parquet = (load_plain(p).data for p in (plain, packed, columns))
    assert of_folder.hash == of_zip.hash == of_parquet.hash
    assert (
        of_folder.item_table.categories
        == of_zip.item_table.categories
        == of_parquet.item_table.categories
    )
    assert of_zip.name == "films"


def test_times_may_be_dates(tmp_path: Path) -> None:
    data = load_plain(
        folder(
            tmp_path, {"events.csv": "user,item,time\na,x,2020-01-02T00:00:00Z\na,y,2020-01-01\n"}
        )
    ).data
    assert [data.items[i] for i in data.item] == ["y", "x"]
    assert data.time.tolist() == [1577836800, 1577923200]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            {"ratings.csv": "user,item\n1,2\n"},
            "needs events.csv or events.parquet; got .* with ratings.csv",
        ),
        (
            {"events.csv": "user,item\n1,2\n", "events.tsv": "user\titem\n1\t2\n"},
            "hold each table once; got events.csv and events.tsv",
        ),
        (
            {"events.csv": "user,thing\n1,2\n"},
            "events.csv needs the column 'item'; got the columns user, thing",
        ),
        (
            {"events.csv": "user,item\n1,2\n", "items.csv": "id,title\n2,x\n"},
            "items.csv needs the column 'item'",
        ),
        (
            {"events.csv": "user,item\n1,2\n", "links.csv": "head,tail\n2,x\n"},
            "links.csv needs the column 'relation'",
        ),
        (
            {"events.csv": "user,item,value\n1,2,good\n"},
            "must hold finite numbers; got 'good' in row 1",
        ),
        (
            {"events.csv": "user,item,time\n1,2,12/1/2009 8:26\n"},
            "must hold Unix seconds or dates; got '12/1/2009 8:26' in row 1",
        ),
        ({"events.csv": "user,item\n"}, "events.csv must hold rows; got a header only"),
        ({"events.csv": ""}, "events.csv must hold a table; got an empty file"),
        (
            {"events.csv": "user,item\n1,2\n", "items.csv": "item,title\n2,x\n2,y\n"},
            "got item '2' in rows 1, 2",
        ),
    ],
)
def test_wrong_folders_are_refused(tmp_path: Path, tables: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_plain(folder(tmp_path, tables))


def test_latin_1_items_are_said(tmp_path: Path) -> None:
    folder(tmp_path, {"events.csv": "user,item\n1,2\n"})
    (tmp_path / "items.csv").write_bytes("item,title\n2,Amélie\n".encode("latin-1"))
    loaded = load_plain(tmp_path)
    assert loaded.data.item_table.title == ("Amélie",)
    assert loaded.steps[0].name == "read items.csv as latin-1"


@pytest.mark.parametrize(
    ("kinds", "verb", "values"),
    [
        (["rating", "rating"], "rated", "rating"),
        (["View", " view "], "viewed", ""),
        (["purchase", "buy"], "bought", ""),
        (["rating", "view"], "chose", ""),
        (["view", "impression"], "viewed", ""),
        (["like", "dislike"], "liked", ""),
        (["finish", "finish"], "chose", ""),
        (["", ""], "", ""),
    ],
)
@pytest.mark.parametrize("column", ["kind", "event_type"])
def test_the_verb_comes_from_the_kinds_of_events(
    tmp_path: Path, kinds: list[str], verb: str, values: str, column: str
) -> None:
    rows = "".join(
        f"u{n},i{n},{kind},{4 if kind == 'rating' else 1}\n" for n, kind in enumerate(kinds)
    )
    data = load_plain(
        folder(tmp_path / "ml-books-shop", {"events.csv": f"user,item,{column},value\n" + rows})
    ).data
    assert (data.domain, data.verb, data.values) == ("other", verb, values)


@pytest.mark.parametrize(
    "name", ["ml-20m", "My-Movies", "goodbooks", "amazon-games", "lastfm", "workshop", "html"]
)
def test_a_name_says_nothing_of_what_people_did(tmp_path: Path, name: str) -> None:
    data = load_plain(folder(tmp_path / name, {"events.csv": "user,item\na,x\n"})).data
    assert (data.name, data.domain, data.verb, data.values) == (name, "other", "", "")


def test_what_is_plain() -> None:
    assert is_plain(["events.parquet"]) and is_plain(["a/events.csv.gz", "b.txt"])
    assert not is_plain(["my_events.csv", "events.txt", "ratings.csv"])


@pytest.mark.parametrize(
    ("name", "events", "users", "items", "title"),
    [
        ("ml-1m-order.zip", 999_601, 6_040, 3_416, "Toy Story"),
        ("amazon-games.zip", 440_264, 50_546, 16_859, "Fire Emblem: The Sacred Stones"),
        ("amazon-beauty.zip", 198_502, 22_363, 12_101, "1"),
    ],
)
def test_real_sets(
    real_data: Callable[[str], Path], name: str, events: int, users: int, items: int, title: str
) -> None:
    data = load_plain(real_data(name)).data
    assert (len(data), data.n_users, data.n_items, data.item_table.title[0]) == (
        events,
        users,
        items,
        title,
    )
    assert not data.clock


def test_events_in_several_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    lines = TABLES["events.csv"].splitlines(keepends=True)
    parts = {f"events-{n}.csv": lines[0] + line for n, line in enumerate(lines[1:])}
    rest = {name: text for name, text in TABLES.items() if name != "events.csv"}
    pieces, whole = (
        load_plain(folder(tmp_path / "films", rest | parts)),
        load_plain(folder(tmp_path / "whole", TABLES)),
    )
    assert pieces.data.hash == whole.data.hash and pieces.steps == whole.steps
    assert is_plain(list(parts)) and not is_plain(["users-1.csv"])
    with pytest.raises(DataError, match=r"each table once; got events-0.csv and events.csv"):
        load_plain(folder(tmp_path / "films", TABLES))
