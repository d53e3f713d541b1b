"""What the sequence model shows of itself: embeddings with gradients, attention maps, tokens of
texts, scores of few items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, Queries, Query
from whyrec.models.sequence.fitted_network import FittedNetwork

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Inside"]


class Inside(FittedNetwork):
    """Powers of :class:`~whyrec.models.sequence.sequence.SequenceTransformer`, which holds the
    network; no state of its own but caches.
    """

    output = "softmax"  # what its scores are the logits of
    _plain_: tuple[Any, tuple[Tensor, Tensor, Tensor]] | None = None
    _encoder_: tuple[Any, Any] | None = None

    if TYPE_CHECKING:  # what the model that holds the network has
        clock_: bool

        def hidden(
            self, queries: Any, network: Any = None, events: Tensor | None = None
        ) -> Tensor: ...
        def _work(self, events: int, n_items: int) -> int: ...

    def score_items(self, queries: Any, items: NDArray[Any]) -> NDArray[np.float32]:
        """The scores of each query's items (q, c), without those of all others."""
        import torch

        from whyrec.models.training.trainer import threads_for

        batch = Queries.of(queries)
        network = self._loaded()
        with torch.inference_mode(), threads_for(self._work(int(batch.sizes.sum()), 0)):
            vectors, _, bias = self._tower(network)
            hidden = self.hidden(batch, network)
            at = torch.from_numpy(np.asarray(items, np.int64)).to(hidden.device)
            out = torch.einsum("qd,qcd->qc", hidden, vectors[at]) + bias[at]
        return np.asarray(out.cpu().numpy(), np.float32)

    def item_vectors(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(as events, as what is recommended), (n_items, width) each."""
        vectors, events, _ = self._plain()
        return np.array(events.cpu().numpy()), np.array(vectors.cpu().numpy())

    # --- event embeddings -------------------------------------------------------------------------

    def embed(self, query: Query) -> Tensor:
        """(m, width): the vectors of the events."""
        import torch

        return self._plain()[1][torch.from_numpy(query.items.astype(np.int64))]

    def neutral(self, query: Query) -> Tensor:
        """(m, width): the mean event vector, each event weighted as often as it was chosen. A zero
        vector is no neutral
        event here: every block normalises first."""
        import torch

        events = self._plain()[1]
        weight = torch.from_numpy(self.counts_.astype(np.float32))
        mean = (events * weight.to(events.device)[:, None]).sum(0) / weight.sum().clamp(min=1)
        return mean.expand(len(query), -1)

    def score_embedded(self, embedded: Tensor, query: Query, items: Any = None) -> Tensor:
        """(m, width) or (b, m, width) to (c,) or (b, c): scores of `items` (default: all), with
        gradients.
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
        """(blocks, heads, m, m): which earlier events each event's state read; of the latest
        `length` events.
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
        """(the events' states before the first block and after each, (blocks + 1, m, width); the
        scores of all items read from the last event's state after each, (blocks + 1, n_items));
        of the latest `length` events."""
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
            made = torch.stack(states)
            scores = network.norm(made[:, -1]) @ vectors.T + bias
        return np.asarray(made.cpu().numpy(), np.float32), np.asarray(
            scores.cpu().numpy(), np.float32
        )

    def _read_events(self, query: Query) -> tuple[Any, Tensor, Tensor, Tensor | None]:
        """(the network, its events (1, l, width), steps and gaps between them) of the latest
        `length` events.
        """
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
        """Item vectors, event vectors and bias as tensors that gradients may pass through;
        copied once.
        """
        import torch

        made = self._tower(self._loaded())
        kept = self._plain_
        if kept is None or kept[0] is not made:
            with torch.no_grad():
                vectors, events, bias = (part.detach().clone() for part in made)
            kept = self._plain_ = (made, (vectors, events, bias))
        return kept[1]

    # --- tokens -----------------------------------------------------------------------------------

    @property
    def reads_text(self) -> bool:
        """Whether it was fitted to read texts."""
        return "text" in self.maps_

    def text_of(self, data: Dataset, item: int) -> str:
        """What the encoder read of the item."""
        from whyrec.models.item_content.item_texts import item_texts

        [text] = item_texts(_row(data.item_table, item), labels=[data.items[item]])
        return text

    def tokens(self, text: str) -> tuple[list[str], Tensor]:
        """The tokens of a text as words, and their embeddings (t, h)."""
        tokenizer, encoder, ids = self._read(text)
        return tokenizer.convert_ids_to_tokens(ids.tolist()), encoder.get_input_embeddings()(
            ids
        ).detach()

    def neutral_tokens(self, text: str) -> Tensor:
        """(t, h): padding in the place of every token but the text's own first and last marks."""
        tokenizer, encoder, ids = self._read(text)
        blank = ids.clone()
        special = set(tokenizer.all_special_ids)
        blank[[at for at, one in enumerate(ids.tolist()) if one not in special]] = (
            tokenizer.pad_token_id
        )
        made: Tensor = encoder.get_input_embeddings()(blank).detach()
        return made

    def score_tokens(self, embedded: Tensor, text: str, query: Query, item: int) -> Tensor:
        """The score of `item` with its text's token embeddings (t, h) or (b, t, h): scalar or (b,),
        with gradients. Everything else of the item (own vector, categories) and the history stay
        as they are."""
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
        own = torch.from_numpy(np.array(self.side_[item])).to(x.device)
        side = torch.cat(
            [((raw - mean) @ matrix).clamp(-8, 8), own[matrix.shape[1] :].expand(len(x), -1)], 1
        )
        tower, (vectors, _, bias) = network.tower, self._plain()
        with torch.no_grad():
            hidden = self.hidden([query], network).clone()[0]
            rest = vectors[item] - tower.adapter(own[None])[0]
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
        at = self.maps_.index("text")
        if at:
            raise ArgumentError("the text's vectors must stand first", given=f"place {at}")
        return getattr(self, f"map{at}_mean_"), getattr(self, f"map{at}_matrix_")

    def _read(self, text: str) -> tuple[Any, Any, Tensor]:
        """Tokenizer, encoder and the text's token numbers (t,)."""
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
    """The item table of one item."""
    from whyrec.core import ItemTable

    return ItemTable(
        (table.title[item],),
        (table.text[item],),
        (table.categories[item],),
        {name: (values[item],) for name, values in table.fields.items()},
        {name: np.asarray(values)[[item]] for name, values in table.numeric.items()},
    )
