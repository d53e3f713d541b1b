"""What a fitted sequence model keeps: its network and the maps of its texts, made of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import MissingExtra
from whyrec.models.item_content.item_features import ItemFeatureEncoder

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["FittedNetwork", "needs_torch"]


class FittedNetwork:
    """The arrays of :class:`~whyrec.models.sequence.sequence.SequenceTransformer` as a network,
    made once."""

    maps_: list[str] = []
    lora_: NDArray[np.float32] | None = None
    _network_: Any = None
    _vectors: tuple[Tensor, Tensor, Tensor] | None = None

    if TYPE_CHECKING:  # the settings and arrays of the model
        text: str | None
        text_dims: int
        label_dims: int
        max_tokens: int
        width: int
        blocks: int
        heads: int
        length: int
        dropout: float
        item_dropout: float
        cold_item_boost: float
        device: str
        weights_: NDArray[Any]
        side_: NDArray[Any]
        counts_: NDArray[Any]
        grown_: list[int]

    def _tower(self, network: Any) -> tuple[Tensor, Tensor, Tensor]:
        """Item vectors; made once for a fitted model, anew for one in training."""
        if network is not self._network_:
            made: tuple[Tensor, Tensor, Tensor] = network.tower()
            return made
        if self._vectors is None:
            self._vectors = self._in_pieces(network.tower)
        return self._vectors

    def _pieces(self) -> list[tuple[int, int]]:
        """The items of the fit, then those of each `extend`. They are multiplied apart: a product
        of more rows may round otherwise, and an old score must not move, not by one bit."""
        return list(zip([0, *self.grown_], self.grown_, strict=False))

    def _in_pieces(self, tower: nn.Module) -> tuple[Tensor, Tensor, Tensor]:
        import torch
        from torch.func import functional_call

        rows = {
            name: value
            for name, value in [*tower.named_parameters(), *tower.named_buffers()]
            if name in ("side", "log_counts", "own", "own_event", "bias")
        }
        made = [
            functional_call(tower, {name: value[a:b] for name, value in rows.items()}, ())
            for a, b in self._pieces()
        ]
        vectors, events, bias = (torch.cat(parts) for parts in zip(*made, strict=True))
        return vectors, events, bias

    def _side(self) -> ItemFeatureEncoder:
        return ItemFeatureEncoder(
            self.text or None, self.text_dims, self.label_dims, self.max_tokens
        )

    def _keep(self, side: ItemFeatureEncoder) -> None:
        """The side's maps as arrays with names, for the artefact."""
        self.labels_ = side.labels
        self.maps_ = list(side.maps)
        for at, one in enumerate(side.maps.values()):
            setattr(self, f"map{at}_mean_", one.mean)
            setattr(self, f"map{at}_matrix_", one.matrix)

    def _side_again(self) -> ItemFeatureEncoder:
        from whyrec.models.item_content.text_encoder import Whitening

        side = self._side()
        side.labels = list(self.labels_)
        side.maps = {
            name: Whitening(getattr(self, f"map{at}_mean_"), getattr(self, f"map{at}_matrix_"))
            for at, name in enumerate(self.maps_)
        }
        return side

    def _tuned_encoder(self) -> Any:
        if self.lora_ is None:
            return None
        from whyrec.models.sequence.finetune import tuned_encoder

        return tuned_encoder(self)

    def _device(self) -> str:
        if self.device != "auto":
            return self.device
        import torch

        if torch.cuda.is_available():
            return "cuda"
        return "cpu"

    def _network(self) -> Any:
        import torch

        from whyrec.models.sequence.network import Network

        return Network(
            torch.from_numpy(np.array(self.side_)),
            torch.from_numpy(np.array(self.counts_)),
            width=self.width,
            blocks=self.blocks,
            heads=self.heads,
            length=self.length,
            dropout=self.dropout,
            item_dropout=self.item_dropout,
            cold_item_boost=self.cold_item_boost,
        )

    def _store(self, network: Any) -> None:
        from whyrec.models.training.weights import flat

        self.weights_ = flat(network.state_dict())
        self._network_ = network.eval()
        self._vectors = None

    def _loaded(self) -> Any:
        if self._network_ is None:
            needs_torch()
            from whyrec.models.training.weights import unflat

            network = self._network()
            network.load_state_dict(unflat(self.weights_, network.state_dict(), "the model"))
            self._network_ = network.to(self._device()).eval()
            self._vectors = None
        return self._network_


def needs_torch() -> None:
    """MissingExtra where torch is not installed."""
    try:
        import torch  # noqa: F401
    except ImportError:
        raise MissingExtra("torch", "text") from None
