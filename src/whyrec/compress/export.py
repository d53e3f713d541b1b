"""Export a network as ONNX bytes that run without torch, in float32 or with int8 weights."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from whyrec.core import MissingExtra

__all__ = ["session", "to_int8", "to_onnx"]


def to_onnx(
    module: Any, example: Sequence[Any], names: Sequence[str], axes: Sequence[dict[int, str]]
) -> bytes:
    """Convert a torch module to ONNX.

    Args:
        module: The module.
        example: Example inputs (tensors).
        names: Names of the inputs.
        axes: Axes of each input that may have any length, with their names.

    Returns:
        The ONNX model.

    Raises:
        MissingExtra: If torch, onnx or onnxscript is not installed.
    """
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
        import torch
    except ImportError as error:
        raise MissingExtra(error.name or "onnx", "compress") from None
    shapes = tuple(
        {axis: torch.export.Dim(name, min=1) for axis, name in one.items()} for one in axes
    )
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module.eval(),
            tuple(example),
            dynamo=True,
            input_names=list(names),
            output_names=["out"],
            dynamic_shapes=shapes,
            verbose=False,
            optimize=True,
        )
    assert program is not None  # the dynamo exporter always returns a program
    buffer: Any = io.BytesIO()  # typed for paths only
    program.save(buffer)
    return _without_notes(buffer.getvalue())


def _without_notes(model: bytes) -> bytes:
    """Drop torch's metadata: source lines with local paths, most of the bytes of a small model."""
    import onnx

    made = onnx.load_from_string(model)
    graph = made.graph
    for part in (*graph.node, *graph.value_info, *graph.initializer, *graph.input, *graph.output):
        part.ClearField("metadata_props")
    graph.ClearField("metadata_props")
    made.ClearField("metadata_props")
    return bytes(made.SerializeToString())


def to_int8(model: bytes) -> bytes:
    """Store the weights of matrix products in one byte, with a scale per output.

    They are expanded when the model is opened, so a score does not depend on the rest of the batch,
    as it would with rounded activations.

    Args:
        model: The ONNX model.

    Returns:
        The smaller model.
    """
    import onnx
    from onnx import helper, numpy_helper

    made = onnx.load_from_string(model)
    graph = made.graph
    used = {}
    for node in graph.node:
        if node.op_type in ("MatMul", "Gemm"):
            turned = any(one.name == "transB" and one.i for one in node.attribute)
            # axis of the outputs
            if turned:
                used[node.input[1]] = 0
            else:
                used[node.input[1]] = 1
    for tensor in [one for one in graph.initializer if one.name in used and len(one.dims) == 2]:
        weights = numpy_helper.to_array(tensor)
        axis = used[tensor.name]
        scale = np.maximum(np.abs(weights).max(1 - axis), 1e-12).astype(np.float32) / 127
        small = np.rint(weights / np.expand_dims(scale, 1 - axis)).astype(np.int8)
        graph.initializer.remove(tensor)
        graph.initializer.extend(
            [
                numpy_helper.from_array(small, f"{tensor.name}.int8"),
                numpy_helper.from_array(scale, f"{tensor.name}.scale"),
            ]
        )
        graph.node.insert(
            0,
            helper.make_node(
                "DequantizeLinear",
                [f"{tensor.name}.int8", f"{tensor.name}.scale"],
                [tensor.name],
                axis=axis,
            ),
        )
    return bytes(made.SerializeToString())


def session(model: bytes, threads: int = 1) -> Any:
    """Open a model for inference.

    Args:
        model: The ONNX model.
        threads: Number of threads.

    Returns:
        An ONNX Runtime session.

    Raises:
        MissingExtra: If onnxruntime is not installed.
    """
    try:
        import onnxruntime
    except ImportError:
        raise MissingExtra("onnxruntime", "serve") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry(
        "session.disable_quant_qdq", "1"
    )  # expand int8 weights once, at the start
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
