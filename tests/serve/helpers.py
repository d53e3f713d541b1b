"""What the tests of the service share: a small model with known titles and tags, a service over it, and its client."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient

from whyrec import registry, storage
from whyrec.core import Dataset, ItemTable
from whyrec.serve.api.app import make_app
from whyrec.serve.main import prepare
from whyrec.serve.service import Service
from whyrec.serve.settings import Settings
from whyrec.serve.store.api_keys import make_key

PEOPLE, ITEMS = 60, 40
TAGS = ("Drama", "Crime", "Comedy", "War")


def film_data(seed: int = 0) -> Dataset:
    """Sequences in which item n is mostly followed by n + 1; every item has a title and one or two tags."""
    rng = np.random.default_rng(seed)
    rows = [
        (int(t), u, int(i))
        for u in range(PEOPLE)
        for t, i in enumerate((rng.integers(0, ITEMS) + np.arange(8)) % ITEMS)
    ]
    rows.sort(key=lambda row: row[0])
    time_, user, item = (np.array(column) for column in zip(*rows, strict=True))
    tags = tuple(
        (TAGS[n % 4],) if n % 3 else (TAGS[n % 4], TAGS[(n + 1) % 4]) for n in range(ITEMS)
    )
    table = ItemTable(tuple(f"Film {n}" for n in range(ITEMS)), categories=tags)
    return Dataset(
        user,
        item,
        np.ones(len(user)),
        1_700_000_000 + 86_400 * time_,
        [f"u{n}" for n in range(PEOPLE)],
        [f"i{n}" for n in range(ITEMS)],
        table,
        name="films",
        domain="film",
    )


def fitted_folder(
    folder: Path, model: str = "additive", data: Dataset | None = None, **config: Any
) -> Path:
    """A model folder of the small data."""
    data = film_data() if data is None else data
    config = {"mix": {}} | config if model == "additive" else config
    made = registry.model(model, **config).fit(data)
    return storage.save(folder, made, data, name=model)


@dataclass
class Served:
    """A service with a client and one key a role."""

    client: TestClient
    service: Service
    settings: Settings
    keys: dict[str, str]

    def call(self, method: str, path: str, role: str = "admin", **more: Any) -> Any:
        """The response to a request with the key of a role."""
        headers = {"Authorization": f"Bearer {self.keys[role]}", **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)

    def json(self, method: str, path: str, role: str = "admin", **more: Any) -> Any:
        """The JSON of an answer that must be a success."""
        response = self.call(method, path, role, **more)
        assert response.status_code < 300, response.text
        return response.json()

    def recommend(self, role: str = "admin", **ask: Any) -> Any:
        return self.json("POST", "/v1/recommendations", role, json=ask)

    def event(self, id: str, user: str, item: str, **more: Any) -> Any:
        return self.json(
            "POST",
            "/v1/events",
            json={"events": [{"event_id": id, "user": user, "item": item, **more}]},
        )


@contextmanager
def served(
    folder: Path, url: str | None = None, *, model: Path | None = None, **settings: Any
) -> Iterator[Served]:
    """A running service in this process on a new or given store."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"verify": 0} | settings
    made = Settings(
        store=url or f"sqlite:///{folder / 'store.db'}", models=str(folder / "models"), **settings
    )
    prepare(made, fitted_folder(folder / "m") if model is None else model)
    app = make_app(made)
    service: Service = app.state.service
    roles = {
        "admin": None,
        "service": None,
        "reader": None,
        "monitor": None,
        "auditor": None,
        "person": "u1",
    }
    keys = {
        role: service.store.write(
            lambda c, role=role, user=user: make_key(c, role, int(time.time()), user=user)[1]
        )
        for role, user in roles.items()
    }
    keys["other"] = service.store.write(
        lambda c: make_key(c, "person", int(time.time()), user="u2")[1]
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Served(client, service, made, keys)
