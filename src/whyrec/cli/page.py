"""Show a folder's report in the browser, from this machine only."""

from __future__ import annotations

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import typer

from whyrec.core import BadArgument


class _ReportOnly(SimpleHTTPRequestHandler):
    """Only the report is served: not the model, which holds people's histories."""

    def do_GET(self) -> None:
        if self.path in ("/", "/report.html"):
            self.path = "/report.html"
            super().do_GET()
        else:
            self.send_error(404, "only the report is here")

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve_folder(folder: Path, port: int) -> None:
    """Serve `folder`/report.html on 127.0.0.1 until Ctrl+C."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_ReportOnly, directory=str(folder)))
    except OSError as error:
        raise BadArgument("--port must be free", given=f"{port} ({error.strerror})", fix="choose another --port") from None
    typer.echo(f"The page: http://127.0.0.1:{server.server_port}/   (Ctrl+C ends it)")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("")
