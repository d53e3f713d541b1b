"""Models that are made of other models: a part as a setting says it, and what its fit takes."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping
from typing import Any

from whyrec import lazy
from whyrec.core.errors import ArgumentError

__all__ = ["build_component", "fit_arguments"]


def build_component(spec: Any, owner: str, config: Mapping[str, Any] | None = None) -> Any:
    """An unfitted model. spec: a name of the catalogue, {"model": name, setting: value, ...}, or a
    model, which is copied;
    owner: whose part it is; config: its settings, if a folder holds them. Raises ArgumentError for
    settings without a name."""
    if isinstance(spec, str):
        spec = {"model": spec}
    if not isinstance(spec, Mapping):
        return copy.deepcopy(spec)
    if not spec.get("model"):
        raise ArgumentError(
            "a part by name needs the catalogue and the key model",
            given=repr(dict(spec)),
            fix=f"name the model of this part of {owner}, or hand over a model",
        )
    if config is not None:
        return lazy.hook("stored_model")(spec["model"], config)
    settings = {key: value for key, value in spec.items() if key != "model"}
    return lazy.hook("create_model")(spec["model"], **settings)


def fit_arguments(model: Any, **more: Any) -> dict[str, Any]:
    """Those of the arguments that the model's fit takes."""
    known = inspect.signature(model.fit).parameters
    return {name: value for name, value in more.items() if name in known}
