"""Names to parts: the only file that knows them all. Other packages add theirs by entry points.

A part is an import path, imported when it is used. A package adds a model with, in its
pyproject.toml, ``[project.entry-points."whyrec.models"]`` and ``name = "package.module:Class"``.
"""

from __future__ import annotations

import functools
import importlib
from importlib.metadata import entry_points
from typing import Any

from whyrec.core import UnknownNameError, artefact
from whyrec.core.settings import check_settings

__all__ = ["PARTS", "create_model", "find", "model", "name_of", "names"]

PARTS: dict[str, dict[str, str]] = {
    "models": {
        "popular": "whyrec.models.baselines.popular:Popular",
        "personal-popular": "whyrec.models.linear.repeat_consumption:PersonalPopular",
        "knn": "whyrec.models.baselines.knn:ItemKNN",
        "svd": "whyrec.models.baselines.svd:SVD",
        "bpr": "whyrec.models.baselines.als:BPR",
        "als": "whyrec.models.baselines.als:ALS",
        "ease": "whyrec.models.linear.ease:EASE",
        "slim": "whyrec.models.linear.slim:SLIM",
        "private": "whyrec.models.private.private:PrivateEASE",
        "private-sequence": "whyrec.models.private.private_sequence:PrivateSequence",
        "cooccurrence": "whyrec.models.linear.cooccurrence:Cooccurrence",
        "additive": "whyrec.models.linear.additive:AdditiveRecommender",
        "graph": "whyrec.models.graph.graph:PathRecommender",
        "lowrank": "whyrec.models.linear.lowrank:LowRank",
        "sequence": "whyrec.models.sequence.sequence:SequenceTransformer",
        "sharded": "whyrec.models.private.sharded:Sharded",
        "rating": "whyrec.models.rating.rating:Rating",
        "tree": "whyrec.models.interpretable.tree:TreeRanker",
        "rules": "whyrec.models.interpretable.rules:RuleRanker",
        "ebm": "whyrec.models.interpretable.ebm:EBM",
        "fused": "whyrec.models.fused:Fused",
        "compact": "whyrec.models.sequence.compact:CompressedSequence",
    },
    "explainers": {
        "exact": "whyrec.explain.exact:exact",
        "features": "whyrec.explain.exact:features",
        "mixed": "whyrec.explain.exact:mixed",
        "paths": "whyrec.explain.paths:paths",
        "deletion": "whyrec.explain.deletion:deletion",
        "deletion-margin": "whyrec.explain.deletion:deletion_margin",
        "removal": "whyrec.explain.deletion:removal",
        "two-sided": "whyrec.explain.deletion:two_sided",
        "shapley": "whyrec.explain.shapley:shapley",
        "lime": "whyrec.explain.lime:lime",
        "gradient-input": "whyrec.explain.gradient:gradient_input",
        "integrated-gradients": "whyrec.explain.gradient:integrated_gradients",
        "tokens": "whyrec.explain.gradient:token_gradients",
        "attention": "whyrec.explain.attention:attention_rollout",
        "counterfactual": "whyrec.explain.sets:counterfactual_set",
        "additions": "whyrec.explain.sets:additions",
        "contrast": "whyrec.explain.sets:contrast",
        "rule": "whyrec.explain.sets:local_rule",
        "examples": "whyrec.explain.examples:examples",
        "learned": "whyrec.explain.learned:learned",
        "als-decomposition": "whyrec.explain.als:decomposition",
        "als-leave-one-out": "whyrec.explain.als:leave_one_out",
    },
    "protocols": {
        "next-item": "whyrec.data.split:next_item",
        "strong": "whyrec.data.split:strong",
        "temporal": "whyrec.data.split:temporal",
        "random": "whyrec.data.split:random",
    },
    "views": {
        "factors": "whyrec.visualise.views.factors:factors",
        "switched-off": "whyrec.visualise.views.factors:switched_off",
        "concepts": "whyrec.visualise.views.concepts:concepts",
        "network": "whyrec.visualise.views.item_networks:network",
        "ego": "whyrec.visualise.views.item_networks:ego",
        "person": "whyrec.visualise.views.item_networks:person",
        "paths": "whyrec.visualise.views.paths:paths",
        "atlas": "whyrec.visualise.views.item_map:atlas",
        "tree": "whyrec.visualise.views.interpretable:tree",
        "shapes": "whyrec.visualise.views.interpretable:shapes",
        "training": "whyrec.visualise.views.training_curves:training",
        "removed": "whyrec.visualise.views.training_curves:removed",
        "attention": "whyrec.visualise.views.sequence_internals:attention",
        "layers": "whyrec.visualise.views.sequence_internals:layers",
        "tokens": "whyrec.visualise.views.sequence_internals:tokens",
    },
    "worlds": {
        "films": "whyrec.data.simulate:films",
        "planted": "whyrec.data.simulate:planted",
        "senses": "whyrec.data.simulate:senses",
    },
}


def names(kind: str) -> dict[str, str]:
    """All names of a kind with their import paths: whyrec's own and those that other packages
    add.
    """
    if kind not in PARTS:
        raise UnknownNameError("kind of part", kind, PARTS)
    known: dict[str, str] = PARTS[kind] | _added(kind)
    return known


@functools.cache
def _added(kind: str) -> dict[str, str]:
    """What other packages add. Looked up once: reading all packages' records takes milliseconds."""
    return {point.name: point.value for point in entry_points(group=f"whyrec.{kind}")}


def find(kind: str, name: str) -> Any:
    """The part itself; an unknown name suggests the nearest.

    >>> find("models", "ease").__name__
    'EASE'
    """
    known = names(kind)
    if name not in known:
        raise UnknownNameError(kind.rstrip("s"), name, known)
    module, _, attribute = known[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def name_of(model: object) -> str | None:
    """The name of a model's class in the catalogue; None where it has none.

    >>> name_of(create_model("ease")), name_of(object())
    ('ease', None)
    """
    place = f"{type(model).__module__}:{type(model).__qualname__}"
    return next((name for name, known in names("models").items() if known == place), None)


def create_model(name: str, **config: Any) -> Any:
    """A new model by name, not fitted.

    Args:
        name: A name of the catalogue, or one that another package adds.
        **config: The model's settings, as its class takes them.

    Raises:
        UnknownNameError: For a name or a setting that does not exist; the nearest is suggested.
        ArgumentError: For a setting that cannot be what was given.
    """
    made = find("models", name)
    known = list(artefact.model_arguments(made))
    for key in config:
        if key not in known:
            raise UnknownNameError(f"setting of {name}", key, known)
    check_settings(name, made, config)
    return made(**config)


model = create_model  # the name inside whyrec
