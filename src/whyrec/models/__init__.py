"""The recommendation models. ``from whyrec.models import EASE`` works for every one of them; a
model is imported when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whyrec import lazy

__all__ = [
    "ALS",
    "BPR",
    "EASE",
    "EBM",
    "SLIM",
    "SVD",
    "Additive",
    "Compact",
    "Cooccurrence",
    "Fused",
    "Graph",
    "ItemKNN",
    "LowRank",
    "PersonalPopular",
    "Popular",
    "Private",
    "PrivateSequence",
    "Rating",
    "Rules",
    "Sequence",
    "Sharded",
    "Tree",
]

if TYPE_CHECKING:
    from whyrec.models.baselines.als import ALS, BPR
    from whyrec.models.baselines.knn import ItemKNN
    from whyrec.models.baselines.popular import Popular
    from whyrec.models.baselines.svd import SVD
    from whyrec.models.fused import Fused
    from whyrec.models.graph.graph import Graph
    from whyrec.models.interpretable.ebm import EBM
    from whyrec.models.interpretable.rules import Rules
    from whyrec.models.interpretable.tree import Tree
    from whyrec.models.linear.additive import Additive
    from whyrec.models.linear.cooccurrence import Cooccurrence
    from whyrec.models.linear.ease import EASE
    from whyrec.models.linear.lowrank import LowRank
    from whyrec.models.linear.repeat_consumption import PersonalPopular
    from whyrec.models.linear.slim import SLIM
    from whyrec.models.private.private import Private
    from whyrec.models.private.private_sequence import PrivateSequence
    from whyrec.models.private.sharded import Sharded
    from whyrec.models.rating.rating import Rating
    from whyrec.models.sequence.compact import Compact
    from whyrec.models.sequence.sequence import Sequence
else:
    __getattr__, __dir__ = lazy.names(
        __name__,
        {
            "ALS": "whyrec.models.baselines.als:ALS",
            "BPR": "whyrec.models.baselines.als:BPR",
            "EASE": "whyrec.models.linear.ease:EASE",
            "EBM": "whyrec.models.interpretable.ebm:EBM",
            "SLIM": "whyrec.models.linear.slim:SLIM",
            "SVD": "whyrec.models.baselines.svd:SVD",
            "Additive": "whyrec.models.linear.additive:Additive",
            "Compact": "whyrec.models.sequence.compact:Compact",
            "Cooccurrence": "whyrec.models.linear.cooccurrence:Cooccurrence",
            "Fused": "whyrec.models.fused:Fused",
            "Graph": "whyrec.models.graph.graph:Graph",
            "ItemKNN": "whyrec.models.baselines.knn:ItemKNN",
            "LowRank": "whyrec.models.linear.lowrank:LowRank",
            "PersonalPopular": "whyrec.models.linear.repeat_consumption:PersonalPopular",
            "Popular": "whyrec.models.baselines.popular:Popular",
            "Private": "whyrec.models.private.private:Private",
            "PrivateSequence": "whyrec.models.private.private_sequence:PrivateSequence",
            "Rating": "whyrec.models.rating.rating:Rating",
            "Rules": "whyrec.models.interpretable.rules:Rules",
            "Sequence": "whyrec.models.sequence.sequence:Sequence",
            "Sharded": "whyrec.models.private.sharded:Sharded",
            "Tree": "whyrec.models.interpretable.tree:Tree",
        },
    )
