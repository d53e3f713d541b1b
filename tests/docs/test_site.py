"""`make docs` builds a whole site: every link leads somewhere, nothing comes from elsewhere, both languages are there."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import griffe
import pytest
import yaml

from tests.docs.links import broken, read_page

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FIRST_HOUR = sorted(
    path.relative_to(DOCS).with_suffix("")
    for path in [DOCS / "index.md", *DOCS.glob("get-started/*.md"), *DOCS.glob("concepts/*.md")]
    if not path.name.endswith(".zh.md")
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `make docs` builds it."""
    folder = (tmp_path_factory.mktemp("docs") / "site").resolve()
    # Without --quiet, which would hide warnings from --strict too.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def hooks():
    """scripts/docs_site.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_site", ROOT / "scripts" / "docs_site.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_link_is_broken_and_nothing_is_loaded_from_elsewhere(site):
    found = broken(site)
    assert not found, "\n".join(found[:50])
    assert len(list(site.rglob("*.html"))) > 100  # there was something to check


def test_the_check_finds_what_is_broken(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "index.html").write_text('<h1 id="top">x</h1>')
    good = (
        '<a href="there/">x</a> <a href="there/index.html#top">x</a> <a href="#here" id="here">x</a>'
        '<a href="https://example.org/x">x</a> <a href="mailto:a@b.org">x</a>'
    )
    (tmp_path / "index.html").write_text(good)
    assert broken(tmp_path) == []
    bad = {
        '<a href="nowhere.html">x</a>': "nowhere.html: no such file",
        '<img src="images/no.png">': "images/no.png: no such file",
        '<a href="../outside.html">x</a>': "../outside.html: no such file",
        '<a href="#nothing">x</a>': "#nothing: no such anchor",
        '<a href="there/#bottom">x</a>': "there/#bottom: no such anchor",
        '<a href="https:///x">x</a>': "https:///x: no address",
        '<a href="javascript:x()">x</a>': "javascript:x(): no address",
        '<script src="https://example.org/x.js"></script>': (
            "https://example.org/x.js: loaded from elsewhere"
        ),
        '<link rel="stylesheet" href="//example.org/x.css">': (
            "//example.org/x.css: loaded from elsewhere"
        ),
    }
    for html, wrong in bad.items():
        (tmp_path / "index.html").write_text(good + html)
        assert broken(tmp_path) == [f"index.html: {wrong}"]


@pytest.mark.parametrize("page", FIRST_HOUR, ids=str)
def test_first_hour_pages_are_in_both_languages_and_lead_to_each_other(site, page):
    for folder, language, other in ((site, "en", "zh"), (site / "zh", "zh", "en")):
        path = folder / page.with_suffix(".html")
        text = path.read_text(encoding="utf-8")
        assert f'<html lang="{language}"' in text
        there = site / ("zh" if other == "zh" else "") / page.with_suffix(".html")
        link = os.path.relpath(there, path.parent)
        assert f'href="{link}" hreflang="{other}"' in text, f"{path}: no link to {link}"


def test_every_page_can_be_searched_for_without_a_server(site):
    script = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    index = json.loads(script.removeprefix("var __index = "))
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {"404.html"}
    assert pages - found == set()


def test_the_api_has_the_front_door_and_every_room(site):
    assert {"whyrec.load", "whyrec.recommend"} <= read_page(site / "api" / "index.html").anchors
    package = ROOT / "src" / "whyrec"
    rooms = {p.parent.name for p in package.glob("*/__init__.py")} - {"cli", "serve"}
    for room in rooms:
        assert (site / "api" / room / "index.html").exists(), room


def test_a_module_without_a_docstring_and_a_false_name_are_warnings(hooks, caplog):
    with griffe.temporary_visited_module(
        '"""What it is for."""\n__all__ = ["f"]\ndef f(): ...'
    ) as m:
        hooks.api_page(m)
    assert not caplog.messages
    with griffe.temporary_visited_module('__all__ = ["f", "g"]\ndef f(): ...') as m:
        hooks.api_page(m)
    assert caplog.messages == [
        f"{m.path} is public and has no docstring",
        f"{m.path}.__all__ names g, which does not exist",
    ]
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_the_navigation_is_translated_whole(site):
    plain = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    nav = yaml.safe_load(plain[plain.index("\nnav:") :])["nav"]
    lines = plain[plain.index("nav_translations:") : plain.index("\n  offline:")]
    translated = yaml.safe_load(lines)["nav_translations"]

    def titles(entries):
        for entry in entries:
            for title, below in entry.items():
                yield title
                yield from titles(below) if isinstance(below, list) else ()

    assert set(titles(nav)) == set(translated)
    page = (site / "zh" / "get-started" / "install.html").read_text(encoding="utf-8")
    assert translated["Quickstart"] in page
