"""The contracts that all parts share; within whyrec it imports only `lazy` and `frames`."""

from whyrec.core.ablation import counted, from_score, subsets
from whyrec.core.capabilities import (
    Additive,
    Attentive,
    Contributions,
    Differentiable,
    Model,
    Readable,
    Scorer,
    Textual,
)
from whyrec.core.dataset import Dataset, ItemTable, Links, UserTable
from whyrec.core.decomposition import Decomposable, Decomposition, Parts, WithReasons, decompose
from whyrec.core.errors import (
    BadArgument,
    BadArtefact,
    BadData,
    Diverged,
    MissingExtra,
    NotFitted,
    Unknown,
    WhyrecError,
    check_fitted,
    is_fitted,
)
from whyrec.core.explanation import Cost, Explanation, Measurement, Reason, Removal, Slate
from whyrec.core.listing import Listing
from whyrec.core.queries import Queries, Query
from whyrec.core.ranking import batches, mask_avoided, mask_seen, rank_of, ranks, recommend, top_k
from whyrec.core.support import Supported

__all__ = [
    "Additive",
    "Attentive",
    "BadArgument",
    "BadArtefact",
    "BadData",
    "Contributions",
    "Cost",
    "Dataset",
    "Decomposable",
    "Decomposition",
    "Differentiable",
    "Diverged",
    "Explanation",
    "ItemTable",
    "Links",
    "Listing",
    "Measurement",
    "MissingExtra",
    "Model",
    "NotFitted",
    "Parts",
    "Queries",
    "Query",
    "Readable",
    "Reason",
    "Removal",
    "Scorer",
    "Slate",
    "Supported",
    "Textual",
    "Unknown",
    "UserTable",
    "WhyrecError",
    "WithReasons",
    "batches",
    "check_fitted",
    "counted",
    "decompose",
    "from_score",
    "is_fitted",
    "mask_avoided",
    "mask_seen",
    "rank_of",
    "ranks",
    "recommend",
    "subsets",
    "top_k",
]
