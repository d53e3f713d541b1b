"""Tables as people have them: column types, forms of files, folders of tables."""

from __future__ import annotations

import contextlib
import gzip
import json
import lzma
import subprocess
import sys
import zipfile

import pytest

import whyrec
from whyrec.core import DataError


def loaded(source, **columns):
    data = whyrec.load(source, columns=columns or None)
    return data.n_users, data.n_items, len(data)


@pytest.mark.parametrize(
    ("file", "user"),
    [
        ("value-category.parquet", "u006"),
        ("user-uuid.parquet", "ff06ff06-ff06-ff06-ff06-ff06ff06ff06"),
        ("title-list.parquet", "u006"),
        ("time-duration.parquet", "u006"),
    ],
)
def test_case_09_columns_of_other_types_are_read(case, run, file, user):
    case("09")
    code, _, errors = run("fit", "--data", file, "--model", "ease", "--out", "m")
    assert code == 0 and "Traceback" not in errors
    assert run("data", "check", file)[0] == 0
    assert run("recommend", "m", "--user", user)[0] == 0
    assert loaded(file) == (12, 16, 60)


def test_case_09_what_the_columns_say(case):
    case("09")
    assert set(whyrec.load("value-category.parquet").value) <= {2.0, 3.0, 4.0, 5.0}
    assert whyrec.load("title-list.parquet").item_table.title[0].startswith("A, ")
    timed = whyrec.load("time-duration.parquet")
    assert not timed.clock and timed.order == "time"
    dated = whyrec.load("sqlite:///datetime.db")
    assert dated.clock and dated.time.min() > 1_600_000_000
    assert all(user.startswith("u0") for user in whyrec.load("sqlite:///blob.db").users)


def test_case_09_ids_as_bytes_of_a_database_can_be_asked_for(case, run):
    case("09")
    assert run("fit", "--data", "sqlite:///blob.db", "--model", "ease", "--out", "m")[0] == 0
    assert run("recommend", "m", "--user", "u000")[0] == 0
    assert run("data", "check", "sqlite:///datetime.db")[0] == 0


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("events.jsonl", (12, 16, 60)),
        ("book.xlsx", (40, 24, 320)),
        ("events.db", (40, 24, 320)),
        ("events.csv.bz2", (40, 24, 320)),
    ],
)
def test_case_11_other_forms_are_read(case, run, file, counts):
    if file.endswith("xlsx"):
        pytest.importorskip("openpyxl")
    case("11")
    assert loaded(file) == counts
    assert run("fit", "--data", file, "--model", "ease", "--out", "m")[0] == 0
    assert run("data", "check", file)[0] == 0


def test_case_11_a_web_address_is_named(case, run):
    case("11")
    fit = ("fit", "--model", "ease", "--out", "m", "--data")
    for verb, expected in ((fit, 2), (("data", "check"), 1)):
        code, output, errors = run(*verb, "https://example.org/ratings.csv")
        assert code == expected and "Traceback" not in errors
        assert "the web address https://example.org/ratings.csv" in " ".join(
            (errors + output).split()
        )
        assert "curl -LO https://example.org/ratings.csv" in " ".join((errors + output).split())


def test_case_14_folders_and_zips_of_any_layout(case, run):
    folder = case("14")
    own = {"user": "user", "item": "item"}
    one = (12, 16, 60)
    assert loaded("archive.zip", **own) == loaded("archive.zip") == loaded("upper") == one
    parts = sorted((folder / "spark").glob("part-*.csv"))
    rows = sum(len(part.read_text().splitlines()) - 1 for part in parts)
    whole = whyrec.load("spark", columns=own, duplicates="keep")
    assert len(whole) == rows and whole.hash == whyrec.load("spark", duplicates="keep").hash
    for source in ("archive.zip", "spark", "upper"):
        assert run("data", "check", source)[0] == 0, source


def test_case_14_a_book_shop_is_not_goodbooks(case, run):
    case("14")
    code, _, errors = run("fit", "--data", "bookstore", "--model", "ease", "--out", "m")
    told = " ".join(errors.split())
    assert code == 2 and "goodbooks" not in told
    assert "Ratings.csv (User-ID, ISBN, Book-Rating)" in told and "--columns" in told
    names = "user=User-ID,item=ISBN,value=Book-Rating,title=Book-Title"
    fit = ("fit", "--data", "bookstore", "--columns", names, "--model", "ease", "--out", "m")
    assert run(*fit)[0] == 0
    data = whyrec.load("bookstore", columns=dict(part.split("=") for part in names.split(",")))
    title = dict(zip(data.items, data.item_table.title, strict=True))
    assert title["03454000X"] == "Book, 0"
    assert data.item_table.fields["Book-Author"][0][0].startswith("Author ")


ROWS = [(f"u{i % 7:02}", f"i{i * 3 % 10}", 1 + i % 5) for i in range(60)]
CSV = "user,item,value\n" + "".join(f"{u},{i},{v}\n" for u, i, v in ROWS)
COUNTS = (7, 10, 60)


def test_packed_tables_hold_the_same(tmp_path):
    text = CSV.encode()
    packed = {"a.csv.gz": gzip.compress(text), "a.csv.xz": lzma.compress(text)}
    with contextlib.suppress(ImportError):
        import zstandard

        packed["a.csv.zst"] = b"".join(
            map(zstandard.ZstdCompressor().compress, (text[:200], text[200:]))
        )
    plain = tmp_path / "a.csv"
    plain.write_bytes(text)
    for name, data in packed.items():
        (tmp_path / name).write_bytes(data)
        assert loaded(tmp_path / name) == loaded(plain), name
        (tmp_path / name).write_bytes(data[: len(data) // 2])
        with pytest.raises(DataError, match=f"{name} must be a whole"):
            whyrec.load(tmp_path / name)


def test_zipped_tables_and_parts_in_folders_of_partitions(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("__MACOSX/x.csv", "junk")
        archive.writestr("readme.txt", "Made by us, for you; read on.\n")
        archive.writestr("data/Export 2024.CSV", CSV.replace("user,item", "who,what"))
    assert loaded(tmp_path / "a.zip", user="who", item="what") == loaded_csv(tmp_path)
    for day in (1, 2):
        place = tmp_path / f"hive/time=2024-01-0{day}"
        place.mkdir(parents=True)
        (place / "part-00000.csv").write_text(CSV)
    (tmp_path / "hive/_SUCCESS").write_text("")
    data = whyrec.load(tmp_path / "hive", duplicates="keep", ratings="all")
    assert len(data) == 120 and data.clock and sorted(set(data.time)) == [1704067200, 1704153600]
    (place / "part-00001.csv").write_text("user,item\na,b\n")
    with pytest.raises(DataError, match=r"tables of different columns|must have the columns"):
        whyrec.load(tmp_path / "hive")


def loaded_csv(folder):
    (folder / "plain.csv").write_text(CSV)
    return loaded(folder / "plain.csv")


def test_columns_by_number_of_a_table_without_a_header(tmp_path):
    path = tmp_path / "no.csv"
    path.write_text(CSV.partition("\n")[2])
    assert loaded(path, user="1", item="2", value="3") == loaded_csv(tmp_path)
    with pytest.raises(DataError, match=r"--columns user=1,item=2"):
        whyrec.load(path)
    path.write_text(CSV)
    with pytest.raises(DataError, match="must have no header if its columns are given by number"):
        whyrec.load(path, columns={"user": "1", "item": "2"})


def test_a_file_of_another_kind_is_named(tmp_path):
    for data, kind in (
        (b"%PDF-1.7\n", "a PDF document"),
        (b"<!DOCTYPE html><html>", "a web page or XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook of the old form"),
        (b"\x80\x04\x95", "a Python pickle"),
        (b"\x89HDF\r\n", "an HDF5 file"),
    ):
        path = tmp_path / "table.csv"
        path.write_bytes(data)
        with pytest.raises(DataError, match=f"got {kind}. Fix: "):
            whyrec.load(path)


def test_lists_in_cells_are_categories_and_baskets(tmp_path):
    (tmp_path / "events.csv").write_text(CSV)
    cells = ("['Drama', \"Children's\"]", '[{"id": 1, "name": "Crime"}]', "[]")
    rows = [f'i{n},"{cells[n % 3].replace(chr(34), chr(34) * 2)}"' for n in range(10)]
    (tmp_path / "items.csv").write_text("item,genres\n" + "\n".join(rows) + "\n")
    table = whyrec.load(tmp_path).item_table
    assert table.categories[:3] == (("Drama", "Children's"), ("Crime",), ())
    baskets = [{"user": f"u{n}", "item": [f"i{n}", f"i{n + 1}"]} for n in range(8)]
    (tmp_path / "baskets.jsonl").write_text("\n".join(map(json.dumps, baskets)))
    assert loaded(tmp_path / "baskets.jsonl") == (8, 9, 16)
    text = "user,item\n" + "".join(f"u{n},i{n % 9}|i{n % 7}|i{n % 5}\n" for n in range(60))
    (tmp_path / "b.csv").write_text(text)
    with pytest.raises(DataError, match="one item in each row; got baskets such as 'i0|i0|i0'"):
        whyrec.load(tmp_path / "b.csv")


def test_a_matrix_of_people_and_items_is_named_with_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = ["user," + ",".join(f"i{n}" for n in range(12))]
    lines += [
        f"u{u}," + ",".join(str(1 + (u + n) % 5) if (u + n) % 3 else "" for n in range(12))
        for u in range(9)
    ]
    (tmp_path / "wide.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(DataError, match="a matrix with a column for each item") as error:
        whyrec.load("wide.csv")
    command = error.value.fix.partition("run: ")[2].partition(" , then")[0]
    assert command.startswith("python -c ")
    code = command.removeprefix("python -c ").strip('"')
    subprocess.run([sys.executable, "-c", code], check=True)
    assert loaded("events.csv")[0:2] == (9, 12)


def test_frames_of_other_libraries(tmp_path):
    polars = pytest.importorskip("polars")
    users, items, values = (list(column) for column in zip(*ROWS, strict=True))
    columns = {"user": users, "item": items, "value": values}
    first = whyrec.load(columns)
    assert (first.n_users, first.n_items) == loaded_csv(tmp_path)[:2]
    frames = [polars.DataFrame(columns), polars.DataFrame(columns).lazy()]
    pandas = pytest.importorskip("pandas")
    frames += [pandas.DataFrame(columns), pandas.DataFrame(columns).astype({"user": "category"})]
    for frame in frames:
        assert whyrec.load(frame).hash == first.hash
    named = pandas.DataFrame(columns).rename(columns={"user": "who"})
    assert whyrec.load(named, columns={"user": "who"}).hash == first.hash
    assert whyrec.fit("popular", frames[0]).data.hash == first.hash
    with pytest.raises(DataError, match="needs the column 'user'"):
        whyrec.load(named)
    with pytest.raises(DataError, match="got int"):
        whyrec.load(5)
