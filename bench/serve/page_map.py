"""How smooth the atlas is with 20,000 points: frames a second while it is moved and zoomed, each
frame drawn anew, and while the mouse drags. The browser draws in software; one with a graphics card
is faster. Prints one table and writes JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.web import stage
from whyrec import registry, storage
from whyrec.core import Dataset, ItemTable

ROOT = Path(__file__).resolve().parents[2]

GROUPS = 40
# Each frame moves the view a little and lets the chart draw; a frame counts when the next one
# begins.
MOVE = """async seconds => {
    const chart = document.querySelector('.chart').whyrec, times = [];
    let drawn = 0;
    const count = () => drawn++;
    chart.on('rendered', count);
    const start = performance.now();
    for (let n = 0, before = start; performance.now() - start < 1000 * seconds; n++) {
        const width = 55 + 40 * Math.cos(n / 25), from = (100 - width) * (0.5 + 0.5 * Math.sin(n / 18));
        const batch = [0, 1].map(dataZoomIndex => ({ dataZoomIndex, start: from, end: from + width }));
        chart.dispatchAction({ type: 'dataZoom', batch });
        await new Promise(done => requestAnimationFrame(done));
        const now = performance.now();
        times.push(now - before);
        before = now;
    }
    chart.off('rendered', count);
    const seconds_ = (performance.now() - start) / 1000;
    return { seconds: seconds_, frames: times.length, drawn, longest: Math.max(...times.slice(2)) };
}"""  # noqa: E501
COUNT = """() => {
    window.frames_ = 0;
    const step = () => { window.frames_++; requestAnimationFrame(step); };
    requestAnimationFrame(step);
}"""
POINTS = """document.querySelector('.chart').whyrec.getOption().series
    .reduce((n, one) => n + (one.large ? one.data.length / 2 : 0), 0)"""


def world(items: int, people: int, seed: int = 0) -> Dataset:
    """People who choose within a few of forty groups of items."""
    rng = np.random.default_rng(seed)
    home = rng.integers(0, GROUPS, (people, 2))
    user = np.repeat(np.arange(people), 40)
    group = home[user, rng.integers(0, 2, len(user))]
    item = (group + GROUPS * rng.integers(0, items // GROUPS, len(user))) % items
    item[:items] = np.arange(items)  # every item at least once
    tags = tuple((f"Group {n % GROUPS % 9}",) for n in range(items))
    table = ItemTable(tuple(f"Item {n}" for n in range(items)), categories=tags)
    time_ = 1_700_000_000 + np.sort(rng.integers(0, 10**7, len(user)))
    labels = [f"p{n}" for n in range(people)], [f"i{n}" for n in range(items)]
    return Dataset(
        user, item, np.ones(len(user)), time_, *labels, table, name="atlas", domain="other"
    )


def busy() -> float:
    """CPU seconds of all processes below this one (the browser's): what drawing costs, whoever
    else uses the machine.
    """
    rows, own = {}, {os.getpid()}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            rows[int(path.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    while more := {pid for pid, (parent, _) in rows.items() if parent in own} - own:
        own |= more
    return sum(rows[pid][1] for pid in own - {os.getpid()}) / os.sysconf("SC_CLK_TCK")


def smooth(site: stage.Site, browser: Any, seconds: float) -> dict[str, float]:
    """Frames a second of the map of this site; cpu_ms_a_frame: of all processes of the browser."""
    start = time.perf_counter()
    site.call("GET", "/v1/atlas", key=site.key("engineer"))  # the map is made at the first request
    made, visitor, start = time.perf_counter() - start, stage.Visitor(browser), time.perf_counter()
    page = visitor.open(site, "/atlas", role="engineer")
    stage.until(page, "!!document.querySelector('.chart')?.whyrec", seconds=120)
    there = time.perf_counter() - start
    points = page.evaluate(POINTS)
    before = busy()
    moved = page.evaluate(MOVE, seconds)
    cpu = 1000 * (busy() - before) / moved["frames"]
    box = page.locator(".chart canvas").first.bounding_box()
    page.evaluate(COUNT)
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    start, before, n = time.perf_counter(), page.evaluate("window.frames_"), 0
    while time.perf_counter() - start < seconds:
        n += 1
        page.mouse.move(box["x"] + 300 + 150 * np.sin(n / 9), box["y"] + 250 + 100 * np.cos(n / 7))
    dragged = (page.evaluate("window.frames_") - before) / (time.perf_counter() - start)
    page.mouse.up()
    visitor.close()
    if visitor.troubles:
        raise SystemExit(f"the page complained: {visitor.troubles}")
    return {
        "points": points,
        "map_seconds": made,
        "open_seconds": there,
        "moved_fps": moved["frames"] / moved["seconds"],
        "drawn_per_second": moved["drawn"] / moved["seconds"],
        "longest_frame_ms": moved["longest"],
        "cpu_ms_a_frame": cpu,
        "dragged_fps": dragged,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument(
        "--people", type=int, default=3_000, help="who choose; how many does not matter to the map"
    )
    parser.add_argument("--seconds", type=float, default=6.0)
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    data = world(given.items, given.people)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        storage.save(
            Path(folder) / "model",
            registry.model("cooccurrence").fit(data),
            data,
            name="cooccurrence",
        )
        browser = driver.chromium.launch(executable_path=stage.chromium(), args=stage.ARGS)
        with stage.service(Path(folder)) as site:
            row = smooth(site, browser, given.seconds)
        browser.close()
    for name, value in row.items():
        print(f"  {name:18s} {value:10,.1f}")
    out = ROOT / "bench" / "results"
    out.mkdir(exist_ok=True)
    (out / "page_atlas.json").write_text(json.dumps(row, indent=1))


if __name__ == "__main__":
    main()
