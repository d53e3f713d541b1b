"""Compute lists for many people in a background thread; unfinished jobs are restarted."""

from __future__ import annotations

import secrets
import threading
from typing import Any

from sqlalchemy import Connection, insert, select, update

from whyrec.core import UnknownNameError
from whyrec.serve.recommend.answer import answer
from whyrec.serve.service import Service
from whyrec.serve.store.api_keys import Key
from whyrec.serve.store.store import dumps, loads
from whyrec.serve.store.tables import jobs

__all__ = ["found", "queue"]

ONE = threading.Lock()  # one batch at a time in a process, so that requests come first


def queue(
    service: Service, key_id: str, request: dict[str, Any], id: str | None = None
) -> dict[str, Any]:
    """Store a job and start it; `id` is its name, or else a random one."""
    id = id or secrets.token_urlsafe(12)
    row = {
        "id": id,
        "key_id": key_id,
        "state": "queued",
        "request": dumps(request),
        "result": None,
        "since": service.now(),
    }
    service.store.write(lambda connection: connection.execute(insert(jobs).values(**row)))
    _begin(service, id)
    return {"job_id": id, "state": "queued", "people": len(request["users"]), "results": None}


def found(service: Service, key: Key, id: str) -> dict[str, Any]:
    """The state of a job; a job that no thread works on is started again.

    Raises UnknownNameError for a job of another key.
    """
    with service.store.read() as connection:
        row = connection.execute(select(jobs).where(jobs.c.id == id)).mappings().one_or_none()
    if row is None or (row["key_id"] != key.id and key.role != "admin"):
        raise UnknownNameError("batch", id, [])
    if row["state"] in ("queued", "running") and id not in service.working:
        _begin(service, id)
    return {
        "job_id": id,
        "state": row["state"],
        "people": len(loads(row["request"])["users"]),
        "results": loads(row["result"]) if row["result"] else None,
    }


def _begin(service: Service, id: str) -> None:
    service.working.add(id)
    threading.Thread(target=_work, args=(service, id), name="whyrec-batch", daemon=True).start()


def _work(service: Service, id: str) -> None:
    try:
        with ONE:
            with service.store.read() as connection:
                text = connection.execute(select(jobs.c.request).where(jobs.c.id == id)).scalar()
            if text is None:  # erased in the meantime
                return
            request = loads(text)
            rows = []
            for user in request["users"]:
                if service.stopping:
                    return
                inputs, live, _ = service.inputs(request | {"user": user})
                rows.append({"user": user, **answer(live, inputs)})
            service.store.write(lambda connection: _set(connection, id, "done", rows))
    except Exception as error:
        name = type(error).__name__
        if not service.stopping:
            service.store.write(
                lambda connection: _set(connection, id, "failed", [{"error": name}])
            )
    finally:
        service.working.discard(id)


def _set(connection: Connection, id: str, state: str, result: Any) -> None:
    connection.execute(
        update(jobs).where(jobs.c.id == id).values(state=state, result=dumps(result))
    )
