"""How quick the page is, by the browser's own clock: first paint, pressing Why?, taking a reason
back; and what it loads.

10,000 items and real MovieLens people where they lie at hand (else simulated ones), the demo's
service, a browser with an empty cache on the same machine. Prints one table and writes JSON.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from tests.web import stage
from whyrec import api
from whyrec.serve.api.static_page import FOLDER

ROOT = Path(__file__).resolve().parents[2]

# The time from the press until the browser has painted what followed, by its Event Timing (16 where
# that was too quick to be told); and the time until the result stands, looked for at each frame.
WATCH = """() => {
    window.paints = [];
    new PerformanceObserver(list => window.paints.push(...list.getEntries().map(one => one.duration)))
        .observe({ type: 'event', durationThreshold: 16, buffered: false });
    addEventListener('pointerdown', () => { window.pressed = performance.now(); }, { capture: true });
}"""  # noqa: E501
STANDS = """async until => {
    const there = () => document.querySelector(until) && !document.querySelector('.stale');
    while (!there()) await new Promise(done => requestAnimationFrame(done));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - window.pressed;
}"""


def press(page: Any, row: dict[str, float], name: str, of: str, until: str) -> None:
    """Press with the mouse; the time to the next paint, and to what was waited for."""
    page.evaluate("() => { window.paints.length = 0; }")
    page.locator(of).first.click()
    row[f"{name}: result"] = page.evaluate(STANDS, until)
    page.wait_for_timeout(120)
    row[f"{name}: next paint"] = max([16.0, *page.evaluate("() => window.paints")])


def data_at(path: Path) -> Any:
    """MovieLens latest-small (9,724 films), else simulated people on simulated items."""
    file = path / "ml-latest-small.zip"
    return (
        (api.load(str(file)), "ml-latest-small") if file.exists() else (api.load("films"), "films")
    )


def one(site: stage.Site, browser: Any, user: str, key: str) -> dict[str, float]:
    visitor = stage.Visitor(browser)
    page = visitor.open(site, "/feed", key=key)
    seen = page.evaluate("""() => ({
        paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
        bytes: [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
            .filter(one => !one.name.includes('/v1/')).reduce((sum, one) => sum + one.transferSize, 0),
        list: performance.getEntriesByType('resource')
            .filter(one => one.name.endsWith('/v1/recommendations')).at(-1).responseEnd,
        scripts: performance.getEntriesByType('resource').map(one => one.name).filter(one => one.endsWith('.js')),
    })""")  # noqa: E501
    row = {
        "first paint": seen["paint"],
        "list there": seen["list"],
        "transferred kB": seen["bytes"] / 1000,
    }
    page.evaluate(WATCH)
    press(page, row, "menu", ".feed-row:nth-child(3) .menu > .button", ".menu-box:popover-open")
    page.keyboard.press("Escape")
    press(
        page, row, "why", ".feed-row:nth-child(2) .feed-acts > .button", ".feed-why:not([hidden])"
    )
    if page.locator(".feed-why:not([hidden]) .why-list .button").count():
        press(page, row, "take back", ".feed-why:not([hidden]) .why-list .button", ".changed")
    press(page, row, "switch off", "[role=switch]", "[role=switch][aria-checked=false]")
    if any("echarts" in name for name in seen["scripts"]):
        raise SystemExit(f"the chart library was loaded with the feed: {seen['scripts']}")
    visitor.close()
    site.call(
        "PATCH", f"/v1/users/{user}/profile", {"personalised": True, "excluded_events": []}, key
    )
    return row


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared = ROOT.parent / "shared" / "data"
    parser.add_argument(
        "--data", type=Path, default=shared, help="a folder with ml-latest-small.zip"
    )
    parser.add_argument("--times", type=int, default=15)
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    data, name = data_at(given.data)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        stage.fit(Path(folder), data)
        browser = driver.chromium.launch(executable_path=stage.chromium(), args=stage.ARGS)
        with stage.service(Path(folder)) as site:
            people = site.people[len(site.people) // 4 :][: given.times]
            rows = [one(site, browser, user, site.key(user=user)) for user in people]
        browser.close()
    sizes = {
        path.name: len(gzip.compress(path.read_bytes())) / 1000
        for path in sorted((FOLDER / "assets").iterdir())
    }
    columns = {title: [row[title] for row in rows if title in row] for title in max(rows, key=len)}
    table = {
        title: {"median": statistics.median(found), "most": max(found), "n": len(found)}
        for title, found in columns.items()
    }
    print(
        f"{name}: {data.n_items:,} items, {data.n_users:,} people; {len(rows)} visits; ms "
        "unless said otherwise"
    )
    for title, found in table.items():
        print(
            f"  {title:28s} median {found['median']:7.1f}   most {found['most']:7.1f}   n "
            f"{found['n']}"
        )
    print("  gzip kB: " + ", ".join(f"{title} {size:.1f}" for title, size in sizes.items()))
    out = ROOT / "bench" / "results"
    out.mkdir(exist_ok=True)
    found = {"data": name, "items": data.n_items, "rows": table, "gzip_kb": sizes}
    (out / "page.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
