"""Serve the built page from memory, under a content security policy that allows only its own code.

Every path that is not the service's own opens the page, which reads the path itself; so links to a
screen can be shared.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

__all__ = ["FOLDER", "HEADERS", "PageRoute", "read_page"]

FOLDER = Path(__file__).parents[1] / "page"
OURS = ("/v1/", "/health/", "/metrics", "/openapi.json")  # never paths of the page
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
    "'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOREVER = "public, max-age=31536000, immutable"  # the name contains a hash of the content
MISSING = (
    "The service runs; its page was not built.\n\n"
    "In a checkout of whyrec: make web (needs Node 20.19 or newer), then start the service again.\n"
    "The API is there without it: /openapi.json describes it.\n"
)


@dataclass(frozen=True)
class File:
    """A file of the page as it is sent."""

    body: bytes
    packed: bytes
    media: str
    etag: str


def read_page(folder: Path = FOLDER, *, demo: bool = False) -> dict[str, File]:
    """Every built file by its path; empty if the page was not built.

    `demo` tells the page that it may offer identities.
    """
    if not (folder / "index.html").exists():
        return {}
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            if demo and name == "index.html":
                body = body.replace(b'data-demo="no"', b'data-demo="yes"')
            packed = gzip.compress(body, 9, mtime=0)
            etag = hashlib.sha256(body).hexdigest()[:20]
            found["/" + name] = File(body, packed, _media(name), etag)
    return found


def _media(name: str) -> str:
    # Not from the system's own table, in which some machines map .js to text/plain.
    known = {
        ".js": "text/javascript",
        ".css": "text/css",
        ".html": "text/html",
        ".svg": "image/svg+xml",
    }
    kind = (
        known.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    )
    if kind.startswith("text/"):
        return f"{kind}; charset=utf-8"
    return kind


class PageRoute(Route):
    """Match every path that is not the service's own."""

    def __init__(self, files: dict[str, File]) -> None:
        self.files = files
        super().__init__(
            "/{path:path}", self._answer, methods=["GET"], include_in_schema=False, name="page"
        )

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope.get("path", "")
        if (
            scope["type"] != "http"
            or scope["method"] not in ("GET", "HEAD")
            or path.startswith(OURS)
            or path == "/v1"
        ):
            return Match.NONE, {}
        match, child = super().matches(scope)
        return match, {**child, "route": self}

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        if not self.files:
            return PlainTextResponse(MISSING, 404, HEADERS)
        file = self.files.get(path)
        if file is None and path.startswith("/assets/"):
            return PlainTextResponse("There is no such file.\n", 404, HEADERS)
        file = file or self.files["/index.html"]
        headers = {**HEADERS, "ETag": f'"{file.etag}"', "Vary": "Accept-Encoding"}
        if path.startswith("/assets/"):
            headers["Cache-Control"] = FOREVER
        else:
            headers["Cache-Control"] = "no-cache"
        if request.headers.get("if-none-match") == f'"{file.etag}"':
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                file.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.media
            )
        return Response(file.body, headers=headers, media_type=file.media)
