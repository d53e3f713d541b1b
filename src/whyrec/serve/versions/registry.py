"""Model versions: folders that are checked before they serve, and the serving one.

A version is named by the sha256 of its manifest, which covers every file. A candidate is read
completely, checked and tried before it replaces the serving model; if any of this fails, the old
one continues. Folders hold no people.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, select, update

from whyrec import storage
from whyrec.core import (
    ArgumentError,
    BadArtefact,
    Dataset,
    Query,
    UnknownNameError,
    WhyrecError,
    artefact,
)
from whyrec.core.decomposition import adds_up
from whyrec.core.lifecycle import Private
from whyrec.serve.recommend.answer import Inputs, answer
from whyrec.serve.recommend.snapshot import EVENTS, ServingSnapshot, at_state, load_live
from whyrec.serve.store.items import items_since
from whyrec.serve.store.log import catalogue_state
from whyrec.serve.store.store import Store, as_dicts, bump, counters, dumps, loads, upsert
from whyrec.serve.store.tables import models

__all__ = ["Registry", "active_version", "model_rows", "version_of"]

KEPT = 3  # versions in memory besides the serving one, for experiments and replay


def version_of(folder: Path) -> tuple[str, str]:
    """(version, sha256 of the manifest) of a model folder."""
    try:
        digest = hashlib.sha256((folder / artefact.MANIFEST).read_bytes()).hexdigest()
    except OSError:
        raise BadArtefact(
            f"{folder} is no model folder. Fix: give the folder that `whyrec fit --out` wrote."
        ) from None
    return digest[:12], digest


def active_version(connection: Connection) -> str | None:
    """The serving version."""
    return connection.execute(select(models.c.version).where(models.c.state == "active")).scalar()


def model_rows(connection: Connection) -> list[dict[str, Any]]:
    """Every version, the newest first."""
    rows = connection.execute(select(models).order_by(models.c.added.desc(), models.c.version))
    return [row | {"metrics": loads(row["metrics"])} for row in as_dicts(rows)]


class Registry:
    """The versions of one store.

    `root` is the folder with one subfolder for each; `index` builds a model's index before it
    serves, not at the first request.
    """

    def __init__(self, store: Store, root: Path, *, index: bool = False) -> None:
        self.store = store
        self.root = root
        self.index = index
        self._live: ServingSnapshot | None = None
        self._seen = -1  # value of the counter "models" when `_live` was chosen
        self._others: OrderedDict[tuple[str, str], ServingSnapshot] = OrderedDict()
        self._lock = threading.RLock()
        self.failures: dict[str, str] = {}

    @property
    def serving(self) -> str:
        """The version in memory; empty before the first request."""
        if self._live is not None:
            return self._live.version
        return ""

    # --- add and choose ---------------------------------------------------------------------------

    def add(
        self,
        folder: Path,
        now: int,
        *,
        metrics: dict[str, Any] | None = None,
        trained_to: int | None = None,
    ) -> str:
        """Add a folder of `whyrec fit` as a candidate, without histories; return its version.

        `trained_to` is the time of the last training event, if the data has no times. Of the events
        of a private model nothing is recorded.
        """
        fitted = storage.open_fitted(folder)
        data_hash = fitted.header["data_hash"]
        data = counted(fitted.data)
        if isinstance(fitted.model, Private):
            data = storage.without_events(fitted.data)
            data_hash, trained_to = data.hash, 0
        self.root.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".new-", dir=self.root))
        try:
            storage.save(
                beside,
                fitted.model,
                data,
                name=fitted.header["name"],
                seed=fitted.header["seed"],
                histories=False,
            )
            version, digest = version_of(beside)
            if not (self.root / version).exists():
                beside.rename(self.root / version)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        if trained_to is not None:
            last = trained_to
        elif len(fitted.data):
            last = int(fitted.data.time[-1])
        else:
            last = 0
        row = {
            "version": version,
            "name": fitted.header["name"],
            "manifest_sha256": digest,
            "added": now,
            "data_hash": data_hash,
            "state": "candidate",
            "before": None,
            "metrics": dumps(metrics or {}),
            "trained_to": last,
        }
        self.store.write(
            lambda c: c.execute(
                upsert(c, models).values(**row).on_conflict_do_nothing(index_elements=["version"])
            )
        )
        return version

    def checked(self, version: str) -> ServingSnapshot:
        """Read a version, compare it with the stored hashes, and try it.

        Raises UnknownNameError, or BadArtefact if it must not serve.
        """
        with self.store.read() as connection:
            row = (
                connection.execute(select(models).where(models.c.version == version))
                .mappings()
                .one_or_none()
            )
            names = [row["version"] for row in model_rows(connection)]
        if row is None:
            raise UnknownNameError("model version", version, names)
        folder = self.root / version
        if version_of(folder)[1] != row["manifest_sha256"]:
            raise BadArtefact(
                f"{version} is not the model that was taken in: its manifest differs. Fix: "
                "add the model again."
            )
        try:
            live = load_live(folder, version)
            warm_up(live)
            if self.index:
                live.index  # noqa: B018 - made and kept
        except WhyrecError:
            raise
        except (
            Exception
        ) as error:  # a hostile or foreign folder may fail in any way; it must only not serve
            raise BadArtefact(
                f"{version} cannot answer: {type(error).__name__}: {error}. Fix: fit the "
                "model again."
            ) from error
        return live

    def trained_to(self, version: str) -> int:
        """The time of the last training event of the version, in Unix seconds."""
        with self.store.read() as connection:
            return int(
                connection.execute(
                    select(models.c.trained_to).where(models.c.version == version)
                ).scalar_one()
            )

    def must_know(self, version: str) -> None:
        """Raise UnknownNameError for a version that was never added."""
        with self.store.read() as connection:
            names = [row["version"] for row in model_rows(connection)]
        if version not in names:
            raise UnknownNameError("model version", version, names)

    def promote(self, version: str) -> ServingSnapshot:
        """Let a version serve, here at once and elsewhere within a second.

        Raises as :meth:`checked`.
        """
        live = self.checked(version)
        self.store.write(lambda connection: _set_active(connection, version))
        with self._lock:
            self._live, self._seen = self._caught_up(live), self.store.counters()["models"]
        return self._live

    def rollback(self, version: str) -> ServingSnapshot:
        """Return from the serving version to the one that served before it."""
        with self.store.read() as connection:
            row = (
                connection.execute(select(models).where(models.c.version == version))
                .mappings()
                .one_or_none()
            )
            names = [row["version"] for row in model_rows(connection)]
        if row is None:
            raise UnknownNameError("model version", version, names)
        if row["state"] != "active" or row["before"] is None:
            raise ArgumentError(
                "only the version that serves can be rolled back, to the one before it",
                given=f"{version}, {row['state']}"
                + ("" if row["before"] else ", with none before it"),
                fix="promote the version that should serve",
            )
        return self.promote(row["before"])

    # --- serve ------------------------------------------------------------------------------------

    def current(self, seen: Mapping[str, int]) -> ServingSnapshot:
        """The serving model with its current items; `seen` are the store's counters."""
        live = self._live
        if live is not None and live.changed == seen["items"] and self._seen == seen["models"]:
            return live
        with self._lock:
            if self._live is None:
                self._open(seen)
            assert self._live is not None
            if self._live.changed != seen["items"]:
                self._live = self._caught_up(self._live)
            return self._live  # `refresh` loads a new version beside the requests

    def refresh(self) -> bool:
        """Load a version that another process promoted; return whether the model changed.

        The old one serves until the new one is ready, and stays if the new one must not serve.
        """
        seen = self.store.counters()
        if self._live is None or self._seen == seen["models"]:
            return False
        with self.store.read() as connection:
            version = active_version(connection)
        if version is None or version == self._live.version:
            self._seen = seen["models"]
            return False
        try:
            live = self._caught_up(self.checked(version))
        except WhyrecError as error:
            self.failures[version] = str(error)
            self._seen = seen["models"]
            return False
        with self._lock:
            self._live = live
            self._seen = seen["models"]
        return True

    def other(self, version: str, digest: str | None = None) -> ServingSnapshot:
        """Another version with the current items, or with the catalogue `digest` of the log."""
        live = self._live
        if digest is None and live is not None and live.version == version:
            return self.current(self.store.counters())
        with self._lock:
            key = (version, digest or "")
            if key not in self._others:
                first = self._others.get((version, "-")) or self.checked(version)
                self._others[version, "-"] = first
                if digest:
                    with self.store.read() as connection:
                        state = catalogue_state(connection, digest)
                    self._others[key] = at_state(first, state)
                else:
                    self._others[key] = first
                while len(self._others) > 2 * KEPT:
                    self._others.popitem(last=False)
            if digest is None:
                self._others[key] = self._caught_up(self._others[key])
            self._others.move_to_end(key)
            return self._others[key]

    def release(self, version: str) -> None:
        """Forget a version that was removed."""
        with self._lock:
            for key in [key for key in self._others if key[0] == version]:
                del self._others[key]

    def _open(self, seen: Mapping[str, int]) -> None:
        with self.store.read() as connection:
            version = active_version(connection)
        if version is None:
            raise ArgumentError(
                "the store must have a model that serves",
                given="none",
                fix="start with `whyrec serve MODEL_FOLDER`",
            )
        self._live = self._caught_up(self.checked(version))
        self._seen = seen["models"]

    def _caught_up(self, live: ServingSnapshot) -> ServingSnapshot:
        with self.store.read() as connection:
            changed = counters(connection)["items"]
            return live.with_items(items_since(connection, live.changed), changed)


def counted(data: Dataset) -> Dataset:
    """The data with each item's number of choices, which a folder without people would lack."""
    counts = np.bincount(data.item, minlength=data.n_items).astype(float)
    table = data.item_table
    return replace(data, item_table=replace(table, numeric={**table.numeric, EVENTS: counts}))


def warm_up(live: ServingSnapshot) -> None:
    """Answer a few histories; raise BadArtefact if an answer is not finite or does not add up."""
    with np.errstate(all="raise", under="ignore"):
        histories = [Query([])] + [Query([item]) for item in range(min(3, live.n_items))]
        scores = live.model.score(histories)
    if scores.shape != (len(histories), live.n_items) or not np.isfinite(scores).all():
        raise BadArtefact(
            f"{live.version} must score its {live.n_items} items with finite numbers. Fix: "
            "fit it again."
        )
    for label in live.labels[:3]:
        for row in answer(live, Inputs(session=(label,)))["items"]:
            if not adds_up(row["gap"], row["score"]):
                raise BadArtefact(
                    f"{live.version} gives reasons that do not add up to its scores. Fix: "
                    "fit it again."
                )


def _set_active(connection: Connection, version: str) -> None:
    before = active_version(connection)
    if before == version:
        return
    connection.execute(update(models).where(models.c.state == "active").values(state="retired"))
    connection.execute(
        update(models).where(models.c.version == version).values(state="active", before=before)
    )
    bump(connection, "models")
