"""Find models, explainers, splits, views and simulators by name, including those of plugins.

Each name stands for an import path, which is imported when it is used. A package adds a model with
``[project.entry-points."whyrec.models"]`` and ``name = "package.module:Class"`` in its
pyproject.toml.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from whyrec.core import UnknownNameError, artefact
from whyrec.core.moved import current_names
from whyrec.core.settings import check_settings
from whyrec.lazy import warn_old

__all__ = [
    "PARTS",
    "create_model",
    "current",
    "find",
    "model",
    "name_of",
    "names",
    "stored_model",
    "stored_settings",
]

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
        "sequential-rules": "whyrec.models.linear.sequential_rules:SequentialRules",
        "pctm": "whyrec.models.linear.pctm:PCTM",
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
        "exact-with-features": "whyrec.explain.exact:exact_with_features",
        "paths": "whyrec.explain.paths:paths",
        "deletion": "whyrec.explain.deletion:deletion",
        "deletion-margin": "whyrec.explain.deletion:deletion_margin",
        "greedy-removal": "whyrec.explain.deletion:greedy_removal",
        "bidirectional-removal": "whyrec.explain.deletion:bidirectional_removal",
        "shapley": "whyrec.explain.shapley:shapley",
        "lime": "whyrec.explain.lime:lime",
        "gradient-input": "whyrec.explain.gradient:gradient_input",
        "integrated-gradients": "whyrec.explain.gradient:integrated_gradients",
        "tokens": "whyrec.explain.gradient:token_gradients",
        "attention": "whyrec.explain.attention:attention_rollout",
        "counterfactual": "whyrec.explain.sets:counterfactual_set",
        "counterfactual-additions": "whyrec.explain.sets:counterfactual_additions",
        "contrast": "whyrec.explain.sets:contrast",
        "anchor": "whyrec.explain.sets:anchor",
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

OLD: dict[str, dict[str, str]] = {  # names of the version before, and those of today
    "explainers": {
        "additions": "counterfactual-additions",
        "mixed": "exact-with-features",
        "removal": "greedy-removal",
        "rule": "anchor",
        "two-sided": "bidirectional-removal",
    },
}


def current(kind: str, name: str) -> str:
    """The name of today; for one of the version before, with a warning.

    >>> current("explainers", "lime")
    'lime'
    """
    new = OLD.get(kind, {}).get(name)
    if new is None:
        return name
    warn_old(f"the {kind.rstrip('s')} {name}", new)
    return new


def names(kind: str) -> dict[str, str]:
    """Return all names of a kind with their import paths, including those of other packages.

    Args:
        kind: "models", "explainers", "protocols", "views" or "worlds".

    Returns:
        The import path of each name, as "package.module:attribute".

    Raises:
        UnknownNameError: If the kind does not exist.
    """
    if kind not in PARTS:
        raise UnknownNameError("kind of part", kind, PARTS)
    known: dict[str, str] = PARTS[kind] | _added(kind)
    return known


@functools.cache
def _added(kind: str) -> dict[str, str]:
    """Names that other packages add; cached, because reading entry points is slow."""
    return {point.name: point.value for point in entry_points(group=f"whyrec.{kind}")}


def find(kind: str, name: str) -> Any:
    """Import a part by its kind and name.

    Args:
        kind: "models", "explainers", "protocols", "views" or "worlds".
        name: A name of this kind.

    Returns:
        The class or function.

    Raises:
        UnknownNameError: If the kind or the name does not exist; the message suggests the nearest.

    >>> find("models", "ease").__name__
    'EASE'
    """
    known = names(kind)
    name = current(kind, name)
    if name not in known:
        raise UnknownNameError(kind.rstrip("s"), name, known)
    module, _, attribute = known[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def name_of(model: object) -> str | None:
    """Return the name of a model's class in the catalogue.

    Args:
        model: A model.

    Returns:
        The name, or None if the class has none.

    >>> name_of(create_model("ease")), name_of(object())
    ('ease', None)
    """
    place = f"{type(model).__module__}:{type(model).__qualname__}"
    return next((name for name, known in names("models").items() if known == place), None)


def create_model(name: str, **config: Any) -> Any:
    """Create a model by its name, not yet fitted.

    Args:
        name: A name of the catalogue, or one that another package adds.
        **config: The model's settings, as its class takes them.

    Returns:
        The model.

    Raises:
        UnknownNameError: If the name or a setting does not exist; the message suggests the nearest.
        ArgumentError: If a setting has a value that is not allowed.
    """
    made = find("models", name)
    config = current_names(made, config)
    known = list(artefact.model_arguments(made))
    for key in config:
        if key not in known:
            raise UnknownNameError(f"setting of {name}", key, known)
    check_settings(name, made, config)
    return made(**config)


def stored_model(name: str, config: Mapping[str, Any]) -> Any:
    """A new model by the name and the settings of a folder, also of one that the version before
    wrote. Not fitted; see :func:`create_model` for what it raises.
    """
    return create_model(name, **stored_settings(name, config))


def stored_settings(name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a folder by their names of today, also those of models within."""
    return {
        key: _stored_component(value) if isinstance(value, Mapping) else value
        for key, value in current_names(find("models", name), config, warn=False).items()
    }


def _stored_component(spec: Mapping[str, Any]) -> dict[str, Any]:
    kind = spec.get("model")
    if not isinstance(kind, str):
        return dict(spec)
    settings = {key: value for key, value in spec.items() if key != "model"}
    return {"model": kind} | stored_settings(kind, settings)


model = create_model  # the name inside whyrec
