"""A model is asked about people and items of other data than its own."""

from __future__ import annotations

import pytest

import whyrec
from whyrec.core import ArgumentError
from whyrec.workflows.folders import same_data

VERBS = (("report", ("--out", "written")), ("audit", ("--out", "written")), ("faithful", ()))
OTHER = "the data must have the items the model was fitted on; got 11 items, the model has 24. Fix: give the data that the model was fitted on, or fit the model on these data."


def test_case_25_report_and_audit_refuse_other_data(case, run):
    folder = case("25")
    assert run("fit", "--data", "one.csv", "--model", "ease", "--out", "m")[0] == 0
    for verb, out in VERBS:
        code, output, errors = run(verb, "m", "--data", "other.csv", *out)
        assert (code, output, " ".join(errors.split())) == (2, "", f"whyrec: {OTHER}"), verb
        assert not (folder / "written").exists()


ROWS = [(f"u{u}", f"i{(u + j) % 11}", 1_700_000_000 + 60 * j) for u in range(9) for j in range(5)]
OTHERS = [(f"u{u}", f"i{(u + j) % 11}", 1_700_000_000 + j) for u in range(9) for j in range(5, 11)]


def table(path, rows):
    lines = ["user,item,time", *(",".join(map(str, row)) for row in rows)]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


def folder(path, rows):
    """A folder whose table of items gives both data sets the same items in the same order."""
    table(path / "events.csv", rows)
    (path / "items.csv").write_text("item\n" + "".join(f"i{n}\n" for n in range(11)))
    return path


def test_people_and_items_of_the_same_names_but_other_events_are_other_data(tmp_path, run):
    """Numbers 1 to n name people and items in most shops: the events tell two shops apart."""
    one, other = folder(tmp_path / "one", ROWS), folder(tmp_path / "other", OTHERS)
    more = folder(tmp_path / "more", [*ROWS, *OTHERS])
    model = str(tmp_path / "m")
    assert run("fit", "--data", one, "--model", "ease", "--out", model)[0] == 0
    for verb, out in VERBS:
        code, _, errors = run(verb, model, "--data", other, *out)
        assert code == 2, verb
        assert (
            "the data must have the events the model was fitted on; got 0 of its 45 events"
            in " ".join(errors.split())
        )
    same_data(whyrec.open(model), whyrec.load(more))  # its own data and newer events


def test_functions_refuse_other_data_by_name(tmp_path):
    small = whyrec.load(table(tmp_path / "small.csv", ROWS))
    films = whyrec.load("films")
    for model in (whyrec.fit("ease", small), whyrec.create_model("ease").fit(small)):
        for ask in (whyrec.recommend, whyrec.explain):
            with pytest.raises(
                ArgumentError,
                match="items the model was fitted on; got 734|item numbers must lie in 0..10",
            ):
                ask(model, films, user=films.users[0])
    renamed = whyrec.load(table(tmp_path / "x.csv", [(u, "x" + i, t) for u, i, t in ROWS]))
    with pytest.raises(ArgumentError, match="got 'xi0' as item 1, where the model has 'i0'"):
        whyrec.recommend(whyrec.fit("ease", small), renamed, user="u0")
