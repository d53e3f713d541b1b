"""Add new events to a fitted model, incrementally if the model can."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from whyrec import api, registry, storage
from whyrec.core import ArgumentError
from whyrec.core.lifecycle import Updatable
from whyrec.core.progress import Progress, silent
from whyrec.workflows.forget import difference_to
from whyrec.workflows.privacy_ledger import check_not_private
from whyrec.workflows.result import IF_SET, Block, Result
from whyrec.workflows.training_run import place

__all__ = ["UpdateResult", "update"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class UpdateResult(Result):
    """A model with new events.

    Attributes:
        model: Name of the model.
        out: The folder that was written.
        how: "changed", or "fitted again".
        new_events: Number of new events.
        events: Number of all events.
        new_users: Number of new people.
        new_items: Number of new items.
        seconds: Duration.
        difference: The largest difference to a fit on all events, as a share of the largest score;
            None if it was not checked.
    """

    model: str
    out: str
    how: str
    new_events: int
    events: int
    new_users: int
    new_items: int
    seconds: float
    difference: float | None = field(default=None, metadata=IF_SET)

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        how = {"changed": "changed where they count", "fitted again": "fitted again"}[self.how]
        yield (
            f"{self.new_events:,} new events, {self.new_users:,} new people, "
            f"{self.new_items:,} new items: "
            f"{how} in {self.seconds} s -> {self.out}"
        )
        if self.difference is not None:
            yield (
                f"largest difference to a fit on all: {self.difference:.1e} of the largest score"
            )


def update(
    model: str | Path,
    data: str | Path,
    out: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    check: bool = False,
    progress: Progress = silent,
) -> UpdateResult:
    """Add new events, people and items to a model, as if fitted on those it keeps and these.

    Some models (ease, cooccurrence) compute only what changes; others are fitted again. Limits: a
    folder does not keep what cleaning dropped (dislikes, returns, low ratings, views of what was
    bought), so the result can differ from a fit on all events where new events concern the same
    person and item; `check` fits on the kept events too.

    Args:
        model: A model folder.
        data: The new events: a known name, a path or a database URL.
        out: The folder to write.
        columns: For one table: the column of each field.
        check: Also fit on the kept and new events, and measure the difference.
        progress: Receives texts and shares of the work; silent by default.

    Returns:
        The UpdateResult.

    Raises:
        ArgumentError: If the folder has no histories, or if the model is private.
        DataError: If the new events cannot be read.
    """
    from whyrec.data.append import appended
    from whyrec.data.clean import once
    from whyrec.data.load import load

    folder = Path(model)
    source = data
    out = Path(out)
    fitted = storage.open_fitted(folder)
    name = fitted.header["name"]
    old = fitted.data
    check_not_private(fitted.model, "updated")
    if not fitted.header["histories"]:
        raise ArgumentError(
            "a model folder can be updated that holds its histories",
            given=str(folder),
            fix="fit again on all events",
        )
    with progress(f"reading {source}"):
        loaded = load(source, columns=columns, order=api.rules_of(fitted)["order"])
    # Folders of an earlier version do not store this rule: cleaning kept repeats only if people
    # come back to items.
    which = old.cleaning.get("duplicates") or (
        "first" if not old.repeat and once(old, "first").all() else "keep"
    )
    whole = appended(old, loaded.data, loaded.raw, duplicates=which)
    place(out)
    able = isinstance(fitted.model, Updatable)
    began = time.perf_counter()
    new = len(loaded.data if loaded.raw is None else loaded.raw.user)
    with progress(f"{new} new events"):
        if able:
            made = fitted.model.update(old, whole)
        else:
            made = registry.model(name, **fitted.header["config"]).fit(
                whole, seed=fitted.header["seed"]
            )
    seconds = time.perf_counter() - began
    storage.save(out, made, whole, name=name, seed=fitted.header["seed"])
    return UpdateResult(
        model=name,
        out=str(out),
        how="changed" if able else "fitted again",
        new_events=new,
        events=len(whole),
        new_users=whole.n_users - old.n_users,
        new_items=whole.n_items - old.n_items,
        seconds=round(seconds, 3),
        difference=difference_to(fitted, made, whole) if check else None,
    )
