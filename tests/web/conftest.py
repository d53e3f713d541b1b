"""The services and the browser of the page's tests."""

from __future__ import annotations

import os

import numpy as np
import pytest

from tests.conftest import find_data
from tests.visualise.sample import HOSTILE, world
from tests.web import stage
from whyrec import api
from whyrec.core import Dataset, ItemTable


def missing(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser(chromium):
    if not stage.built():
        missing("the page is not built: `make web`")
    return chromium


@pytest.fixture
def visit(browser):
    """visit(site, path, user=..., lang=..., scheme=..., width=...) -> the page; fails at the end on any trouble."""
    visitor = stage.Visitor(browser)
    yield visitor.open
    visitor.close()
    assert visitor.troubles == []


@pytest.fixture(scope="session")
def films(tmp_path_factory):
    """The built-in world."""
    folder = tmp_path_factory.mktemp("films")
    stage.fit(folder, api.load("films"))
    with stage.service(folder) as site:
        yield site


@pytest.fixture(scope="session")
def latest(tmp_path_factory):
    """Real people: MovieLens latest-small, films with five events or more."""
    path = find_data("ml-latest-small.zip")
    if path is None:
        missing("ml-latest-small.zip is not at hand: set WHYREC_DATA to the folder that holds it")
    folder = tmp_path_factory.mktemp("latest")
    stage.fit(folder, api.load_steps(str(path), item_core=5)[0])
    with stage.service(folder) as site:
        yield site


@pytest.fixture
def site(request):
    """The service named by the parameter."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """Titles, tags and people that would run, turn or break a careless page."""
    data = world()
    table = data.item_table
    titles = list(table.title)
    titles[20:26] = [
        "A" * 300,
        "字" * 300,
        "مرحبا بالعالم، هذا عنوان طويل جدا " * 6,
        "שלום ‮עולם",
        "javascript:alert(1)",
        " ",
    ]
    titles[26:34] = [
        f"{n} said “No”. Then “yes”. 《好》。后来" for n in range(8)
    ]  # full stops after quotes within a title
    tags = tuple(
        (*row, "‮<svg onload=alert(1)>", "T" * 150) if n % 7 == 0 else row
        for n, row in enumerate(table.categories)
    )
    users = [HOSTILE + f" {n}" for n in range(data.n_users)]
    items = [f"../{label}?x=1#y&<b>" for label in data.items]
    # So few events that the odd titles are recommended too.
    made = Dataset(
        np.asarray(data.user),
        np.asarray(data.item),
        np.asarray(data.value),
        np.asarray(data.time),
        users,
        items,
        ItemTable(tuple(titles), categories=tags),
        name="hostile",
        domain="film",
    )
    folder = tmp_path_factory.mktemp("hostile")
    stage.fit(folder, made)
    with stage.service(folder) as found:
        yield found
