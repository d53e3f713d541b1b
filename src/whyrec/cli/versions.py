"""Commands for the model versions of the service: model add, list, promote, remove."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from whyrec.cli import show
from whyrec.cli.app import app
from whyrec.cli.options import Json
from whyrec.cli.service import Config, StoreUrl, _settings, _store

model_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Model versions of the service."
)
app.add_typer(model_app, name="model")
Version = Annotated[str, typer.Argument(help="A version that `whyrec model list` shows.")]


@contextmanager
def _registry(config: Path | None, store: str | None) -> Iterator[Any]:
    """The versions of the store that the options name."""
    settings = _settings(config, store=store)
    with _store(config, store) as opened:
        from whyrec.serve.versions.registry import Registry

        yield Registry(opened, settings.models_folder)


@model_app.command("add")
def model_add(
    m: Annotated[Path, typer.Argument(help="A folder that `whyrec fit` wrote.")],
    store: StoreUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Add a model as a candidate: checked, tried, and judged beside the serving model."""
    with _registry(config, store) as registry, show.progress("checking the model"):
        from whyrec.serve.store.api_keys import COMMAND
        from whyrec.serve.versions.lifecycle import add_candidate, wording

        row = add_candidate(registry, m, int(time.time()), COMMAND)
    if json:
        show.print_json(row)
    else:
        show.line(f"{row['version']} ({row['name']}, {row['state']}): {wording(row['metrics'])}")


@model_app.command("list")
def model_list(store: StoreUrl = None, config: Config = None, json: Json = False) -> None:
    """List every version, the newest first."""
    with _registry(config, store) as registry, registry.store.read() as connection:
        from whyrec.serve.versions.lifecycle import wording
        from whyrec.serve.versions.registry import model_rows

        rows = model_rows(connection)
    if json:
        show.print_json({"models": rows})
    else:
        columns = ("version", "name", "state")
        table = [{name: row[name] for name in columns} for row in rows]
        for one, row in zip(table, rows, strict=True):
            one["judged"] = wording(row["metrics"]) if row["metrics"] else ""
        show.table(table, "Models")


@model_app.command("promote")
def model_promote(
    version: Version,
    force: Annotated[
        bool, typer.Option("--force", help="Promote it even if it was judged worse.")
    ] = False,
    store: StoreUrl = None,
    config: Config = None,
) -> None:
    """Let a version serve; running services follow within a second."""
    with _registry(config, store) as registry, show.progress("checking the model"):
        from whyrec.serve.store.api_keys import COMMAND
        from whyrec.serve.versions import lifecycle

        lifecycle.promote(registry, version, int(time.time()), COMMAND, force=force)
    show.line(f"{version} serves.")


@model_app.command("remove")
def model_remove(version: Version, store: StoreUrl = None, config: Config = None) -> None:
    """Delete a version that does not serve; answers that it gave cannot be replayed any more."""
    with _registry(config, store) as registry:
        from whyrec.serve.store.api_keys import COMMAND
        from whyrec.serve.versions import lifecycle

        size = lifecycle.remove(registry, version, int(time.time()), COMMAND)
    show.line(f"{version} was removed ({size / 1e6:.1f} MB).")
