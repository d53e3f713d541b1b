"""Settings of the service: a TOML file, then the environment, then the command line.

Environment variables are WHYREC_STORE, WHYREC_PORT and so on; later sources override earlier ones.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.serve.store.engine import address

__all__ = ["Settings", "read_settings"]


@dataclass(frozen=True)
class Settings:
    """The settings of one service.

    Attributes:
        store: A database URL.
        models: The folder of the versions; by default beside an SQLite file, else ./whyrec-models.
        host: The address to listen on.
        port: The port to listen on.
        workers: Number of processes.
        rate: Requests a second of one key, for each process.
        burst: Requests that a key may send at once.
        max_body: Largest size of a request in bytes.
        connections: Connections of one address that may wait for a request, for each process; one
            more closes the oldest. 0 sets no limit.
        header_timeout: Seconds for the header of a request to arrive.
        body_timeout: Seconds for the body to arrive.
        history: Number of the latest choices that are scored.
        remember: Number of people whose history stays in memory.
        refresh: Seconds between checks for a new model.
        keep_days: Days after which answers leave the log; 0 keeps them.
        explore: Share of answers whose last place is drawn at random and logged for off-policy
            evaluation; 0 draws none.
        origins: Origins of web pages that may ask (CORS), separated by commas; none by default.
        policy: A file of rules that exclude items.
        forces: A file of what is added to the model's scores, such as promotions.
        neighbours: For models of low rank: number of items that an index selects for scoring; 0
            scores all items.
        meaning: Number of items up to which wishes are understood by text vectors too, which need
            the extra "text"; 0: by names and words alone.
        verify: Number of people, and of logged answers, whose sentences are checked when another
            model starts to serve and daily; 0 checks none.
        verify_at: Hour of the daily check (UTC).
        log: Level of the log.
    """

    store: str = "sqlite:///whyrec.db"
    models: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    rate: float = 1000.0
    burst: int = 2000
    max_body: int = 1 << 20
    connections: int = 256
    header_timeout: float = 10.0
    body_timeout: float = 30.0
    history: int = 500
    remember: int = 50_000
    refresh: float = 0.5
    keep_days: int = 0
    explore: float = 0.0
    origins: str = ""
    policy: str = ""
    forces: str = ""
    neighbours: int = 0
    meaning: int = 20_000
    verify: int = 100
    verify_at: int = 3
    log: str = "info"

    @property
    def models_folder(self) -> Path:
        """The folder of the model versions."""
        if self.models:
            return Path(self.models)
        url = address(self.store)
        return Path(
            f"{url.database}.models" if url.get_backend_name() == "sqlite" else "whyrec-models"
        )

    @property
    def allowed_origins(self) -> list[str]:
        """The origins of `origins`."""
        return [one.strip() for one in self.origins.split(",") if one.strip()]


def are_origins(text: str) -> bool:
    """Whether every part is scheme://host[:port]; "*" is no origin.

    >>> are_origins("https://shop.example, http://localhost:3000"), are_origins("")
    (True, True)
    >>> [are_origins(one) for one in ("*", "https://a.example/path", "a.example", "null")]
    [False, False, False, False]
    """
    return all(ORIGIN.fullmatch(one.strip()) for one in text.split(",") if one.strip())


ORIGIN = re.compile(r"https?://[a-zA-Z0-9.\[\]:_-]+")
# Allowed values of a setting, in words and as a test.
Limit = tuple[str, Callable[[Any], bool]]
ANY_TEXT: Limit = ("text", lambda made: True)
ABOVE_0: Limit = ("a number above 0", lambda made: made > 0)
ALLOWED: dict[str, Limit] = {
    "port": ("a number from 1 to 65535", lambda made: 0 < made <= 65_535),
    "connections": ("0 or more", lambda made: made >= 0),
    "keep_days": ("0 or more", lambda made: made >= 0),
    "neighbours": ("0 or more", lambda made: made >= 0),
    "meaning": ("0 or more", lambda made: made >= 0),
    "verify": ("0 or more", lambda made: made >= 0),
    "verify_at": ("an hour from 0 to 23", lambda made: 0 <= made <= 23),
    "origins": ("origins such as https://shop.example, separated by commas", are_origins),
    "explore": ("a share from 0 to 1", lambda made: 0 <= made <= 1),
    "log": ("debug, info, warning or error", ("debug", "info", "warning", "error").__contains__),
}


def read_settings(
    file: Path | None = None, environment: Mapping[str, str] | None = None, **given: Any
) -> Settings:
    """Read the settings; `given` values that are not None override all others.

    Raises UnknownNameError for a name, ArgumentError for a value.

    >>> read_settings(None, {"WHYREC_PORT": "9000"}, host="0.0.0.0").port
    9000
    """
    known = {field.name: type(field.default) for field in fields(Settings)}
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ArgumentError(
                "--config must be a readable TOML file", given=f"{file}: {error}"
            ) from None
        for name in values:
            if name not in known:
                raise UnknownNameError("setting of the service", name, known)
    if environment is None:
        environment = os.environ
    values |= {
        name: environment[f"WHYREC_{name.upper()}"]
        for name in known
        if environment.get(f"WHYREC_{name.upper()}")
    }
    values |= {name: value for name, value in given.items() if value is not None}
    return Settings(**{name: _typed(name, value, known[name]) for name, value in values.items()})


def _typed(name: str, value: Any, kind: type) -> Any:
    told, holds = ALLOWED.get(name, ANY_TEXT if kind is str else ABOVE_0)
    try:
        made = kind(value)
    except (TypeError, ValueError):
        made = None
    if made is None or isinstance(value, bool) or not holds(made):
        raise ArgumentError(f"{name} must be {told}", given=repr(value))
    return made
