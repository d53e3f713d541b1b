"""Each fix of an error can be done, names commands and options that exist, and leads on."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sqlite3
import tomllib
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings, strategies as st

import whyrec
import whyrec.cli
from whyrec import registry
from whyrec.cli.fixes import commands, with_commands
from whyrec.core import DataError, Dataset
from whyrec.data.split import PROTOCOLS, split

SOURCE = Path(whyrec.__file__).parent
COMMANDS = dict(commands(whyrec.cli.app))
FIT = ("fit", "--model", "ease", "--out", "m", "--data")


def texts_of(node):
    """The texts that an expression may give, with X for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from texts_of(node.body)
        yield from texts_of(node.orelse)
    elif isinstance(node, ast.BinOp):
        lefts, rights = (list(texts_of(one)) or ["X"] for one in (node.left, node.right))
        yield from (left + right for left in lefts for right in rights)


def fixes():
    """(file:line, text) of each fix in the source."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "fix":
                for text in texts_of(node.value):
                    yield f"{path.relative_to(SOURCE)}:{node.value.lineno}", text


def test_every_command_and_option_of_a_fix_exists():
    found = list(fixes())
    assert len(found) > 200
    every = set().union(*COMMANDS.values())
    for where, text in found:
        for words in re.findall(r"\bwhyrec ((?:[a-z][a-z-]*|M|X)(?: [^,;`]*)?)", text):
            verb = next(
                (
                    name
                    for name in (" ".join(words.split()[:2]), words.split()[0])
                    if name in COMMANDS
                ),
                None,
            )
            assert verb, (where, text)
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", words):
                assert option in COMMANDS[verb], (where, text)
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", text):
            assert option in every | {"--upgrade"}, (where, text)


def test_every_method_that_a_fix_names_exists():
    methods = {"auto", *registry.names("explainers")}
    for where, text in fixes():
        for name in re.findall(r"use the method ([a-z-]+)", text):
            assert name in methods, (where, text)


def test_every_extra_that_an_error_names_exists():
    with open(SOURCE.parents[1] / "pyproject.toml", "rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    named = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "MissingExtra"
                and len(node.args) > 1
                and isinstance(node.args[1], ast.Constant)
            ):
                named.add(node.args[1].value)
    assert named and named <= set(extras)


def test_an_option_of_another_command_is_said_to_be_one():
    text = "it needs more. Fix: use --protocol random, or --order file."
    assert "--order" in COMMANDS["demo"] and "--protocol" not in COMMANDS["demo"]
    told = with_commands(text, ["demo", "--data", "x"], whyrec.cli.app)
    assert told.startswith(text) and told.count("(--") == 1
    assert "(--protocol is an option of whyrec compare" in told
    assert with_commands(text, ["compare", "--data", "x"], whyrec.cli.app) == text
    assert "whyrec data check" not in with_commands(
        "no. Fix: --out.", ["store", "export"], whyrec.cli.app
    )


# --- case 13 --------------------------------------------------------------------------------------


def test_case_13_a_missing_file_is_said_to_be_missing(case, run):
    case("13")
    code, _, errors = run(*FIT, "nofile.csv", "--columns", "user=a,item=b")
    assert code == 2 and "'nofile.csv', which is not there" in errors
    assert "--columns" not in errors and "one CSV" not in errors


def test_case_13_a_pipe_is_there_and_can_be_written_to_a_file(case, run):
    case("13")
    os.mkfifo("pipe")
    code, _, errors = run(*FIT, "pipe")
    assert code == 2 and "not there" not in errors and "a pipe" in errors
    assert "write it to a file first" in errors
    shutil.copy("plain.csv", "events.csv")  # done as told
    assert run(*FIT, "events.csv")[0] == 0


def test_case_13_a_database_is_not_told_to_use_columns(case, run):
    case("13")
    code, _, errors = run(*FIT, "sqlite:///upper.db")
    if code == 0:  # names are read in any case
        return
    assert "--columns" not in errors and "rename the column in the table" in errors
    with sqlite3.connect("upper.db") as database:  # done as told
        for name in ("User", "Item", "Value", "Time"):
            database.execute(f"alter table events rename column {name} to {name.lower()}_")
            database.execute(f"alter table events rename column {name.lower()}_ to {name.lower()}")
    assert run(*FIT, "sqlite:///upper.db")[0] == 0


def test_case_13_demo_is_not_told_to_use_an_option_that_it_lacks(case, run):
    case("13")
    code, _, errors = run("demo", "--data", "one.csv", "--out", "d")
    assert code == 2 and "--protocol" not in errors
    assert "3 events or more; got at most 1 events a person. Fix: give more events" in errors


def test_case_13_months_are_not_told_to_lose_one(case, run):
    case("13")
    code, _, errors = run(*FIT, "months")
    if code != 0:
        assert "remove one" not in errors and "events-1.csv and events-2.csv" in errors
        assert run(*FIT, "months/2024-01")[0] == 0  # the first fix
        for number, month in enumerate(("2024-01", "2024-02"), 1):  # the second fix
            shutil.move(f"months/{month}/events.csv", f"months/events-{number}.csv")
            shutil.rmtree(f"months/{month}")
        code, output, _ = run(*FIT, "months", "--json")
    assert code == 0


def test_case_13_an_empty_column_of_times_is_about_times(case, run):
    case("13")
    code, _, errors = run(*FIT, "empty-time.parquet")
    assert code == 2 and "names a user" not in errors and "must name a user" not in errors
    assert "'time'" in errors and "leave the column out" in errors
    pl.read_parquet("empty-time.parquet").drop("time").write_parquet("without.parquet")
    assert run(*FIT, "without.parquet")[0] == 0  # done as told


def test_case_13_a_driver_that_no_extra_brings_is_named_by_its_package(case, run):
    case("13")
    code, _, errors = run(*FIT, "mysql://u:p@h/x")
    assert code == 2 and "whyrec[serve]" not in errors and "u:p" not in errors
    assert "pip install mysqlclient" in errors


# --- fixes that lead to each other ----------------------------------------------------------------


def sequences(rows, clock):
    """A data set of [(user, item, time)]."""
    rows = sorted(rows, key=lambda row: row[2])
    user, item, when = (np.array(part, np.int64) for part in zip(*rows, strict=True))
    people = np.unique(user, return_inverse=True)[1]
    things = np.unique(item, return_inverse=True)[1]
    return Dataset(
        people,
        things,
        np.ones(len(rows)),
        when,
        [f"u{n}" for n in range(people.max() + 1)],
        [f"i{n}" for n in range(things.max() + 1)],
        clock=clock,
    )


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=50
    ),
    clock=st.booleans(),
    ordered=st.booleans(),
)
def test_a_protocol_that_a_fix_names_splits_the_data(rows, clock, ordered):
    start = 1_600_000_000 if clock else 0
    data = sequences([(u, i, start + 86_400 * t) for u, i, t in rows], clock)
    if not ordered:
        data = data.without_order()
    for protocol in PROTOCOLS:
        try:
            split(data, protocol)
        except DataError as error:
            names = re.search(r"--protocol ((?:[a-z-]+(?: or )?)+)", error.fix)
            for name in names[1].split(" or ") if names else ():
                assert name != protocol
                assert len(split(data, name).train)
