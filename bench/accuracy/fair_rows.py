"""The rows of `make bench-table`: every baseline with the space in which it is tuned, whyrec's
models, and the peers.

A baseline of ours is tuned over the space that its model declares. The peers' spaces are written
here; a library's own defaults are tried first (LightFM with the loss WARP and 10 epochs, since its
default loss learns nothing from choices alone). EASE with a decay is a model of ours that has the
EASE part alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bench.accuracy.row_specs import (
    FILMS,
    FILMS_SEQUENCE,
    NO_TEXT,
    SHOP,
    SHORT,
    TRANSFORMERS,
    Row,
    takes,
)
from whyrec import registry
from whyrec.core.settings import declared, searched

DECLARED: Mapping[str, Any] = {"declared": True}
# Every pair of items counts, as in the literature; by default validation people choose a minimum.
NO_MINIMUM = {"min_support": 0}
EASE_AXIS = {"low": 1.0, "high": 1e5, "log": True}
TUNED = (
    Row("knn", "item-kNN", NO_MINIMUM, search=DECLARED),
    Row("als", "ALS", search=DECLARED),
    Row("ease", "EASE", NO_MINIMUM, search=DECLARED),
    Row(
        "additive",
        "EASE, recent events heavier",
        {
            "components": ["ease"],
            "similarity_terms": [],
            "ridge": 300.0,
            "mix": {"share": 0.0, "event_decay": 0.95},
        }
        | NO_MINIMUM,
        search={"ridge": EASE_AXIS, "mix.event_decay": {"low": 0.7, "high": 1.0}},
    ),
    Row("cooccurrence", "co-occurrence", NO_MINIMUM, search=DECLARED),
    Row("pctm", "PCTM", search=DECLARED),
    Row("sequential-rules", "sequential rules", search=DECLARED),
)
NEIGHBOURS = {"grid": [5, 10, 20, 50, 100, 200, 500]}
TUNED_PEERS = (
    Row("implicit-knn", "implicit, item-kNN (cosine)", {"K": 20}, search={"K": NEIGHBOURS}),
    Row(
        "implicit-bm25",
        "implicit, item-kNN (BM25)",
        {"K": 20, "K1": 1.2, "B": 0.75},
        search={
            "K": NEIGHBOURS,
            "K1": {"grid": [0.2, 0.6, 1.2, 2.4, 10.0, 100.0]},
            "B": {"grid": [0.0, 0.25, 0.4, 0.75, 1.0]},
        },
    ),
    Row(
        "implicit-als",
        "implicit, ALS",
        {"factors": 100, "regularization": 0.01, "alpha": 1.0, "iterations": 15},
        search={
            "factors": {"grid": [32, 64, 128, 256]},
            "regularization": {"low": 0.01, "high": 100.0, "log": True},
            "alpha": {"low": 1.0, "high": 50.0, "log": True},
            "iterations": {"low": 5, "high": 30, "whole": True},
        },
    ),
    Row(
        "lightfm",
        "LightFM",
        {
            "loss": "warp",
            "no_components": 10,
            "learning_rate": 0.05,
            "item_alpha": 0.0,
            "user_alpha": 0.0,
            "epochs": 10,
        },
        search={
            "loss": {"grid": ["warp", "bpr"]},
            "no_components": {"grid": [16, 32, 64, 128]},
            "learning_rate": {"grid": [0.01, 0.02, 0.05, 0.1]},
            "item_alpha": {"grid": [0.0, 1e-6, 1e-5, 1e-4]},
            "user_alpha": {"grid": [0.0, 1e-6, 1e-5, 1e-4]},
            "epochs": {"low": 5, "high": 60, "log": True, "whole": True},
        },
    ),
)
# Trained until validation has not improved for as many epochs as the authors of eSASRec wait on
# these sets (README.md of github.com/blondered/transformer_benchmark: patience 50, at most 100
# epochs on films, 200 in shops), or until the cap. In shops SASRec has the loss that is best there
# by the same source, a softmax over 256 negatives: one over all items takes minutes an epoch.
FILMS_PATIENCE = {"patience": 50, "epochs": 100}
SHOP_PATIENCE = {"patience": 50, "epochs": 200}
WITHOUT = "without titles and categories"


def fair_rows(name: str, *, repeat: bool) -> list[Row]:
    """The rows of a data set. repeat: whether people choose an item again there, which is where
    most used and most recent are baselines.
    """
    films = name == "ml-1m-order.zip"
    large = FILMS_SEQUENCE.settings if films else SHORT
    settings, more = (FILMS, FILMS_PATIENCE) if films else (SHOP, SHOP_PATIENCE)
    again = [
        Row("personal-popular", "most used"),
        Row("personal-popular", "most recent", search={"decay": {"low": 0.0, "high": 1.0}}),
    ]
    if films:
        last = FILMS | more | {"session_max_len": 50}
        sasrec = [
            Row("rectools-sasrec", "RecTools SASRec, softmax", FILMS | more),
            Row("rectools-sasrec", "RecTools SASRec, softmax, last 50", last),
        ]
    else:
        sampled = SHOP | more | {"loss": "sampled_softmax", "n_negatives": 256}
        sasrec = [Row("rectools-sasrec", "RecTools SASRec, sampled softmax", sampled)]
    esasrec = settings | more | {"n_negatives": 256, "ff_factors_multiplier": 4}
    return [
        Row("popular", "popular"),
        *(again if repeat else []),
        *TUNED,
        Row("additive", "additive", content=True),
        Row("additive", f"additive, {WITHOUT}", {"learned": NO_TEXT}),
        Row("additive", "additive, budget best", {"budget": "best"}, content=True),
        Row(
            "additive",
            f"additive, budget best, {WITHOUT}",
            {"budget": "best"} | {"learned": NO_TEXT},
        ),
        Row("sequence", "sequence", large, content=True),
        Row("sequence", f"sequence, {WITHOUT}", large | NO_TEXT),
        Row("fused", "fused", {"large": {"model": "sequence"} | large}, content=True),
        Row(
            "fused",
            f"fused, {WITHOUT}",
            {
                "glass": {"model": "additive", "learned": NO_TEXT},
                "large": {"model": "sequence"} | large | NO_TEXT,
            },
        ),
        *TUNED_PEERS,
        *sasrec,
        Row("rectools-esasrec", "RecTools eSASRec", esasrec),
    ]


def lacks(row: Row) -> str | None:
    """Why the row cannot be had with this catalogue, or None."""
    if row.peer:
        return None
    if row.name not in registry.names("models"):
        return f"the catalogue has no model {row.name}"
    unknown = [key for key in row.settings if not takes(row, key)]
    return f"{row.name} has no setting {', '.join(unknown)}" if unknown else None


def with_defaults(row: Row) -> Row:
    """The row with the defaults of the settings that its search goes over, written out."""
    if row.peer:
        return row
    known = declared(registry.find("models", row.name))
    defaults = {name: known[name].default for name in space_of(row) if name in known}
    return replace(row, settings=defaults | row.settings)


def space_of(row: Row) -> dict[str, Any]:
    """The axes that the row's search goes over; none if it is not tuned."""
    if row.search is not DECLARED:
        return dict(row.search or {})
    space: dict[str, Any] = {}
    for name, one in searched(registry.find("models", row.name)).items():
        if one.setting.grid:
            space[name] = {"grid": list(one.setting.grid)}
        else:
            low, high = one.setting.search or (0, 0)
            space[name] = {"low": low, "high": high, "log": one.setting.log}
            if one.kind is int:
                space[name]["whole"] = True
    return space


def in_one_epoch(row: Row) -> Row:
    """The row for a quick run: what is trained is trained for one epoch."""
    one = {"epochs": 1}
    glass = row.settings.get("glass", {"model": "additive"})
    more: dict[str, Any] = {}
    if row.name == "additive" and row.seeded:
        more = {"learned": {**row.settings.get("learned", {}), **one}}
    elif row.name == "fused":
        more = {
            "glass": glass | {"learned": {**glass.get("learned", {}), **one}},
            "large": row.settings["large"] | one,
        }
    elif row.name in ("sequence", *TRANSFORMERS):
        more = one
    return replace(row, settings=row.settings | more)
