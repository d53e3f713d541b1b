"""Long-running measurements.

A request starts one, a background thread computes it, and the result is stored with its timestamp.
There is one finding for each kind and model version; a new one replaces it. A finding holds sums
over at least twenty people, never a single person. One measurement runs at a time in a process, so
that people's requests come first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from whyrec.core import WhyrecError
from whyrec.serve.service import Service
from whyrec.serve.store.store import as_dicts, dumps, loads, upsert
from whyrec.serve.store.tables import findings

__all__ = ["Measurements", "Progress", "Stopped"]

# seconds after which a measurement without a thread in this process counts as lost
LOST = 900
Progress = Callable[[float], None]
Measure = Callable[[Service, str, Progress], dict[str, Any]]


class Stopped(Exception):
    """The service is shutting down, so the measurement is abandoned."""


class Measurements:
    """The measurements of one service.

    `kinds` maps a name to its function of the service and a model version.
    """

    def __init__(self, service: Service, kinds: dict[str, Measure]) -> None:
        self.service = service
        self.kinds = kinds
        self._working: dict[tuple[str, str], float] = {}  # share that is done
        self._lock = threading.Lock()
        self._one = threading.Lock()

    def start(self, kind: str, model: str) -> dict[str, Any]:
        """Start a measurement unless it is running; return the same as :meth:`of`.

        Raises UnknownNameError for a version.
        """
        self.service.registry.other(model)  # known, intact and able to answer
        with self._lock:
            fresh = (kind, model) not in self._working
            if fresh:
                self._working[kind, model] = 0.0
        if fresh:
            self._put(kind, model, "running", None, 0.0)
            threading.Thread(
                target=self._work, args=(kind, model), name=f"whyrec-{kind}", daemon=True
            ).start()
        return self.of(kind, model)

    def of(self, kind: str, model: str) -> dict[str, Any]:
        """One finding as the service answers it.

        It has kind, model, state (missing, running, done, failed), time, seconds, progress, error
        and result.
        """
        with self.service.store.read() as connection:
            return self._row(connection, kind, model)

    def all_of(self, model: str) -> dict[str, dict[str, Any]]:
        """Every kind of finding of a version."""
        with self.service.store.read() as connection:
            return {kind: self._row(connection, kind, model) for kind in self.kinds}

    def _row(self, connection: Connection, kind: str, model: str) -> dict[str, Any]:
        c = findings.c
        rows = as_dicts(
            connection.execute(select(findings).where(c.kind == kind, c.model == model))
        )
        found: dict[str, Any] = {
            "kind": kind,
            "model": model,
            "state": "missing",
            "time": None,
            "seconds": None,
        }
        found |= {"progress": None, "error": None, "result": None}
        if not rows:
            return found
        row = rows[0]
        done = self._working.get((kind, model))
        state = row["state"]
        error = None
        if state == "running" and done is None and self.service.now() - row["time"] > LOST:
            state = "failed"
            error = "The service was stopped while it measured. Start it again."
        if row["result"]:
            result = loads(row["result"])
        else:
            result = None
        if state == "failed" and result:
            error = result["error"]
            result = None
        told = {
            "state": state,
            "time": row["time"],
            "seconds": row["seconds"],
            "progress": done if state == "running" else None,
        }  # the thread ends a moment after its result is stored
        return found | told | {"error": error, "result": result}

    def _work(self, kind: str, model: str) -> None:
        def told(share: float) -> None:
            if self.service.stopping:
                raise Stopped
            self._working[kind, model] = share
            time.sleep(0)  # requests of people first

        try:
            with self._one:
                start = time.perf_counter()
                told(0.0)
                try:
                    state, result = "done", self.kinds[kind](self.service, model, told)
                except WhyrecError as error:
                    state, result = "failed", {"error": str(error)}
                except Exception as error:  # not its text, which may contain personal data
                    logging.getLogger("whyrec.serve").error("measurement", exc_info=error)
                    state, result = (
                        "failed",
                        {"error": f"The measurement failed ({type(error).__name__})."},
                    )
                self._put(kind, model, state, result, time.perf_counter() - start)
        except (
            Stopped,
            OSError,
        ):  # the service is shutting down, or its store is unreachable
            pass
        finally:
            self._working.pop((kind, model), None)

    def _put(self, kind: str, model: str, state: str, result: Any, seconds: float) -> None:
        row = {
            "state": state,
            "time": self.service.now(),
            "seconds": seconds,
            "result": dumps(result) if result else None,
        }

        def job(connection: Connection) -> None:
            statement = upsert(connection, findings).values(kind=kind, model=model, **row)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["kind", "model"], set_=row)
            )

        self.service.store.write(job)
