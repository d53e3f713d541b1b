"""Kept promises: what is written comes back, and any change of the code changes its digest."""

from __future__ import annotations

import shutil

from whyrec.workflows.promises import Kept, Promise, code_digest, kept, write


def test_what_is_written_comes_back(tmp_path):
    value = Kept(
        "2026-01-02",
        "abc",
        "0f",
        (
            Promise("It “holds”", "成立", ("README.md",), ("tests/a.py::test_b",), "rest", True),
            Promise("Unknown", "未知", ("a", "b"), ("t", "u")),
        ),
    )
    write(value, tmp_path / "p.json")
    assert kept(tmp_path / "p.json") == value


def test_any_change_of_the_code_changes_its_digest(tmp_path):
    package = tmp_path / "one"
    (package / "part").mkdir(parents=True)
    (package / "part" / "a.py").write_text("x = 1")
    (package / "text.ftl").write_text("a = b")
    before = code_digest(package)
    assert len(before) == 32
    for number, (name, content) in enumerate(
        [("part/a.py", "x = 2"), ("part/b.py", ""), ("text.ftl", "a = c"), ("part/a.py", None)]
    ):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(package, copy)
        assert code_digest(copy) == before  # wherever it lies
        code_digest.cache_clear()
        if content is None:
            (copy / name).rename(copy / "a.py")
        else:
            (copy / name).write_text(content)
        assert code_digest(copy) != before
    (package / "promises.json").write_text("{}")  # what a run writes is no code
    code_digest.cache_clear()
    assert code_digest(package) == before
