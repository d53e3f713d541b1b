"""goodbooks-10k, HetRec Last.fm and RecBole atomic files, small ones written here and the real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from whyrec.core import DataError
from whyrec.data.load import load

BOOKS = {
    "ratings.csv": b"user_id,book_id,rating\n9,2,5\n1,1,3\n9,1,4\n",
    "books.csv": (
        "book_id,goodreads_book_id,authors,original_publication_year,title\n"
        '1,100,"Suzanne Collins, A. Twin, Suzanne Collins",2008.0,"Games (Games, #1)"\n'
        '2,200,Zaj\u0105c,,"A ""quoted"" one"\n3,300,Nobody,-750.0,Unread\n'
    ).encode(),
    "tags.csv": b"tag_id,tag_name\n1,fantasy\n2,to-read\n3,war\n",
    "book_tags.csv": b"goodreads_book_id,tag_id,count\n100,2,900\n100,1,5\n100,3,7\n999,1,1\n",
}
LASTFM = {
    "user_artists.dat": b"userID\tartistID\tweight\r\n2\t51\t13883\r\n2\t52\t11690\r\n3\t51\t1\r\n",
    "artists.dat": 'id\tname\turl\tpictureURL\n51\tDuran "Duran\thttp://x\t\n52\tSigur R\u00f3s\thttp://y\thttp://z\n'.encode(),
    "tags.dat": "tagID\ttagValue\r\n1\tpop\r\n2\trock\r\n3\tcaf\u00e9\r\n".encode("latin-1"),
    "user_taggedartists.dat": b"userID\tartistID\ttagID\tday\tmonth\tyear\r\n2\t51\t2\t1\t4\t2009\r\n"
    b"3\t51\t2\t1\t4\t2009\r\n3\t51\t3\t1\t4\t2009\r\n",
    "user_friends.dat": b"userID\tfriendID\r\n2\t3\r\n3\t2\r\n2\t77\r\n",
}
ATOMIC = {
    "ml.inter": b"user_id:token\titem_id:token\trating:float\ttimestamp:float\nu1\t07\t4\t881250949\nu2\t7\t3.5\t881250940\n",
    "ml.item": b"item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\tlength:float\n"
    b"07\tUsual Suspects, The\t1995\tCrime Thriller\t106\n7\tunknown\tV\t\t\n",
    "ml.user": b"user_id:token\tage:token\tzip:token\nu1\t24\t00501\nu2\t53\t94043\n",
    "ml.kg": b"head_id:token\trelation_id:token\ttail_id:token\nm.1\tdirected\tm.2\nm.3\tdirected\tm.2\n",
    "ml.link": b"item_id:token\tentity_id:token\n07\tm.1\n",
}


def written(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_goodbooks(tmp_path: Path) -> None:
    loaded = load(written(tmp_path / "any", BOOKS))
    data, table = loaded.data, loaded.data.item_table
    assert (data.domain, data.clock, data.order, data.items) == ("book", False, "none", ("1", "2"))
    assert [(data.users[u], data.items[i]) for u, i in zip(data.user, data.item, strict=True)] == [
        ("9", "2"),
        ("1", "1"),
        ("9", "1"),
    ]  # row order
    assert table.title == ("Games (Games, #1)", 'A "quoted" one')
    assert table.fields["author"] == (("Suzanne Collins", "A. Twin"), ("Zaj\u0105c",))
    assert table.fields["tags"] == (("war", "fantasy"), ())  # by count, without the shelf
    np.testing.assert_array_equal(table.numeric["year"], [2008, np.nan])
    assert ("leave out items without events", 1) in [(s.name, s.touched) for s in loaded.steps]


def test_goodbooks_genres_are_categories(tmp_path: Path) -> None:
    genres = b'book_id,goodreads_book_id,genres\n1,100,"fantasy,war"\n'
    data = load(written(tmp_path / "any", BOOKS | {"book_genres.csv": genres})).data
    assert data.item_table.categories == (("fantasy", "war"), ())


def test_lastfm(tmp_path: Path) -> None:
    loaded = load(written(tmp_path / "any", LASTFM))
    data = loaded.data
    assert (data.domain, data.clock, data.order, data.value.tolist()) == (
        "artist",
        False,
        "none",
        [13883, 11690, 1],
    )
    assert (data.verb, data.values) == ("listened", "count")
    assert data.item_table.title == ('Duran "Duran', "Sigur R\u00f3s")
    assert data.item_table.categories == (("rock", "caf\u00e9"), ())
    assert data.friends.tolist() == [[0, 1], [1, 0]]
    assert ("leave out friends without events", 1) in [(s.name, s.touched) for s in loaded.steps]


def test_atomic(tmp_path: Path) -> None:
    loaded = load(written(tmp_path / "any", ATOMIC))
    data, table = loaded.data, loaded.data.item_table
    assert data.name == "ml" and data.items == ("07", "7")  # ids are text: a leading zero matters
    assert (data.domain, data.values) == (
        "film",
        "rating",
    )  # its columns say so: movie_title and rating
    assert data.value.tolist() == [3.5, 4] and data.time.tolist() == [881250940, 881250949]
    assert table.title == ("The Usual Suspects", "unknown")
    assert table.categories == (("Crime", "Thriller"), ())
    np.testing.assert_array_equal(table.numeric["year"], [1995, np.nan])
    np.testing.assert_array_equal(table.numeric["length"], [106, np.nan])
    assert "'V' in row 2 of ml.item" in [s.detail for s in loaded.steps]
    assert data.user_table.fields["zip"] == ("00501", "94043")
    assert data.user_table.numeric["age"].tolist() == [24, 53]
    assert data.links is not None and len(data.links) == 2
    assert [data.links.entities[e] if e >= 0 else None for e in data.links.item_entity] == [
        "m.1",
        None,
    ]


def test_atomic_needs_only_events(tmp_path: Path) -> None:
    data = load(
        written(tmp_path / "any", {"shop.inter": b"session_id:token\titem_id:token\n1\t2\n"})
    ).data
    assert (data.name, data.domain, len(data), data.clock) == ("shop", "other", 1, False)


@pytest.mark.parametrize(
    "files, name, bad, expected",
    [
        (
            BOOKS,
            "ratings.csv",
            b"user_id,book_id,rating\n1,1,good\n",
            "'rating' of ratings.csv must hold numbers; got 'good' in row 1",
        ),
        (
            BOOKS,
            "books.csv",
            b"id,title\n1,x\n",
            "books.csv needs the column 'book_id' in its first line",
        ),
        (
            LASTFM,
            "user_artists.dat",
            b"userID artistID weight\n2 51 3\n",
            (
                "needs the column 'userID' in its first line, fields "
                "separated by tabs; got 'userID artistID weight'"
            ),
        ),
        (
            LASTFM,
            "user_artists.dat",
            b"userID\tartistID\tweight\n2\t51\n",
            "must have 3 fields separated by tabs; got 2 in row 1",
        ),
        (
            LASTFM,
            "artists.dat",
            b"id\tname\n51\tA\n51\tB\n",
            "an id may occur only once in the table 'items'; got item '51'",
        ),
        (
            ATOMIC,
            "ml.inter",
            b"user_id\titem_id\n1\t2\n",
            "every column of ml.inter must carry its type, as in user_id:token; got 'user_id'",
        ),
        (
            ATOMIC,
            "ml.inter",
            b"user_id:token\tx:token\n1\t2\n",
            "ml.inter needs the column item_id:token, fields separated by tabs; got user_id, x",
        ),
        (
            ATOMIC,
            "ml.inter",
            b"user_id:token\titem_id:token\trating:float\n1\t2\t4\n1\t2\t4x\n",
            "'rating:float' of ml.inter must hold numbers; got '4x' in row 2",
        ),
        (
            ATOMIC,
            "ml.inter",
            b"user_id:token,item_id:token\n1,2\n",
            (
                "ml.inter needs the column user_id:token, fields separated by "
                "tabs; got user_id:token,item_id"
            ),
        ),
        (
            ATOMIC,
            "other.inter",
            b"user_id:token\titem_id:token\n1\t2\n",
            "needs one .inter file; got ml.inter, other.inter",
        ),
        (ATOMIC, "ml.inter", b"", "ml.inter must hold a table; got an empty file"),
    ],
)
def test_bad_files(
    tmp_path: Path, files: dict[str, bytes], name: str, bad: bytes, expected: str
) -> None:
    with pytest.raises(DataError) as error:
        load(written(tmp_path / "any", files | {name: bad}))
    assert expected in str(error.value)


def test_real_goodbooks(real_data: Callable[[str], Path]) -> None:
    data = load(real_data("goodbooks-10k-5pct-users.zip")).data
    assert (len(data), data.n_users, data.n_items) == (298_176, 2_672, 9_990)
    hunger = data.item_number("1")
    assert data.item_table.fields["author"][hunger] == ("Suzanne Collins",)
    assert (
        "dystopian" in data.item_table.categories[hunger]
        or "fantasy" in data.item_table.categories[hunger]
    )
    sample = load(real_data("goodbooks-10k-sample.zip"))
    assert len(sample.data) == 99
    unread = next(s for s in sample.steps if s.name == "leave out items without events")
    assert unread.touched + sample.data.n_items == 10_000


def test_real_lastfm(real_data: Callable[[str], Path]) -> None:
    data = load(real_data("hetrec2011-lastfm-2k.zip")).data
    assert (len(data), data.n_users, data.n_items, len(data.friends)) == (
        92_834,
        1_892,
        17_632,
        25_434,
    )
    assert data.item_table.title[data.item_number("51")] == "Duran Duran"
    assert "80s" in data.item_table.categories[data.item_number("51")]


def test_real_atomic(real_data: Callable[[str], Path]) -> None:
    data = load(real_data("ml-100k-atomic.zip")).data
    assert (len(data), data.n_users, data.n_items, data.domain) == (100_000, 943, 1_682, "film")
    assert data.links is not None and len(data.links) == 91_631
    assert int((data.links.item_entity >= 0).sum()) == 1_598


def test_the_two_forms_of_100k_agree(real_data: Callable[[str], Path]) -> None:
    official, atomic = (
        load(real_data(name)).data for name in ("ml-100k.zip", "ml-100k-atomic.zip")
    )
    assert official.hash == atomic.hash
    assert (
        official.item_table.title[official.item_number("12")]
        == atomic.item_table.title[atomic.item_number("12")]
    )
