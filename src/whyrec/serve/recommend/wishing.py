"""The wishes that act on a list: the person's kept ones and those of the request."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from whyrec.forces.meaning import Meaning
from whyrec.forces.wishes import Wish, merged, understand
from whyrec.models.item_content.text_encoder import encode, has_encoder, kept_open
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.recommend.terms import like
from whyrec.serve.settings import Settings

__all__ = ["Wishing"]

log = logging.getLogger("whyrec.serve")


class Wishing:
    """Understands wishes by the catalogue of a model.

    Vectors of the items' texts are made in the background when a wish first needs them, and kept in
    the folder of the models. Until then, wishes are understood by names and words, and say so.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._encoder: Any = None
        self._vectors: dict[int, Any] = {}  # by the hash of the texts; None while they are made

    def acting(
        self, live: ServingSnapshot, text: str, kept: Sequence[Wish], personal: bool
    ) -> tuple[Wish, ...]:
        """The wishes of a list; the request's win over kept ones about the same.

        With personalisation off, only what the person never wants still holds, as blocks do.
        """
        acting = [wish for wish in kept if personal or wish.polarity == "no"]
        return merged(acting, self.understood(live, text) if text else ())

    def understood(self, live: ServingSnapshot, text: str) -> list[Wish]:
        """Understand a text; a phrase that waits for vectors has the problem `waiting`."""
        first = understand(text, live.facts)
        if all(wish.by == "name" or wish.problem not in ("", "unknown") for wish in first):
            return first
        if not has_encoder() or live.n_items > self.settings.meaning:
            return first
        meaning = self.meaning(live)
        if meaning is not None:
            return understand(text, live.facts, meaning)
        return [
            replace(wish, problem="waiting") if wish.problem == "unknown" else wish
            for wish in first
        ]

    def meaning(self, live: ServingSnapshot, *, wait: bool = False) -> Meaning | None:
        """Likeness in meaning of the catalogue; None while its vectors are made."""
        if "meaning" in live.masks:
            known: Meaning = live.masks["meaning"]
            return known
        texts = live.written()
        key = hash(texts)
        with self._lock:
            new = key not in self._vectors
            self._vectors.setdefault(key, None)
        if new:
            thread = threading.Thread(
                target=self._encode, args=(key, texts), name="whyrec-meaning", daemon=True
            )
            thread.start()
            if wait:
                thread.join()
        vectors = self._vectors.get(key)
        if vectors is None:
            return None
        made = Meaning(self._encoder, vectors, lambda item: like(live, item))
        live.masks["meaning"] = made
        return made

    def _encode(self, key: int, texts: Sequence[str]) -> None:
        try:
            self._encoder = self._encoder or kept_open()
            vectors = encode(texts, cache=self.settings.models_folder / "texts")
            self._vectors[key] = vectors
        except Exception:  # wishes are still understood by names and words
            log.exception("no vectors of the items' texts could be made")
