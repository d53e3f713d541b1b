"""Which promises of the documents hold for this installation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from whyrec.core import Additive
from whyrec.core.capabilities import PartlyExplained
from whyrec.core.lifecycle import Private
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.service import Service
from whyrec.workflows.promises import Kept, Promise, code_digest, kept

__all__ = ["NEEDS", "promises"]

# What a promise may need, and whether it is here.
NEEDS: Mapping[str, Callable[[Service, ServingSnapshot], bool]] = {
    "": lambda service, live: True,
    "additive": lambda service, live: isinstance(live.model, Additive),
    "rest": lambda service, live: isinstance(live.model, PartlyExplained),
    "private": lambda service, live: isinstance(live.model, Private),
    "policy": lambda service, live: bool(service.settings.policy),
    "explore": lambda service, live: service.settings.explore > 0,
    "index": lambda service, live: service.settings.neighbours > 0,
    "postgresql": lambda service, live: service.settings.store.startswith("postgresql"),
}


def promises(service: Service, value: Kept | None = None) -> dict[str, Any]:
    """State each promise as it stands here.

    Args:
        service: The service.
        value: The promises; default: those of the package.

    Returns:
        The day, the commit, whether this very code was tested, and the promises with their state:
            `holds`, `changed` (the tests passed on other code), `broken`, `unrun`, or `absent` if
            this installation has nothing that the promise is about.
    """
    value = kept() if value is None else value
    live = service.registry.current(service.store.counters())
    same = value.code == code_digest()
    rows = [
        {
            "words": one.words,
            "zh": one.zh,
            "pages": list(one.pages),
            "tests": list(one.tests),
            "needs": one.needs,
            "state": _state(one, same) if NEEDS[one.needs](service, live) else "absent",
        }
        for one in value.promises
    ]
    return {
        "date": value.date,
        "commit": value.commit,
        "same_code": same,
        "holding": sum(row["state"] == "holds" for row in rows),
        "promises": rows,
    }


def _state(one: Promise, same: bool) -> str:
    if one.passed is None:
        return "unrun"
    if not one.passed:
        return "broken"
    return "holds" if same else "changed"
