"""The contracts that all parts share; within whyrec it imports only `lazy` and `frames`."""

from typing import TYPE_CHECKING

from whyrec.core.ablation import count_calls, model_from_function, subsets
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
from whyrec.core.decomposition import (
    Decomposable,
    Decomposition,
    ItemContributions,
    WithReasons,
    decompose,
)
from whyrec.core.errors import (
    ArgumentError,
    BadArtefact,
    DataError,
    MissingExtra,
    NotFitted,
    TrainingDivergedError,
    UnknownNameError,
    WhyrecError,
    check_fitted,
    is_fitted,
)
from whyrec.core.explainers import explainer
from whyrec.core.explanation import Cost, Explanation, Measurement, Reason, Removal, Slate
from whyrec.core.listing import Listing
from whyrec.core.moved import moved
from whyrec.core.queries import Queries, Query, check_items
from whyrec.core.ranking import batches, mask_avoided, mask_seen, rank_of, ranks, recommend, top_k
from whyrec.core.settings import Setting
from whyrec.core.support import Supported

__all__ = [
    "Additive",
    "ArgumentError",
    "Attentive",
    "BadArtefact",
    "Contributions",
    "Cost",
    "DataError",
    "Dataset",
    "Decomposable",
    "Decomposition",
    "Differentiable",
    "Explanation",
    "ItemContributions",
    "ItemTable",
    "Links",
    "Listing",
    "Measurement",
    "MissingExtra",
    "Model",
    "NotFitted",
    "Queries",
    "Query",
    "Readable",
    "Reason",
    "Removal",
    "Scorer",
    "Setting",
    "Slate",
    "Supported",
    "Textual",
    "TrainingDivergedError",
    "UnknownNameError",
    "UserTable",
    "WhyrecError",
    "WithReasons",
    "batches",
    "check_fitted",
    "check_items",
    "count_calls",
    "decompose",
    "explainer",
    "is_fitted",
    "mask_avoided",
    "mask_seen",
    "model_from_function",
    "rank_of",
    "ranks",
    "recommend",
    "subsets",
    "top_k",
]

if not TYPE_CHECKING:
    __getattr__ = moved(
        __name__,
        {
            "BadArgument": f"{__name__}:ArgumentError",
            "BadData": f"{__name__}:DataError",
            "Diverged": f"{__name__}:TrainingDivergedError",
            "Unknown": f"{__name__}:UnknownNameError",
            "counted": f"{__name__}:count_calls",
            "from_score": f"{__name__}:model_from_function",
        },
    )
