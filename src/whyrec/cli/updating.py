"""`whyrec update`: new events for a fitted model, in the time of what they change where the
model can.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from whyrec.cli import show
from whyrec.cli.app import Columns, Data, Folder, Json, app
from whyrec.cli.parse import parse_columns


@app.command()
def update(
    m: Folder,
    data: Data,
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    columns: Columns = "",
    check: Annotated[
        bool, typer.Option("--check", help="Fit on all events too, and tell the difference.")
    ] = False,
    json: Json = False,
) -> None:
    """New events, people and items for a model, as if it had been fitted on all: ease and
    cooccurrence work out what changes alone, others are fitted again."""
    result = updated(m, data, parse_columns(columns), out, check=check)
    if json:
        return show.print_json(result)
    how = {"changed": "changed where they count", "fitted again": "fitted again"}[result["how"]]
    show.line(
        f"{result['new_events']:,} new events, {result['new_users']:,} new people, "
        f"{result['new_items']:,} new items: "
        f"{how} in {result['seconds']} s -> {result['out']}"
    )
    if check:
        show.line(
            f"largest difference to a fit on all: {result['difference']:.1e} of the largest score"
        )


def updated(folder: Path, source: str, columns: Any, out: Path, *, check: bool) -> dict[str, Any]:
    """What `whyrec update` prints as JSON."""
    from whyrec import api, registry, storage
    from whyrec.cli import road
    from whyrec.cli.forgetting import checked
    from whyrec.core import BadArgument
    from whyrec.data.append import appended
    from whyrec.data.clean import once
    from whyrec.data.load import load

    fitted = storage.open_fitted(folder)
    name, old = fitted.header["name"], fitted.data
    if not fitted.header["histories"]:
        raise BadArgument(
            "a model folder can be updated that holds its histories",
            given=str(folder),
            fix="fit again on all events",
        )
    with show.progress(f"reading {source}"):
        loaded = load(source, columns=columns, order=api.rules_of(fitted)["order"])
    # Folders of an earlier version do not say: cleaning left no repeats but where people come back
    # to items.
    which = old.cleaning.get("duplicates") or (
        "first" if not old.repeat and once(old, "first").all() else "keep"
    )
    whole = appended(old, loaded.data, loaded.raw, duplicates=which)
    road.place(out)
    able, began = hasattr(fitted.model, "update"), time.perf_counter()
    new = len(loaded.data if loaded.raw is None else loaded.raw.user)
    with show.progress(f"{new} new events"):
        made = (
            fitted.model.update(old, whole)
            if able
            else registry.model(name, **fitted.header["config"]).fit(
                whole, seed=fitted.header["seed"]
            )
        )
    seconds = time.perf_counter() - began
    storage.save(out, made, whole, name=name, seed=fitted.header["seed"])
    result = {
        "model": name,
        "out": str(out),
        "how": "changed" if able else "fitted again",
        "new_events": new,
        "events": len(whole),
        "new_users": whole.n_users - old.n_users,
        "new_items": whole.n_items - old.n_items,
        "seconds": round(seconds, 3),
    }
    return result | (checked(fitted, made, whole) if check else {})
