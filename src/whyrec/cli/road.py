"""The road from an event log to a proven reason: each step a function, composed from the parts.

Results are plain dictionaries, the JSON of the command line; the report draws the same values.
"""

from __future__ import annotations

import functools
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import __version__, catalog
from whyrec.cli import show, watch
from whyrec.core import (
    Additive,
    BadArgument,
    Dataset,
    Explanation,
    Listing,
    Measurement,
    Queries,
    Query,
    Readable,
    Reason,
    artefact,
    recommend as slates,
)
from whyrec.core.cases import Split
from whyrec.core.decomposition import Constant
from whyrec.core.verbs import verb_of
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.faithfulness import completeness, deletion_test
from whyrec.evaluate.statistics import Interval, bootstrap, paired

METRICS = ("ndcg@10", "hr@10", "mrr@10", "recall@20", "recall@50", "ndcg@100", "coverage@10", "novelty@10",
           "popularity_lift@10")
DEMO_MODELS = ("popular", "knn", "als", "ease", "cooccurrence", "additive")


def load(source: str, columns: Mapping[str, str] | None, graph: str = "", **cleaning: Any) -> tuple[Dataset, list[Any]]:
    """Read and clean, with the steps; graph: a file of links, where there is one."""
    with show.progress(f"reading {source}"):
        return catalog.load_steps(source, columns=columns, graph=graph or None, **cleaning)


def read_config(path: Path | None) -> dict[str, Any]:
    """A model's settings from TOML; lists become tuples, as the constructors take them."""
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadArgument("--config must be a readable TOML file", given=f"{path}: {error}") from None
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def place(out: Path) -> None:
    """Whether a model can be saved there, asked before a long fit: BadArgument or OSError where not."""
    artefact.saveable(out)
    out.mkdir(parents=True, exist_ok=True)


def fit(model: Any, data: Dataset, *, seed: int, label: str, checkpoint: Path | None = None, log: Path | None = None,
        **more: Any) -> float:
    """Fit with a progress line; returns the seconds."""
    start = time.perf_counter()
    with show.progress(f"fitting {label}") as update:
        if watch.takes_run(model) and "run" not in more:
            more["run"] = watch.run(update, checkpoint=checkpoint, log=log, label=f"fitting {label}")
        model.fit(data, seed=seed, **more)
    return time.perf_counter() - start


def as_rows(steps: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(step) for step in steps]


# --- compare -----------------------------------------------------------------------------------------


@dataclass
class Comparison:
    """Models measured on the same split: what `whyrec compare` prints, with the models kept."""

    data: Dataset
    split: Split
    models: dict[str, Any] = field(default_factory=dict)
    measured: dict[str, dict[str, Measurement]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def best(self) -> str:
        return max(self.measured, key=lambda name: self.measured[name][self.headline].mean)

    @property
    def headline(self) -> str:
        return "ndcg@100" if self.split.protocol == "strong" else "ndcg@10"

    def differences(self) -> list[dict[str, Any]]:
        """The best model against each other one, paired over people."""
        out = []
        for name in self.measured:
            if name != self.best:
                found = paired(self.measured[self.best][self.headline], self.measured[name][self.headline])
                out.append({"a": self.best, "b": name, "metric": self.headline, "difference": found._asdict(),
                            "significant": bool(found.low > 0 or found.high < 0)})
        return out

    def as_json(self) -> dict[str, Any]:
        return {"data": self.data.name, "domain": self.data.domain, "protocol": self.split.protocol,
                "users": self.data.n_users,
                "items": self.data.n_items, "events": len(self.data), "cases": len(self.split.test),
                "notes": [self.split.notes, *self.split.steps], "rows": self.rows,
                "comparisons": self.differences()}


def compare(data: Dataset, models: Sequence[str], protocol: str = "next-item", *, seed: int = 0,
            refit: bool = False, keep: Sequence[str] = ()) -> Comparison:
    """Fit and measure each model on the same split; only those in `keep` are held on to afterwards."""
    from whyrec.data.split import split

    made = {name: catalog.model(name) for name in models}  # an unknown name is told before anything is fitted
    found = Comparison(data, split(data, protocol, seed=seed, refit=refit))
    counts = np.bincount(found.split.train.item, minlength=data.n_items)
    for name in models:
        model = made.pop(name)
        # Validation people choose a model's few numbers or when it stops, unless they are in the fit themselves.
        more = {"valid": found.split.valid} if watch.takes(model, "valid") and not refit else {}
        with peak_memory() as peak:
            fit_seconds = fit(model, found.split.train, seed=seed, label=name, **more)
            start = time.perf_counter()
            with show.progress(f"measuring {name} on {len(found.split.test)} people"):
                found.measured[name] = accuracy(model, found.split.test, counts, metrics=METRICS)
            score_seconds = time.perf_counter() - start
        if name in keep:
            found.models[name] = model
        found.rows.append({
            "model": name, "metrics": {m: rounded(bootstrap(v)) for m, v in found.measured[name].items()},
            "fit_seconds": round(fit_seconds, 3), "score_seconds": round(score_seconds, 3),
            "peak_mb": round(peak()), "explained_share": explained_share(model, found.split.test.queries)})
    return found


def rounded(interval: Interval) -> dict[str, float]:
    return {key: round(value, 5) for key, value in interval._asdict().items()}


def explained_share(model: Any, queries: Queries, cases: int = 50) -> float:
    """Mean explained share of the first recommendation of some people; 0 for models with no exact reasons."""
    if not isinstance(model, (Additive, Readable)):
        return 0.0
    some = queries[np.arange(0, len(queries), max(1, len(queries) // cases))[:cases]]
    firsts = slates(model, some, 1)
    shares = [catalog.explain(model, query, int(slate.items[0])).explained_share
              for query, slate in zip(some, firsts, strict=True) if len(slate)]
    return round(float(np.mean(shares)), 4) if shares else 0.0


@contextmanager
def peak_memory() -> Iterator[Any]:
    """Highest resident memory of this process in the block, in MB, sampled every 20 ms."""
    page, stop, high = 4096 / 1e6, threading.Event(), [0.0]

    def watch() -> None:
        while True:
            try:
                high[0] = max(high[0], int(Path("/proc/self/statm").read_text().split()[1]) * page)
            except OSError:  # not Linux: the system's own mark, which never falls
                import resource

                high[0] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            if stop.wait(0.02):
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: high[0]
    finally:
        stop.set()
        thread.join()


# --- recommend and explain -----------------------------------------------------------------------------


def query(fitted: catalog.Fitted, user: str | None, items: str | None) -> Query:
    """The history to recommend for: a stored person's, or items somebody new chose."""
    if (user is None) == (items is None):
        raise BadArgument("give --user or --items, and only one of them",
                          given="both" if user is not None else "neither")
    if items is not None:
        labels = [label.strip() for label in items.split(",") if label.strip()]
        # No times: nobody said when.
        return Query([fitted.data.item_number(label) for label in labels], repeat=fitted.data.repeat)
    if not fitted.header.get("histories", True):
        raise BadArgument("this model folder holds no histories", given=f"--user {user}",
                          fix="give --items a,b,c, or fit without --no-histories")
    return fitted.data.history(str(user))


def listing(fitted: catalog.Fitted, asked: Query, k: int) -> Listing:
    """The list of a history as every surface makes it: of an empty one, what many people chose."""
    from whyrec.explain.counterfactual import listing_of

    if len(asked) or catalog.follows(fitted, asked):
        return listing_of(fitted.model, asked, k)
    scores = catalog.popularity(fitted)
    return Listing(Constant(scores), np.ones(len(scores), bool), k)


def recommend(fitted: catalog.Fitted, asked: Query, k: int, *, user: str | None, zone: str = "") -> dict[str, Any]:
    """The slate with a sentence for each item: the ones that the service writes for the same history."""
    from whyrec.explain.tested import explain_list

    view, data = listing(fitted, asked, k), fitted.data
    rows = []
    for why in explain_list(view, view.best(), support=getattr(fitted.model, "support", None)):
        rows.append({"item": data.items[why.item], "title": data.item_table.title[why.item], "rank": why.rank,
                     "score": why.score, "explained_share": round(why.explained_share, 4), "share": why.share,
                     "reasons": [reason_row(fitted, asked, why.item, r) for r in why.reasons[:why.named]],
                     "removed": removed_row(data, asked, why),
                     "text": {lang: words(fitted, why, asked, lang, zone) for lang in ("en", "zh")}})
    return {"user": user, "model": fitted.header["name"], "items": rows}


def words(fitted: catalog.Fitted, why: Any, asked: Query, lang: str, zone: str = "") -> str:
    """The explanation in sentences. zone: of dates; "" is UTC."""
    from whyrec.explain.dates import clock_of
    from whyrec.explain.words import say

    data, model = fitted.data, fitted.model
    tokens = bool(why.reasons) and why.reasons[0].kind == "token"

    def phrase(reason: Reason) -> str:
        if tokens:
            return str(model.tokens(model.text_of(data, why.item))[0][reason.refs[0]])
        return str(model.phrase(reason, asked, why.item)[lang == "zh"])

    return str(say(why, asked, data.item_table, lang=lang, domain=data.domain, verb=data.verb,
                   clock=clock_of(data.clock, zone),
                   phrases=phrase if tokens or isinstance(model, Readable) else None))


def explain(fitted: catalog.Fitted, asked: Query, item: str | None, *, method: str, k: int, user: str | None,
            options: Mapping[str, Any] | None = None, zone: str = "") -> dict[str, Any]:
    """One item's reasons, what taking the named ones away does, and the smallest set of events that holds it in the list. The
    method auto says what `recommend` and the service say of the item."""
    from whyrec.explain.counterfactual import counterfactual
    from whyrec.explain.likeness import crossing, likeness

    data, model = fitted.data, fitted.model
    view = listing(fitted, asked, k)
    number = asked_item(fitted, asked, view, item)
    chosen, because = catalog.choose(model) if method == "auto" else (method, "asked for")
    why = explanation(fitted, asked, view, number, method, options or {})
    found = counterfactual(model, asked, number, k=k)
    title = data.item_table.title
    return {
        "chosen": {"method": chosen, "why": because}, "cost": why.cost._asdict() if why.cost else None,
        "against": None if why.against is None else {"item": data.items[why.against], "title": title[why.against]},
        "intervals": [list(span) for span in why.intervals],
        "user": user, "item": data.items[number], "title": title[number], "rank": why.rank,
        "score": why.score, "base": why.base, "rest": why.rest, "gap": why.gap, "share": why.share,
        "explained_share": round(why.explained_share, 4), "method": why.method, "additive": why.additive,
        "interval": why.interval, "reasons": [reason_row(fitted, asked, why.item, r) for r in why.reasons],
        "removed": removed_row(data, asked, why), "counterfactual": counterfactual_row(data, asked, found, k),
        "modalities": likeness(model, asked, number, data.item_table, domain=data.domain, verb=data.verb),
        "crossing": crossing(why, asked, data.item_table), "cut": cut_row(fitted, asked, why),
        "domain": data.domain, "verb": verb_of(data.verb, data.domain),
        "text": {lang: words(fitted, why, asked, lang, zone) for lang in ("en", "zh")}}


def asked_item(fitted: catalog.Fitted, asked: Query, view: Listing, item: str | None) -> int:
    """The number of the item to explain: the first of the list where none is named."""
    if item is None:
        [*first] = view.best(1)
        if not first:
            raise BadArgument("there must be an item the person has not seen", given="a history of all items",
                              fix="give data of more people or items")
        return first[0]
    number = fitted.data.item_number(item)
    if number in asked.items and not asked.repeat:
        raise BadArgument("--item must be an item the person has not chosen yet", given=repr(item))
    return int(number)


def explanation(fitted: catalog.Fitted, asked: Query, view: Listing, item: int, method: str, options: Mapping[str, Any],
                ) -> Explanation:
    """The tested explanation of an item: by the decomposition of its score, or by the method that was asked for."""
    from whyrec.explain.tested import checked, explain_list

    if method == "auto":
        [why] = explain_list(view, [item], whole=True, support=getattr(fitted.model, "support", None))
        return why
    return checked(view, catalog.explain(fitted.model, asked, item, method, data=fitted.data, **options))


def cut_row(fitted: catalog.Fitted, asked: Query, why: Any) -> dict[str, Any] | None:
    """What really happened once the first link of a graph among the reasons was cut; None where there is none."""
    from whyrec.explain.paths import rank_without

    first = next((r for r in why.reasons if r.kind == "path" and r.refs[0] >= 0), None)
    if first is None or not hasattr(fitted.model, "cut"):  # the paths of a tree are its questions
        return None
    before, after = rank_without(fitted.model, asked, why.item, first)
    return {"reason": reason_row(fitted, asked, why.item, first)["text"], "rank_before": before, "rank_after": after}


def reason_row(fitted: catalog.Fitted, asked: Query, item: int, reason: Reason) -> dict[str, Any]:
    """A reason as JSON. Of an event `refs` are item labels and `positions` places in the history; of others `refs` are the
    model's own numbers and `text` is what it says of them."""
    data = fitted.data
    if (reason.kind in ("event", "addition", "rule") and not hasattr(fitted.model, "phrase")) or reason.kind == "event":
        return _item_row(data, asked, reason)
    if reason.kind == "token":
        words = fitted.model.tokens(fitted.model.text_of(data, item))[0]
        return {"kind": "token", "refs": list(reason.refs), "label": " ".join(words[r] for r in reason.refs),
                "weight": reason.weight}
    if hasattr(fitted.model, "phrase"):
        en, zh = fitted.model.phrase(reason, asked, item)
        return {"kind": reason.kind, "refs": list(reason.refs), "label": en, "text": {"en": en, "zh": zh},
                "weight": reason.weight}
    return {"kind": reason.kind, "refs": list(reason.refs), "label": reason.kind, "weight": reason.weight}


def _item_row(data: Dataset, asked: Query, reason: Reason) -> dict[str, Any]:
    """A reason whose refs lead to items: positions in the history, or of an addition the items themselves."""
    added = reason.kind == "addition"
    items = [int(ref if added else asked.items[ref]) for ref in reason.refs]
    return {"kind": reason.kind, "refs": [data.items[i] for i in items], "positions": [] if added else list(reason.refs),
            "label": " + ".join(data.item_table.title[i] for i in items), "weight": reason.weight}


def removed_row(data: Dataset, asked: Query, why: Explanation) -> dict[str, Any] | None:
    """What really happened once the named reasons were taken away together; None where that was not done."""
    found = why.removal
    if found is None:
        return None
    items = list(dict.fromkeys(int(asked.items[position]) for position in found.positions))
    return {"refs": [data.items[i] for i in items], "labels": [data.item_table.title[i] for i in items],
            "positions": list(found.positions), "rank_before": found.rank_before, "rank_after": found.rank_after,
            "listed": found.listed, "proved": found.proved,
            "random": {"draws": len(found.random), "rank_after": list(found.random)}}


def counterfactual_row(data: Dataset, asked: Query, found: Any, k: int) -> dict[str, Any]:
    """The smallest set of events that holds the item in the first k, and what really happened without it."""
    positions = list(found.positions) if found.found else []
    items = [int(asked.items[position]) for position in positions]
    return {"found": found.found, "k": k, "refs": [data.items[i] for i in items],
            "labels": [data.item_table.title[i] for i in items], "rank_before": found.rank_before,
            "rank_after": found.rank_after, "minimal": found.minimal,
            "slate": [data.item_table.title[i] for i in found.after.items]}


# --- faithful -------------------------------------------------------------------------------------------


def faithful_rows(model: Any, queries: Queries, seed: int) -> dict[str, Any]:
    start = time.perf_counter()
    with show.progress(f"removing reasons for {len(queries)} people"):
        found = deletion_test(model, queries, functools.partial(catalog.explain, method="events"), seed=seed)
    ms = (time.perf_counter() - start) * 1000 / max(1, found.cases)
    sums = completeness(model, queries, catalog.explain).values if isinstance(model, (Additive, Readable)) else np.array([])
    rows = [{"method": name, "metrics": {
        "drop": rounded(bootstrap(found.drop[name])), "rank": rounded(bootstrap(found.rank[name])),
        "no_longer_first": rounded(bootstrap(found.first_lost[name]))}} for name in found.drop]
    against = {name: rounded(paired(found.drop["top reason"], found.drop[name]))
               for name in found.drop if name != "top reason"}
    return {"cases": found.cases, "rows": rows, "drop_against": against, "ms_per_case": round(ms, 2),
            "completeness": float(max(found.completeness, sums.max(initial=0))), "explained_items": len(sums),
            "removal_error": found.removal_error}


def now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def versions() -> dict[str, str]:
    from importlib.metadata import version

    return {"whyrec": __version__} | {name: version(name) for name in ("numpy", "scipy", "implicit", "polars")}
