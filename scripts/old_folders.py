"""Write what version 0.1 wrote: a model folder of each kind and a store, which tests open today.

This runs on the code of 0.1, commit f6f980d; `tests/folders/v0.1.tar.xz` was made by

    git worktree add ../old f6f980d
    PYTHONPATH=../old/src python scripts/old_folders.py tests/folders/v0.1.tar.xz

Each case is a folder of the archive with a folder `model` and with `scores.json`: for three queries
their items and the scores that the same code gave. The folder `store` holds the service's database
as SQL, its folder of models, and `answers.json`: what it answered and logged, and its keys.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tarfile
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from whyrec import catalog
from whyrec.core import Dataset, ItemTable, Links, Query

PEOPLE, ITEMS, EVENTS = 25, 20, 200
START, LATER = 1_700_000_000, 1_701_000_000  # the first event; when the service answered
GENRES = ("Drama", "Crime", "Comedy", "War")
DIRECTORS = ("Ada", "Bo", "Cleo")
SEQUENCE = {
    "text": None,
    "label_dims": 4,
    "width": 8,
    "blocks": 1,
    "heads": 2,
    "length": 20,
    "epochs": 1,
}
LEARNED = {"text": None, "label_dims": 4, "heads": 2, "head_dims": 4, "length": 20, "epochs": 1}
CASES = {"people": 25, "candidates": 12, "negatives": 6}
SETTINGS: dict[str, dict[str, Any]] = {
    "personal-popular": {"decay": 0.9},
    "knn": {"neighbours": 8},
    "svd": {"embedding_size": 4},
    "bpr": {"embedding_size": 4, "epochs": 1},
    "als": {"embedding_size": 4, "epochs": 1},
    "ease": {"ridge": 20.0},
    "slim": {"neighbours": 8, "ridge": 20.0},
    "private": {"reproducible": True, "items": 20, "groups": 4},
    "private-sequence": {
        "text": None,
        "label_dims": 4,
        "width": 8,
        "heads": 2,
        "length": 20,
        "steps": 2,
        "people": 20,
        "reproducible": True,
    },
    "additive": {"learned": LEARNED, "mix": {"learned": 0.5}},
    "graph": {"neighbours": 8, "beside": "ease"},
    "lowrank": LEARNED,
    "sequence": SEQUENCE,
    "sharded": {"model": {"model": "sequence", **SEQUENCE}, "shards": 2},
    "rating": {"embedding_size": 4, "warmup": 2, "samples": 2},
    "tree": {"max_depth": 3, "min_samples": 5} | CASES,
    "rules": {"max_rules": 6, "trees": 4} | CASES,
    "ebm": {"interactions": 2, "bins": 8, "bags": 1, "rounds": 20} | CASES,
    "fused": {
        "glass": {"model": "additive", "mix": {}},
        "large": {"model": "sequence", **SEQUENCE},
        "readable": {"model": "tree", "max_depth": 2, "min_samples": 5, **CASES},
        "explained_share_min": 0.5,
    },
    "compact": {
        "large": {"model": "sequence", **SEQUENCE},
        "item_bytes": 4,
        "event_bytes": 4,
        "epochs": 1,
    },
}
KINDS = (
    ("u0", "i3", "click"),
    ("u0", "i4", "DISLIKE"),
    ("new", "i5", "like"),
    ("new", "i6", "saw_trailer"),
)
SENT = [
    {"event_id": str(n), "user": user, "item": item, "type": kind, "ts": LATER - 60 + n}
    for n, (user, item, kind) in enumerate(KINDS)
]
UNTIMED = (
    "cooccurrence",
    "sequence",
)  # also fitted on events without times, in the order of the rows
REPEATED = ("personal-popular", "additive")  # also fitted on people who come back to items


def films(*, repeat: bool = False) -> Dataset:
    """Each person mostly chooses films of one director. repeat: people come back to films."""
    rng = np.random.default_rng(0)
    share = rng.dirichlet(np.ones(ITEMS) * 2)
    liked = np.arange(ITEMS) % len(DIRECTORS) == np.arange(PEOPLE)[:, None] % len(DIRECTORS)
    chance = share * np.where(liked, 10, 1)
    user = rng.integers(0, PEOPLE, 4 * EVENTS)
    item = np.array([rng.choice(ITEMS, p=chance[u] / chance[u].sum()) for u in user])
    first = np.sort(np.unique(user * ITEMS + item, return_index=True)[1])
    rows = (np.arange(len(user)) if repeat else first)[:EVENTS]
    entities = [f"Film {n}" for n in range(ITEMS)] + list(DIRECTORS)
    links = Links(
        entities,
        ["directed by"],
        np.arange(ITEMS),
        np.zeros(ITEMS),
        ITEMS + np.arange(ITEMS) % len(DIRECTORS),
        np.arange(ITEMS),
    )
    table = ItemTable(
        [f"Film {n}" for n in range(ITEMS)],
        categories=[
            (GENRES[n % 4],) if n % 3 else (GENRES[n % 4], GENRES[(n + 1) % 4])
            for n in range(ITEMS)
        ],
        numeric={"year": np.arange(1980, 1980 + ITEMS)},
    )
    return Dataset(
        user[rows],
        item[rows],
        rng.integers(1, 6, len(rows)),
        START + 3600 * np.arange(len(rows)),
        [f"u{n}" for n in range(PEOPLE)],
        [f"i{n}" for n in range(ITEMS)],
        table,
        links=links,
        friends=np.array([[0, 3], [0, 6], [1, 4], [2, 5]]),
        name="films",
        domain="film",
        repeat=repeat,
    )


def untimed() -> Dataset:
    """The same events read from a file without times."""
    data = films()
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            f"{data.users[u]},{data.items[i]}" for u, i in zip(data.user, data.item, strict=True)
        ]
        (Path(folder) / "events.csv").write_text("\n".join(["user,item", *rows]) + "\n")
        read = catalog.load(folder, domain="film")
    return replace(read, name="films")


def queries(data: Dataset) -> list[Query]:
    """A person's history, one of two events, and that of nobody."""
    return [data.history("u0"), data.history("u3").only([0, 1]), Query([], repeat=data.repeat)]


def write(target: Path, kind: str, data: Dataset) -> None:
    """The folder of a model fitted on `data`, and its scores."""
    asked = queries(data)
    fitted = catalog.model(kind, **SETTINGS.get(kind, {})).fit(data, seed=0)
    if kind == "compact":
        fitted.network_ = without_paths(fitted.network_)
    catalog.save(target / "model", fitted, data, name=kind)
    scores = catalog.open_fitted(target / "model").model.score(asked)
    value = {
        "items": [query.items.tolist() for query in asked],
        "scores": [[float(f"{s:.7g}") for s in row] for row in scores],
    }
    (target / "scores.json").write_text(json.dumps(value))


def without_paths(network: Any) -> Any:
    """An ONNX network without what torch noted beside it: the source code's lines and paths."""
    import onnx

    made = onnx.load_from_string(network.tobytes())
    for part in (*made.graph.node, *made.graph.value_info, *made.graph.initializer):
        part.ClearField("metadata_props")
    for part in (*made.graph.input, *made.graph.output, made.graph, made):
        part.ClearField("metadata_props")
    return np.frombuffer(made.SerializeToString(), np.uint8)


def pack(target: Path, folder: Path) -> None:
    """An archive that is the same whenever it is made of the same files."""

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.mtime = info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mode = 0o755 if info.isdir() else 0o644
        return info

    with tarfile.open(target, "w:xz", preset=9) as made:
        for path in sorted(folder.rglob("*")):
            made.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=plain)


def write_store(target: Path) -> None:
    """A store: people and events of the data, further events of several kinds, keys, answers."""
    from fastapi.testclient import TestClient
    from whyrec.serve.config import Settings
    from whyrec.serve.keys import make_key
    from whyrec.serve.run import prepare

    from whyrec.serve.api import make_app

    data = films()
    target.mkdir()
    with tempfile.TemporaryDirectory() as work:
        fitted = catalog.model("cooccurrence").fit(data, seed=0)
        catalog.save(Path(work) / "model", fitted, data, name="cooccurrence")
        settings = Settings(store=f"sqlite:///{work}/store.db", models=str(target / "models"))
        key = prepare(settings, Path(work) / "model")["key"]
        app = make_app(settings)
        person = app.state.service.store.write(lambda c: make_key(c, "person", START, user="u1")[1])
        with TestClient(app) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            client.post("/v1/events", json={"events": SENT}).raise_for_status()
            answers = [
                client.post("/v1/recommendations", json={"user": user, "n": 3})
                .raise_for_status()
                .json()
                for user in ("u0", "u1", "new")
            ]
        with sqlite3.connect(f"{work}/store.db") as database:
            (target / "store.sql").write_text("\n".join(database.iterdump()) + "\n")
    (target / "answers.json").write_text(
        json.dumps({"key": key, "person": person, "answers": answers})
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for kind in catalog.PARTS["models"]:
            write(Path(folder) / kind, kind, films())
        for kind in UNTIMED:
            write(Path(folder) / f"{kind}-untimed", kind, untimed())
        for kind in REPEATED:
            write(Path(folder) / f"{kind}-repeated", kind, films(repeat=True))
        with mock.patch("time.time", return_value=float(LATER)):
            write_store(Path(folder) / "store")
        pack(Path(sys.argv[1]), Path(folder))


if __name__ == "__main__":
    main()
