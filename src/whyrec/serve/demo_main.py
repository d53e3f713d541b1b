"""Start the demo: a new store with the fitted model, served on this machine only."""

from __future__ import annotations

import shutil
from pathlib import Path

from whyrec.core import ArgumentError
from whyrec.serve.api.app import make_app
from whyrec.serve.api.demo import HERE, Demo
from whyrec.serve.api.middleware import structured_logs
from whyrec.serve.main import check_free, prepare
from whyrec.serve.settings import Settings

__all__ = ["prepare_demo", "serve_demo"]


def prepare_demo(folder: Path, port: int) -> Settings:
    """Make a new store in `folder`/service that serves `folder`/model; replace an earlier demo."""
    place = folder / "service"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    settings = Settings(
        store=f"sqlite:///{place / 'store.db'}",
        models=str(place / "models"),
        host="127.0.0.1",
        port=port,
        log="warning",
    )
    prepare(settings, folder / "model")
    return settings


def serve_demo(settings: Settings, report: Path | None) -> None:
    """Serve on this machine until Ctrl+C."""
    import uvicorn

    if settings.host not in HERE:
        raise ArgumentError(
            "a demo listens on this machine only", given=settings.host, fix="host 127.0.0.1"
        )
    check_free(settings.host, settings.port)
    structured_logs(settings.log)
    uvicorn.run(
        make_app(settings, demo=Demo(report)),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
