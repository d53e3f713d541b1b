"""The settings of a model, or the options of an explainer, with what is allowed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from whyrec import registry
from whyrec.core import UnknownNameError
from whyrec.core.explainers import options_of
from whyrec.core.settings import Declared, declared
from whyrec.workflows.result import Block, Row, Rows, Table

__all__ = ["SettingsResult", "settings"]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class SettingsResult(Rows):
    """What the settings of a model, or the options of an explainer, may be.

    Attributes:
        name: Name of the model or of the explainer.
        settings: Each with its default, what is allowed, and what `whyrec tune` searches (empty if
            it leaves the setting alone).
    """

    row_field: ClassVar[str] = "settings"
    name: str
    settings: list[Row]

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        rows = [row | {"default": _shown(row["default"])} for row in self.settings]
        if not rows:
            yield f"{self.name} has no settings."
            return
        yield Table(rows, f"Settings of {self.name}")


def settings(name: str) -> SettingsResult:
    """List the settings of a model, or the options of an explainer.

    Args:
        name: Its name in the catalogue.

    Returns:
        The SettingsResult.

    Raises:
        UnknownNameError: For a name that neither a model nor an explainer has.
    """
    if name in registry.names("models"):
        known = declared(registry.find("models", name))
    elif name in registry.names("explainers"):
        known = dict(options_of(registry.find("explainers", name)))
    else:
        both = [*registry.names("models"), *registry.names("explainers")]
        raise UnknownNameError("model or explainer", name, both)
    return SettingsResult(name=name, settings=[_row(one) for one in known.values()])


def _row(one: Declared) -> Row:
    required = one.default is inspect.Parameter.empty
    return {
        "setting": one.name,
        "default": "required" if required else one.default,
        "allowed": one.allowed,
        "searched": one.setting.searched,
    }


def _shown(default: Any) -> str:
    return default if isinstance(default, str) else repr(default)
