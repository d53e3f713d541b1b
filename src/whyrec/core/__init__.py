"""The contracts all parts meet in; imports nothing else of whyrec."""

from whyrec.core.dataset import Dataset, ItemTable, Links, UserTable
from whyrec.core.errors import BadArgument, BadArtefact, BadData, Diverged, MissingExtra, NotFitted, Unknown, WhyrecError
from whyrec.core.ranking import batches, mask_seen, rank_of, ranks, recommend, top_k
from whyrec.core.subsets import counted, from_score, subsets
from whyrec.core.support import Supported
from whyrec.core.types import (
    Additive,
    Attentive,
    Contributions,
    Cost,
    Differentiable,
    Explanation,
    Measurement,
    Model,
    Queries,
    Query,
    Readable,
    Reason,
    Slate,
    Textual,
)

__all__ = [
    "Additive", "Attentive", "BadArgument", "BadArtefact", "BadData", "Contributions", "Cost", "Dataset",
    "Differentiable", "Diverged", "Explanation", "ItemTable", "Links", "Measurement", "MissingExtra", "Model",
    "NotFitted", "Queries", "Query", "Readable", "Reason", "Slate", "Supported", "Textual", "Unknown", "UserTable",
    "WhyrecError", "batches", "counted", "from_score", "mask_seen", "rank_of", "ranks", "recommend", "subsets", "top_k",
]
