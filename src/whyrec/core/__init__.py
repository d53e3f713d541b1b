"""The contracts all parts meet in; imports nothing else of whyrec."""

from whyrec.core.dataset import Dataset, ItemTable, Links, UserTable
from whyrec.core.errors import BadArgument, BadArtefact, BadData, Diverged, MissingExtra, NotFitted, Unknown, WhyrecError
from whyrec.core.ranking import batches, mask_seen, rank_of, ranks, recommend, top_k
from whyrec.core.types import (
    Additive,
    Attentive,
    Contributions,
    Differentiable,
    Explanation,
    Measurement,
    Model,
    Queries,
    Query,
    Readable,
    Reason,
    Slate,
)

__all__ = [
    "Additive", "Attentive", "BadArgument", "BadArtefact", "BadData", "Contributions", "Dataset",
    "Differentiable", "Diverged", "Explanation", "ItemTable", "Links", "Measurement", "MissingExtra", "Model",
    "NotFitted", "Queries", "Query", "Readable", "Reason", "Slate", "Unknown", "UserTable", "WhyrecError", "batches",
    "mask_seen", "rank_of", "ranks", "recommend", "top_k",
]
