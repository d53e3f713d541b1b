"""Folders of data sets as their publishers give them."""

from __future__ import annotations

import pytest

from whyrec.core import DataError
from whyrec.data.check import check
from whyrec.data.load import load


def write(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, (file, text) in files.items():
        (folder / file).write_bytes(text.encode())
    return folder


@pytest.fixture
def movietweetings(tmp_path):
    return write(
        tmp_path / "latest",
        ratings=(
            "ratings.dat",
            "1::0120735::9::1363245118\n2::0017925::10::1362901837\n2::0120735::0::1362901900\n",
        ),
        movies=(
            "movies.dat",
            "0017925::The General (1926)::Action|Adventure\n"
            "0062055::The Nude Restaurant (1967)::\n"
            "0120735::Lock, Stock & À bout (1998)::Comedy\n"
            "0120735::Lock, Stock & À bout (1998)::Comedy\n",
        ),
        users=("users.dat", "1::139564917\n2::522540374\n"),
    )


def test_movietweetings(movietweetings):
    data = load(movietweetings).data
    assert data.users == ("2", "1") or data.users == ("1", "2")
    assert set(data.items) == {"0120735", "0017925"}  # the ids of IMDb, with their zeros
    general = data.item_number("0017925")
    assert data.item_table.title[general] == "The General"
    assert data.item_table.categories[general] == ("Action", "Adventure")
    assert data.item_table.numeric["year"][general] == 1926
    assert (data.domain, data.values, data.clock, len(data)) == ("film", "rating", True, 3)
    assert data.time.tolist() == [1362901837, 1362901900, 1363245118]
    assert check(movietweetings).loads


def test_movielens_1m_is_not_taken_for_movietweetings(movietweetings):
    (movietweetings / "users.dat").write_text("1::F::1::10::48067\n2::M::56::16::70072\n")
    films = (movietweetings / "movies.dat").read_text().splitlines()[:-1]
    (movietweetings / "movies.dat").write_text("\n".join(films) + "\n")
    data = load(movietweetings).data
    assert data.user_table.fields["gender"]


def test_hetrec_movielens(tmp_path):
    folder = write(
        tmp_path / "hetrec2011-movielens-2k-v2",
        ratings=(
            "user_ratedmovies-timestamps.dat",
            "userID\tmovieID\trating\ttimestamp\n75\t3\t1\t1162160236000\n78\t32\t4.5\t1162160624000\n",
        ),
        movies=(
            "movies.dat",
            "id\ttitle\timdbID\tspanishTitle\tyear\n"
            "3\tGrumpy Old Men\t0107050\tDos viejos gruñones\t1993\n"
            "32\tTwelve Monkeys\t0114746\t12 monos\t1995\n",
        ),
        genres=("movie_genres.dat", "movieID\tgenre\n3\tComedy\n3\tRomance\n32\tSci-Fi\n"),
    )
    data = load(folder).data
    assert data.time.tolist() == [1162160236, 1162160624] and data.clock
    assert data.item_table.title == ("Grumpy Old Men", "Twelve Monkeys")
    assert data.item_table.categories == (("Comedy", "Romance"), ("Sci-Fi",))
    assert data.value.tolist() == [1.0, 4.5]


def test_retailrocket_keeps_its_kinds(tmp_path):
    folder = write(
        tmp_path / "retailrocket",
        events=(
            "events.csv",
            "timestamp,visitorid,event,itemid,transactionid\n"
            "1433221332117,257597,view,355908,\n"
            "1433224214164,992329,addtocart,248676,\n"
            "1433222276276,599528,transaction,356475,4000\n",
        ),
        tree=("category_tree.csv", "categoryid,parentid\n1016,213\n"),
        properties=("item_properties_part1.csv", "timestamp,itemid,property,value\n1,2,3,4\n"),
    )
    loaded = load(folder)
    data = loaded.data
    assert [data.items[i] for i in data.item] == ["355908", "356475", "248676"]
    assert data.time.tolist() == [1433221332, 1433222276, 1433224214]
    assert loaded.meaning.tolist() == [3, 2, 1]  # a view, a purchase, a choice
    assert data.domain == "shop"
    assert check(folder).loads and check(folder).rows == 3  # it is not the plain form


def test_checkins_are_visits_and_repeats(tmp_path):
    folder = write(
        tmp_path / "gowalla",
        checkins=(
            "loc-gowalla_totalCheckins.txt",
            "0\t2010-10-19T23:55:27Z\t30.2359091167\t-97.7951395833\t22847\n"
            "0\t2010-10-18T22:17:43Z\t30.2691029532\t-97.7493953705\t420315\n"
            "1\t2010-10-17T23:42:03Z\t30.2557309927\t-97.7633857727\t22847\n"
            "0\t2010-10-20T00:00:00Z\t30.2359091167\t-97.7951395833\t22847\n",
        ),
    )
    data = load(folder).data
    assert len(data) == 4 and data.verb == "visited"  # no check-in is lost on reading
    assert data.time.tolist() == [1287358923, 1287440263, 1287532527, 1287532800]


def test_what_is_missing_is_named(movietweetings):
    (movietweetings / "ratings.dat").write_text("1::0120735::9\n")
    with pytest.raises(DataError, match=r"every row of ratings.dat must have 4 fields"):
        load(movietweetings)
    (movietweetings / "movies.dat").unlink()
    with pytest.raises(DataError, match="the nearest is MovieLens 1M or 10M, or MovieTweetings"):
        load(movietweetings)


def test_check_names_missing_times_and_totals(tmp_path, capsys):
    from whyrec.cli.app import main

    rows = "".join(f",{n}\n" for n in range(100))
    (tmp_path / "log.csv").write_text("user,item\n" + rows + "a,1\nb,2\n")
    assert main(["data", "check", str(tmp_path / "log.csv")]) == 1
    output = capsys.readouterr().out
    assert "there is no column of times" in output and "--columns time=NAME" in output
    [total] = [line for line in output.splitlines() if line.startswith("events.user: a user")]
    assert total.split()[-1] == "100"  # the table above shows 20 of them
    (tmp_path / "log.csv").write_text("user,item,time\na,1,1700000000\nb,2,1700000001\n")
    assert main(["data", "check", str(tmp_path / "log.csv")]) == 0
    output = capsys.readouterr().out
    assert "no column of times" not in output and "Problems in all" not in output
