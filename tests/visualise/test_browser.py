"""The page in a real browser: it fits, it switches, it stays quiet, and other people's texts do nothing."""

from __future__ import annotations

import re
from itertools import product

import pytest

from whyrec.core.messages import Messages
from whyrec.visualise.report import render

from .sample import HOSTILE, report

TEXTS = Messages("report")
OTHERS = ("step-", "note-", "metric-", "model-")  # texts of other parts, and names
WORDS = [
    (en, TEXTS.template(key, "zh"))
    for key, en in TEXTS.templates("en").items()
    if "{" not in en + TEXTS.template(key, "zh") and not key.startswith(OTHERS)
]


@pytest.fixture(scope="module")
def browser(chromium):
    return chromium


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(report()), encoding="utf-8")
    return path


@pytest.fixture
def visit(browser, file):
    """visit(width, ...) -> the page, opened in a fresh profile; fails at the end on any error or request."""
    contexts, troubles = [], []

    def go(width=1440, query="", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale=options.pop("locale", "en-GB"),
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
        page.on(
            "request",
            lambda request: (
                troubles.append(request.url) if not request.url.startswith("file:") else None
            ),
        )
        page.goto(file.as_uri() + query)
        return page

    yield go
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize(
    ("width", "theme", "lang"), list(product((390, 768, 1440), ("light", "dark"), ("en", "zh")))
)
def test_the_page_fits_and_no_text_leaves_its_card(visit, width, theme, lang):
    page = visit(width, f"?theme={theme}&lang={lang}")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    outside = page.evaluate("""() => [...document.querySelectorAll('.card, .figure')].flatMap(card => {
        const box = card.getBoundingClientRect();
        return [...card.querySelectorAll('h3, h4, p, li, dd, .row, .t, blockquote, svg.graph text')].filter(part => {
            const inner = part.getBoundingClientRect();
            return inner.width && (inner.right > box.right + 1 || inner.left < box.left - 1);
        }).map(part => part.textContent.slice(0, 60)); })""")
    assert outside == []


def test_a_hostile_title_is_text_and_runs_nothing(visit):
    page = visit()
    assert page.title() == f"whyrec: {HOSTILE}"
    assert page.locator("#proof h3").first.inner_text() == f"Person {HOSTILE}"
    assert page.evaluate("document.scripts.length") == 1 and page.locator("img").count() == 0


def test_the_policy_stops_a_script_that_got_into_the_page_all_the_same(browser, file):
    page = browser.new_page()
    blocked = []
    page.on("console", lambda message: blocked.append(message.text))
    page.goto(file.as_uri())
    page.evaluate("""() => { const s = document.createElement('script'); s.textContent = 'window.ran = true';
        document.body.append(s); document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.ran = true">'); }""")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in blocked)
    page.close()


def test_the_language_switch_changes_every_word(visit):
    page = visit()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    english = page.inner_text("body")
    page.get_by_role("button", name="中文").click()
    assert page.evaluate("document.documentElement.lang") == "zh"
    chinese = page.inner_text("body")
    shown = [(en, zh) for en, zh in WORDS if len(en) > 8 and en in english]
    assert len(shown) > 25
    for en, zh in shown:
        assert zh in chinese and en not in chinese, en
        assert zh not in english, zh
    labels = page.evaluate(
        "[...document.querySelectorAll('[data-zh]')].every(p => p.getAttribute('aria-label') === p.dataset.zh)"
    )
    assert labels
    assert page.get_by_role("button", name="中文").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="English").click()
    assert page.inner_text("body") == english


def test_the_language_is_remembered_and_follows_the_reader(visit):
    page = visit(locale="zh-CN")
    assert page.evaluate("document.documentElement.lang") == "zh"
    page.get_by_role("button", name="English").click()
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "en"


def background(page):
    return [
        int(n)
        for n in re.findall(
            r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor")
        )[:3]
    ]


def test_the_theme_follows_the_system_and_the_switch(visit):
    page = visit(color_scheme="dark")
    assert max(background(page)) < 60
    page.locator("#theme").click()
    assert (
        min(background(page)) > 230
        and page.locator("#theme").get_attribute("aria-pressed") == "false"
    )
    page.reload()
    assert min(background(page)) > 230
    page.locator("#theme").click()
    assert max(background(page)) < 60
    assert min(background(visit(color_scheme="light"))) > 230


def test_without_scripts_the_page_is_whole_in_english_and_in_the_systems_theme(visit):
    page = visit(java_script_enabled=False, color_scheme="dark")
    assert page.locator("h1").inner_text() == "Recommendations that can prove why"
    assert not page.locator(".tools").is_visible()


@pytest.mark.parametrize(("width", "kind"), [(1440, "wide"), (390, "tall")])
def test_pointing_at_an_item_shows_its_ties(visit, width, kind):
    page = visit(width)
    graph = page.locator(f".graph.{kind}")
    assert page.locator(".graph:visible").count() == 1
    node = graph.locator(".node").first
    node.scroll_into_view_if_needed()
    node.locator(".hit").click(force=True)
    lit = graph.locator(".edge.lit").count()
    assert lit == graph.locator('.edge[data-a="0"], .edge[data-b="0"]').count() > 0
    said = page.locator(".ties").inner_text()
    assert (
        said.startswith(node.locator("title").text_content() + ": ")
        and said.count(" · ") == lit - 1
    )
    assert node.get_attribute("aria-pressed") == "true"
    node.locator(".hit").click(force=True)
    page.mouse.move(0, 0)
    assert graph.locator(".lit").count() == 0 and page.locator(".ties").inner_text() == ""


def test_the_keyboard_reaches_everything(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator(".graph.wide .node").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.n") == "1"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.keyboard.press("Escape")
    assert page.locator(".lit").count() == 0
    reached = page.evaluate("""() => [...document.querySelectorAll('a, button, summary, .scroll')]
        .filter(part => part.offsetParent).every(part => part.tabIndex === 0)""")
    assert reached


def test_what_is_pressed_is_large_enough(visit):
    page = visit(390)
    small = page.evaluate("""() => [...document.querySelectorAll('button, summary, nav a')].filter(part => part.offsetParent)
        .map(part => part.getBoundingClientRect()).filter(box => box.height < 24 || box.width < 24).length""")
    assert small == 0


@pytest.mark.parametrize(("width", "kind"), [(1440, "wide"), (390, "tall")])
def test_labels_of_the_network_do_not_cover_each_other(visit, width, kind):
    page = visit(width)
    covered = page.evaluate(
        """kind => {
        const boxes = [...document.querySelectorAll(`.graph.${kind} text`)].map(t => [t.textContent, t.getBoundingClientRect()]);
        return boxes.flatMap(([a, p], n) => boxes.slice(n + 1).filter(([b, q]) =>
            p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 4 && q.top < p.bottom - 4).map(([b]) => [a, b])); }""",
        kind,
    )
    assert covered == []
    assert page.locator(f".graph.{kind} text").count() >= 15


def test_motion_is_reduced_where_asked(visit):
    page = visit(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_on_paper_it_is_light_with_no_switches(visit):
    page = visit(color_scheme="dark")
    page.emulate_media(media="print")
    assert min(background(page)) > 230
    assert not page.locator(".tools").is_visible() and not page.locator("nav").is_visible()
    assert page.locator("#accuracy table").first.is_visible()
    assert page.pdf().startswith(b"%PDF")
