"""Inspection of the sequence model: embeddings with gradients, attention, layers, text tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, Queries, Query, check_items
from whyrec.models.sequence.fitted_network import FittedNetwork, needs_torch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["SequenceInspection"]


class SequenceInspection(FittedNetwork):
    """Mixin of :class:`~whyrec.models.sequence.sequence.SequenceTransformer` for its inspection.

    It has no state of its own but caches.
    """

    output = "softmax"  # the scores are logits of a softmax
    _plain_: tuple[Any, tuple[Tensor, Tensor, Tensor]] | None = None
    _encoder_: tuple[Any, Any] | None = None

    if TYPE_CHECKING:  # attributes of the model
        clock_: bool

        def hidden(
            self, queries: Any, network: Any = None, events: Tensor | None = None
        ) -> Tensor: ...
        def _work(self, events: int, n_items: int) -> int: ...

    def score_items(self, queries: Any, items: NDArray[Any]) -> NDArray[np.float32]:
        """Score given items without scoring all others.

        Args:
            queries: q histories.
            items: c item numbers per query, (q, c).

        Returns:
            (q, c) float32.
        """
        needs_torch()
        import torch

        from whyrec.models.training.trainer import threads_for

        batch = Queries.of(queries, len(self.counts_))
        check_items(len(self.counts_), items)
        network = self._loaded()
        with torch.inference_mode(), threads_for(self._work(int(batch.sizes.sum()), 0)):
            vectors, _, bias = self._tower(network)
            hidden = self.hidden(batch, network)
            numbers = torch.from_numpy(np.asarray(items, np.int64)).to(hidden.device)
            out = torch.einsum("qd,qcd->qc", hidden, vectors[numbers]) + bias[numbers]
        return np.asarray(out.cpu().numpy(), np.float32)

    def item_vectors(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the item vectors.

        Returns:
            Items as events, and as recommendations, (n_items, width) each.
        """
        vectors, events, _ = self._plain()
        return np.array(events.cpu().numpy()), np.array(vectors.cpu().numpy())

    # --- event embeddings -------------------------------------------------------------------------

    def embed(self, query: Query) -> Tensor:
        """Return the vectors of the events, (m, width)."""
        import torch

        return self._plain()[1][torch.from_numpy(query.items.astype(np.int64))]

    def neutral(self, query: Query) -> Tensor:
        """Return the mean event vector, weighted by how often items are chosen, (m, width).

        A zero vector is not neutral here, because every block normalises first.
        """
        import torch

        events = self._plain()[1]
        weight = torch.from_numpy(self.counts_.astype(np.float32))
        mean = (events * weight.to(events.device)[:, None]).sum(0) / weight.sum().clamp(min=1)
        return mean.expand(len(query), -1)

    def score_embedded(self, embedded: Tensor, query: Query, items: Any = None) -> Tensor:
        """Score from event vectors, with gradients.

        Args:
            embedded: Event vectors, (m, width) or (b, m, width).
            query: The history they belong to.
            items: c item numbers; default: all.

        Returns:
            (c,) or (b, c).
        """
        import torch

        network, (vectors, _, bias) = self._loaded(), self._plain()
        if embedded.ndim == 2:
            x = embedded[None]
        else:
            x = embedded
        x = x[:, -self.length :]
        l = x.shape[1]
        steps = torch.from_numpy(query.events_ago[-l:].astype(np.int64)).to(x.device)
        times = torch.from_numpy(query.times[-l:].copy()).to(x.device).expand(len(x), -1)
        state = network.last(
            x,
            torch.full((len(x),), l - 1, device=x.device),
            steps=steps.expand(len(x), -1),
            times=times if self.clock_ else None,
            fused=False,
        )
        if items is not None:
            vectors = vectors[items]
            bias = bias[items]
        out: Tensor = state @ vectors.T + bias
        if embedded.ndim == 2:
            return out[0]
        return out

    def attention(self, query: Query) -> NDArray[np.float32]:
        """Return which earlier events each event's state reads, (blocks, heads, m, m).

        Only the latest `length` events are included.
        """
        import torch

        maps: list[Tensor] = []
        with torch.inference_mode():
            network, x, between, gaps = self._read_events(query)
            for block in network.blocks:
                maps.append(block.attention(x, between, gaps)[0])
                x = block(x, between, gaps)
        return np.asarray(torch.stack(maps).cpu().numpy(), np.float32)

    def layers(self, query: Query) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what each block makes of a history; only the latest `length` events.

        Args:
            query: One history.

        Returns:
            The events' states before the first block and after each, (blocks + 1, m, width), and
            the scores read from the last event's state after each, (blocks + 1, n_items).
        """
        import torch

        vectors, _, bias = self._plain()
        if not len(query):
            raise ArgumentError("layers need an event to show", given="an empty history")
        with torch.inference_mode():
            network, x, between, gaps = self._read_events(query)
            states = [x[0]]
            for block in network.blocks:
                x = block(x, between, gaps)
                states.append(x[0])
            stacked = torch.stack(states)
            scores = network.norm(stacked[:, -1]) @ vectors.T + bias
        return np.asarray(stacked.cpu().numpy(), np.float32), np.asarray(
            scores.cpu().numpy(), np.float32
        )

    def _read_events(self, query: Query) -> tuple[Any, Tensor, Tensor, Tensor | None]:
        """Return the network with the latest events (1, l, width), their steps and gaps."""
        import torch

        network = self._loaded()
        l = min(len(query), self.length)
        x = self.embed(query)[None, -l:]
        steps = torch.from_numpy(query.events_ago[-l:].astype(np.int64)).to(x.device)
        times = torch.from_numpy(query.times[-l:].copy()).to(x.device)[None]
        return (
            network,
            x,
            network._steps(l, steps[None], x.device),
            network._gaps(times) if self.clock_ else None,
        )

    def _plain(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return item vectors, event vectors and bias as tensors that let gradients through."""
        import torch

        tower = self._tower(self._loaded())
        cached = self._plain_
        if cached is None or cached[0] is not tower:
            with torch.no_grad():
                vectors, events, bias = (part.detach().clone() for part in tower)
            cached = self._plain_ = (tower, (vectors, events, bias))
        return cached[1]

    # --- tokens -----------------------------------------------------------------------------------

    @property
    def reads_text(self) -> bool:
        """Whether the model was fitted to read texts."""
        return "text" in self.maps_

    def text_of(self, data: Dataset, item: int) -> str:
        """Return the text of an item as the encoder read it."""
        from whyrec.models.item_content.item_texts import item_texts

        [text] = item_texts(_row(data.item_table, item), labels=[data.items[item]])
        return text

    def tokens(self, text: str) -> tuple[list[str], Tensor]:
        """Return the tokens of a text as words, and their embeddings (t, h)."""
        tokenizer, encoder, ids = self._read(text)
        return tokenizer.convert_ids_to_tokens(ids.tolist()), encoder.get_input_embeddings()(
            ids
        ).detach()

    def neutral_tokens(self, text: str) -> Tensor:
        """Return padding embeddings (t, h), except for the text's first and last marks."""
        tokenizer, encoder, ids = self._read(text)
        blank = ids.clone()
        special = set(tokenizer.all_special_ids)
        blank[[place for place, one in enumerate(ids.tolist()) if one not in special]] = (
            tokenizer.pad_token_id
        )
        embeddings: Tensor = encoder.get_input_embeddings()(blank).detach()
        return embeddings

    def score_tokens(self, embedded: Tensor, text: str, query: Query, item: int) -> Tensor:
        """Score an item from the token embeddings of its text, with gradients.

        Everything else about the item (own vector, categories) and the history stay the same.

        Args:
            embedded: Token embeddings, (t, h) or (b, t, h).
            text: The text they belong to.
            query: One history.
            item: Number of the item.

        Returns:
            A scalar, or (b,).
        """
        import torch

        from whyrec.models.item_content.text_encoder import is_decoder, pool

        network, (_, encoder, ids) = self._loaded(), self._read(text)
        if embedded.ndim == 2:
            x = embedded[None]
        else:
            x = embedded
        mask = torch.ones(len(x), len(ids), dtype=torch.long, device=x.device)
        states = encoder(inputs_embeds=x, attention_mask=mask).last_hidden_state
        raw = pool(states, mask, last=is_decoder(encoder.config))
        mean, matrix = (torch.from_numpy(np.array(one)).to(x.device) for one in self._text_map())
        features = torch.from_numpy(np.array(self.side_[item])).to(x.device)
        side = torch.cat(
            [((raw - mean) @ matrix).clamp(-8, 8), features[matrix.shape[1] :].expand(len(x), -1)],
            1,
        )
        tower, (vectors, _, bias) = network.tower, self._plain()
        with torch.no_grad():
            hidden = self.hidden([query], network).clone()[0]
            rest = vectors[item] - tower.adapter(features[None])[0]
        out: Tensor = (rest + tower.adapter(side)) @ hidden + bias[item]
        if embedded.ndim == 2:
            return out[0]
        return out

    def _text_map(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        if "text" not in self.maps_ or not self.side_.shape[1]:
            raise ArgumentError(
                "reasons by tokens need a model that reads text",
                given="one fitted without",
                fix='fit sequence with text = "minilm"',
            )
        number = self.maps_.index("text")
        if number:
            raise ArgumentError("the text's vectors must stand first", given=f"place {number}")
        return getattr(self, f"map{number}_mean_"), getattr(self, f"map{number}_matrix_")

    def _read(self, text: str) -> tuple[Any, Any, Tensor]:
        """Return tokenizer, encoder and the text's token numbers (t,)."""
        import torch

        from whyrec.models.item_content.text_encoder import find_encoder, open_encoder

        self._text_map()
        assert self.text is not None  # its vectors have a map
        if self._encoder_ is None:
            tokenizer, encoder = open_encoder(find_encoder(self.text))
            tuned = self._tuned_encoder()
            self._encoder_ = (
                tokenizer,
                (encoder if tuned is None else tuned).to(self._device()).eval(),
            )
        tokenizer, encoder = self._encoder_
        words = tokenizer(
            [text or "."], truncation=True, max_length=self.max_tokens, return_tensors="pt"
        )
        ids: Tensor = words["input_ids"][0].to(encoder.device)
        return tokenizer, encoder, torch.as_tensor(ids)


def _row(table: Any, item: int) -> Any:
    """Return the row of one item as an item table."""
    from whyrec.core import ItemTable

    return ItemTable(
        (table.title[item],),
        (table.text[item],),
        (table.categories[item],),
        {name: (values[item],) for name, values in table.fields.items()},
        {name: np.asarray(values)[[item]] for name, values in table.numeric.items()},
    )
