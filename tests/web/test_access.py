"""For everybody: axe, the keyboard alone, narrow and wide windows, both languages whole, and little to load."""

from __future__ import annotations

import gzip
import re
from urllib.parse import quote

import pytest

from tests.web.stage import axe, settle, until
from whyrec.serve.api.static_page import FOLDER

SCREENS = {
    "sign-in": "/",
    "feed": "/feed",
    "why": "/why/{item}?without={event}",
    "missing": "/missing?item={other}",
    "profile": "/profile",
    "history": "/profile?part=history",
    "hidden": "/profile?part=hidden",
    "data": "/data",
    "nowhere": "/none",
}


@pytest.fixture(scope="module")
def person(films):
    """Somebody with a first reason, an item that is not listed, and something hidden; and the addresses of their screens."""
    user = films.somebody()
    key = films.key(user=user)
    films.call(
        "PATCH",
        f"/v1/users/{user}/profile",
        {"blocked_tags": ["Western"], "blocked_items": ["the-godfather-1972"]},
        key,
    )
    row = next(
        row
        for row in films.call("POST", "/v1/recommendations", {"user": user, "n": 20}, key)["items"]
        if row["reasons"][0]["evidence"]
    )
    holes = {
        "item": row["item"],
        "event": quote(quote(row["reasons"][0]["evidence"]["event_id"])),
        "other": "the-godfather-1972",
    }
    return user, {name: path.format(**holes) for name, path in SCREENS.items()}


def whole(visit, films, person, screen, **how):
    """The screen with all that can be opened on it open."""
    user, paths = person
    page = visit(films, paths[screen], user=None if screen == "sign-in" else user, **how)
    if screen == "feed":
        page.locator(".feed-acts > .button").nth(1).click()
    if screen == "history":
        page.locator(".chart canvas").wait_for()
    if screen == "sign-in":
        page.locator(".people .button").first.wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return settle(page)


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_serious(visit, films, person, screen):
    """Wide and English, narrow and Chinese, each light and dark."""
    page = whole(visit, films, person, screen)
    for lang, width in (("en", 1440), ("zh", 390)):
        if lang == "zh":
            page.get_by_role("button", name="切换到中文").click()
            until(page, "document.documentElement.lang === 'zh-Hans'")
            page.set_viewport_size({"width": width, "height": 900})
            settle(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            until(page, "scheme => document.documentElement.dataset.theme === scheme", scheme)
            assert axe(page) == [], (lang, width, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_what_opens(visit, films, scheme):
    page = visit(films, "/feed", user=films.somebody(), scheme=scheme)
    page.locator(".feed-row .menu > .button").first.click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.locator(".help .button").first.click()
    assert axe(page) == []
    page.locator(".feed-acts > .button").first.click()
    page.locator(".feed-why:visible .button").first.click()
    page.locator(".changed").wait_for()
    assert axe(settle(page)) == []
    page.locator(".changed .button.primary").click()
    page.locator(".changed").wait_for(state="detached")
    page.goto(films.url + "/data")
    settle(page).locator(".button.danger").click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Switch identity").click()
    page.locator("dialog .people .button").first.wait_for()
    assert axe(page) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_leaves_the_window(visit, films, person, screen):
    page = whole(visit, films, person, screen)
    for width in (1920, 1024, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        outside = page.evaluate("""() => [...document.querySelectorAll('main :is(h1, h2, h3, p, li, button, td, th)')].filter(part => {
            const box = part.getBoundingClientRect();
            return box.width && !part.closest('.table-wrap, .vh, .people, [popover]') && (box.right > innerWidth + 1 || box.left < -1);
        }).map(part => part.textContent.slice(0, 60))""")
        assert outside == [], width


def test_targets_are_large_enough(visit, films, person):
    for screen in SCREENS:
        page = whole(visit, films, person, screen, width=390)
        small = page.evaluate("""() => [...document.querySelectorAll('button, summary, input, .nav a')].filter(one => {
            const box = one.getBoundingClientRect();
            return box.width && getComputedStyle(one).clipPath === 'none' && (box.height < 23.5 || box.width < 20);
        }).map(one => one.outerHTML.slice(0, 100))""")
        assert small == [], screen


def tab_to(page, expression):
    """Tab until the focused element fits; how often."""
    for count in range(1, 120):
        page.keyboard.press("Tab")
        if page.evaluate(
            f"(() => {{ const at = document.activeElement; return {expression}; }})()"
        ):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", "focus can be seen"
            return count
    raise AssertionError(f"not reached by Tab: {expression}")


def test_the_three_tasks_by_keyboard_in_two_presses_each(visit, films):
    """See why, remove a reason, switch off. A press is Enter or Space on what has the focus."""
    user = films.somebody()
    page = visit(films, "/feed", user=user)
    first = page.locator(".feed-title bdi").first.inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('skip')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    presses = 0
    tab_to(page, "at.closest('.feed-acts') && at.getAttribute('aria-expanded') === 'false'")
    page.keyboard.press("Enter")  # see why
    presses += 1
    assert page.locator(".feed-why:visible").count() == 1 and presses == 1

    tab_to(page, "at.closest('.feed-why') && at.tagName === 'BUTTON'")
    page.keyboard.press("Space")  # remove a reason
    presses += 1
    page.locator(".changed").wait_for()
    assert (
        presses == 2 and "no longer counts" in page.locator("[aria-live=polite]").first.inner_text()
    )
    settle(page)
    assert page.evaluate("document.activeElement.classList.contains('changed')")
    tab_to(page, "at.closest('.changed') && at.classList.contains('primary')")
    page.keyboard.press("Enter")  # and undo it
    page.locator(".changed").wait_for(state="detached")
    settle(page)
    until(page, "title => document.querySelector('.feed-title bdi').textContent === title", first)

    page.goto(films.url + "/feed")
    settle(page)
    tab_to(page, "at.getAttribute('role') === 'switch'")
    page.keyboard.press("Space")  # switch off
    until(page, "document.querySelector('[role=switch]').getAttribute('aria-checked') === 'false'")


def test_tabs_menus_dialogs_and_the_search_by_keyboard(visit, films):
    user = films.somebody()
    page = visit(films, "/profile", user=user)
    tab_to(page, "at.getAttribute('role') === 'tab'")
    page.keyboard.press("ArrowRight")
    assert (
        "part=history" in page.url
        and page.evaluate("document.activeElement.textContent") == "History"
    )
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent") == "Hidden"
    page.keyboard.press("ArrowRight")
    assert "part" not in page.url
    page.goto(films.url + "/feed")
    settle(page)
    tab_to(page, "at.closest('.menu')")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.closest('.menu-box') !== null")
    page.keyboard.press("Escape")
    until(
        page,
        "document.activeElement.closest('.menu') !== null && !document.querySelector('.menu-box:popover-open')",
    )
    page.goto(films.url + "/missing")
    settle(page)
    tab_to(page, "at.getAttribute('role') === 'combobox'")
    page.keyboard.type("al")
    page.get_by_role("option").nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    title = page.locator("[role=option][aria-selected=true] bdi").first.inner_text()
    page.keyboard.press("Enter")
    page.locator("article h2").wait_for()
    assert page.locator("article h2").inner_text() == title
    page.go_back()
    settle(page)
    assert page.locator("article").count() == 0  # the address is the state, and Back goes back


LATIN = re.compile(r"[A-Za-z]{2,}")


def test_in_chinese_no_word_of_the_page_is_english(visit, films, person):
    """Titles, tags, the names of people and models are data; all else is translated."""
    import unicodedata

    from whyrec import api

    table = api.load("films").item_table
    data = {*table.title, *(tag for row in table.categories for tag in row)}
    ours = {"whyrec", "EN", "additive", "JSON", "API", "wr"}
    for screen in SCREENS:
        page = whole(visit, films, person, screen, lang="zh")
        page.evaluate(
            "document.querySelectorAll('.cover').forEach(one => one.remove())"
        )  # initials of titles
        text = re.sub("[\u2066-\u2069]", "", page.locator("body").inner_text())
        if screen == "feed":  # the record's number, before a title within it is taken out
            text = text.replace(page.locator(".feed-foot code").inner_text(), "")
        for name in sorted(data, key=len, reverse=True):
            text = text.replace(name, "")
        left = {
            word
            for word in LATIN.findall(text)
            if word not in ours and not re.fullmatch(r"p\d+|[0-9a-f]+", word)
        }
        assert left <= {"ad", "kB"} | set(
            re.findall(
                r"[a-z]+",
                page.locator("main").evaluate(
                    "one => one.querySelector('.about')?.textContent ?? ''"
                ),
            )
        ), (screen, left)
        assert not re.search(r"[\u4e00-\u9fff][,;:?!](?!\d)", text), (
            screen,
            re.findall(r".{8}[\u4e00-\u9fff][,;:?!].{3}", text),
        )
        assert unicodedata.normalize("NFC", text) == text


def test_the_language_and_the_colours_switch_and_stay(visit, films, person):
    page = visit(films, "/feed", user=person[0])
    page.get_by_role("button", name="切换到中文").click()
    until(page, "document.documentElement.lang === 'zh-Hans'")
    settle(page)
    assert page.locator("h1").inner_text() == "为您推荐" and page.title().startswith("为您推荐")
    page.get_by_role("button", name=re.compile("^配色")).click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    settle(page)
    assert (
        page.locator("h1").inner_text() == "为您推荐"
        and page.evaluate("document.documentElement.dataset.theme") == "dark"
    )


def test_the_first_load_is_small_and_needs_no_chart():
    index = (FOLDER / "index.html").read_text(encoding="utf-8")
    first = re.findall(r'(?:src|href)="(/assets/[^"]+)"', index)
    sizes = {name: len(gzip.compress((FOLDER / name[1:]).read_bytes())) for name in first}
    scripts = sum(size for name, size in sizes.items() if name.endswith(".js"))
    assert first and scripts <= 350_000 / 5, (
        sizes
    )  # a fifth of what we allow: charts come when they are needed
    assert not any("echarts" in name for name in first)
    assert "style=" not in index and not re.search(r"<script(?![^>]*src=)", index)
