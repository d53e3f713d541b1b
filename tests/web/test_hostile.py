"""Other people's texts: titles, tags and names that would run, turn the line or burst the page do none of it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.visualise.sample import HOSTILE
from tests.web.stage import settle
from whyrec.explain.words import parse


@pytest.fixture(scope="module")
def somebody(hostile):
    """A person, who is named as badly as the rest, and the list of everything."""
    user = hostile.people[40]
    key = hostile.key(user=user)
    return user, hostile.call("POST", "/v1/recommendations", {"user": user, "n": 60}, key)["items"]


def hostile_texts(hostile, user, lang):
    return [
        row["text"]
        for row in hostile.call(
            "POST",
            "/v1/recommendations",
            {"user": user, "n": 60, "lang": lang},
            hostile.key(user=user),
        )["items"]
    ]


PATHS = ["/feed?n=60", "/profile", "/profile?part=history", "/data"]


@pytest.mark.parametrize(("width", "lang"), [(390, "zh"), (1440, "en")])
def test_hostile_texts_are_shown_as_they_are(visit, hostile, somebody, width, lang):
    user, items = somebody
    assert any(len(row["title"]) >= 300 for row in items) and any(
        "<script>" in row["title"] for row in items
    )
    paths = [*PATHS, *(f"/why/{quote(row['item'], safe='')}?n=60" for row in items[:60:15])]
    for path in paths:
        page = visit(hostile, path, user=user, width=width, lang=lang)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert (
            page.evaluate("document.scripts.length") == 1
            and page.locator("main img, main svg[onload]").count() == 0
        )
        assert "owned" not in page.title()
        if path.startswith("/feed"):
            shown = page.locator(".feed-title bdi").evaluate_all(
                "all => all.map(one => one.textContent)"
            )
            assert shown == [row["title"] for row in items]
            assert page.locator(".feed-reason .told").evaluate_all(
                "all => all.map(one => one.textContent)"
            ) == hostile_texts(hostile, user, lang)
            # No title is cut in the middle: the first sentence reads as one of the service's own.
            firsts = page.locator(".told-first").evaluate_all(
                "all => all.map(one => one.textContent.trim())"
            )
            assert all(len(parse(first, lang)) == 1 for first in firsts)
            heights = page.locator(".feed-row").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().height)"
            )
            assert max(heights) < (620 if width == 390 else 360)
        if path.startswith("/why/"):
            assert page.locator("h1 bdi").evaluate("one => one.textContent") in [
                row["title"] for row in items
            ]


def test_a_person_of_any_name_can_do_all_of_it(visit, hostile, somebody):
    user, items = somebody
    assert HOSTILE in user
    page = visit(hostile, "/feed", user=user)
    page.locator(".feed-row .menu > .button").first.click()
    page.locator(".menu-box:popover-open .button").first.click()
    page.locator(".toast").wait_for()
    # The toast may stand before the list is drawn anew.
    page.wait_for_function(
        "title => document.querySelector('.feed-title bdi')?.textContent === title",
        arg=items[1]["title"],
    )
    page.locator(".toast .button").first.click()
    page.locator(".toast").wait_for(state="detached")
    page.goto(hostile.url + "/missing")
    box = settle(page).get_by_role("combobox")
    box.fill("<script>")
    page.get_by_role("option").first.wait_for()
    assert HOSTILE in page.get_by_role("option").first.inner_text()
    page.keyboard.press("Enter")
    page.locator("article h2").wait_for()


def test_the_policy_stops_what_got_into_the_page_all_the_same(browser, hostile):
    page = browser.new_page()
    blocked = []
    page.on("console", lambda message: blocked.append(message.text))
    page.goto(hostile.url + "/")
    page.evaluate("""() => { const s = document.createElement('script'); s.textContent = 'window.ran = true';
        document.body.append(s); document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.ran = true"><p style="color:red">x</p>'); }""")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert sum("Content Security Policy" in text for text in blocked) >= 2
    page.close()
