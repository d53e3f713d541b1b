"""Is every sentence true, and is it the same one everywhere? Each explaining model on each set,
from CLI, API and page.

    python -m bench.explanation.one_truth [--data FOLDER] [--sets films,...] [--models ease,...]
    [--people 20] [--page 2] [--json FILE]

Of each model so many people get their ten items in both languages: by `whyrec recommend` (CLI), by
the service over HTTP (API), and of some of them the page is read in Chromium. `whyrec verify` does
every claim over; the surfaces are compared in text, share and named events. With 10 models and 20
people a set holds 2,000 items a surface. Exit code 1 where a claim is false or surfaces disagree, 2
where no set is at hand."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient

from whyrec import registry, storage
from whyrec.api import load as load_data, load_steps
from whyrec.core import Dataset, progress
from whyrec.explain.verification.check import check
from whyrec.explain.verification.counts import Counts
from whyrec.explain.verification.report import Verified
from whyrec.serve.api.app import make_app
from whyrec.serve.main import prepare
from whyrec.serve.settings import Settings
from whyrec.serve.store.api_keys import make_key
from whyrec.serve.verification.sentences import (
    LANGS,
    asks,
    both,
    chosen,
    stored,
    with_store,
    world_of_inputs,
)
from whyrec.workflows.explain import recommend
from whyrec.workflows.verify import of_people

K, MOST = 10, 1500  # items a list; items of a set for models whose fit takes long
SHOP = {"user": "Customer ID", "item": "StockCode", "time": "InvoiceDate", "title": "Description"}
SETS: dict[str, tuple[str, dict[str, Any]]] = {
    "films": ("films", {}),
    "ml-latest-small": ("ml-latest-small.zip", {"item_core": 5}),
    "shop": ("online-retail-ii-2009-2010.parquet", {"columns": SHOP, "item_core": 5}),
    "shop-repeat": (
        "online-retail-ii-2009-2010.parquet",
        {"columns": SHOP, "item_core": 5, "repeat": True},
    ),
    "lastfm": ("hetrec2011-lastfm-2k.zip", {"item_core": 5}),
}
SMALL = {"text": None, "epochs": 1, "length": 50}
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "ease": ("ease", {}),
    "cooccurrence": ("cooccurrence", {}),
    "slim": ("slim", {}),
    "knn": ("knn", {}),
    "additive": ("additive", {"components": ("ease", "transitions")}),
    "graph": ("graph", {"tune_on": 300}),
    "als": ("als", {}),
    "lowrank": ("lowrank", {**SMALL, "heads": 2, "head_dims": 16, "tune_on": 200}),
    "fused": (
        "fused",
        {
            "glass": {"model": "ease"},
            "tune_on": 200,
            "large": {
                "model": "sequence",
                **SMALL,
                "width": 16,
                "blocks": 1,
                "heads": 2,
                "tune_on": 200,
            },
        },
    ),
    "tree": ("tree", {"people": 800}),
}
LONG = ("lowrank", "fused", "tree")  # fitted on films and ml-latest-small alone


@dataclass
class Row:
    """What one model on one set came to."""

    set: str
    model: str
    cli: Verified = field(default_factory=Verified)
    api: Verified = field(default_factory=Verified)
    page: int = 0
    disagree: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "set": self.set,
            "model": self.model,
            "sentences": self.cli.sentences + self.api.sentences,
            "page": self.page,
            "claims": self.cli.claims + self.api.claims,
            "false": self.cli.false + self.api.false,
            "unverifiable": self.cli.unverifiable + self.api.unverifiable,
            "disagree": len(self.disagree),
            "because": float(np.mean(self.api.because)) if self.api.because else None,
            "seconds": round(self.seconds),
        }


def main(argv: Sequence[str] | None = None, browser: Any = None) -> int:
    asked = arguments(argv)
    if asked.page and (lacking := unreadable()):
        raise SystemExit(f"the page cannot be read: {lacking}; or leave it out with --page 0")
    rows = []
    for name in asked.sets.split(","):
        data = data_of(name, asked.data)
        if data is None:
            progress.line(f"{name} is not at hand: give --data FOLDER")
            continue
        for model in asked.models.split(","):
            if model in LONG and name not in ("films", "ml-latest-small"):
                continue
            rows.append(one(name, data, model, asked.people, asked.page, asked.seed, browser))
            told(rows[-1])
    if not rows:
        return 2
    progress.table([row.as_json() for row in rows], "Sentences of CLI, API and page")
    if asked.json:
        full = [
            row.as_json()
            | {
                "cli": row.cli.as_json("user", 1000),
                "api": row.api.as_json("user", 1000),
                "disagreements": row.disagree,
            }
            for row in rows
        ]
        Path(asked.json).write_text(
            json.dumps(full, indent=1, ensure_ascii=False, default=str), encoding="utf-8"
        )
    return int(any(row.cli.false or row.api.false or row.disagree for row in rows))


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    parser.add_argument("--data", default=os.environ.get("WHYREC_DATA", str(beside)))
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument(
        "--page", type=int, default=2, help="people of each model whose page is read"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", default="")
    return parser.parse_args(argv)


def data_of(name: str, folder: str) -> Dataset | None:
    source, cleaning = SETS[name]
    if source == "films":
        return load_data(source)
    path = Path(folder) / source
    return load_steps(str(path), **cleaning)[0] if folder and path.exists() else None


def one(
    name: str, data: Dataset, model: str, people: int, page: int, seed: int, browser: Any = None
) -> Row:
    """A model on a set: fitted, asked by every surface, done over and compared."""
    start, row = time.perf_counter(), Row(name, model)
    kind, config = MODELS[model]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with progress.progress(f"{name}: fitting {model}"):
            storage.save(
                place / "m",
                registry.model(kind, **config).fit(data, seed=seed),
                data,
                name=kind,
                seed=seed,
            )
        fitted = storage.open_fitted(place / "m")
        names = [
            data.users[at]
            for at in np.random.default_rng(seed).permutation(data.n_users)[:people].tolist()
        ]
        row.cli = of_people(fitted, names, K)
        lists = {user: recommend(fitted, user, k=K).items for user in names}
        with serving(place) as (client, service):
            counts = chosen(service, service.registry.current(service.store.counters()))
            for user in names:
                answers = [post(client, user, lang) for lang in LANGS]
                api_checks(row, service, counts, user, answers)
                compare(row, user, lists[user], answers)
            row.page = read_page(row, place, names[:page], browser) if page else 0
    row.seconds = time.perf_counter() - start
    return row


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Any, Any]]:
    """A service on a new store that scores whole histories, as `recommend` does, and a client
    with a key.
    """
    settings = Settings(
        store=f"sqlite:///{folder / 'store.db'}",
        models=str(folder / "models"),
        verify=0,
        rate=1e6,
        burst=1_000_000,
    )
    prepare(settings, folder / "m")
    app = make_app(settings)
    secret = app.state.service.store.write(lambda c: make_key(c, "admin", int(time.time())))[1]
    with TestClient(app, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client, app.state.service


def post(client: Any, user: str, lang: str) -> Mapping[str, Any]:
    answer = client.post("/v1/recommendations", json={"user": user, "n": K, "lang": lang})
    assert answer.status_code == 200, answer.text
    return answer.json()


def api_checks(
    row: Row, service: Any, counts: Counts, user: str, answers: Sequence[Mapping[str, Any]]
) -> None:
    """Every claim of the answers to one person done over, by the store and by what-if too."""
    wanted = {"user": user, "n": K}
    inputs, live, _ = service.inputs(wanted)
    world = world_of_inputs(live, inputs, counts, what_if=asks(service, wanted))
    own = stored(service, live, user)
    row.api.checked += 1
    for pair in zip(*(answer["items"] for answer in answers), strict=True):
        item = both(pair, LANGS)
        row.api.add(user, with_store(check(world, item), item, own))


def compare(
    row: Row, user: str, listed: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]
) -> None:
    """CLI against API: items, texts in both languages, shares, named events."""
    for at, mine in enumerate(listed):
        theirs = [answer["items"][at] if at < len(answer["items"]) else None for answer in answers]
        for lang, other in zip(LANGS, theirs, strict=True):
            told = (
                None
                if other is None
                else (other["item"], other["text"][:400], other["share"], events_of(other))
            )
            own = (mine["item"], mine["text"][lang][:400], mine["share"], events_of(mine))
            if told != own:
                row.disagree.append(f"{user} #{at + 1} {lang}: recommend {own}, service {told}")


def events_of(item: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The item and number of uses of each event reason that is named, in either form."""
    made = []
    for reason in item["reasons"]:
        if reason.get("kind") == "event":
            made.append((reason["refs"][0], len(reason["positions"])))
        elif reason.get("code") == "event" and "path" not in reason:
            made.append((reason["evidence"]["item"], reason["evidence"]["count"]))
    return made


def unreadable() -> str:
    """What is lacking to read the page in a browser, and what to do; "" where nothing is."""
    try:
        from tests.web import stage
    except ImportError:
        return "tests/web is not on the path (run it by `make one-truth`)"
    if stage.chromium() is None:
        return "there is no Chromium (run `make deps` as root)"
    return "" if stage.built() else "it is not built (run `make web`)"


def read_page(row: Row, folder: Path, names: Sequence[str], browser: Any = None) -> int:
    """How many texts of the page were read in a browser and held against the service's. browser:
    one that is open already."""
    from tests.web import stage

    if browser is None:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as driver:
            return read_page(
                row,
                folder,
                names,
                driver.chromium.launch(executable_path=stage.chromium(), args=stage.ARGS),
            )
    shutil.copytree(folder / "m", folder / "page" / "model")
    with stage.service(folder / "page") as site:
        return sum(_read(row, stage, browser, site, user, lang) for user in names for lang in LANGS)


def _read(row: Row, stage: Any, browser: Any, site: Any, user: str, lang: str) -> int:
    visitor, key = stage.Visitor(browser), site.key("person", user)
    page = stage.settle(visitor.open(site, "/", user=user, lang=lang))
    shown = page.evaluate(
        "[...document.querySelectorAll('.feed-row')].map(row => "
        "row.querySelector('.feed-reason').textContent)"
    )
    visitor.close()
    wanted = {
        "user": user,
        "n": len(shown),
        "lang": lang,
    }  # as many as are shown: what leaves the list depends on it
    body = site.call("POST", "/v1/recommendations", wanted, key)
    for item, text in zip(body["items"], shown, strict=True):
        if squeezed(item["text"]) not in squeezed(text):
            row.disagree.append(
                f"{user} #{item['rank']} {lang}: page {text!r}, service {item['text']!r}"
            )
    return len(shown)


def squeezed(text: str) -> str:
    return "".join(text.split())


def told(row: Row) -> None:
    """One line, and the first of what is wrong."""
    found = row.as_json()
    progress.line(
        f"{row.set:16} {row.model:13} {found['sentences']:6,} texts {found['claims']:8,} "
        f"claims {found['false']:4} false "
        f"{found['unverifiable']:4} open {found['disagree']:4} disagree  {found['seconds']:4} s"
    )
    for name, one in (("CLI", row.cli), ("API", row.api)):
        for wrong in one.false_ones[:3]:
            progress.line(
                f"    {name}: {wrong.where} {wrong.item} {wrong.claim}: said {wrong.said}, "
                f"found {wrong.found}"
            )
    for text in row.disagree[:2]:
        progress.line(f"    {text[:400]}")


if __name__ == "__main__":
    sys.exit(main())
