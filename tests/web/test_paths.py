"""A graph model's reasons on the page: sentences, the picture of the paths, and what cutting one does. Held against the API."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import numpy as np
import pytest

from tests.serve.linked import small
from tests.visualise.sample import HOSTILE, world
from tests.web import stage
from tests.web.test_person import plain
from whyrec import registry, storage
from whyrec.core import ItemTable, Links
from whyrec.data.simulate import senses


@pytest.fixture(scope="module")
def site(browser, tmp_path_factory):
    folder, data = tmp_path_factory.mktemp("linked"), small()
    storage.save(folder / "model", registry.model("graph").fit(data), data, name="graph")
    with stage.service(folder) as made:
        yield made


def cut_of(site, user, key, row, path):
    """The item's place once this path alone is cut, as what-if has it; 0 where it may not stand in the list."""
    made = site.call(
        "POST",
        "/v1/what-if",
        {"user": user, "n": 20, "cut_paths": [{"item": row["item"], "path": path}]},
        key,
    )
    return next(move["rank_after"] for move in made["moves"] if move["item"] == row["item"]) or 0


def somebody(site):
    """A person whose list has an item that a cut moves, the item, its whole explanation, and the path of kind link."""
    for user in site.people[20:60]:
        key = site.key(user=user)
        for row in site.call("POST", "/v1/recommendations", {"user": user, "n": 20}, key)["items"]:
            first = row["reasons"][0]
            if (
                first["path"]
                and first["path"]["kind"] == "link"
                and cut_of(site, user, key, row, first["path"]["id"]) > row["rank"]
            ):
                why = site.call("POST", "/v1/why-not", {"user": user, "item": row["item"]}, key)
                if any(path["kind"] == "friends" for path in why["paths"][:5]):
                    return user, key, row, why, first["path"]["id"]
    raise AssertionError("no such item")


@pytest.mark.parametrize(("lang", "width"), [("en", 1440), ("zh", 390)])
def test_paths_are_drawn_told_and_cut(visit, site, lang, width):
    user, key, row, _, path = somebody(site)
    why = site.call("POST", "/v1/why-not", {"user": user, "item": row["item"], "lang": lang}, key)
    page = visit(
        site, f"/why/{quote(row['item'], safe='')}", user=user, lang=lang, width=width, height=900
    )
    page.locator(".flow-item").wait_for()
    stage.until(page, "document.querySelectorAll('.flow path').length > 5")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Every path of the list has its own words and its exact weight.
    lines = [plain(text) for text in page.locator(".figure .signed tbody tr").all_inner_texts()]
    for one, mine in zip(
        why["paths"][:8], lines[1:], strict=False
    ):  # the first line is the starting point
        assert plain(one["text"]).casefold() in mine.casefold()
        assert f"{one['weight']:.2f}" in mine
    # What stands before the item carries what the ribbons say: they add up to the five strongest paths.
    shown = [float(text) for text in page.locator(".flow-weight").all_inner_texts()]
    assert sum(shown) == pytest.approx(sum(one["weight"] for one in why["paths"][:5]), abs=0.03)
    through = next(one["through"] for one in why["paths"] if one["id"] == path)
    box = page.locator(".flow-box.mid").filter(has_text=re.compile(re.escape(through), re.I))
    box.focus()
    page.keyboard.press("Enter")
    page.locator(".why-side b").wait_for()
    stage.settle(page)
    after = cut_of(site, user, key, row, path)
    assert after > row["rank"]
    assert (
        f"{after}" in page.locator(".why-side b").inner_text() and f"cut={quote(path)}" in page.url
    )
    assert (
        box.get_attribute("aria-pressed") == "true" and page.locator(".flow path.gone").count() >= 2
    )
    assert stage.axe(page) == []
    box.click()
    page.locator(".why-side b").wait_for(state="detached")
    assert "cut=" not in page.url


def test_the_list_says_paths_and_names_no_friend(visit, site):
    user, key, row, why, _ = somebody(site)
    page = visit(site, f"/feed?open={quote(row['item'], safe='')}", user=user)
    said = plain(page.locator(".feed-row").nth(row["rank"] - 1).inner_text())
    assert plain(row["reasons"][0]["path"]["text"]) in said
    told = page.locator(".feed-row .told").evaluate_all("all => all.map(one => one.textContent)")
    assert told[row["rank"] - 1] == row["text"]
    assert page.locator(".feed-why:visible li").count() == len(row["reasons"])
    friends = next(one for one in why["paths"] if one["kind"] == "friends")
    assert not any(name in page.locator(".feed").inner_text() for name in friends["names"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_modalities_stand_with_their_exact_parts(visit, browser, tmp_path, lang):
    data = senses(people=60, items=60, seed=1).data
    stage.fit(tmp_path, data, similarity_terms={"image": 0.5, "text": 0.3})
    with stage.service(tmp_path) as site:
        user = site.people[3]
        key = site.key(user=user)
        item = site.call("POST", "/v1/recommendations", {"user": user, "n": 20}, key)["items"][0][
            "item"
        ]
        why = site.call("POST", "/v1/why-not", {"user": user, "item": item}, key)
        page = visit(site, f"/why/{quote(item, safe='')}", user=user, lang=lang)
        lines = [
            plain(text).replace("−", "-")
            for text in page.locator(".figure").first.locator("tbody tr").all_inner_texts()
        ]
        names = {
            "image": ("How it looks", "外观"),
            "text": ("How it reads", "文字"),
            "choices": ("What people choose", "众人的"),
        }
        for row in why["modalities"]:
            mine = next(line for line in lines if names[row["name"]][lang == "zh"] in line)
            assert f"{row['weight']:.2f}" in mine
            assert row["like"] is None or row["like"]["title"] in mine
        assert stage.axe(page) == []


def test_a_person_decides_whether_friends_read_their_name(visit, site):
    user = site.people[70]
    key = site.key(user=user)
    page = visit(site, "/data", user=user)
    switch = page.get_by_role("switch", name="Let friends see my name")
    before = (
        site.call("GET", f"/v1/users/{user}/profile", key=key)["fields"].get("named_to_friends")
        == "yes"
    )
    assert switch.get_attribute("aria-checked") == str(before).lower()
    switch.click()
    page.locator(".toast").wait_for()
    stage.settle(page)
    assert switch.get_attribute("aria-checked") == str(not before).lower()
    assert (
        site.call("GET", f"/v1/users/{user}/profile", key=key)["fields"]["named_to_friends"]
        == "yes"
    ) != before
    assert "counts in your list" in page.locator(".table").inner_text()


def test_odd_names_neither_run_nor_break_the_picture(visit, browser, tmp_path):
    data = world()
    titles = [
        ("A" * 300, "字" * 300, "‮" + HOSTILE, " ")[n % 4] + f"{n}" for n in range(data.n_items)
    ]
    names = [*data.items, HOSTILE, "‮" + "B" * 200]
    links = Links(
        names,
        ["<b>by", "directed_by"],
        np.arange(data.n_items).repeat(2),
        np.tile([0, 1], data.n_items),
        np.tile([data.n_items, data.n_items + 1], data.n_items),
        np.arange(data.n_items),
    )
    made = replace(data, item_table=ItemTable(tuple(titles)), links=links)
    model = registry.model("graph").fit(made)
    model.strength_[:], model.fade_[:], model._ready = (
        1.0,
        1.0,
        None,
    )  # else what says nothing leads nowhere
    storage.save(tmp_path / "model", model, made, name="graph")
    with stage.service(tmp_path) as site:
        user = site.people[3]
        item = site.call("POST", "/v1/recommendations", {"user": user}, site.key(user=user))[
            "items"
        ][0]["item"]
        page = visit(site, f"/why/{quote(item, safe='')}", user=user, width=390)
        page.locator(".flow-item").wait_for()
        stage.until(page, "document.querySelectorAll('.flow-box.mid').length > 1")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator("main script, main b:not(.why-side b), main img").count() == 0
