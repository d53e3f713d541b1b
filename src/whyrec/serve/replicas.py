"""Run the service with Ray Serve: several replicas of the app behind one address.

Every replica is a process as `whyrec serve --workers` starts it. Replicas share the store and the
folder of models, and nothing else. A replica that dies is restarted; a request in progress in it
fails with 500 and may be sent again, because event ids prevent double counting. `rate` and the
figures of /metrics are per replica. Limitations: SQLite on several machines is refused.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from whyrec.core import ArgumentError
from whyrec.scale import cluster
from whyrec.serve.settings import Settings
from whyrec.serve.store.engine import address as url_of

__all__ = ["replicas", "serve"]

NAME = "whyrec"


@contextmanager
def replicas(settings: Settings, address: str | None = None) -> Iterator[None]:
    """Run `settings.workers` replicas on host and port while the block runs.

    On a cluster where Ray Serve runs already, its own host and port are used. The store must be
    prepared (:func:`whyrec.serve.main.prepare`). Raises MissingExtra without ray, and ArgumentError
    for SQLite on a cluster of several machines.
    """
    ray = cluster.joined(address, settings.workers)
    from ray import serve as ray_serve

    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    if len(ray.nodes()) > 1 and url_of(settings.store).get_backend_name() == "sqlite":
        raise ArgumentError(
            "several machines must share a PostgreSQL",
            given=f"--store {settings.store}",
            fix="put the data into one: whyrec store export, whyrec store import",
        )
    handed = asdict(_absolute(settings))

    def app() -> Any:
        from whyrec.serve.main import app_of

        return app_of(Settings(**handed))

    ray_serve.start(
        http_options={"host": settings.host, "port": settings.port},
        logging_config={"enable_access_log": False},
    )
    made = ray_serve.deployment(
        name=NAME,
        num_replicas=settings.workers,
        max_ongoing_requests=100,
        health_check_period_s=2,
        graceful_shutdown_timeout_s=20,
    )(ray_serve.ingress(app)())
    ray_serve.run(made.bind(), name=NAME, logging_config={"enable_access_log": False})
    try:
        yield
    finally:
        ray_serve.delete(NAME)
        if address is None:
            ray_serve.shutdown()


def serve(settings: Settings, address: str | None = None) -> None:
    """Answer until SIGINT or SIGTERM."""
    over = threading.Event()
    with replicas(settings, address):
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: over.set())
        over.wait()


def _absolute(settings: Settings) -> Settings:
    """Settings with absolute paths, which are valid wherever a replica starts."""
    url = url_of(settings.store)
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str(Path(url.database).resolve()))
    return replace(
        settings,
        store=url.render_as_string(hide_password=False),
        models=str(settings.models_folder.resolve()),
        policy=settings.policy and str(Path(settings.policy).resolve()),
        forces=settings.forces and str(Path(settings.forces).resolve()),
    )
