"""What may happen to a version: added and judged, promoted, rolled back, removed; each is audited.

`by` is who did it: the id of a key, or `COMMAND` of the keys for the command line.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, select, update

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.store import log
from whyrec.serve.store.store import bump, dumps, loads
from whyrec.serve.store.tables import experiments, models
from whyrec.serve.versions import retrain as training
from whyrec.serve.versions.registry import Registry, active_version, model_rows

__all__ = ["add_candidate", "promote", "remove", "rollback", "wording"]


def add_candidate(registry: Registry, folder: Path, now: int, by: str) -> dict[str, Any]:
    """Add a model folder as a candidate: read, checked, tried, and judged beside the serving model.

    Returns:
        Its row of the table of models. `metrics` has `difference`, NDCG@10 minus that of the
        serving model on the same people, or `unjudged`, why there is none.

    Raises:
        BadArtefact: If the folder is no model or must not serve; nothing is added.
        ArgumentError: If a file cannot be read.
    """
    version = registry.add(folder, now)
    try:
        new = registry.checked(version)
    except Exception:
        _drop(registry, version)
        raise
    metrics = _judged(registry, new)

    def job(connection: Connection) -> dict[str, Any]:
        row = next(row for row in model_rows(connection) if row["version"] == version)
        if row["state"] == "candidate":
            values = {"metrics": dumps(row["metrics"] | metrics)}
            where = models.c.version == version
            connection.execute(update(models).where(where).values(**values))
            log.note(connection, by, "add-model", "model", now, version=version, **metrics)
            row["metrics"] = row["metrics"] | metrics
        return row

    return registry.store.write(job)


def _judged(registry: Registry, new: ServingSnapshot) -> dict[str, Any]:
    """The paired difference from the serving model on choices that neither has seen."""
    with registry.store.read() as connection:
        serving = active_version(connection)
    if serving in (None, new.version):
        return {"unjudged": "no other model serves"}
    live = registry.checked(str(serving))
    data = training.stored(registry.store, live)
    seen = max(registry.trained_to(one) for one in (live.version, new.version))
    held = training.held_out(data, live, seen)
    known = np.array([label in new.numbers for label in data.items], bool)
    held &= known[data.item]
    if held.sum() < training.FEWEST:
        return {
            "unjudged": f"{int(held.sum())} people have chosen something that is new to both "
            f"models; {training.FEWEST} are needed"
        }
    if live.data.order == "none":
        data = data.without_order()
    ours, theirs = training.on_same_people(data, held, new, live)
    return training.measures(ours, theirs, live.version, int(held.sum()))


def wording(metrics: dict[str, Any]) -> str:
    """The judgement of a candidate in words."""
    if "difference" not in metrics:
        return f"not judged: {metrics.get('unjudged', 'nothing was measured')}"
    found = metrics["difference"]
    return (
        f"NDCG@10 minus that of {metrics['serving']}, on the same {metrics['people']} people: "
        f"{found['mean']:+.4f} [{found['low']:+.4f}, {found['high']:+.4f}]"
    )


def promote(
    registry: Registry, version: str, now: int, by: str, *, force: bool = False
) -> ServingSnapshot:
    """Let a version serve.

    Raises:
        UnknownNameError: If there is no such version.
        ArgumentError: If it was judged worse than the model that serves, unless `force`.
        BadArtefact: If it must not serve.
    """
    with registry.store.read() as connection:
        before = active_version(connection)
        metrics: dict[str, Any] = next(
            (row["metrics"] for row in model_rows(connection) if row["version"] == version), {}
        )
    found = metrics.get("difference")
    worse = found is not None and found["high"] < 0 and metrics.get("serving") == before
    if worse and not force:
        raise ArgumentError(
            "a candidate must not be worse than the model that serves",
            given=f"{version}, {wording(metrics)}",
            fix="promote it with force, if it must serve all the same",
        )
    live = registry.promote(version)
    detail = {"version": version, "before": before, "metrics": metrics, "force": bool(worse)}
    registry.store.write(lambda c: log.note(c, by, "promote", "model", now, **detail))
    return live


def rollback(registry: Registry, version: str, now: int, by: str) -> ServingSnapshot:
    """Return from the serving version to the one before it; raises as Registry.rollback."""
    live = registry.rollback(version)
    detail = {"version": live.version, "before": version}
    registry.store.write(lambda c: log.note(c, by, "rollback", "model", now, **detail))
    return live


def remove(registry: Registry, version: str, now: int, by: str) -> int:
    """Delete a version and its folder; answers that it gave cannot be replayed any more.

    Returns:
        Bytes of the folder.

    Raises:
        UnknownNameError: If there is no such version.
        ArgumentError: If it serves, or an active experiment uses it.
    """

    def job(connection: Connection) -> None:
        rows = {row["version"]: row for row in model_rows(connection)}
        if version not in rows:
            raise UnknownNameError("model version", version, rows)
        if rows[version]["state"] == "active":
            raise ArgumentError(
                "the version that serves cannot be removed",
                given=version,
                fix="promote another one first",
            )
        c = experiments.c
        for name, arms in connection.execute(select(c.name, c.variants).where(c.active)):
            if version in [arm["model"] for arm in loads(arms)]:
                raise ArgumentError(
                    "a version of an active experiment cannot be removed",
                    given=f"{version}, experiment {name}",
                    fix="end the experiment first",
                )
        _delete(connection, version)
        log.note(connection, by, "remove-model", "model", now, version=version)

    registry.store.write(job)
    return _drop_folder(registry, version)


def _delete(connection: Connection, version: str) -> None:
    connection.execute(delete(models).where(models.c.version == version))
    connection.execute(update(models).where(models.c.before == version).values(before=None))
    bump(connection, "models")


def _drop(registry: Registry, version: str) -> None:
    """Take back an addition, unless the version was there before and has served."""

    def job(connection: Connection) -> bool:
        states = {row["version"]: row["state"] for row in model_rows(connection)}
        if states.get(version) != "candidate":
            return False
        _delete(connection, version)
        return True

    if registry.store.write(job):
        _drop_folder(registry, version)


def _drop_folder(registry: Registry, version: str) -> int:
    folder = registry.root / version
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    shutil.rmtree(folder, ignore_errors=True)
    registry.release(version)
    return size
