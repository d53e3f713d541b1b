"""Serve the page of a demo: the real service with the demo's model, on this machine only."""

from __future__ import annotations

from pathlib import Path

from whyrec.cli import show
from whyrec.core import MissingExtra


def check_extra() -> None:
    """Raise MissingExtra if the service cannot start; called before the demo's work."""
    try:
        import alembic  # noqa: F401
        import fastapi  # noqa: F401
        import orjson  # noqa: F401
        import prometheus_client  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtra(str(error.name), "serve") from None


def serve_folder(folder: Path, port: int) -> None:
    """Serve `folder`/model with its page and its report on 127.0.0.1 until Ctrl+C."""
    from whyrec.serve.api.static_page import read_page
    from whyrec.serve.demo_main import prepare_demo, serve_demo

    with show.progress("preparing the service"):
        settings = prepare_demo(folder, port)
    show.line(
        f"The page: http://127.0.0.1:{port}/   (Ctrl+C ends it; only this machine can open it)"
    )
    show.line(f"The report: http://127.0.0.1:{port}/v1/demo/report")
    if not read_page():
        show.line("The page itself was not built: `make web` in a checkout of whyrec builds it.")
    serve_demo(settings, folder / "report.html")
