"""What people see of the forces on the page: marks, sentences, weights, and the sliders with their undo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.serve.postgres import free_port
from tests.web import stage
from tests.web.stage import settle, until
from tests.web.test_person import eventually, names, recommended, toast_undo
from whyrec import api
from whyrec.serve.api.app import make_app
from whyrec.serve.api.demo import Demo
from whyrec.serve.demo_main import prepare_demo

FILE = """
[[promote]]
name = "autumn sale"
where = '"Science Fiction" in tags'
strength = 0.4
cap = 3
why = { en = "on sale this week", zh = "本周特价" }

[diversity]
strength = 0.3
"""
LANGS = pytest.mark.parametrize("lang", ["en", "zh"])
NAMES = {
    "en": {"diverse": "Variety", "novel": "Novelty", "refused": "What you dismissed"},
    "zh": {"diverse": "多样性", "novel": "新奇度", "refused": "您不感兴趣的"},
}
PROMOTED = {
    "en": ("Promoted: autumn sale", "Others promoted: autumn sale"),
    "zh": ("推广：autumn sale", "推广其他项目：autumn sale"),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The built-in films, with an operator who promotes and varies."""
    folder = tmp_path_factory.mktemp("shop")
    stage.fit(folder, api.load("films"))
    (folder / "forces.toml").write_text(FILE, encoding="utf-8")
    settings = replace(prepare_demo(folder, free_port()), forces=str(folder / "forces.toml"))
    demo = make_app(settings, demo=Demo(folder / "report.html"))
    with stage.listening(demo, settings.port) as url:
        site = stage.Site(url, [])
        rows = site.call("GET", "/v1/demo/people?limit=200")["people"]
        site.people = [row["user"] for row in sorted(rows, key=lambda row: -row["events"])]
        yield site


def called(term, lang):
    """The name of a force on the page, by the words of this test."""
    if term["kind"] == "promote":
        return PROMOTED[lang][0 if term["weight"] else 1]
    return NAMES[lang][term["kind"]]


def signed(value, digits=2):
    """A number as the page writes it."""
    text = f"{abs(value):.{digits}f}"
    return text if float(text) == 0 else ("−" if value < 0 else "+") + text


@LANGS
def test_a_card_says_what_moved_it_and_by_how_many_places(visit, shop, lang):
    user = shop.somebody()
    page = visit(shop, "/feed", user=user, lang=lang)
    rows = recommended(shop, user, shop.key(user=user), lang=lang)["items"]
    assert any(term["kind"] == "promote" for row in rows for term in row["terms"])
    for row in rows:
        card = page.locator(f'.feed-row[data-rank="{row["rank"]}"]')
        moved = [term for term in row["terms"] if term["rank_without"] != row["rank"]]
        marks = card.locator(".terms-marks li").all()
        assert [mark.locator("bdi").inner_text() for mark in marks] == [
            called(term, lang) for term in moved
        ]
        for mark, term in zip(marks, moved, strict=True):
            by = term["rank_without"] - row["rank"]
            arrow = mark.locator("[aria-hidden]").inner_text()
            assert arrow == ("↑" if by > 0 else "↓") + f"{abs(by):,}"
        assert card.locator(".terms-operator").all_inner_texts() == [
            term["text"] for term in row["terms"] if term["kind"] == "promote"
        ]


@LANGS
def test_why_shows_each_force_with_its_sentence_and_its_part_of_the_sum(visit, shop, lang):
    user = shop.somebody()
    key = shop.key(user=user)
    rows = recommended(shop, user, key, lang=lang)["items"]
    row = max(rows, key=lambda row: len(row["terms"]))
    page = visit(shop, f"/feed?open={row['item']}", user=user, lang=lang)
    lines = page.locator(".feed-why:visible .terms > li")
    assert lines.locator(".terms-text").all_inner_texts() == [one["text"] for one in row["terms"]]
    page = visit(shop, f"/why/{row['item']}", user=user, lang=lang)
    whole = page.locator(".signed tbody tr")
    shown = {
        one.locator("th bdi").inner_text(): one
        for one in whole.all()
        if one.locator(".term-text").count()
    }
    assert set(shown) == {called(term, lang) for term in row["terms"]}
    for term in row["terms"]:
        line = shown[called(term, lang)]
        assert line.locator(".term-text").inner_text() == term["text"]
        assert signed(term["weight"]) in line.locator(".value").inner_text()
    # the numbers of the table add up to the score that is shown
    values = [
        float(one.split("\n")[0].replace("−", "-").replace("+", "").replace(",", ""))
        for one in page.locator(".signed tbody .value").all_inner_texts()
    ]
    assert abs(sum(values[:-1]) - values[-1]) <= 0.005 * len(values)
    assert (
        signed(sum(term["weight"] for term in row["terms"]))
        in page.locator(".takeaway").first.inner_text()
    )


@LANGS
def test_why_not_and_the_record_know_the_forces(visit, shop, lang):
    user = shop.somebody()
    key = shop.key(user=user)
    answer = recommended(shop, user, key, lang=lang)
    far = shop.call("POST", "/v1/recommendations", {"user": user, "n": 60, "lang": lang}, key)
    row = next(row for row in far["items"][20:] if row["terms"])
    why = shop.call(
        "POST", "/v1/why-not", {"user": user, "item": row["item"], "n": 20, "lang": lang}, key
    )
    page = visit(shop, f"/missing?item={row['item']}", user=user, lang=lang)
    assert page.locator(".term-text").all_inner_texts() == [one["text"] for one in why["terms"]]
    row = max(answer["items"], key=lambda row: len(row["terms"]))
    place = f"/decisions/{answer['recommendation_id']}?item={row['item']}"
    page = visit(shop, place, role="auditor", lang=lang)
    assert page.locator(".terms .terms-text").all_inner_texts() == [
        one["text"] for one in row["terms"]
    ]
    table = page.locator(".figure-table").first
    table.locator("summary").click()
    for term in row["terms"]:
        if term["weight"]:
            line = table.locator("tr", has_text=called(term, lang))
            digits = 3 if abs(row["score"]) < 1 else 2
            assert signed(term["weight"], digits) in line.inner_text()


SLIDES = {
    "en": ("Variety: strong", "Undo", "Back to usual"),
    "zh": ("多样性：较强", "撤销", "恢复平常"),
}


@LANGS
def test_a_slider_acts_at_once_is_kept_and_is_undone(visit, shop, lang):
    user = shop.somebody()
    key = shop.key(user=user)
    said, undo, back = SLIDES[lang]
    before = [row["title"] for row in recommended(shop, user, key)["items"]]
    page = visit(shop, "/feed?steer=open", user=user, lang=lang)
    slider = page.locator("[data-force=diversity] input")
    assert slider.input_value() == "0.3" and page.locator("[data-force]").count() == 3
    slider.fill("1")
    panel = page.locator(".changed")
    panel.wait_for()
    settle(page)
    assert said in panel.inner_text()
    assert slider.evaluate("one => one === document.activeElement")  # the keyboard stays with it
    wanted = recommended(shop, user, key, forces={"diversity": 1})["items"]
    until(
        page,
        "title => document.querySelectorAll('.feed-title bdi')[9].textContent === title",
        wanted[9]["title"],
    )
    assert names(page) == [row["title"] for row in wanted] != before
    assert panel.locator(".lines").nth(0).locator("bdi").all_inner_texts() == before[:10]
    # another window of the same person has it too, and says so while the sliders are closed
    other = visit(shop, "/feed", user=user, lang=lang)
    assert names(other) == names(page)
    assert said in other.locator(".head").inner_text()
    panel.get_by_role("button", name=undo).click()
    panel.wait_for(state="detached")
    until(
        page,
        "title => document.querySelectorAll('.feed-title bdi')[9].textContent === title",
        before[9],
    )
    assert names(page) == before and slider.input_value() == "0.3"
    slider.fill("0")
    panel.wait_for()
    page.locator("[data-force=diversity]").get_by_role("button", name=back).click()
    eventually(
        page,
        lambda: (
            shop.call("GET", f"/v1/users/{user}/profile", key=key)["forces"]["diversity"]
            == {"strength": None, "usual": 0.3}
        ),
    )


@LANGS
def test_not_interested_lowers_what_is_like_it_and_is_undone(visit, shop, lang):
    user = shop.somebody()
    key = shop.key(user=user)
    first = recommended(shop, user, key, lang=lang)["items"][0]
    page = visit(shop, "/feed", user=user, lang=lang)
    page.locator('.feed-row[data-rank="1"] .opinion .button').nth(2).click()
    until(
        page,
        "title => document.querySelector('.feed-title bdi')?.textContent !== title",
        first["title"],
    )
    settle(page)
    rows = recommended(shop, user, key, lang=lang)["items"]
    told = [(row, one) for row in rows for one in row["terms"] if one["kind"] == "refused"]
    assert told and any(first["title"] in one["text"] for _, one in told)
    assert names(page) == [row["title"] for row in rows]
    row, term = next((row, one) for row, one in told if first["title"] in one["text"])
    page.locator(f'.feed-row[data-rank="{row["rank"]}"] .feed-acts > .button').click()
    line = page.locator('.feed-why:visible .terms > li[data-kind="refused"]')
    assert line.locator(".terms-text").inner_text() == term["text"]
    toast_undo(page)
    until(
        page,
        "title => document.querySelector('.feed-title bdi')?.textContent === title",
        first["title"],
    )
    assert page.locator('.terms-marks [data-kind="refused"]').count() == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_the_sliders_are_open_to_everybody_and_fit(visit, shop, scheme, width):
    user = shop.somebody()
    item = recommended(shop, user, shop.key(user=user))["items"][0]["item"]
    page = visit(
        shop, f"/feed?steer=open&open={item}", user=user, lang="zh", scheme=scheme, width=width
    )
    assert stage.axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@LANGS
def test_the_lists_stand_in_rows_without_an_item_twice(visit, shop, lang):
    user = shop.somebody()
    page = visit(shop, "/lists", user=user, lang=lang)
    body = shop.call("POST", "/v1/lists", {"user": user, "lang": lang}, shop.key(user=user))
    rows = page.locator(".shelf")
    assert rows.locator("h2").all_inner_texts() == [row["title"] for row in body["lists"]]
    assert len(body["lists"]) >= 2
    for at, row in enumerate(body["lists"]):
        shown = rows.nth(at).locator(".shelf-head bdi").all_inner_texts()
        assert shown == [one["title"] for one in row["items"]]
    first = rows.first.locator("li.card").first
    first.locator("summary").click()
    told = body["lists"][0]["items"][0]
    assert first.locator(".told").evaluate("one => one.textContent") == told["text"]
    assert first.locator(".terms-text").all_inner_texts() == [one["text"] for one in told["terms"]]
    assert stage.axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
