"""The report in a real Chromium: no error, no sideways scrolling, toggles that work, and no script of a title's."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.visualise.sample import sample
from whyrec.visualise.report import render

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def browser():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing: `make deps` installs it")
        pytest.skip("chromium is not installed: `make deps` installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def open_page(browser, tmp_path):
    (tmp_path / "r.html").write_text(render(sample()), encoding="utf-8")
    problems, pages = [], []

    def open_it(width, query=""):
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: problems.append(str(e)))
        page.on("dialog", lambda d: (problems.append("a dialog opened"), d.dismiss()))
        page.on("request", lambda r: None if r.url.startswith("file:") else problems.append(f"asked for {r.url}"))
        page.goto(f"file://{tmp_path}/r.html{query}")
        return page

    yield open_it
    for page in pages:
        page.close()
    assert problems == []


@pytest.mark.parametrize("width", [1440, 768, 390, 320])
@pytest.mark.parametrize("query", ["?lang=en&theme=light", "?lang=zh&theme=dark"])
def test_it_fits_and_shows_one_language(open_page, width, query):
    page = open_page(width, query)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.evaluate("""() => ['en','zh'].map(l => [...document.querySelectorAll(`span[lang=${l}]`)]
        .filter(e => e.getClientRects().length).length)""")
    assert (shown[0] == 0) == ("zh" in query) and (shown[1] == 0) == ("en" in query)


def test_toggles_change_language_and_theme_and_are_remembered(open_page):
    page = open_page(1440, "?lang=en&theme=light")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#language")
    page.click("#theme")
    assert page.evaluate("document.documentElement.lang") == "zh"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert page.inner_text("h2 >> nth=0") == "数据"
    page.click("#language")
    assert page.inner_text("h2 >> nth=0") == "The data"


def test_the_network_answers_to_the_keyboard(open_page):
    page = open_page(1440, "?lang=en")
    page.focus(".node >> nth=0")
    lit = page.evaluate("document.querySelectorAll('.node.lit').length")
    assert 1 < lit <= page.evaluate("document.querySelectorAll('.node').length")
    page.evaluate("document.activeElement.blur()")
    assert page.evaluate("document.querySelectorAll('.node.lit').length") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable(open_page, theme):
    """WCAG AA: 4.5 to 1 for all text on its background."""
    page = open_page(1440, f"?lang=en&theme={theme}")
    worst = page.evaluate("""() => {
      const lum = c => { const v = c.match(/[\\d.]+/g).slice(0,3).map(x => { x/=255; return x<=.03928 ? x/12.92 : ((x+.055)/1.055)**2.4 });
                         return .2126*v[0]+.7152*v[1]+.0722*v[2] };
      const back = e => { while (e) { const b = getComputedStyle(e).backgroundColor; if (!/, 0\\)$|transparent/.test(b)) return b; e = e.parentElement } return 'rgb(255,255,255)' };
      let worst = [99, ''];
      for (const e of document.querySelectorAll('body *')) {
        if (e.closest('svg') || !e.getClientRects().length) continue;
        if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
        const a = lum(getComputedStyle(e).color), b = lum(back(e));
        const r = (Math.max(a,b)+.05)/(Math.min(a,b)+.05);
        if (r < worst[0]) worst = [r, e.className + ' ' + e.textContent.slice(0,40)];
      }
      return worst }""")
    assert worst[0] >= 4.5, worst


def test_it_prints(open_page):
    page = open_page(1440, "?lang=en")
    assert len(page.pdf(format="A4")) > 20_000
