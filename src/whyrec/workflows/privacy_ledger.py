"""Record the privacy budget of private models in a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whyrec.core import ArgumentError, Dataset
from whyrec.core.lifecycle import Private
from whyrec.privacy.ledger import Ledger
from whyrec.workflows.result import Row

PRIVATE = ("private", "private-sequence")


def check_ledger(model: str, ledger: Path | None) -> None:
    """Check before the fit that the model is private and the ledger is readable."""
    if ledger is None:
        return
    if model not in PRIVATE:
        raise ArgumentError(f"--ledger goes with private models: {', '.join(PRIVATE)}", given=model)
    Ledger(ledger)


def spent(
    made: Any, data: Dataset, out: Path, ledger: Path | None, *, histories: bool
) -> Row | None:
    """Budget of a private model and of all releases of its people; None for other models."""
    if not isinstance(made, Private):
        return None
    told = made.privacy_
    found: Row = {**told, "histories": histories}
    if ledger is not None:
        book = Ledger(ledger)
        found |= {
            "ledger_epsilon": book.add(out.name, told, data.users),
            "ledger_delta": book.stored["delta"],
        }
    return found


def check_not_private(model: Any, done: str) -> None:
    """Raise ArgumentError for a private model, whose every fit spends epsilon; `done`: the verb."""
    if isinstance(model, Private):
        raise ArgumentError(
            f"a private model is not {done}: that would be a new fit, which spends epsilon of "
            "everybody in the data",
            given=type(model).__name__,
            fix="decide it: run whyrec fit on the data as they should be, with --ledger FILE",
        )
