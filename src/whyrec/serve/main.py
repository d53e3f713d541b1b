"""Start the service: prepare the store, load the model, and answer until stopped."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from whyrec import storage
from whyrec.core import ArgumentError
from whyrec.forces.directives import read_directives
from whyrec.serve.api.app import make_app
from whyrec.serve.api.middleware import structured_logs
from whyrec.serve.import_export import put_dataset
from whyrec.serve.recommend.policy import check, read_policy
from whyrec.serve.recommend.snapshot import items_of
from whyrec.serve.settings import Settings
from whyrec.serve.store.api_keys import COMMAND, any_key, new_key
from whyrec.serve.store.items import put_items
from whyrec.serve.store.store import Store
from whyrec.serve.versions.lifecycle import add_candidate, promote, wording
from whyrec.serve.versions.registry import Registry, active_version, version_of

__all__ = ["app_of", "app_of_environment", "check_free", "prepare", "serve"]

HANDED_OVER = "WHYREC_SETTINGS_JSON"  # passed to worker processes, which import the app again


def prepare(settings: Settings, folder: Path | None) -> dict[str, Any]:
    """Create the store's tables, let the first model serve, and import its items and people.

    Another model than the one that serves becomes a candidate. Returns the version, the numbers of
    imported people and events, the first key if there was none, and `serving` with `judged` if
    `folder` holds another model. Raises an error if the policy or the forces do not fit the
    catalogue.
    """
    done: dict[str, Any] = {"version": None, "stored": {}, "key": None}
    policy = read_policy(settings.policy)
    directives = read_directives(settings.forces)
    now = int(time.time())
    with Store(settings.store) as store:
        registry = Registry(store, settings.models_folder)
        if folder is not None:
            done |= _take_in(store, registry, folder, now)
        with store.read() as connection:
            if active_version(connection) is None:
                raise ArgumentError(
                    "the first start needs a model",
                    given="none",
                    fix="whyrec fit --data DATA --model additive --out M, then whyrec serve M",
                )
            keys = any_key(connection)
        if policy.rules:
            check(policy, registry.current(store.counters()))
        if directives.rules:
            directives.check(registry.current(store.counters()).facts)
        if not keys:
            done["key"] = store.write(
                lambda c: new_key(c, COMMAND, "admin", now, note="made at the first start")
            )[1]
    return done


def _take_in(store: Store, registry: Registry, folder: Path, now: int) -> dict[str, Any]:
    with store.read() as connection:
        serving = active_version(connection)
    version = registry.add(folder, now)
    stored: dict[str, int] = {}
    if serving is None:
        fitted = storage.open_fitted(folder)
        if len(fitted.data):
            stored = put_dataset(store, fitted.data, now, name=version_of(folder)[0])
        else:
            stored = {}
        if not stored:
            store.write(lambda connection: put_items(connection, items_of(fitted.data)))
        promote(registry, version, now, COMMAND)
    elif serving != version:
        judged = wording(add_candidate(registry, folder, now, COMMAND)["metrics"])
        return {"version": version, "stored": {}, "serving": serving, "judged": judged}
    return {"version": version, "stored": stored}


def app_of_environment() -> Any:
    """The app of a worker process, from the settings that `serve` passed on."""
    return app_of(Settings(**orjson.loads(os.environ[HANDED_OVER])))


def app_of(settings: Settings) -> Any:
    """The app of one process, with logging."""
    structured_logs(settings.log)
    return make_app(settings)


def serve(settings: Settings) -> None:
    """Answer on host and port until SIGINT or SIGTERM; requests in progress are finished first."""
    import uvicorn

    from whyrec.serve.connections import BoundedProtocol, Waiting, limits_of

    waiting = Waiting(
        limits_of(settings.connections, settings.header_timeout, settings.body_timeout)
    )
    check_free(settings.host, settings.port)
    structured_logs(settings.log)
    os.environ[HANDED_OVER] = orjson.dumps(asdict(settings)).decode()
    uvicorn.run(
        "whyrec.serve.main:app_of_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers if settings.workers > 1 else None,
        http=partial(BoundedProtocol, waiting=waiting),  # type: ignore[arg-type]
        ws="none",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=20,
        timeout_keep_alive=30,
        server_header=False,
    )


def check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
        except OSError as error:
            raise ArgumentError(
                "--port must be free",
                given=f"{port} ({error.strerror})",
                fix="choose another --port",
            ) from None
