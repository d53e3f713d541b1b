"""What is broken in a folder of HTML pages: links to files and anchors that are not there, and anything loaded from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {  # attributes whose target a browser loads with the page
    ("script", "src"),
    ("img", "src"),
    ("source", "src"),
    ("iframe", "src"),
    ("link", "href"),
}
KNOWN_SCHEMES = ("http", "https", "mailto")


@dataclass
class Page:
    """One page: its anchors, and the targets that it names."""

    anchors: set[str] = field(default_factory=set)
    targets: list[tuple[str, bool]] = field(default_factory=list)  # (target, loaded with the page)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.page.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        for name in ("href", "src"):
            if values.get(name) is not None:
                self.page.targets.append((values[name], (tag, name) in LOADED))


def read_page(path: Path) -> Page:
    """The anchors and targets of a page."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.page


def broken(site: Path) -> list[str]:
    """Each broken target as "page: target: what is wrong"; external links are judged by their form."""
    pages = {path: read_page(path) for path in sorted(site.rglob("*.html"))}
    return [
        f"{path.relative_to(site).as_posix()}: {target}: {wrong}"
        for path, page in pages.items()
        for target, loaded in page.targets
        if (wrong := _wrong(site, path, target, loaded, pages))
    ]


def _wrong(site: Path, path: Path, target: str, loaded: bool, pages: dict[Path, Page]) -> str:
    parts = urlsplit(target)
    if parts.scheme == "data":
        return ""
    if parts.scheme or parts.netloc:
        if loaded:
            return "loaded from elsewhere"
        there = parts.netloc or (parts.scheme == "mailto" and "@" in parts.path)
        return "" if parts.scheme in KNOWN_SCHEMES and there else "no address"
    file = path
    if parts.path:
        start = site if parts.path.startswith("/") else path.parent
        file = (start / unquote(parts.path).lstrip("/")).resolve()
    if file.is_dir():
        file = file / "index.html"
    if not file.is_relative_to(site) or not file.is_file():
        return "no such file"
    anchor = unquote(parts.fragment)
    if anchor and file.suffix == ".html" and anchor not in pages[file].anchors:
        return "no such anchor"
    return ""
