"""Commands of the service: serve, retrain, judge, key and store."""

from __future__ import annotations

import functools
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from whyrec.cli import show
from whyrec.cli.app import app
from whyrec.cli.options import Address, Domain, Engine, Json, Verb
from whyrec.cli.parse import parse_columns
from whyrec.lazy import warn_old

key_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="API keys of the service.")
store_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Import data into the service's store, or export it.",
)
app.add_typer(key_app, name="key")
app.add_typer(store_app, name="store")

StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="URL of the store: sqlite:///FILE (the default FILE is whyrec.db) or postgresql://USER@HOST/NAME.",
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        help="A TOML file of settings. WHYREC_STORE and other environment variables override it."
    ),
]


@app.command()
def serve(
    m: Annotated[
        Path | None,
        typer.Argument(
            help="A folder that `whyrec fit` wrote. Optional if the store has a serving model."
        ),
    ] = None,
    store: StoreUrl = None,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on. The default is 127.0.0.1, this machine only."),
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on. The default is 8000.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Number of processes, or of replicas with --engine ray. The default is 1."
        ),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="A TOML or JSON file of rules that exclude items.")
    ] = None,
    forces: Annotated[
        Path | None,
        typer.Option(help="A TOML file of what is added to scores, such as promotions."),
    ] = None,
    engine: Engine = "local",
    address: Address = None,
    config: Config = None,
) -> None:
    """Serve recommendations with reasons over HTTP, from a durable store."""
    from whyrec.scale import cluster

    cluster.check(engine, 1 if workers is None else workers)
    settings = _settings(
        config,
        store=store,
        host=host,
        port=port,
        workers=workers,
        policy=None if policy is None else str(policy),
        forces=None if forces is None else str(forces),
    )
    from whyrec.serve import main

    # Off a terminal, standard error is the log: lines of JSON alone.
    with show.progress("preparing the store") if sys.stderr.isatty() else nullcontext():
        done = main.prepare(settings, m)
    show.line(
        f"The service: http://{settings.host}:{settings.port}/   (Ctrl+C ends it; "
        "/openapi.json describes it)"
    )
    if done["stored"]:
        show.line(
            "Put into the store: "
            + ", ".join(f"{n:,} {name}" for name, n in done["stored"].items() if n)
        )
    if "serving" in done:
        show.line(
            f"{done['serving']} serves, as before. {m} was added as the candidate "
            f"{done['version']} ({done['judged']}). To let it serve: "
            f"whyrec model promote {done['version']} --store {settings.store}"
        )
    if done["key"]:
        show.line(f"The first key, shown only now: {done['key']}")
    if engine == "local":
        return main.serve(settings)
    from whyrec.serve import replicas

    main.check_free(settings.host, settings.port)
    replicas.serve(settings, address)


@app.command()
def retrain(
    store: StoreUrl = None,
    promote: Annotated[
        bool, typer.Option("--promote", help="Let the new model serve at once.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 0,
    config: Config = None,
    json: Json = False,
) -> None:
    """Train the serving model again on the store's events; keep it only if it is not worse.

    It is judged by what people chose since the last fit. Exit code 1 if it is worse.
    """
    import time
    from dataclasses import asdict

    settings = _settings(config, store=store)
    with _store(config, store) as opened, show.progress("training on the store's events"):
        from whyrec.serve.store.api_keys import COMMAND
        from whyrec.serve.versions import lifecycle
        from whyrec.serve.versions.registry import Registry
        from whyrec.serve.versions.retrain import retrain as train_again

        now = int(time.time())
        registry = Registry(opened, settings.models_folder)
        found = train_again(opened, registry, now, seed=seed)
        if promote and found.version:
            lifecycle.promote(registry, found.version, now, COMMAND)
    row = asdict(found) | {
        name: getattr(found, name)._asdict() for name in ("new", "old", "difference")
    }
    if json:
        show.print_json(row | {"promoted": bool(promote and found.version)})
    else:
        from whyrec.core.progress import interval

        new = interval(row["new"])
        old = interval(row["old"])
        show.line(f"{found.people} people judged. NDCG@10 new {new}, serving {old}")
        difference = interval(row["difference"])
        show.line(f"Paired difference on the same people, new - serving: {difference}")
        show.line(
            f"Not worse: kept as {found.version}{', which serves now' if promote else ''}."
            if found.version
            else "The whole interval is below 0, so the new model is worse: not kept."
        )
    if not found.version:
        raise typer.Exit(1)


@app.command("estimate-policy")
def estimate_policy(
    new: Annotated[
        Path, typer.Option("--new", help="The folder of the model to evaluate. It need not serve.")
    ],
    store: StoreUrl = None,
    reward: Annotated[
        str | None,
        typer.Option(help="Kind of event that counts as a reward. The default is any choice."),
    ] = None,
    days: Annotated[
        float,
        typer.Option(help="Number of days after the answer in which a reward counts.", min=0.0),
    ] = 1.0,
    clip: Annotated[
        float | None,
        typer.Option(help="Largest weight. Clipping adds bias and reduces variance.", min=1.0),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 0,
    config: Config = None,
    json: Json = False,
) -> None:
    """Off-policy evaluation: estimate what another model would have earned.

    The estimate is for the last place of the list, from the exploration log of the service.
    """
    with _store(config, store) as opened, show.progress("reading the log"):
        from whyrec.serve.recommend.snapshot import load_live
        from whyrec.serve.versions import off_policy

        found = off_policy.estimate_policy(
            opened, load_live(new, "new"), reward=reward, days=days, clip=clip, seed=seed
        )
    if json:
        show.print_json(found)
        return
    show.line(
        f"{found['answers']} answers, {found['drawn']} drawn, {found['rewards']} rewarded "
        f"({found['reward']}, within "
        f"{days:g} days). The new model agrees with {found['same']}. Rewarded while serving: "
        f"{found['serving']:.4f}"
    )
    from whyrec.core.progress import interval

    for name in ("ips", "snips", "dr"):
        show.line(f"{name.upper():5} {interval(found[name])}")
    show.line(f"effective answers {found['effective']:.0f}, clipped {found['clipped']}")


@app.command("judge", hidden=True)
@functools.wraps(estimate_policy)
def judge(*arguments: Any, **options: Any) -> None:
    warn_old("whyrec judge", "whyrec estimate-policy")
    estimate_policy(*arguments, **options)


@key_app.command("new")
def key_new(
    role: Annotated[
        str,
        typer.Option(help="Role of the key: admin, service, reader, monitor, auditor or person."),
    ] = "service",
    user: Annotated[
        str | None, typer.Option(help="With role person: the only person that the key may see.")
    ] = None,
    note: Annotated[str, typer.Option(help="A note on the purpose of the key.")] = "",
    store: StoreUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Make a key; its secret is printed once and stored nowhere."""
    import time

    with _store(config, store) as opened:
        from whyrec.serve.store.api_keys import COMMAND, new_key

        key, secret = opened.write(
            lambda c: new_key(c, COMMAND, role, int(time.time()), user=user, note=note)
        )
    found = vars(key) | {"key": secret}
    if json:
        show.print_json(found)
    else:
        show.line(secret)


@key_app.command("list")
def key_list(store: StoreUrl = None, config: Config = None, json: Json = False) -> None:
    """List every key, without its secret."""
    from dataclasses import asdict

    with _store(config, store) as opened, opened.read() as connection:
        from whyrec.serve.store.api_keys import all_keys

        rows = [asdict(key) for key in all_keys(connection)]
    if json:
        show.print_json({"keys": rows})
    else:
        show.table(rows, "Keys")


@key_app.command("remove")
def key_remove(id: str, store: StoreUrl = None, config: Config = None) -> None:
    """Remove a key at once."""
    import time

    with _store(config, store) as opened:
        from whyrec.core import ArgumentError
        from whyrec.serve.store.api_keys import COMMAND, drop_key

        if not opened.write(lambda c: drop_key(c, COMMAND, id, int(time.time()))):
            raise ArgumentError("the id must be one that `whyrec key list` shows", given=repr(id))


@store_app.command("import")
def store_import(
    data: Annotated[str, typer.Argument(help="A known data set, a path or a database URL.")],
    columns: Annotated[
        str,
        typer.Option(help='The columns of a single table: user="Customer ID",item=StockCode,...'),
    ] = "",
    domain: Domain = None,
    verb: Verb = None,
    repeat: Annotated[
        bool,
        typer.Option("--repeat", help="Has no effect: every event is stored, including repeats."),
    ] = False,
    store: StoreUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Put a data set into the store; a second import adds nothing."""
    import time

    from whyrec.data.load import load

    loaded = load(data, columns=parse_columns(columns), domain=domain, verb=verb)
    with _store(config, store) as opened, show.progress(f"storing {len(loaded.data):,} events"):
        from whyrec.serve.import_export import put_loaded

        counts = put_loaded(opened, loaded, int(time.time()))
    if json:
        show.print_json(counts)
    else:
        show.line(", ".join(f"{n:,} {name}" for name, n in counts.items()))


@store_app.command("export")
def store_export(
    out: Annotated[Path, typer.Argument(help="The folder to write.")],
    form: Annotated[
        str, typer.Option("--format", help="Form of the files: csv, parquet or recbole.")
    ] = "csv",
    store: StoreUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Write the store's events, items, people, links and friends as files that `--data` reads."""
    with _store(config, store) as opened:
        from whyrec.serve.import_export import export

        counts = export(opened, out, form)
    if json:
        show.print_json(counts)
    else:
        show.line(", ".join(f"{n:,} {name}" for name, n in counts.items()))


def _settings(config: Path | None, **given: Any) -> Any:
    try:
        import fastapi  # noqa: F401
        import orjson  # noqa: F401

        from whyrec.serve.settings import read_settings
    except ImportError as error:
        from whyrec.core import MissingExtra

        raise MissingExtra(str(error.name), "serve") from None
    return read_settings(config, **given)


def _store(config: Path | None, url: str | None) -> Any:
    from whyrec.serve.store.store import Store

    return Store(_settings(config, store=url).store)
