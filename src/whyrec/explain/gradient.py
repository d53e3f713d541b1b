"""Gradients: gradient x input and integrated gradients [sundararajan2017] on event embeddings, and
on the tokens of the recommended item's text. For models that give their embeddings (torch);
integrated gradients by the library captum.

The path runs from what the model calls neutral (`neutral(query)`, else zeros) to the history's own
embeddings. Removing an
event is not the same as making it neutral: a transformer still attends to it. Compare with deletion
before trusting either.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    ArgumentError,
    Dataset,
    Differentiable,
    Explanation,
    MissingExtra,
    Query,
    Reason,
    Textual,
)
from whyrec.core.capabilities import NeutralEvents
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import RIVALS, next_items

__all__ = ["gradient_input", "integrated_gradients", "token_gradients"]


def gradient_input(model: Any, query: Query, item: int, *, margin: bool = False) -> Explanation:
    """weight_j = gradient at event j's embedding . (its embedding - neutral): one forward and one
    backward pass. base is the score at the neutral embeddings, and `gap` what a straight line
    from there leaves unsaid."""
    return _by_gradient(model, query, item, 1, margin, "gradient x input")


def integrated_gradients(
    model: Any, query: Query, item: int, *, steps: int = 16, margin: bool = False
) -> Explanation:
    """The same gradient averaged on the way from neutral (Gauss-Legendre, `steps` points): with
    enough of them the weights add up from the neutral score to the score; `gap` says how nearly.
    margin: of the score minus the mean of the next ten items'. Needs captum (extra [text])."""
    return _by_gradient(model, query, item, steps, margin, f"integrated gradients ({steps} steps)")


def _by_gradient(
    model: Any, query: Query, item: int, steps: int, margin: bool, name: str
) -> Explanation:
    if not isinstance(model, Differentiable):
        raise ArgumentError(
            "gradients need a model that gives its event embeddings",
            given=type(model).__name__,
            fix="use the method deletion",
        )
    row = np.asarray(model.score([query]))[0].astype(np.float64)
    if margin:
        name += ", margin"
    if not len(query):
        return Explanation(item, row[item], row[item], (), 0.0, name, additive=False)
    if margin:
        others = next_items(row[None], query, item, RIVALS)
    else:
        others = np.zeros(0, np.int64)
    import torch

    wanted = torch.tensor([item, *map(int, others)])

    def value(embedded: Any) -> Any:
        scores = model.score_embedded(embedded, query, wanted)
        return scores[..., 0] - (scores[..., 1:].mean(-1) if len(others) else 0.0)

    own = model.embed(query)
    if isinstance(model, NeutralEvents):
        neutral = model.neutral(query)
    else:
        neutral = torch.zeros_like(own)
    weights = _attributed(value, own, neutral, steps).sum(-1)
    with torch.no_grad():
        base = float(value(neutral[None])[0])
    return Explanation(item, row[item], base, event_reasons(weights), 0.0, name, additive=False)


def _attributed(value: Any, own: Any, neutral: Any, steps: int) -> NDArray[np.float64]:
    """Gradient times difference, averaged over `steps` points of the way (the end alone where
    1); in the shape of `own`.
    """
    import torch

    if steps == 1:
        at = own.detach().clone().requires_grad_()
        [slope] = torch.autograd.grad(value(at[None]).sum(), at)
        return np.asarray((slope * (own - neutral)).double().cpu().numpy())
    try:
        from captum.attr import IntegratedGradients
    except ImportError:
        raise MissingExtra("captum", "text") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # captum says each time that it turns gradients on
        found = IntegratedGradients(value).attribute(
            own.detach()[None], neutral.detach()[None], n_steps=steps, method="gausslegendre"
        )
    return np.asarray(found[0].detach().double().cpu().numpy())


def token_gradients(
    model: Any, query: Query, item: int, *, data: Dataset, steps: int = 8
) -> Explanation:
    """What each token of the recommended item's text adds to its score: integrated gradients from
    padding to the text.

    Reasons of kind "token" with their places in the text as refs; `token_words(model, data, item)`
    gives the words. base is the score with every token padding. Needs a model that reads text
    (sequence with text). Not good for: what the history did.
    """
    if not isinstance(model, Textual):
        raise ArgumentError(
            "reasons by tokens need a model that reads item texts",
            given=type(model).__name__,
            fix="use sequence with text, or the method deletion",
        )
    row = float(np.asarray(model.score([query]))[0, item])
    text = model.text_of(data, item)
    name = f"integrated gradients on tokens ({steps} steps)"
    words, own = model.tokens(text)
    if not text or len(words) < 1:
        return Explanation(item, row, row, (), 0.0, name, additive=False)
    neutral = model.neutral_tokens(text)

    def value(embedded: Any) -> Any:
        return model.score_tokens(embedded, text, query, item)

    import torch

    weights = _attributed(value, own, neutral, steps).sum(-1)
    with torch.no_grad():
        base = float(value(neutral[None])[0])
    order = sorted(range(len(weights)), key=lambda p: (-weights[p], p))
    return Explanation(
        item,
        row,
        base,
        tuple(Reason("token", (p,), float(weights[p])) for p in order),
        0.0,
        name,
        additive=False,
    )
