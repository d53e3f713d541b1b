"""Helpers for composite models: build a sub-model; keep only the arguments its `fit` accepts."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, runtime_checkable

from whyrec import lazy
from whyrec.core.artefact import model_config
from whyrec.core.errors import ArgumentError
from whyrec.core.lifecycle import NeedsCatalogue

__all__ = ["Composite", "accepts", "build_component", "fit_arguments", "same_component"]


@runtime_checkable
class Composite(Protocol):
    """Fits other models on its own data, or takes them fitted: `fit(..., fitted={name: model})`."""

    def components(self) -> dict[str, Any]:
        """Return the unfitted models by name that a fit would fit as they would be fitted alone."""


def build_component(spec: Any, owner: str, config: Mapping[str, Any] | None = None) -> Any:
    """Build an unfitted sub-model from its specification.

    Args:
        spec: A name of the catalogue, {"model": name, setting: value, ...}, or a model, which is
            copied.
        owner: Name of the composite model, for messages.
        config: Settings of the sub-model, if known.

    Returns:
        The unfitted sub-model.

    Raises:
        ArgumentError: If settings are given without a name, or if the sub-model is private.
    """
    if isinstance(spec, str):
        spec = {"model": spec}
    if not isinstance(spec, Mapping):
        return _alone(copy.deepcopy(spec), owner)
    if not spec.get("model"):
        raise ArgumentError(
            "a part by name needs the catalogue and the key model",
            given=repr(dict(spec)),
            fix=f"name the sub-model of {owner}, or pass a model",
        )
    if config is not None:
        return lazy.hook("stored_model")(spec["model"], config)
    settings = {key: value for key, value in spec.items() if key != "model"}
    return _alone(lazy.hook("create_model")(spec["model"], **settings), owner)


def _alone(model: Any, owner: str) -> Any:
    """Refuse a private model as a component: what is built around it is not private."""
    if isinstance(model, NeedsCatalogue):
        raise ArgumentError(
            f"the parts of {owner} must be models whose privacy is not promised",
            given=type(model).__name__,
            fix="fit the private model alone",
        )
    return model


def fit_arguments(model: Any, **more: Any) -> dict[str, Any]:
    """Keep only the arguments that the model's `fit` accepts."""
    known = inspect.signature(model.fit).parameters
    return {name: value for name, value in more.items() if name in known}


def accepts(function: Any, names: Iterable[str]) -> bool:
    """Return whether a function has arguments of all these names."""
    return set(names) <= set(inspect.signature(function).parameters)


def same_component(one: Any, other: Any) -> bool:
    """Return whether two models are of one class and have the same settings."""
    return type(one) is type(other) and model_config(one) == model_config(other)
