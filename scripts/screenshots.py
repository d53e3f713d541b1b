"""Take pictures of every screen of the page into docs/images/page: both languages, both themes, two
widths.

Every screen is kept in the repository in four of the eight forms, with 128 colours; `--all FOLDER`
writes all eight elsewhere, to look through.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.serve.linked import linked as linked_films  # noqa: E402
from tests.web import stage  # noqa: E402
from tests.web.lively import enliven  # noqa: E402
from whyrec import api, registry, storage  # noqa: E402

OUT = ROOT / "docs" / "images" / "page"
LANGS, THEMES, WIDTHS = ("en", "zh"), ("light", "dark"), (1440, 390)
KEPT = {
    ("en", "light", 1440),
    ("zh", "dark", 1440),
    ("zh", "light", 390),
    ("en", "dark", 390),
}  # in the repository
TALLEST = 1500  # pixels: what lies further down a long list says nothing new


class Shot(NamedTuple):
    """A screen: name, role, path (with holes for `holes`), and what to do on it before the
    picture.
    """

    name: str
    role: str
    path: str
    act: Callable[[Any], None] | None = None


def open_why(page: Any) -> None:
    page.locator(".feed-acts > .button").nth(1).click()


def take_back(page: Any) -> None:
    open_why(page)
    page.locator(".feed-why:visible .button").first.click()
    page.locator(".changed").wait_for()


def erase(page: Any) -> None:
    page.locator(".button.danger").click()


PERSON = [
    Shot("sign-in", "nobody", "/"),
    Shot("feed", "person", "/feed", open_why),
    Shot("feed-taken-back", "person", "/feed", take_back),
    Shot("why", "person", "/why/{item}"),
    Shot("why-what-if", "person", "/why/{item}?without={event}"),
    Shot("missing", "person", "/missing?item=alien-1979"),
    Shot("profile", "person", "/profile"),
    Shot("profile-history", "person", "/profile?part=history"),
    Shot("profile-hidden", "person", "/profile?part=hidden"),
    Shot("data", "person", "/data"),
    Shot("data-erase", "person", "/data", erase),
]
ENGINEER = [
    Shot("operations", "engineer", "/operations?still=yes"),
    Shot("inspector", "engineer", "/inspector?user={person}&against={second}"),
    Shot("inspector-what-if", "engineer", "/inspector?user={person}&view=whatif&without={gone}"),
    Shot("inspector-inside", "engineer", "/inspector?user={person}&view=inside&model={third}"),
    Shot("atlas", "engineer", "/atlas?item=alien-1979"),
    Shot("atlas-slice", "engineer", "/atlas?item=alien-1979&side=slice&nearest=50"),
    Shot("atlas-people", "engineer", "/atlas?kind=people"),
    Shot("atlas-network", "engineer", "/atlas?view=network&item=alien-1979"),
    Shot("atlas-weights", "engineer", "/atlas?view=weights"),
    Shot("quality", "engineer", "/quality?against={second}"),
    Shot("models", "engineer", "/models"),
]
AUDITOR = [
    Shot("card", "auditor", "/card"),
    Shot("decisions", "auditor", "/decisions"),
    Shot("decision", "auditor", "/decisions/{answer}"),
    Shot("sentences", "auditor", "/auditor/sentences"),
    Shot("faithfulness", "auditor", "/faithfulness"),
    Shot("privacy", "auditor", "/privacy"),
]
SHOTS: list[Shot] = [*PERSON, *ENGINEER, *AUDITOR]
LINKED: list[Shot] = [Shot("paths", "person", "/why/{item}?cut={path}")]  # of a graph model
READING: list[Shot] = [
    Shot("modalities", "person", "/why/{item}")
]  # of an additive model that reads the films' texts too


def holes(site: stage.Site) -> dict[str, str]:
    """A person with a telling history, the item of their list that a reason moved most, that
    reason's event.
    """
    user = site.people[len(site.people) // 2]
    key = site.key(user=user)
    hidden = {"blocked_tags": ["Western"], "blocked_items": ["the-godfather-1972"]}
    site.call("PATCH", f"/v1/users/{user}/profile", hidden, key)
    listed = site.call("POST", "/v1/recommendations", {"user": user, "n": 20}, key)["items"]
    rows = [row for row in listed if row["reasons"][0]["evidence"] and row["removed"]]
    row = max(rows, key=lambda row: row["removed"]["rank_after"] - row["rank"])
    events = ",".join(quote(quote(one)) for one in row["reasons"][0]["evidence"]["event_ids"])
    return {"user": user, "item": row["item"], "event": events}


def linked_holes(site: stage.Site) -> dict[str, str]:
    """A person, and of the first items one whose first reason is a link that moves it when cut,
    friends among the others.
    """
    user = site.people[len(site.people) // 2]
    listed = site.call("POST", "/v1/recommendations", {"user": user, "n": 5}, site.key(user=user))[
        "items"
    ]
    rows = [
        row
        for row in listed
        if row["reasons"][0]["code"] == "path"
        and row["reasons"][0]["path"]["kind"] == "link"
        and any(reason["code"] == "friend" for reason in row["reasons"])
    ]
    row = max(
        rows, key=lambda row: (row["removed"] or {"rank_after": 0})["rank_after"] - row["rank"]
    )
    return {"user": user, "item": row["item"], "path": row["reasons"][0]["path"]["id"]}


def insight_holes(site: stage.Site, folder: Path) -> dict[str, str]:
    """Two more versions, traffic and measurements to show, and what they are called."""
    made = enliven(site, folder, api.load("films"))
    history = made.post("/v1/inspect", {"user": made.person})["history"]
    gone = ",".join(quote(quote(event["event_id"])) for event in history[-2:])
    _, second, third = made.versions
    return {
        "person": made.person,
        "second": second,
        "third": third,
        "answer": made.answer,
        "gone": gone,
    }


def take(
    site: stage.Site,
    folder: Path,
    browser: Any,
    shots: list[Shot],
    forms: set[tuple[str, str, int]],
    known: dict[str, str],
) -> Iterator[tuple[str, bytes]]:
    """(name, PNG) of every screen in every form. What an action changed is put back before the
    next.
    """
    if any(shot.role in ("engineer", "auditor") for shot in shots):
        known |= insight_holes(site, folder)
    for shot, (lang, theme, width) in product(shots, sorted(forms)):
        visitor = stage.Visitor(browser)
        user = known["user"] if shot.role == "person" else None
        role = "person" if shot.role in ("person", "nobody") else shot.role
        path = shot.path.format(**known)
        page = visitor.open(
            site, path, user=user, role=role, lang=lang, scheme=theme, width=width, height=900
        )
        if shot.act:
            shot.act(page)
        stage.settle(page)
        page.wait_for_timeout(500)  # charts and fonts
        height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": max(900, height)})
        page.wait_for_timeout(150)
        yield f"{shot.name}-{lang}-{theme}-{width}.png", page.screenshot()
        visitor.close()
        if visitor.troubles:
            raise SystemExit(f"{shot.name}: {visitor.troubles}")
        if user and shot.act:
            site.call(
                "PATCH", f"/v1/users/{user}/profile", {"excluded_events": []}, site.key(user=user)
            )


def small(png: bytes) -> bytes:
    """The picture with 128 colours, small patches of a bright one among them."""
    from PIL import Image

    made = io.BytesIO()
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    whole.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        made, "PNG", optimize=True
    )
    return made.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--all", type=Path, help="write every form of every screen into this folder"
    )
    parser.add_argument("--only", default="", help="names of screens, by commas")
    parser.add_argument(
        "--model",
        type=Path,
        help="a folder that `whyrec demo` wrote (default: fit the built-in films)",
    )
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    out = given.all or OUT
    out.mkdir(parents=True, exist_ok=True)
    names = set(filter(None, given.only.split(",")))
    shots, linked, reading = (
        [one for one in each if not names or one.name in names] for each in (SHOTS, LINKED, READING)
    )
    forms = set(product(LANGS, THEMES, WIDTHS)) if given.all else KEPT
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        place, graph, text = (
            given.model or Path(folder),
            Path(folder) / "graph",
            Path(folder) / "text",
        )
        browser, total = (
            driver.chromium.launch(executable_path=stage.chromium(), args=stage.ARGS),
            0,
        )
        if shots and given.model is None:
            stage.fit(place, api.load("films"))
        if linked:
            data = linked_films(api.load("films"))
            storage.save(graph / "model", registry.model("graph").fit(data), data, name="graph")
        if reading:
            stage.fit(text, api.load("films"), similarity_terms=["text"])
        for where, mine, find in (
            (place, shots, holes),
            (graph, linked, linked_holes),
            (text, reading, holes),
        ):
            if not mine:
                continue
            with stage.service(where) as site:
                for name, png in take(site, where, browser, mine, forms, find(site)):
                    data_of = small(png)
                    (out / name).write_bytes(data_of)
                    total += len(data_of)
                    print(f"{name}: {len(data_of) / 1000:,.0f} kB", flush=True)
        browser.close()
    print(f"{total / 1e6:.1f} MB in {out}")


if __name__ == "__main__":
    main()
