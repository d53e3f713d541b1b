"""A service with something to look at: two versions, traffic with failures and fallbacks, an erasure, an experiment, measurements."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.error
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.waiting import wait_for
from tests.web.stage import Site
from whyrec import registry, storage
from whyrec.core import Dataset
from whyrec.serve.store.store import Store
from whyrec.serve.versions.registry import Registry

KINDS = ("speed", "next-item", "faithfulness")


@dataclass
class Lively:
    """What was made: key of an admin, versions (that serves first), an answer's id and a receipt."""

    site: Site
    key: str
    versions: list[str]
    answer: str
    person: str
    receipt: dict[str, Any]

    def get(self, path: str) -> Any:
        """The JSON of a GET as an admin."""
        return self.site.call("GET", path, key=self.key)

    def post(self, path: str, body: Any = None) -> Any:
        """The JSON of a POST as an admin."""
        return self.site.call("POST", path, body, self.key)

    def measure(self, version: str, *kinds: str) -> None:
        """Measure and wait for it."""
        for kind in kinds:
            self.post(f"/v1/findings/{version}/{kind}")
        for kind in kinds:
            wait_for(
                lambda kind=kind: self.get(f"/v1/findings/{version}/{kind}")["state"] != "running",
                "a measurement",
                every=0.1,
            )


def add_version(folder: Path, data: Dataset, name: str, **config: Any) -> str:
    """Fit a model and let the demo of `folder` take it in as a candidate."""
    storage.save(folder / name, registry.model(name, **config).fit(data), data, name=name)
    service = folder / "service"
    with Store(f"sqlite:///{service / 'store.db'}") as store:
        return Registry(store, service / "models").add(folder / name, int(time.time()))


def enliven(site: Site, folder: Path, data: Dataset) -> Lively:
    """See the module."""
    key = site.key("engineer")
    second = add_version(folder, data, "ease")
    third = add_version(folder, data, "tree", people=300, candidates=100)
    first = next(
        one["version"]
        for one in site.call("GET", "/v1/versions", key=key)["models"]
        if one["state"] == "active"
    )
    made = Lively(site, key, [first, second, third], "", site.people[len(site.people) // 3], {})
    arms = [{"name": "additive", "model": first}, {"name": "ease", "model": second}]
    site.call("PUT", "/v1/experiments/sums", {"variants": arms, "active": True}, key)
    for n, user in enumerate(site.people[:60]):
        answer = made.post("/v1/recommendations", {"user": user, "n": 5})
        if n % 3 == 0:
            event = {
                "event_id": f"lively{n}",
                "user": user,
                "item": answer["items"][0]["item"],
                "recommendation_id": answer["recommendation_id"],
                "ts": int(time.time()) - 5,
            }
            made.post("/v1/events", {"events": [event]})
    site.call("PUT", "/v1/experiments/sums", {"variants": arms, "active": False}, key)
    made.answer = made.post("/v1/recommendations", {"user": made.person, "n": 8})[
        "recommendation_id"
    ]
    for _ in range(4):
        made.post("/v1/recommendations", {"session": ["nothing that is known"]})
    for path in ("/v1/items/none-such", "/v1/atlas/neighbours/none-such", "/v1/nothing"):
        with contextlib.suppress(urllib.error.HTTPError):
            made.get(path)
    made.receipt = json.loads(
        json.dumps(site.call("DELETE", f"/v1/users/{quote(site.people.pop(), safe='')}", key=key))
    )
    made.measure(first, *KINDS, "layout")
    made.measure(second, "speed", "next-item")
    return made
