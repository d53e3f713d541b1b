"""Stage C: the text encoder learns from behaviour. LoRA on its last layers, histories against the
texts of what came next.

    loss = -log softmax over texts of  exp(temperature) * <u, v>,   u = history state W_u, v =
    encoder(text) W_v, both unit

The guards are those of HLLM [chen2024]: unit norm, a learned temperature from 1 / 0.07, and no
negative whose vector is nearly the target's own. Only the LoRA matrices [hu2021] and the two maps
learn; history states stay as stage B left them. `model` is a SequenceTransformer throughout.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from whyrec.core import ArgumentError, DataError, Dataset, MissingExtra, TrainingDivergedError
from whyrec.models.item_content.item_texts import item_texts
from whyrec.models.item_content.text_encoder import find_encoder, is_decoder, open_encoder, pool
from whyrec.models.training.batches import windows
from whyrec.models.training.trainer import compute_dtype
from whyrec.models.training.weights import flat, unflat

__all__ = ["tune_text", "tuned_encoder"]

TARGETS = (("query", "value"), ("q_proj", "v_proj"), ("q_lin", "v_lin"), ("c_attn",), ("Wqkv",))
# texts of a step: those that came next, and uniform negatives
POSITIVES = 64
UNIFORM = 64
SAME = 0.99  # cosine beyond which a negative is the target under another name
TEXT_RATE = 3e-4
MASKED = 0.15


def tune_text(
    model: Any, network: nn.Module, data: Dataset, seed: int
) -> tuple[Any, list[dict[str, float]]]:
    """(the tuned encoder, its curve: stage, step, loss). First `pretrain_steps` of language
    modelling on the catalogue's own texts, then `text_steps` of histories against texts."""
    texts = item_texts(data.item_table, labels=data.items)
    if not any(texts):
        raise DataError(
            "text_steps needs items with text", given="none has any", fix="set text_steps to 0"
        )
    torch.manual_seed(seed)
    assert model.text is not None
    tokenizer, encoder = open_encoder(find_encoder(model.text))
    device = model._device()
    tuned = _with_lora(encoder, model.lora_rank, model.lora_layers).to(device)
    reader = _Reader(tuned, tokenizer, texts, model.max_tokens, device)
    if model.pretrain_steps:
        curve = _pretrain(reader, model.pretrain_steps, np.random.default_rng([seed, 1]))
    else:
        curve = []
    pairs = _pairs(model, network, data, np.random.default_rng([seed, 2]))
    return tuned, curve + _contrast(
        reader, model, pairs, model.text_steps, np.random.default_rng([seed, 3])
    )


def tuned_encoder(model: Any) -> Any:
    """The encoder with the LoRA weights that the fit stored."""
    assert model.text is not None
    tuned = _with_lora(
        open_encoder(find_encoder(model.text))[1], model.lora_rank, model.lora_layers
    )
    named = lora_weights(tuned)
    for name, value in unflat(model.lora_, named, "the model").items():
        named[name].data.copy_(value)
    return tuned.eval()


def lora_weights(tuned: nn.Module) -> dict[str, Tensor]:
    return {name: value for name, value in tuned.named_parameters() if "lora_" in name}


def _with_lora(encoder: Any, rank: int, layers: int) -> Any:
    """The encoder with LoRA on the attention of its last `layers` layers; nothing else learns."""
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError:
        raise MissingExtra("peft", "text") from None
    ends = {name.rsplit(".", 1)[-1] for name, _ in encoder.named_modules()}
    targets = next((names for names in TARGETS if set(names) <= ends), None)
    if targets is None:
        raise ArgumentError(
            "LoRA needs an encoder with attention layers of a known name",
            given=type(encoder).__name__,
            fix="set text_steps to 0",
        )
    depth = encoder.config.num_hidden_layers
    config = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        lora_dropout=0.05,
        target_modules=list(targets),
        layers_to_transform=list(range(max(0, depth - layers), depth)),
        fan_in_fan_out=targets == ("c_attn",),
    )
    return get_peft_model(encoder, config)


class _Reader:
    """Item numbers to text vectors, with gradients."""

    def __init__(
        self, encoder: Any, tokenizer: Any, texts: list[str], max_tokens: int, device: str
    ) -> None:
        self.encoder = encoder
        self.tokenizer = tokenizer
        self.texts = texts
        self.max_tokens = max_tokens
        self.device = device
        self.last = is_decoder(encoder.config)
        self.dtype = compute_dtype(device)

    def words(self, items: np.ndarray[Any, Any]) -> Any:
        return self.tokenizer(
            [self.texts[i] or "." for i in items],
            padding=True,
            truncation=True,
            max_length=self.max_tokens,
            return_tensors="pt",
        ).to(self.device)

    def states(self, words: Any) -> Tensor:
        with torch.autocast(
            self.device.split(":")[0], self.dtype, enabled=self.dtype != torch.float32
        ):
            out: Tensor = self.encoder(**words).last_hidden_state
        return out.float()

    def vectors(self, items: np.ndarray[Any, Any]) -> Tensor:
        words = self.words(items)
        out: Tensor = pool(self.states(words), words["attention_mask"], last=self.last)
        return out


def _pairs(
    model: Any, network: Any, data: Dataset, rng: np.random.Generator
) -> Iterator[tuple[Tensor, Any]]:
    """Without end: history states (p, d) as stage B sees them, and the items that came next
    (p,).
    """
    device = next(network.parameters()).device
    with torch.inference_mode():
        events = network.tower()[1]  # once: the network learns nothing here
    while True:
        for batch in windows(
            data.histories,
            length=model.length,
            tokens=model.batch_tokens or 8192,
            event_dropout=model.event_dropout,
            rng=rng,
        ):
            with torch.inference_mode():
                states = network(
                    events[torch.from_numpy(batch.items).to(device)],
                    times=torch.from_numpy(batch.times).to(device) if model.clock_ else None,
                )
            row, at = np.nonzero(batch.real)
            chosen = rng.permutation(len(row))[:POSITIVES]
            target = batch.target[row[chosen], at[chosen]]
            yield (
                states[torch.from_numpy(row[chosen]), torch.from_numpy(at[chosen])].clone(),
                target,
            )


def _contrast(
    reader: _Reader,
    model: Any,
    pairs: Iterator[tuple[Tensor, Any]],
    steps: int,
    rng: np.random.Generator,
) -> list[dict[str, float]]:
    """Histories against texts: in-batch negatives and uniform ones."""
    own = nn.Linear(model.width, model.width, bias=False)
    text = nn.Linear(reader.encoder.config.hidden_size, model.width, bias=False)
    temperature = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
    head = nn.ModuleList([own, text]).to(reader.device)
    head.register_parameter("temperature", temperature)
    known = np.flatnonzero([bool(text) for text in reader.texts])

    def loss() -> Tensor:
        states, target = next(pairs)
        uniform = rng.choice(known, min(UNIFORM, len(known)), replace=False)
        items, place = np.unique(np.concatenate([target, uniform]), return_inverse=True)
        v = F.normalize(text(reader.vectors(items)), dim=-1)
        u = F.normalize(own(states.to(v.device)), dim=-1)
        truth = torch.from_numpy(place[: len(target)]).to(v.device)
        scores = temperature.clamp(max=math.log(100.0)).exp() * (u @ v.T)
        near = (v.detach()[truth] @ v.detach().T) > SAME
        near[torch.arange(len(truth)), truth] = False
        return F.cross_entropy(scores.masked_fill(near, -torch.inf), truth)

    return _descend(
        reader.encoder,
        [*lora_weights(reader.encoder).values(), *head.parameters()],
        loss,
        steps,
        "text",
    )


def _pretrain(reader: _Reader, steps: int, rng: np.random.Generator) -> list[dict[str, float]]:
    """Language modelling on the catalogue's own texts: masked words for an encoder, the next
    word for a decoder.
    """
    table = reader.encoder.get_input_embeddings().weight
    known = np.flatnonzero([bool(text) for text in reader.texts])

    def loss() -> Tensor:
        words = reader.words(rng.choice(known, min(64, len(known)), replace=False))
        ids = words["input_ids"].clone()
        real = words["attention_mask"].bool()
        if reader.last:
            states = reader.states(words)[:, :-1]
            truth = ids[:, 1:]
            chosen = real[:, 1:]
        else:
            chosen = real & torch.from_numpy(rng.random(tuple(ids.shape)) < MASKED).to(ids.device)
            chosen[0, 0] |= not bool(chosen.any())
            words["input_ids"] = ids.masked_fill(chosen, reader.tokenizer.mask_token_id)
            states = reader.states(words)
            truth = ids
        scores = states[chosen] @ table.T / math.sqrt(table.shape[1])
        return F.cross_entropy(scores, truth[chosen])

    return _descend(
        reader.encoder, list(lora_weights(reader.encoder).values()), loss, steps, "language"
    )


def _descend(
    encoder: Any, weights: list[Any], loss: Any, steps: int, what: str
) -> list[dict[str, float]]:
    """`steps` of AdamW with a rate that falls in a line; returns a row every 20 steps."""
    encoder.train()
    adam = torch.optim.AdamW(weights, lr=TEXT_RATE, weight_decay=0.01)
    curve: list[dict[str, Any]] = []
    total = 0.0
    for step in range(steps):
        for group in adam.param_groups:
            group["lr"] = TEXT_RATE * min(1.0, (step + 1) / 20) * max(0.02, 1 - step / steps)
        value = loss()
        if not torch.isfinite(value):
            raise TrainingDivergedError(
                f"the loss of the stage {what!r} must stay a finite number; got "
                f"{float(value)} at step "
                f"{step + 1} of {steps}. Fix: fewer steps, or text_steps = 0."
            )
        adam.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        adam.step()
        total += float(value.detach())
        if step % 20 == 19 or step == steps - 1:
            curve.append({"stage": what, "step": step + 1, "loss": total / (step % 20 + 1)})
            total = 0.0
    encoder.eval()
    return curve


def stored(tuned: Any) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The LoRA weights as one array."""
    return flat(lora_weights(tuned))
