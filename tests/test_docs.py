"""The documents say what is true: sources exist, every name and verb is described, examples run, links resolve."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from whyrec import registry
from whyrec.cli.app import app, data_app
from whyrec.cli.service import key_app, store_app
from whyrec.cli.versions import model_app

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "guide"
PAGES = [
    p
    for p in ROOT.rglob("*.md")
    if not {".venv", ".venv-peers", ".venv-surprise", "node_modules", "demo", "site"}
    & set(p.relative_to(ROOT).parts)
]


def read(path):
    return path.read_text(encoding="utf-8")


def cited():
    return {
        key
        for path in (ROOT / "src").rglob("*.py")
        for key in re.findall(r"\[([a-z]+[12]\d{3})\]", read(path))
    }


def test_every_source_is_in_the_bibliography_and_whole():
    entries = dict(re.findall(r"^@\w+\{(\w+),(.*)\}$", read(ROOT / "docs" / "sources.bib"), re.M))
    assert cited() <= set(entries), cited() - set(entries)
    for key, fields in entries.items():
        assert {"title", "author", "year"} <= set(re.findall(r"(\w+)=\{", fields)), key
        assert f"year={{{key[-4:]}}}" in fields, key
        assert fields.count("{") == fields.count("}"), key


def test_every_entry_of_the_bibliography_is_used():
    entries = set(re.findall(r"^@\w+\{(\w+),", read(ROOT / "docs" / "sources.bib"), re.M))
    assert entries == cited()


def test_every_part_of_the_catalogue_is_described():
    text = read(GUIDE / "catalogue.md")
    for kind, parts in registry.PARTS.items():
        for name in parts:
            assert f"`{name}`" in text, f"{kind}: {name}"


def test_the_help_pages_are_what_the_program_prints():
    spec = importlib.util.spec_from_file_location("cli_docs", ROOT / "scripts" / "cli_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    verbs = {c.name or c.callback.__name__ for c in app.registered_commands if not c.hidden}
    for group, part in (
        ("data", data_app),
        ("key", key_app),
        ("model", model_app),
        ("store", store_app),
    ):
        verbs |= {
            f"{group} {c.name or c.callback.__name__}"
            for c in part.registered_commands
            if not c.hidden
        }
    assert set(module.VERBS) == verbs
    assert read(GUIDE / "cli.md") == module.page(), "run `make docs`"


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_resolve(path):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(path)):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path}: {target}"


def test_every_make_target_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), re.M))
    for path in PAGES:
        named = set(re.findall(r"`make ([a-z-]+)", read(path))) | set(
            re.findall(r"^make ([a-z-]+)", read(path), re.M)
        )
        assert named <= targets, f"{path}: {named - targets}"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_example_runs(name, capsys):
    blocks = re.findall(r"```python\n(.*?)```", read(ROOT / name), re.S)
    assert blocks
    space: dict = {}
    for block in blocks:
        assert len(block.splitlines()) <= 8
        exec(block, space)
    assert space["why"].explained_share == 1.0
    titles = space["data"].item_table.title
    printed = capsys.readouterr().out
    assert all(titles[item] in printed for item in space["slate"].items)


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "decisions"
    for path in folder.glob("0*.md"):
        assert f"({path.name})" in read(folder / "README.md")
        assert len(read(path).splitlines()) <= 60, f"{path.name}: one page"
        assert all(f"## {part}" in read(path) for part in ("Consequences",)), path
