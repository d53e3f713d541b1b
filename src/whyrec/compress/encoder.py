"""Shrink a text encoder to a quarter of its bytes: int8 weights and products, run by ONNX Runtime.

An item's text is encoded once and its vector kept. The vector varies slightly with the rest of the
batch (activations are rounded by their range), which is acceptable here, unlike in the network that
answers requests.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from whyrec.compress.export import to_onnx
from whyrec.core import ArgumentError, MissingExtra

__all__ = ["shrink"]

NAME = "encoder.onnx"


def shrink(tokenizer: Any, network: Any, folder: str | Path) -> Path:
    """Write an encoder (transformers) as an int8 folder, usable wherever an encoder is named.

    Limits: GPUs need float16 instead.

    Args:
        tokenizer: The tokenizer.
        network: The encoder.
        folder: Target folder.

    Returns:
        The folder.

    Raises:
        ArgumentError: If the network is a decoder.
        MissingExtra: If the extra [compress] is not installed.
    """
    try:
        import torch
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from onnxruntime.quantization.shape_inference import quant_pre_process
    except ImportError as error:
        raise MissingExtra(error.name or "onnxruntime", "compress") from None
    if not hasattr(network, "encoder"):  # the encoders of transformers share no base class
        raise ArgumentError(
            "the model to compress must be an encoder, such as BERT", given=type(network).__name__
        )

    class States(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.network(
                input_ids=input_ids, attention_mask=attention_mask
            ).last_hidden_state

    out = Path(folder)
    ids = torch.ones(2, 7, dtype=torch.int64)
    out.mkdir(parents=True, exist_ok=True)
    axes = {0: "b", 1: "l"}
    with tempfile.TemporaryDirectory() as work:
        plain = Path(work) / "plain.onnx"
        ready = Path(work) / "ready.onnx"
        plain.write_bytes(
            to_onnx(States(), (ids, ids.clone()), ["input_ids", "attention_mask"], (axes, axes))
        )
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(
            str(ready), str(Path(work) / NAME), weight_type=QuantType.QInt8, per_channel=True
        )
        shutil.copy(Path(work) / NAME, out / NAME)
    tokenizer.save_pretrained(out)
    network.config.save_pretrained(out)
    return out
