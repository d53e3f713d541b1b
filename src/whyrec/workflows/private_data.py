"""Read data for a model: a private one needs a catalogue, and nothing decided by its events."""

from __future__ import annotations

from typing import Any, Unpack

from whyrec import api
from whyrec.core import ArgumentError, Dataset
from whyrec.core.catalogue import OWN, RELEASE, check_by_person
from whyrec.core.lifecycle import NeedsCatalogue
from whyrec.core.progress import Progress, silent
from whyrec.workflows.reading import Reading, Source, load

__all__ = ["load_to_fit"]


def load_to_fit(
    model: Any,
    source: Source,
    *,
    seed: int = 0,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> tuple[Dataset, list[Any]]:
    """Read and clean the data that a model is fitted to.

    Args:
        model: The unfitted model.
        source: A known name, a path, a database URL or a Dataset.
        seed: Seed of a release of the items, if the model is reproducible.
        progress: Receives texts and shares of the work; silent by default.
        **reading: How the data is read.

    Returns:
        The data, and the steps of reading and cleaning.

    Raises:
        ArgumentError: If a private model has no catalogue, or if an option would show events.
    """
    catalogue = reading.get("catalogue")
    if not isinstance(model, NeedsCatalogue):
        if catalogue == RELEASE:
            raise ArgumentError(
                "--catalogue release goes with a private model",
                given=type(model).__name__,
                fix="leave it out",
            )
        if not isinstance(source, Dataset):
            reading["ratings"] = api.ratings_for(model, reading.get("ratings", "auto"))
        return load(source, progress=progress, **reading)
    if not isinstance(source, Dataset):
        reading["ratings"] = check_by_person(
            reading.get("min_value"),
            reading.get("k_core", 0),
            reading.get("item_core", 0),
            reading.get("ratings", "auto"),
        )
        reading["catalogue"] = catalogue or OWN
    if catalogue != RELEASE:
        return load(source, progress=progress, **reading)
    from whyrec.privacy.catalogue import release_items
    from whyrec.privacy.noise import generator

    del reading["catalogue"]
    data, steps = load(source, progress=progress, **reading)
    noise, delta = model.item_release()
    random = generator(seed if model.reproducible else None)
    with progress("releasing the items"):
        return release_items(data, noise, delta, random=random), steps
