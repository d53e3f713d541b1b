"""MovieLens in its three layouts, small ones written here and the real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import DataError, UnknownNameError
from whyrec.data.build import Loaded
from whyrec.data.formats.movielens import FOLDS, official_split, split_title
from whyrec.data.load import load
from whyrec.data.readers.archive import open_source

FLAGS_COMEDY_WAR = "|".join("1" if i in (5, 17) else "0" for i in range(19))
FLAGS_UNKNOWN = "|".join("1" if i == 0 else "0" for i in range(19))
ML_100K = {
    "u.data": b"1\t2\t5\t900000002\n2\t1\t3\t900000001\n1\t1\t4\t900000001\n",
    "u.item": (
        "1|Mis\u00e9rables, Les (1995)|01-Jan-1995||http://x|" + FLAGS_COMEDY_WAR + "\n"
        "2|unknown||||" + FLAGS_UNKNOWN + "\n"
    ).encode("latin-1"),
    "u.user": b"1|24|M|technician|08571\n2|53|F|other|V1T2A\n",
}
ML_1M = {
    "ratings.dat": b"1::1::5::978300760\n1::2::3::978302109\n2::1::4::978298413\n",
    "movies.dat": "1::Toy Story (1995)::Animation|Children's\n2::C\u00e9r\u00e9monie, La (1995)::Drama\n".encode(
        "latin-1"
    ),
    "users.dat": b"1::F::1::10::48067\n2::M::56::16::00072\n",
}
LATEST = {
    "ratings.csv": b"userId,movieId,rating,timestamp\r\n1,1,4.0,964982703\r\n2,7,0.5,964982700\r\n",
    "movies.csv": (
        'movieId,title,genres\r\n1,"American President, The (1995)",Comedy|Drama\r\n'
        "7,Am\u00e9lie,(no genres listed)\r\n"
    ).encode(),
    "tags.csv": b"userId,movieId,tag,timestamp\r\n1,1,Politics,1\r\n2,1,politics ,2\r\n2,1,funny,3\r\n",
    "links.csv": b"movieId,imdbId,tmdbId\r\n1,0114709,\r\n",
}


def written(folder: Path, files: dict[str, bytes], **changed: bytes | None) -> Path:
    """The folder with the files; a keyword such as u_data replaces u.data, or leaves it out when None."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        data = changed.get(name.replace(".", "_"), data)
        if data is not None:
            (folder / name).write_bytes(data)
    return folder


def message(folder: Path) -> str:
    with pytest.raises(DataError) as error:
        load(folder)
    return str(error.value)


@pytest.mark.parametrize(
    "text, title, year",
    [
        ("Toy Story (1995)", "Toy Story", 1995),
        ("Matrix, The (1999)", "The Matrix", 1999),
        ("Visitors, The (Visiteurs, Les) (1993)", "The Visitors (Les Visiteurs)", 1993),
        (
            "Eye of Vichy, The (Oeil de Vichy, L') (1993)",
            "The Eye of Vichy (L'Oeil de Vichy)",
            1993,
        ),
        (
            "Dream of Light (a.k.a. Quince Tree Sun, The) (Sol del membrillo, El) (1992)",
            "Dream of Light (a.k.a. The Quince Tree Sun) (El Sol del membrillo)",
            1992,
        ),
        ("One, Two, Three (1961)", "One, Two, Three", 1961),
        ("I, Robot (2004)", "I, Robot", 2004),
        ("Paris, Texas (1984)", "Paris, Texas", 1984),
        ("Lust, Caution (Se, jie) (2007)", "Lust, Caution (Se, jie)", 2007),
        ("Death Note: Desu n\u00f4to (2006\u20132007)", "Death Note: Desu n\u00f4to", 2006),
        ("Land Before Time III (1995) (V)", "Land Before Time III (V)", 1995),
        ("1984", "1984", None),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968),
        ("", "", None),
    ],
)
def test_titles(text: str, title: str, year: int | None) -> None:
    assert split_title(text) == (title, year)


def test_100k(tmp_path: Path) -> None:
    data = load(written(tmp_path / "ml", ML_100K)).data
    assert (data.name, data.domain, data.clock) == ("ml", "film", True)
    assert data.items == ("1", "2") and data.item_table.title == ("Les Mis\u00e9rables", "unknown")
    assert data.item_table.categories == (("Comedy", "War"), ())
    np.testing.assert_array_equal(data.item_table.numeric["year"], [1995, np.nan])
    assert [data.users[u] for u in data.user] == ["2", "1", "1"]  # by time, ties in row order
    assert data.value.tolist() == [3, 4, 5]
    assert dict(zip(data.users, data.user_table.fields["zip"], strict=True)) == {
        "1": "08571",
        "2": "V1T2A",
    }
    assert dict(zip(data.users, data.user_table.numeric["age"], strict=True)) == {"1": 24, "2": 53}


def test_1m(tmp_path: Path) -> None:
    data = load(written(tmp_path / "ml", ML_1M)).data
    assert data.item_table.title == ("Toy Story", "La C\u00e9r\u00e9monie")
    assert data.item_table.categories == (("Animation", "Children's"), ("Drama",))
    people = {
        u: {f: v[i] for f, v in data.user_table.fields.items()} for i, u in enumerate(data.users)
    }
    assert people["1"] == {
        "gender": "F",
        "age": "under 18",
        "occupation": "K-12 student",
        "zip": "48067",
    }
    assert people["2"]["age"] == "56+" and people["2"]["occupation"] == "self-employed"


def test_1m_titles_may_be_utf_8(tmp_path: Path) -> None:
    utf8 = ML_1M["movies.dat"].decode("latin-1").encode()
    assert (
        load(written(tmp_path / "ml", ML_1M, movies_dat=utf8)).data.item_table.title[1]
        == "La C\u00e9r\u00e9monie"
    )


def test_10m_has_tags_and_no_users(tmp_path: Path) -> None:
    files = {k: v for k, v in ML_1M.items() if k != "users.dat"} | {
        "tags.dat": b"1::2::Slow::1\n2::2::slow::2\n"
    }
    data = load(written(tmp_path / "ml", files)).data
    assert data.item_table.fields["tags"] == ((), ("slow",)) and not data.user_table.fields


def test_latest(tmp_path: Path) -> None:
    data = load(written(tmp_path / "ml", LATEST)).data
    assert data.item_table.title == ("The American President", "Am\u00e9lie")
    assert data.item_table.categories == (("Comedy", "Drama"), ())
    assert data.item_table.fields == {"tags": (("politics", "funny"), ())}
    assert data.value.tolist() == [0.5, 4.0] and data.time.tolist() == [964982700, 964982703]


@pytest.mark.parametrize(
    "name, bad, expected",
    [
        (
            "u_data",
            b"1,2,5,9\n1,1,4,9\n",
            "row of u.data must have 4 fields separated by tabs; got 1 in row 1: '1,2,5,9'",
        ),
        (
            "u_data",
            b"1\t2\t5\t9\n1\t2\t5\n",
            "must have 4 fields separated by tabs; got 3 in row 2: '1 2 5'",
        ),
        (
            "u_data",
            b"1\t2\t5\t9\n1\t2\t5\t9\t9\n",
            "must have 4 fields separated by tabs; got 5 in row 2",
        ),
        (
            "u_data",
            b"1\t2\t5\t9\n1\t1\tfive\t9\n",
            "'value' of u.data must hold numbers; got 'five' in row 2",
        ),
        (
            "u_data",
            b"1\t2\t5\t9\n1\t1\t5\t9.5\n",
            "'time' of u.data must hold whole numbers; got '9.5' in row 2",
        ),
        (
            "u_data",
            b"1\t2\t5\t9\n1\t1\t\t9\n",
            "'value' of u.data must hold a number in every row; got nothing in row 2",
        ),
        (
            "u_data",
            b"1\t2\t5\t9\n1\t1\tnan\t9\n",
            "'value' of events must hold finite numbers; got n",
        ),
        ("u_data", b"", "u.data must hold a table; got an empty file"),
        ("u_data", b"\n\n", "u.data must hold a table; got an empty file"),
        (
            "u_data",
            "1\t2\t5\t9\n".encode("utf-16"),
            "u.data must be text in UTF-8 or latin-1; got NUL bytes",
        ),
        (
            "u_item",
            b"1|Toy Story|x\n",
            "every row of u.item must have 24 fields separated by '|'; got 3 in row 1",
        ),
        ("u_item", None, "the nearest is MovieLens 100K, which needs u.item too"),
        ("u_data", None, "the nearest is MovieLens 100K, which needs u.data too"),
    ],
)
def test_bad_100k(tmp_path: Path, name: str, bad: bytes | None, expected: str) -> None:
    assert expected in message(written(tmp_path / "ml", ML_100K, **{name: bad}))


@pytest.mark.parametrize(
    "files, name, bad, expected",
    [
        (
            ML_1M,
            "ratings_dat",
            b"1:1:5:9\n",
            "every row of ratings.dat must have 4 fields separated by '::'; got 1 in row 1",
        ),
        (
            ML_1M,
            "ratings_dat",
            b"1::1::5::9\n1::x::5::9\n",
            "'item' of ratings.dat must hold whole numbers; got 'x' in row 2",
        ),
        (
            ML_1M,
            "users_dat",
            b"1::F::2::10::48067\n",
            "'age' of users.dat must hold the codes 1, 18, 25, 35, 45, 50, 56; got 2",
        ),
        (
            ML_1M,
            "movies_dat",
            b"1::A::B\n1::C::D\n",
            "an id may occur only once in the table 'items'; got item '1' in rows 1, 2",
        ),
        (
            LATEST,
            "ratings_csv",
            b"userId;movieId;rating;timestamp\n1;1;4;9\n",
            "ratings.csv needs the column 'userId' in its first line, fields separated by commas",
        ),
        (
            LATEST,
            "ratings_csv",
            b"userId,movieId,timestamp\n1,1,9\n",
            "ratings.csv needs the column 'rating'",
        ),
        (
            LATEST,
            "ratings_csv",
            b"userId,movieId,rating,timestamp\n",
            "ratings.csv must hold rows; got a header only",
        ),
        (
            LATEST,
            "ratings_csv",
            b"userId,movieId,rating,timestamp\n1,1,4,9\n1,1,four,9\n",
            "'rating' of ratings.csv must hold numbers; got 'four' in row 2",
        ),
        (
            LATEST,
            "ratings_csv",
            b"userId,movieId,rating,timestamp\n1,1,4,9,5\n",
            "must have 4 fields separated by commas; got 5",
        ),
        (
            LATEST,
            "ratings_csv",
            b"userId,movieId,rating,timestamp\n1,2,4,9\n1,1,4\n",
            "separated by commas; got 3 in row 2",
        ),
        (
            LATEST,
            "ratings_csv",
            b"userId,movieId,rating,timestamp\n1,1,4,9\n1,1,4,\n",
            "'timestamp' of ratings.csv must hold a number in every row; got nothing in row 2",
        ),
        (
            LATEST,
            "movies_csv",
            b'movieId,title,genres\n1,"' + b"x" * 200_000 + b'",y\n7,a,b,c\n',
            "movies.csv must be a regular table; got field larger than field limit",
        ),
    ],
)
def test_bad_others(
    tmp_path: Path, files: dict[str, bytes], name: str, bad: bytes, expected: str
) -> None:
    assert expected in message(written(tmp_path / "ml", files, **{name: bad}))


def test_official_split(tmp_path: Path) -> None:
    lines = ML_100K["u.data"].splitlines(keepends=True)
    folder = written(
        tmp_path / "ml", ML_100K | {"u1.base": lines[0] + lines[1], "u1.test": lines[2]}
    )
    with open_source(folder) as source:
        train, test = official_split(source, "u1")
        assert train.users == test.users and train.items == test.items
        assert [
            (test.users[u], test.items[i]) for u, i in zip(test.user, test.item, strict=True)
        ] == [("1", "1")]
        assert len(train) == 2
        with pytest.raises(UnknownNameError, match="unknown fold 'u6'"):
            official_split(source, "u6")
        with pytest.raises(DataError, match=r"needs u2\.base"):
            official_split(source, "u2")
    (folder / "u1.test").write_bytes(lines[0])
    with (
        open_source(folder) as source,
        pytest.raises(DataError, match="must not share ratings; got 1 shared"),
    ):
        official_split(source, "u1")


@settings(max_examples=150, deadline=None)
@given(
    files=st.sampled_from([ML_100K, ML_1M, LATEST]),
    which=st.integers(0, 2),
    at=st.integers(0, 150),
    gone=st.integers(0, 20),
    noise=st.one_of(st.binary(max_size=8), st.sampled_from([b"\n", b"\r", b'"', b"::", b","])),
)
def test_noise_loads_or_is_bad_data(
    tmp_path_factory: pytest.TempPathFactory,
    files: dict[str, bytes],
    which: int,
    at: int,
    gone: int,
    noise: bytes,
) -> None:
    folder = written(tmp_path_factory.mktemp("fuzz"), files)
    name = sorted(files)[which]
    data = files[name]
    (folder / name).write_bytes(data[:at] + noise + data[at + gone :])
    try:
        assert len(load(folder).data) <= 4
    except DataError as error:
        assert name in str(error) or "table" in str(error) or "column" in str(error)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 9),
            st.integers(1, 2),
            st.sampled_from([0.5, 1, 4.5]),
            st.integers(10**9, 10**9 + 3),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_what_is_written_is_loaded_in_order_of_time(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, float, int]]
) -> None:
    lines = "".join(f"{u}::{i}::{v}::{t}\n" for u, i, v, t in rows).encode()
    files = {"ratings.dat": lines, "movies.dat": ML_1M["movies.dat"]}
    data = load(written(tmp_path_factory.mktemp("ml"), files)).data
    loaded = zip(
        (int(data.users[u]) for u in data.user),
        (int(data.items[i]) for i in data.item),
        data.value.tolist(),
        data.time.tolist(),
        strict=True,
    )
    assert list(loaded) == sorted(rows, key=lambda row: row[3])  # both sorts are stable


def counts(loaded: Loaded) -> tuple[int, int, int]:
    return len(loaded.data), loaded.data.n_users, loaded.data.n_items


def test_real_100k(real_data: Callable[[str], Path]) -> None:
    path = real_data("ml-100k.zip")
    loaded = load(path)
    assert counts(loaded) == (100_000, 943, 1682)
    assert loaded.data.item_table.title[loaded.data.item_number("543")] == "Les Mis\u00e9rables"
    assert set(loaded.data.user_table.fields["gender"]) == {"M", "F"}
    with open_source(path) as source:
        sizes = [tuple(map(len, official_split(source, fold))) for fold in FOLDS]
        tests = [official_split(source, fold)[1] for fold in FOLDS[:5]]
    assert sizes == [(80_000, 20_000)] * 5 + [(90_570, 9_430)] * 2
    pairs = {(u, i) for t in tests for u, i in zip(t.user.tolist(), t.item.tolist(), strict=True)}
    assert len(pairs) == 100_000  # the five test parts are disjoint and cover all


def test_real_latest(real_data: Callable[[str], Path]) -> None:
    loaded = load(real_data("ml-latest-small.zip"))
    assert counts(loaded) == (100_836, 610, 9_724)
    assert ("leave out items without events", 18) in [
        (s.name, s.touched) for s in loaded.steps
    ]  # of 9,742
    table = loaded.data.item_table
    assert table.fields["tags"][loaded.data.item_number("1")] == ("pixar", "fun")
    assert max(map(len, table.fields["tags"])) == 10 and not any(
        "\r" in c for row in table.categories for c in row
    )


def test_real_1m(real_data: Callable[[str], Path]) -> None:
    data = load(real_data("ml-1m.zip")).data
    assert (len(data), data.n_users, data.n_items) == (1_000_209, 6_040, 3_706)
    assert np.bincount(data.value.astype(int))[1:].tolist() == [
        56_174,
        107_557,
        261_197,
        348_971,
        226_310,
    ]
    assert (data.time[0], data.time[-1]) == (956_703_932, 1_046_454_590)


def test_real_1m_half(real_data: Callable[[str], Path]) -> None:
    loaded = load(real_data("ml-1m-half.zip"))
    assert len(loaded.data) == 487_650 and loaded.data.n_users == 2_999
    steps = {s.name: s for s in loaded.steps}
    assert steps["leave out users without events"].touched == 6_040 - 2_999
    assert steps["leave out items without events"].touched == 3_883 - loaded.data.n_items
