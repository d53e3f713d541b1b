"""What browser tests and screenshots stand on: the real service on a fitted model, a real Chromium, and somebody signed in."""

from __future__ import annotations

import json
import shutil
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from tests.serve.postgres import free_port
from whyrec import registry, storage
from whyrec.core import Dataset
from whyrec.serve.api.app import make_app
from whyrec.serve.api.demo import Demo
from whyrec.serve.api.static_page import FOLDER
from whyrec.serve.demo_main import prepare_demo

ROOT = Path(__file__).resolve().parents[2]
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
SETTLED = "!document.querySelector('.skeleton, .stale') && !!document.querySelector('main h1')"

PATIENCE = 120.0  # seconds for a step of the page: a busy machine needs a tenth


def chromium() -> str | None:
    """Where a Chromium is installed."""
    return (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


def built() -> bool:
    """Whether `make web` has built the page."""
    return (FOLDER / "index.html").exists()


@dataclass
class Site:
    """A running demo service."""

    url: str
    people: list[str]  # by how much they chose, most first
    taken: int = 0
    keys: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        """The JSON of an answer."""
        headers = {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {key}"} if key else {}),
        }
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(
            urllib.request.Request(self.url + path, data, headers, method=method)
        ) as answer:
            return json.loads(answer.read())

    def key(self, role: str = "person", user: str | None = None) -> str:
        """A key of an identity."""
        return self.call("POST", "/v1/demo/key", {"role": role, "user": user})["key"]

    def somebody(self) -> str:
        """A person of some history whom no other test has been."""
        self.taken += 1
        return self.people[len(self.people) // 8 + self.taken]


def fit(folder: Path, data: Dataset, **config: Any) -> None:
    """A model of the data in `folder`/model, as `whyrec demo` leaves it."""
    made = registry.model("additive", **({"mix": {}} | config)).fit(data)
    storage.save(folder / "model", made, data, name="additive")


@contextmanager
def listening(app: Any, port: int) -> Iterator[str]:
    """The app, answering on this machine; its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@contextmanager
def service(folder: Path) -> Iterator[Site]:
    """The demo's service over `folder`/model."""
    settings = prepare_demo(folder, free_port())
    with listening(make_app(settings, demo=Demo(folder / "report.html")), settings.port) as url:
        site = Site(url, [])
        rows = site.call("GET", "/v1/demo/people?limit=200")["people"]
        site.people = [row["user"] for row in sorted(rows, key=lambda row: -row["events"])]
        yield site


def until(page: Any, expression: str, arg: Any = None) -> None:
    """Wait until the expression holds. Asked from here: the page's policy forbids evaluating text within it."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(expression, arg):
        if time.monotonic() > end:
            raise AssertionError(
                f"never true: {expression} ({arg!r})\n{page.inner_text('body')[:2000]}"
            )
        page.wait_for_timeout(20)


def settle(page: Any) -> Any:
    """Wait until the screen is whole."""
    until(page, SETTLED)
    return page


class Visitor:
    """Opens screens as somebody, and keeps every trouble: console lines, errors, dialogs, requests to elsewhere."""

    def __init__(self, browser: Any) -> None:
        self.browser, self.contexts, self.troubles = browser, [], []

    def open(
        self,
        site: Site,
        path: str = "/",
        *,
        user: str | None = None,
        role: str = "person",
        key: str | None = None,
        lang: str = "en",
        scheme: str = "light",
        width: int = 1440,
        height: int = 900,
        **options: Any,
    ) -> Any:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale=LOCALES[lang],
            color_scheme=scheme,
            reduced_motion="reduce",
            accept_downloads=True,
            **options,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(1_000 * PATIENCE)
        page.on("console", lambda message: self.troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on(
            "dialog",
            lambda dialog: (self.troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((site.url, "blob:", "data:"))
                else self.troubles.append(f"request: {request.url}")
            ),
        )
        if user or role != "person" or key:
            page.goto(site.url + "/icon.svg")
            page.evaluate(
                "key => sessionStorage.setItem('whyrec.key', key)", key or site.key(role, user)
            )
        page.goto(site.url + path)
        return settle(page)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def axe(page: Any) -> list[str]:
    """Serious and critical findings of axe-core, each with where it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
