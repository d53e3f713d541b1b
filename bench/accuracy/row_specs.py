"""Which rows the table of a data set has, and how a row is written on the command line.

A row is `name` or `name:key=value;key=value`: a model of whyrec's catalogue, or one of RecTools,
`implicit` or LightFM by the names below. TABLES are the rows of `make bench-accuracy`; those of
`make bench-table` are in bench/accuracy/fair_rows.py.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from whyrec import registry
from whyrec.core import ArgumentError, UnknownNameError, artefact
from whyrec.models.linear.mix import PARTS

TRANSFORMERS = ("rectools-sasrec", "rectools-esasrec", "rectools-bert4rec")
FACTORS = ("implicit-knn", "implicit-bm25", "implicit-als", "lightfm")
PEERS = ("rectools-ease", *TRANSFORMERS, *FACTORS)
SAME_FOR_EVERY_SEED = {
    "popular",
    "personal-popular",
    "knn",
    "ease",
    "cooccurrence",
    "pctm",
    "sequential-rules",
    "rectools-ease",
    "implicit-knn",
    "implicit-bm25",
}


@dataclass(frozen=True)
class Row:
    """One line of a table: the model's name, what it is called there, its settings.

    search: what is tuned before the fit, axes as in bench/peers/search.py. content: whether the
    model reads titles, texts and categories of the items. seeded: whether its fit has random
    numbers.
    """

    name: str
    label: str
    settings: dict[str, Any] = field(default_factory=dict)
    search: Mapping[str, Any] | None = None
    content: bool = False

    @property
    def seeded(self) -> bool:
        counted = "mix" in self.settings and "learned" not in self.settings.get("components", PARTS)
        return self.name not in SAME_FOR_EVERY_SEED and not counted

    @property
    def peer(self) -> bool:
        return self.name in PEERS

    @property
    def shown(self) -> str:
        return " ".join(f"{key}={value}" for key, value in self.settings.items()) or "defaults"


BASELINES = (
    Row("popular", "popular"),
    Row("knn", "item-kNN"),
    Row("als", "ALS (implicit)"),
    Row("ease", "EASE"),
    Row(
        "additive",
        "EASE, recent events heavier",
        {"ridge": 200.0, "mix": {"share": 0.0, "event_decay": 0.9}},
    ),
    Row("cooccurrence", "co-occurrence"),
)
# Settings of the large model, chosen on validation people (the curve that each fit prints).
NO_TEXT = {"text": None, "label_dims": 0}
SHORT = {"width": 128, "dropout": 0.4, "learning_rate": 0.001, "length": 50, "epochs": 14}
FILMS_SEQUENCE = Row(
    "sequence",
    "sequence",
    {
        "width": 128,
        "dropout": 0.3,
        "item_dropout": 0.1,
        "learning_rate": 0.002,
        "batch_tokens": 8192,
        "epochs": 18,
        "patience": 5,
    },
)
SHOP_SEQUENCE = (
    Row("sequence", "sequence", SHORT),
    Row("sequence", "sequence, no text", SHORT | NO_TEXT),
)
# The glass box: counts alone, and as a user gets it.
COUNTS = Row("additive", "additive, counts alone", {"components": ("ease", "transitions")})
GLASS = Row("additive", "additive")
BEST_GLASS = Row("additive", "additive, budget best", {"budget": "best"})

# The peers' settings as their authors chose them. ml-1m: configs/paper/loo/ml_1m.yaml and the table
# of hyperparameters in github.com/blondered/transformer_benchmark; the same in
# src/configs/SASRec.yaml of github.com/antklen/sasrec-bert4rec-recsys23 for SASRec with softmax;
# BERT4Rec there. Amazon: the table's column Beauty (width 64; the file s3_beauty_ligr.yaml beside
# it says 256, which a CPU needs hours for); games is not in the paper and takes Beauty's. Learning
# rate .001 and batch 128 everywhere, RecTools' defaults, written out here. RecTools 0.19 ranks by x
# W^T where EASE is x W (models/linear/ease.py hands W's rows to its ranker as item vectors): its
# figures are a little below EASE's for that reason.
LEARNING = {"batch_size": 128, "lr": 0.001}
FILMS = {
    "session_max_len": 200,
    "n_factors": 64,
    "n_blocks": 2,
    "n_heads": 1,
    "dropout_rate": 0.1,
} | LEARNING
SHOP = {
    "session_max_len": 50,
    "n_factors": 64,
    "n_blocks": 1,
    "n_heads": 1,
    "dropout_rate": 0.2,
} | LEARNING
RECTOOLS_FILMS = (
    Row("rectools-ease", "RecTools EASE", {"regularization": 300.0}),
    Row("rectools-sasrec", "RecTools SASRec, softmax", FILMS),
    Row("rectools-sasrec", "RecTools SASRec, last 50", FILMS | {"session_max_len": 50}),
    Row(
        "rectools-esasrec",
        "RecTools eSASRec",
        FILMS | {"n_negatives": 256, "ff_factors_multiplier": 4},
    ),
)
RECTOOLS_SHOP = (
    Row("rectools-ease", "RecTools EASE", {"regularization": 300.0}),
    Row("rectools-sasrec", "RecTools SASRec, softmax", SHOP),
    Row(
        "rectools-esasrec",
        "RecTools eSASRec",
        SHOP | {"n_negatives": 256, "ff_factors_multiplier": 4},
    ),
)

# Each data set's rows. Another set gets the rows under "other".
TABLES: dict[str, tuple[Row, ...]] = {
    "ml-1m-order.zip": (GLASS, COUNTS, FILMS_SEQUENCE) + RECTOOLS_FILMS + BASELINES,
    "amazon-games.zip": (GLASS, COUNTS) + SHOP_SEQUENCE + RECTOOLS_SHOP + BASELINES,
    "amazon-beauty.zip": (GLASS, COUNTS) + SHOP_SEQUENCE + RECTOOLS_SHOP + BASELINES,
    "other": (
        Row("additive", "additive"),
        COUNTS,
        Row("sequence", "sequence"),
    )
    + RECTOOLS_SHOP
    + BASELINES,
}
SETS = ("ml-1m-order.zip", "amazon-games.zip", "amazon-beauty.zip")


def rows_of(name: str, *, peers: bool) -> tuple[list[Row], list[str]]:
    """The default rows of the data set, and the names of models that the catalogue does not have
    yet.
    """
    rows = [row for row in TABLES.get(name, TABLES["other"]) if peers or not row.peer]
    lacking = [
        row.name for row in rows if not row.peer and row.name not in registry.names("models")
    ]
    return [row for row in rows if row.name not in lacking], lacking


def parse(text: str) -> Row:
    """`ease`, `ease:ridge=200`, `rectools-sasrec:n_factors=64;epochs=2`.

    >>> parse("ease:ridge=200").settings
    {'ridge': 200}
    """
    name, _, rest = text.partition(":")
    settings = {}
    for pair in filter(None, rest.split(";")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise ArgumentError(
                "a row's settings are written key=value, with ; between them", given=repr(pair)
            )
        try:
            settings[key.strip()] = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError):
            settings[key.strip()] = value.strip()  # a word, such as a loss
    known = list(registry.names("models")) + list(PEERS)
    if name not in known:
        raise UnknownNameError("row", name, known)
    return Row(name, name, settings)


def parsed(texts: list[str]) -> list[Row]:
    """The rows of the command line, each with a label of its own."""
    rows = [parse(text) for text in texts]
    names = [row.name for row in rows]
    return [
        row if names.count(row.name) == 1 else Row(row.name, text, row.settings)
        for row, text in zip(rows, texts, strict=True)
    ]


def takes(row: Row, setting: str) -> bool:
    """Whether the row's model of ours has that constructor argument."""
    return not row.peer and setting in artefact.model_arguments(registry.find("models", row.name))


def budgeted(row: Row, *, minutes: float, quick: bool) -> Row:
    """The row with the budget that all trained models get: minutes of fitting, for ours on the
    wall; in a quick run one epoch.
    """
    more: dict[str, Any] = {}
    if takes(row, "max_minutes"):
        more["max_minutes"] = minutes
    if quick and (takes(row, "epochs") or row.name in TRANSFORMERS):
        more["epochs"] = 1
    return replace(row, settings=more | row.settings)
