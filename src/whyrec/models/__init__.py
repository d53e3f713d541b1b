"""The recommendation models.

Every model can be imported from here, as in ``from whyrec.models import EASE``; its module is
loaded on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whyrec import lazy

__all__ = [
    "ALS",
    "BPR",
    "EASE",
    "EBM",
    "PCTM",
    "SLIM",
    "SVD",
    "AdditiveRecommender",
    "CompressedSequence",
    "Cooccurrence",
    "Fused",
    "ItemKNN",
    "LowRank",
    "PathRecommender",
    "PersonalPopular",
    "Popular",
    "PrivateEASE",
    "PrivateSequence",
    "Rating",
    "RuleRanker",
    "SequenceTransformer",
    "SequentialRules",
    "Sharded",
    "TreeRanker",
]

if TYPE_CHECKING:
    from whyrec.models.baselines.als import ALS, BPR
    from whyrec.models.baselines.knn import ItemKNN
    from whyrec.models.baselines.popular import Popular
    from whyrec.models.baselines.svd import SVD
    from whyrec.models.fused import Fused
    from whyrec.models.graph.graph import PathRecommender
    from whyrec.models.interpretable.ebm import EBM
    from whyrec.models.interpretable.rules import RuleRanker
    from whyrec.models.interpretable.tree import TreeRanker
    from whyrec.models.linear.additive import AdditiveRecommender
    from whyrec.models.linear.cooccurrence import Cooccurrence
    from whyrec.models.linear.ease import EASE
    from whyrec.models.linear.lowrank import LowRank
    from whyrec.models.linear.pctm import PCTM
    from whyrec.models.linear.repeat_consumption import PersonalPopular
    from whyrec.models.linear.sequential_rules import SequentialRules
    from whyrec.models.linear.slim import SLIM
    from whyrec.models.private.private import PrivateEASE
    from whyrec.models.private.private_sequence import PrivateSequence
    from whyrec.models.private.sharded import Sharded
    from whyrec.models.rating.rating import Rating
    from whyrec.models.sequence.compact import CompressedSequence
    from whyrec.models.sequence.sequence import SequenceTransformer
else:
    __getattr__, __dir__ = lazy.names(
        __name__,
        {
            "ALS": "whyrec.models.baselines.als:ALS",
            "BPR": "whyrec.models.baselines.als:BPR",
            "EASE": "whyrec.models.linear.ease:EASE",
            "EBM": "whyrec.models.interpretable.ebm:EBM",
            "PCTM": "whyrec.models.linear.pctm:PCTM",
            "SLIM": "whyrec.models.linear.slim:SLIM",
            "SVD": "whyrec.models.baselines.svd:SVD",
            "AdditiveRecommender": "whyrec.models.linear.additive:AdditiveRecommender",
            "CompressedSequence": "whyrec.models.sequence.compact:CompressedSequence",
            "Cooccurrence": "whyrec.models.linear.cooccurrence:Cooccurrence",
            "Fused": "whyrec.models.fused:Fused",
            "ItemKNN": "whyrec.models.baselines.knn:ItemKNN",
            "LowRank": "whyrec.models.linear.lowrank:LowRank",
            "PathRecommender": "whyrec.models.graph.graph:PathRecommender",
            "PersonalPopular": "whyrec.models.linear.repeat_consumption:PersonalPopular",
            "Popular": "whyrec.models.baselines.popular:Popular",
            "PrivateEASE": "whyrec.models.private.private:PrivateEASE",
            "PrivateSequence": "whyrec.models.private.private_sequence:PrivateSequence",
            "Rating": "whyrec.models.rating.rating:Rating",
            "RuleRanker": "whyrec.models.interpretable.rules:RuleRanker",
            "SequenceTransformer": "whyrec.models.sequence.sequence:SequenceTransformer",
            "SequentialRules": "whyrec.models.linear.sequential_rules:SequentialRules",
            "Sharded": "whyrec.models.private.sharded:Sharded",
            "TreeRanker": "whyrec.models.interpretable.tree:TreeRanker",
        },
        old={
            "Additive": "AdditiveRecommender",
            "Compact": "CompressedSequence",
            "Graph": "PathRecommender",
            "Private": "PrivateEASE",
            "Rules": "RuleRanker",
            "Sequence": "SequenceTransformer",
            "Tree": "TreeRanker",
        },
    )
