"""Tables of every separator and encoding are read; hostile ones are refused with a reason."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import DataError
from whyrec.data.build import Step
from whyrec.data.read_table import Dialect, read_table, sniff, typed
from whyrec.data.readers.csv_dialect import LONGEST_LINE, PIECE

TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=["Cc", "Cs"]),
    max_size=8,
)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|", "::"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_separator_and_line_end(separator: str, end: str) -> None:
    lines = ["user,item,title", "1,007,War and Peace: a novel", "2,8,Été"]
    text = end.join(line.replace(",", separator) for line in lines) + end
    table = read_table(text.encode())
    assert table.columns == ["user", "item", "title"]
    assert table.rows() == [("1", "007", "War and Peace: a novel"), ("2", "8", "Été")]


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1), st.sampled_from(",;\t"))
def test_what_polars_writes_comes_back(rows: list[tuple[str, str]], separator: str) -> None:
    frame = pl.DataFrame(rows, schema=["user", "item"], orient="row")
    frame = pl.concat([pl.DataFrame({"user": ["a"], "item": ["b"]}), frame])
    text = frame.write_csv(separator=separator, quote_style="always")
    assert read_table(text.encode()).fill_null("").rows() == frame.rows()


@pytest.mark.parametrize(
    ("data", "dialect"),
    [
        ("user,item\n1,é\n".encode(), Dialect(",", "utf-8")),
        ("\ufeffuser,item\n1,é\n".encode(), Dialect(",", "utf-8-sig")),
        ("user,item\n1,é\n".encode("latin-1"), Dialect(",", "latin-1")),
        (b'user\titem\n1\t12" vinyl\n', Dialect("\t", "utf-8", quoted=False)),
        (b'user|title\n1|"a, b"\n2|c, d\n', Dialect("|", "utf-8")),
    ],
)
def test_dialects(data: bytes, dialect: Dialect) -> None:
    assert sniff(data) == dialect


def test_latin_1_is_read_and_said() -> None:
    log: list[Step] = []
    assert read_table("user,item\n1,Café\n".encode("latin-1"), name="log.csv", log=log)[
        "item"
    ].to_list() == ["Café"]
    assert log == [Step("read log.csv as latin-1", 1, 1, "it is not UTF-8")]


def test_a_mark_at_the_start_is_no_part_of_the_name() -> None:
    assert read_table(b"\xef\xbb\xbfuser,item\n1,2\n").columns == ["user", "item"]


def test_quotes_inside_fields() -> None:
    assert read_table(b'user,title\n1,"say ""hi"", twice"\n2,"two\nlines"\n')[
        "title"
    ].to_list() == ['say "hi", twice', "two\nlines"]
    assert read_table(b'user\ttitle\n1\t12" vinyl\n2\t"Heroes" live\n')["title"].to_list() == [
        '12" vinyl',
        '"Heroes" live',
    ]


def test_gzip_and_parquet(tmp_path: Path) -> None:
    packed, columns = tmp_path / "events.csv.gz", tmp_path / "events.parquet"
    packed.write_bytes(gzip.compress(b"user,item\n1,2\n"))
    pl.DataFrame({"user": [1], "item": ["x"]}).write_parquet(columns)
    assert read_table(packed).rows() == [("1", "2")]
    assert read_table(columns).rows() == [(1, "x")] == read_table(columns.read_bytes()).rows()


def test_only_the_wanted_columns_are_read() -> None:
    table = read_table(b"at,item,junk,user\n1,2,3,4\n", columns=("user", "item"), optional=("at",))
    assert table.rows(named=True) == [{"at": "1", "item": "2", "user": "4"}]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "must hold a table; got an empty file"),
        (b" \n\n", "must hold a table; got an empty file"),
        (b"user,item\n", "must hold rows; got a header only"),
        (b"user,item\n1,2\n1,\x003\n", "must be text; got a NUL byte in line 3"),
        (
            b"user,item\n1,\xc3\xa9\n2,\xe9\n",
            "must have one encoding; got UTF-8 mixed with .* first in line 3",
        ),
        (
            "user,item\n1,2\n".encode("utf-16"),
            "must be UTF-8 text; got UTF-16. Fix: save it as CSV UTF-8",
        ),
        (b"user,item\r1,2\r3,4\r", "must end in LF or CR LF; got CR alone"),
        (
            b"user,item\n1,2\n3,4,5\n",
            "must have 2 fields, as its header has; got 3 in line 3: '3,4,5'",
        ),
        (
            b'user,item\n1,"2\n3,4\n',
            "every '\"' in the table must be closed or doubled; got line 2",
        ),
        (b"user,user\n1,2\n", "columns of the table must have different names; got 'user' twice"),
        (
            b"1,1193,5,978300760\n1,661,3,978302109\n",
            "the first line of the table must name the columns",
        ),
        (b"customer,item\n1,2\n", "needs the column 'user'; got the columns customer, item"),
        (b"User ID,item\n1,2\n", "did you mean 'User ID'"),
        (b"PAR1 and no more", "must be a whole Parquet file"),
        (gzip.compress(b"user,item\n1,2\n" * 999, mtime=0)[:40], "must be a whole gzip file"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_table(data, columns=("user",))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(
        DataError, match=r"a table must be a file; got .*none\.csv, which is not there"
    ):
        read_table("none.csv")


def test_a_million_columns_and_endless_lines_are_refused(tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_bytes(b"user,item\n1,2\n" + b"1," * 10**6 + b"\n")
    with pytest.raises(
        DataError,
        match=r"a line of wide.csv must be shorter than 1,000,000 bytes; got .* in line 3",
    ):
        read_table(wide)
    with pytest.raises(DataError, match=r"may have up to 10,000 columns; got 20,000"):
        read_table(",".join(f"c{i}" for i in range(20_000)).encode() + b"\n1\n")
    with pytest.raises(DataError, match=r"may have up to 10,000 columns"):
        read_table(_parquet(10_001))


def _parquet(width: int) -> bytes:
    import io

    buffer = io.BytesIO()
    pl.DataFrame({f"c{i}": [1] for i in range(width)}).write_parquet(buffer)
    return buffer.getvalue()


def test_what_crosses_the_border_of_two_pieces_is_seen() -> None:
    row = b"1,2\n"
    start = b"user,item\n" + row * ((PIECE - 10) // len(row))
    assert len(start) < PIECE < len(start) + 4
    split = start + b"x" * (PIECE - len(start) - 1)  # the next character straddles the border
    assert sniff(split + "é,3\n".encode()).encoding == "utf-8"
    assert sniff(split + b"\xe9,3\n").encoding == "latin-1"
    with pytest.raises(DataError, match="shorter than"):
        sniff(start + b"x" * (LONGEST_LINE + 5))
    tab = b"user\titem\n" + b"1\t2\n" * ((PIECE - 10) // 4) + b'1\t"' + b"x" * 99 + b'"\n'
    assert sniff(tab).quoted
    assert not sniff(tab + b'1\tx"\n').quoted


BOMB = """
import pathlib, re, sys
from whyrec.core import DataError
from whyrec.data.read_table import read_table
try:
    read_table(sys.argv[1])
except DataError as error:
    print(error)
# Not getrusage: its mark is inherited from the process that started this one.
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
@pytest.mark.parametrize(
    ("row", "message"), [(b"1,2\n", "must not unpack to over 200 times"), (b"xxxx", "shorter than")]
)
def test_a_gzip_bomb_is_refused_in_bounded_memory(tmp_path: Path, row: bytes, message: str) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    piece = gzip.compress(row * (PIECE // 4))
    bomb.write_bytes(gzip.compress(b"user,item\n") + piece * 200)  # 800 MB in all
    out = subprocess.run(
        [sys.executable, "-c", BOMB, str(bomb)], capture_output=True, text=True, check=True
    ).stdout
    error, megabytes = out.strip().split("\n")
    assert message in error
    assert int(megabytes) < 400


def test_numbers_are_found_and_ids_left() -> None:
    def kind(*values: str | None) -> pl.DataType:
        return typed(pl.Series("c", values, pl.String)).dtype

    assert kind("1", "2.5", None) == pl.Float64
    assert kind("-3", "nan") == pl.Float64
    assert kind("01234", "2") == pl.String  # a postcode
    assert kind("1", "inf") == pl.String
    assert kind("1", "x") == pl.String
    assert kind(None, None) == pl.String
