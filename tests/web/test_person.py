"""A person's screens, each action, in both languages, on simulated and on real people. What is shown is held against the API."""

from __future__ import annotations

import json
import re
from itertools import product
from urllib.parse import quote

import pytest

from tests.web.stage import settle, until
from whyrec.explain.words import parse

WORLDS = list(product(["films", "latest"], ["en", "zh"]))
everywhere = pytest.mark.parametrize(("site", "lang"), WORLDS, indirect=["site"])


def names(page, selector=".feed-title bdi"):
    return page.locator(selector).all_inner_texts()


def recommended(site, user, key, **ask):
    return site.call("POST", "/v1/recommendations", {"user": user, "n": 20, **ask}, key)


def texts(page, selector=".feed-reason .told"):
    """What stands there to the letter: line breaks of the layout are none of the text."""
    return page.locator(selector).evaluate_all("all => all.map(one => one.textContent)")


def events_of(reason):
    """The events that a reason names."""
    return [one for one in reason["evidence"]["event_ids"] if one]


def counted(before, after):
    """(new, moved) among the first ten places, by the two lists alone."""
    was = {row["item"]: at for at, row in enumerate(before[:10])}
    now = {row["item"]: at for at, row in enumerate(after[:10])}
    return len(now.keys() - was.keys()), sum(
        was[item] != now[item] for item in was.keys() & now.keys()
    )


BADGES = {
    "event": {"en": "Personal", "zh": "个性化"},
    "popular": {"en": "Often chosen", "zh": "大家常选"},
    "tag": {"en": "Shared tags", "zh": "依据标签"},
    "none": {"en": "No reason given", "zh": "未给出理由"},
}
SUMMARY = {
    "en": "In the first {0} places: {1} new, {2} moved.",
    "zh": "前 {0} 位中：新进入 {1} 项，位次变化 {2} 项。",
}


OPINIONS = {
    "en": {
        "like": "I like “{}”",
        "dislike": "I don’t like “{}”",
        "not_interested": "Not interested in “{}”",
    },
    "zh": {"like": "喜欢《{}》", "dislike": "不喜欢《{}》", "not_interested": "对《{}》不感兴趣"},
}
KINDS = {
    "en": {"like": "liked", "dislike": "disliked", "not_interested": "not interested"},
    "zh": {"like": "喜欢", "dislike": "不喜欢", "not_interested": "不感兴趣"},
}


def eventually(page, holds):
    """Wait until what was pressed has reached the service."""
    for _ in range(300):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never held")


def toast_undo(page):
    page.locator(".toast .button").first.click()
    settle(page)


def plain(text):
    """Without the marks that hold the direction of a title, and with one kind of space."""
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069]", "", text)).strip()


@everywhere
def test_the_feed_is_the_services_list_with_a_sentence_for_each(visit, site, lang):
    user = site.somebody()
    page = visit(site, "/", user=user, lang=lang)
    assert page.url.endswith("/feed")
    assert page.evaluate("document.documentElement.lang") == {"en": "en", "zh": "zh-Hans"}[lang]
    body = recommended(site, user, site.key(user=user), lang=lang)
    assert names(page) == [row["title"] for row in body["items"]]
    assert texts(page) == [row["text"] for row in body["items"]]
    firsts = texts(page, ".feed-reason .told-first")
    assert all(
        len(parse(text.strip(), lang)) == 1 for text in firsts
    )  # a whole sentence stands first, and no more than one
    for row, shown in zip(
        body["items"], page.locator(".feed-reason .badge").all_inner_texts(), strict=True
    ):
        assert shown.strip("●○◆–\n ") == BADGES[row["reasons"][0]["code"]][lang]
    other = {"en": "zh", "zh": "en"}[lang]
    page.get_by_role(
        "button", name={"en": "EN: switch to English", "zh": "切换到中文"}[other]
    ).click()
    until(
        page, "lang => document.documentElement.lang === lang", {"en": "en", "zh": "zh-Hans"}[other]
    )
    settle(page)  # the other language is asked for anew
    assert texts(page) == [
        row["text"] for row in recommended(site, user, site.key(user=user), lang=other)["items"]
    ]
    page.get_by_role(
        "button", name={"en": "EN: switch to English", "zh": "切换到中文"}[lang]
    ).click()
    until(
        page, "lang => document.documentElement.lang === lang", {"en": "en", "zh": "zh-Hans"}[lang]
    )
    settle(page)
    page.get_by_role("button", name={"en": "Show more", "zh": "显示更多"}[lang]).click()
    until(page, "document.querySelectorAll('.feed-row').length === 40")
    assert "n=40" in page.url


@everywhere
def test_why_at_hand_and_a_reason_taken_back_is_a_new_list_beside_the_old(visit, site, lang):
    user = site.somebody()
    key = site.key(user=user)
    before = recommended(site, user, key)["items"]
    at, row = next((n, row) for n, row in enumerate(before) if row["reasons"][0]["evidence"])
    evidence = row["reasons"][0]["evidence"]
    page = visit(site, "/feed", user=user, lang=lang)
    page.locator(".feed-acts > .button").nth(at).click()
    assert f"open={quote(row['item'], safe='')}" in page.url
    box = page.locator(".feed-why:visible")
    assert evidence["title"][:80] in plain(box.inner_text())
    made = site.call(
        "POST",
        "/v1/what-if",
        {"user": user, "remove_events": events_of(row["reasons"][0]), "n": 20},
        key,
    )
    box.get_by_role("button").first.click()
    panel = page.locator(".changed")
    panel.wait_for()
    settle(page)
    after = recommended(site, user, key)["items"]
    assert names(page) == [row["title"] for row in after] != [row["title"] for row in before]
    lists = panel.locator(".lines")
    assert lists.nth(0).locator("bdi").all_inner_texts() == [row["title"] for row in before[:10]]
    assert lists.nth(1).locator("bdi").all_inner_texts() == [row["title"] for row in after[:10]]
    assert [row["item"] for row in after] == [
        row["item"] for row in made["after"]["items"]
    ]  # what was said came about
    new, moved = counted(before, after)
    assert new + moved > 0 and SUMMARY[lang].format(10, new, moved) in panel.inner_text()
    assert panel.locator(".lines").nth(1).locator(".moved").count() == new + moved
    assert site.call("GET", f"/v1/users/{quote(user)}/profile", key=key)[
        "excluded_events"
    ] == events_of(row["reasons"][0])
    assert page.evaluate(
        "document.activeElement.classList.contains('changed')"
    )  # the keyboard goes on from there
    panel.get_by_role("button", name={"en": "Put it back", "zh": "放回"}[lang]).click()
    panel.wait_for(state="detached")
    settle(page)
    assert names(page) == [row["title"] for row in before]


@everywhere
def test_hide_an_item_and_a_tag_and_undo(visit, site, lang):
    user = site.somebody()
    page = visit(site, "/feed", user=user, lang=lang)
    first = names(page)[0]
    until(page, "document.querySelector('.feed-tags').textContent !== ''")
    tag = page.locator(".feed-tags").first.inner_text().split(" · ")[0]
    page.locator(".feed-row .menu > .button").first.click()
    page.locator(".menu-box:popover-open .button").first.click()
    until(page, "title => document.querySelector('.feed-title bdi')?.textContent !== title", first)
    assert first not in names(page)
    toast_undo(page)
    until(page, "title => document.querySelector('.feed-title bdi')?.textContent === title", first)
    page.locator(".feed-row .menu > .button").first.click()
    page.locator(".menu-box:popover-open .button").nth(1).click()
    until(page, "title => document.querySelector('.feed-title bdi')?.textContent !== title", first)
    settle(page)
    assert all(
        tag not in text.split(" · ") for text in page.locator(".feed-tags").all_inner_texts()
    )
    toast_undo(page)
    until(page, "title => document.querySelector('.feed-title bdi')?.textContent === title", first)


@everywhere
def test_switched_off_the_list_is_what_is_popular_without_what_was_seen(visit, site, lang):
    """What the page says of the switch: popular items, none that the person has seen, and nothing in the history counts."""
    for user in (site.somebody(), site.somebody()):
        popular = recommended(site, user, site.key(user=user), n=100, personalized=False)["items"]
        page = visit(site, "/feed", user=user, lang=lang)
        mine = names(page)
        page.get_by_role("switch").click()
        until(
            page, "document.querySelector('[role=switch]').getAttribute('aria-checked') === 'false'"
        )
        settle(page)
        body = recommended(site, user, site.key(user=user), lang=lang)
        assert not body["personalised"] and body["source"] == "popular"
        assert (
            names(page) == [row["title"] for row in body["items"]] != mine
            and page.locator(".note").count() == 0
        )
        badges = {
            text.strip("○\n ") for text in page.locator(".feed-reason .badge").all_inner_texts()
        }
        assert badges == {BADGES["popular"][lang]}
        assert texts(page) == [row["text"] for row in body["items"]]
        events = site.call(
            "GET", f"/v1/users/{quote(user)}/history?limit=500", key=site.key(user=user)
        )["events"]
        seen, shown = {event["title"] for event in events}, names(page)
        assert not seen & set(shown)
        titles = [row["title"] for row in popular]
        known = [
            title for title in shown if title in titles
        ]  # those who have seen most of the hundred get others too
        upto = titles.index(known[-1]) + 1
        assert known == [title for title in titles if title in shown]  # in the order of popularity
        for row in popular[:upto]:
            if row["title"] not in shown:  # for one of two causes, and no other
                why = site.call(
                    "POST", "/v1/why-not", {"user": user, "item": row["item"]}, site.key(user=user)
                )
                assert {cause["code"] for cause in why["causes"]} & {"seen", "refused"}
        assert {event["because"] for event in events} == {
            "off"
        }  # none counts, and the page says why
    toast_undo(page)
    until(page, "document.querySelector('[role=switch]').getAttribute('aria-checked') === 'true'")
    settle(page)
    assert names(page) == mine


@everywhere
def test_the_whole_explanation_adds_up_and_what_if_is_the_services(visit, site, lang):
    user = site.somebody()
    key = site.key(user=user)
    row = next(
        row
        for row in recommended(site, user, key, lang=lang)["items"]
        if row["removed"] and row["share"]
    )
    page = visit(site, f"/why/{quote(row['item'], safe='')}", user=user, lang=lang)
    assert page.locator("h1").inner_text() == row["title"]
    assert texts(page, ".why-text .told") == [row["text"]]
    numbers = [
        float(
            re.match(r"[−+]?[\d,.]+", text)[0].replace("−", "-").replace("+", "").replace(",", "")
        )
        for text in page.locator(".signed .value").all_inner_texts()
    ]
    digits = len(page.locator(".signed tr.total .value").inner_text().partition(".")[2])
    assert abs(sum(numbers[:-1]) - numbers[-1]) <= len(numbers) * 0.51 * 10**-digits
    assert abs(numbers[-1] - row["score"]) <= 0.51 * 10**-digits
    shown, named = (
        plain(page.locator(".reasons").first.inner_text()),
        [reason["evidence"]["title"] for reason in row["reasons"]],
    )
    assert all(title[:80] in shown for title in named)
    # The bars begin with what the text names, each with its own part; one share of the score is stated, that of the text.
    assert page.locator(".signed .what bdi").all_inner_texts()[: len(named)] == named
    assert numbers[1 : 1 + len(named)] == pytest.approx(
        [one["contribution"] for one in row["reasons"]], abs=0.51 * 10**-digits
    )
    assert f"{row['share']}%" in row["text"] and page.locator(".share").get_attribute(
        "data-share"
    ) == str(row["share"])
    assert set(re.findall(r"(\d+)%", page.locator(".why-grid").inner_text())) == {str(row["share"])}
    tested = plain(page.locator(".tested").inner_text())
    assert f"{row['removed']['rank_after']:,}" in tested
    assert " · ".join(f"{rank:,}" for rank in row["removed"]["random"]["rank_after"]) in tested
    gone = events_of(row["reasons"][0])
    page.locator(".signed .act .button").first.click()
    page.locator(".why-side .lines").nth(1).wait_for()
    settle(page)
    assert page.locator(".signed tr.gone bdi").inner_text() == named[0]
    made = site.call("POST", "/v1/what-if", {"user": user, "remove_events": gone, "n": 20}, key)
    lists = page.locator(".why-side .lines")
    assert lists.nth(1).locator("bdi").all_inner_texts() == [
        one["title"] for one in made["after"]["items"][:10]
    ]
    assert lists.nth(0).locator("bdi").all_inner_texts() == [
        one["title"] for one in made["before"]["items"][:10]
    ]
    assert (
        SUMMARY[lang].format(10, *counted(made["before"]["items"], made["after"]["items"]))
        in page.locator(".why-side").inner_text()
    )
    after = next(one["rank_after"] for one in made["moves"] if one["item"] == row["item"])
    live = page.locator(".why-side [aria-live]")  # the sentence is read aloud, not the twenty rows
    assert f"{after:,}" in live.inner_text() and live.locator("li").count() == 0
    assert "without=" in page.url
    page.reload()  # the address holds it all
    page.locator(".why-side .lines").nth(1).wait_for()
    page.get_by_role("button", name={"en": "Take back for good", "zh": "永久撤回"}[lang]).click()
    page.wait_for_url("**/feed")
    settle(page)
    assert names(page) == [one["title"] for one in made["after"]["items"]]
    assert site.call("GET", f"/v1/users/{quote(user)}/profile", key=key)["excluded_events"] == gone
    toast_undo(page)
    eventually(
        page,
        lambda: (
            site.call("GET", f"/v1/users/{quote(user)}/profile", key=key)["excluded_events"] == []
        ),
    )
    until(
        page,
        "titles => JSON.stringify([...document.querySelectorAll('.feed-title bdi')].map(one => one.textContent)) === titles",
        json.dumps(
            [one["title"] for one in made["before"]["items"]],
            ensure_ascii=False,
            separators=(",", ":"),
        ),
    )


@everywhere
def test_what_is_said_of_an_item_counts_at_once(visit, site, lang):
    """Each of the three is stored as an event of its kind, and the next list no longer offers the item."""
    user = site.somebody()
    key = site.key(user=user)
    page = visit(site, "/feed", user=user, lang=lang)
    for at, (kind, name) in enumerate(OPINIONS[lang].items()):
        row = recommended(site, user, key)["items"][at]
        button = page.locator(".feed-row").nth(at).locator(".opinion .button").nth(at)
        assert plain(button.get_attribute("aria-label")) == name.format(row["title"])
        button.click()
        page.locator(".toast").nth(at).wait_for()
        until(
            page,
            "title => ![...document.querySelectorAll('.feed-title bdi')].some(one => one.textContent === title)",
            row["title"],
        )
        settle(page)
        stored = site.call("GET", f"/v1/users/{quote(user)}/history", key=key)["events"][0]
        assert (stored["item"], stored["kind"]) == (row["item"], kind)
        assert row["item"] not in {one["item"] for one in recommended(site, user, key)["items"]}
    page.goto(site.url + "/profile?part=history")
    shown = [plain(one) for one in settle(page).locator(".events > li").all_inner_texts()[:3]]
    assert all(
        KINDS[lang][kind] in text
        for kind, text in zip(reversed(OPINIONS[lang]), shown, strict=True)
    )


@everywhere
def test_why_something_is_missing(visit, site, lang):
    user = site.somebody()
    key = site.key(user=user)
    listed = {row["item"] for row in recommended(site, user, key)["items"]}
    events = site.call("GET", f"/v1/users/{quote(user)}/history", key=key)["events"]
    seen, chosen = (
        next(event for event in events if event["counts"]),
        {event["item"] for event in events},
    )
    other = next(
        row
        for row in site.call("GET", "/v1/search?q=an&limit=50", key=key)["items"]
        if row["item"] not in listed | chosen
    )
    page = visit(site, "/missing", user=user, lang=lang)
    box = page.get_by_role("combobox")
    box.fill(other["title"])
    option = page.get_by_role("option").filter(has_text=other["title"]).first
    option.wait_for()
    box.press("Enter")
    page.locator("article h2").wait_for()
    settle(page)
    found = page.locator("article h2").inner_text()
    item = next(
        row
        for row in site.call("GET", f"/v1/search?q={quote(other['title'])}&limit=12", key=key)[
            "items"
        ]
        if row["title"] == found
    )["item"]
    why = site.call("POST", "/v1/why-not", {"user": user, "item": item, "n": 20}, key)
    assert why["causes"] or why["listed"]
    if why["causes"] and why["causes"][0]["code"] == "outranked":
        assert f"{why['rank']:,}" in page.locator(".reasons").inner_text()
    page.goto(f"{site.url}/missing?item={quote(seen['item'], safe='')}")
    page.locator("article").wait_for()
    assert {"en": "already", "zh": "已经"}[lang] in settle(page).locator(".reasons").inner_text()
    site.call("PATCH", f"/v1/users/{quote(user)}/profile", {"blocked_items": [other["item"]]}, key)
    page.goto(f"{site.url}/missing?item={quote(other['item'], safe='')}")
    page.get_by_role("button", name={"en": "Show it again", "zh": "恢复显示"}[lang]).click()
    page.get_by_role("button", name={"en": "Show it again", "zh": "恢复显示"}[lang]).wait_for(
        state="detached"
    )
    assert site.call("GET", f"/v1/users/{quote(user)}/profile", key=key)["blocked_items"] == []


@everywhere
def test_the_profile_tells_where_tastes_come_from_and_each_can_be_changed(visit, site, lang):
    user = site.somebody()
    key = site.key(user=user)
    tastes = site.call("GET", f"/v1/users/{quote(user)}/tastes", key=key)["tastes"]
    page = visit(site, "/profile", user=user, lang=lang)
    for taste, shown in zip(
        tastes[:12], page.locator(".tastes > li").all_inner_texts(), strict=False
    ):
        assert taste["tag"] in shown and f"{round(taste['share'] * 100 + 1e-9)}%" in shown
    first = page.locator(".tastes > li").first
    first.locator("summary").click()
    assert all(event["title"][:80] in plain(first.inner_text()) for event in tastes[0]["events"])
    first.locator(".taste > .button").click()
    first.locator(".badge").wait_for()
    assert site.call("GET", f"/v1/users/{quote(user)}/profile", key=key)["blocked_tags"] == [
        tastes[0]["tag"]
    ]
    toast_undo(page)
    first.locator(".badge").wait_for(state="detached")
    last = page.locator(".tastes > li").last
    last.locator("summary").click()
    tag = last.locator(".taste-name").inner_text()
    last.locator("details .button").click()
    page.locator(".toast").wait_for()
    assert len(
        site.call("GET", f"/v1/users/{quote(user)}/profile", key=key)["excluded_events"]
    ) == next(one["count"] for one in tastes if one["tag"] == tag)
    toast_undo(page)


@everywhere
def test_the_history_events_and_periods_are_taken_back_and_put_back(visit, site, lang):
    user = site.somebody()
    key = site.key(user=user)
    events = site.call("GET", f"/v1/users/{quote(user)}/history?limit=500", key=key)["events"]
    page = visit(site, "/profile?part=history", user=user, lang=lang)
    page.locator(".chart canvas").wait_for()  # the chart's library came when the chart was there
    assert names(page, ".events bdi >> nth=0") == [events[0]["title"]]
    at, one = next((at, event) for at, event in enumerate(events) if event["counts"])
    row = page.locator(".events > li").nth(at)
    row.locator(".button").click()
    row.locator(".badge").wait_for()
    assert site.call("GET", f"/v1/users/{quote(user)}/profile", key=key)["excluded_events"] == [
        one["event_id"]
    ]
    row.locator(".button").click()
    row.locator(".badge").wait_for(state="detached")
    last = next(event for event in reversed(events) if event["counts"])
    day = page.evaluate("time => new Date(time * 1000).toISOString().slice(0, 10)", last["time"])
    page.fill("#from", day)
    page.locator("form .button").click()
    assert page.locator("#period-wrong").inner_text() != ""
    page.fill("#to", day)
    page.locator("form .button").click()
    page.locator(".chip").wait_for()
    told = {
        one["event_id"]: one["because"]
        for one in site.call("GET", f"/v1/users/{quote(user)}/history?limit=500", key=key)["events"]
    }
    assert told[last["event_id"]] == "period"
    page.locator(".chip .button").click()
    page.locator(".chip").wait_for(state="detached")
    assert site.call("GET", f"/v1/users/{quote(user)}/profile", key=key)["excluded_periods"] == []
    site.call(
        "PATCH",
        f"/v1/users/{quote(user)}/profile",
        {"blocked_tags": ["Drama"], "blocked_items": [events[0]["item"]]},
        key,
    )
    page.goto(f"{site.url}/profile?part=hidden")
    page.locator(".chip").nth(1).wait_for()
    until(
        page,
        "title => [...document.querySelectorAll('.chip bdi')].some(one => one.textContent === title)",
        events[0]["title"],
    )
    page.locator(".chip .button").first.click()
    until(page, "document.querySelectorAll('.chip').length === 1")
    page.locator(".chip .button").first.click()
    page.locator(".state").wait_for()


@everywhere
def test_my_data_is_exported_and_erased_with_a_receipt(visit, site, lang):
    user = site.somebody()
    key = site.key(user=user)
    page = visit(site, "/data", user=user, lang=lang)
    stored = site.call("GET", f"/v1/users/{quote(user)}/export", key=key)
    assert f"{len(stored['events']):,}" in page.locator(".table td.end").first.inner_text()
    with page.expect_download() as got:
        page.get_by_role(
            "button", name={"en": "Download my data", "zh": "下载我的数据"}[lang]
        ).click()
    assert json.loads(got.value.path().read_text(encoding="utf-8")) == stored
    page.get_by_role("switch").click()
    until(page, "document.querySelector('[role=switch]').getAttribute('aria-checked') === 'false'")
    page.locator(".button.danger").click()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    assert page.evaluate(
        "document.activeElement.classList.contains('danger')"
    )  # focus goes back to where it was
    page.locator(".button.danger").click()
    confirm = page.locator("dialog .button.danger")
    assert confirm.is_disabled()
    page.locator("dialog input[type=checkbox]").check()
    confirm.click()
    page.locator(".facts").wait_for()
    text = page.locator(".facts").inner_text()
    assert f"{len(stored['events']):,}" in text and page.evaluate("sessionStorage.length") == 0
    with page.expect_download() as got:
        page.locator(".button.primary").click()
    receipt = json.loads(got.value.path().read_text(encoding="utf-8"))
    assert receipt["receipt_id"] in text and receipt["erased"]["events"] == len(stored["events"])
    assert user not in {
        one["user"] for one in site.call("GET", f"/v1/demo/people?q={quote(user)}")["people"]
    }
    page.locator(".sign-in .button").last.click()
    page.locator(".people").wait_for()


def test_the_demo_lets_one_be_anybody_and_shows_each_role_its_own(visit, films):
    page = visit(films, "/")
    page.locator(".people .button").first.wait_for()
    page.get_by_label("Find a person").fill(films.people[3])
    page.locator(".people .button").filter(has_text=films.people[3]).first.click()
    page.wait_for_url("**/feed")
    settle(page)
    assert page.locator(".demo-bar").is_visible()
    assert page.locator(".nav a").all_inner_texts() == [
        "For you",
        "Missing?",
        "My profile",
        "My data",
    ]
    page.get_by_role("button", name="Switch identity").click()
    page.locator("dialog .people .button").nth(5).click()
    page.locator("dialog").wait_for(state="detached")
    settle(page)
    assert page.locator(".feed-row").count() == 20
    page.get_by_role("button", name="Switch identity").click()
    page.get_by_role("button", name=re.compile("^Auditor")).click()
    page.locator("dialog").wait_for(state="detached")
    assert "For you" not in page.locator(".nav").inner_text()


def test_a_key_is_kept_in_this_tab_only(visit, films):
    key = films.key(user=films.somebody())
    page = visit(films, "/feed", key=key)
    assert key not in page.url and page.evaluate("localStorage.length") == 0
    assert page.evaluate("sessionStorage.getItem('whyrec.key')") == key
    other = page.context.new_page()
    other.goto(films.url + "/feed")
    other.locator(".sign-in").wait_for()  # another tab does not have it
