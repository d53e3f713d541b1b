"""Gradient methods on event embeddings and on the tokens of an item's text.

Gradient x input and integrated gradients [sundararajan2017], the latter by the library captum, for
torch models that give their embeddings. The path runs from the embeddings that the model calls
neutral (`neutral(query)`, otherwise zeros) to the history's own. Limits: making an event neutral is
not removing it, because a transformer still attends to it; compare with deletion before trusting
either.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Dataset, Differentiable, Explanation, MissingExtra, Query, Reason, Textual
from whyrec.core.capabilities import NeutralEvents
from whyrec.core.explainers import explainer
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import RIVALS, Count, next_items

__all__ = ["gradient_input", "integrated_gradients", "token_gradients"]


@explainer(needs=Differentiable, requires="gradients need a model that gives its event embeddings")
def gradient_input(model: Any, query: Query, item: int, *, margin: bool = False) -> Explanation:
    """Multiply the gradient at each event's embedding by its difference from neutral.

    Takes one forward and one backward pass.

    Args:
        model: A model that gives its event embeddings.
        query: The history to explain.
        item: Number of the recommended item.
        margin: Explain the score minus the mean score of the next ten items.

    Returns:
        An explanation whose base is the score at the neutral embeddings; `gap` is what the linear
            approximation leaves unexplained.

    Raises:
        ArgumentError: If the model does not give its embeddings.
    """
    return _by_gradient(model, query, item, 1, margin, "gradient x input")


@explainer(needs=Differentiable, requires="gradients need a model that gives its event embeddings")
def integrated_gradients(
    model: Any, query: Query, item: int, *, steps: Count = 16, margin: bool = False
) -> Explanation:
    """Average the gradient along the path from neutral to the history [sundararajan2017].

    Args:
        model: A model that gives its event embeddings.
        query: The history to explain.
        item: Number of the recommended item.
        steps: Points of the Gauss-Legendre quadrature. With enough of them the weights add up from
            the neutral score to the score.
        margin: Explain the score minus the mean score of the next ten items.

    Returns:
        An explanation whose base is the score at the neutral embeddings; `gap` is the error of the
            quadrature.

    Raises:
        ArgumentError: If the model does not give its embeddings.
        MissingExtra: If captum (extra [text]) is not installed.
    """
    return _by_gradient(model, query, item, steps, margin, f"integrated gradients ({steps} steps)")


def _by_gradient(
    model: Any, query: Query, item: int, steps: int, margin: bool, name: str
) -> Explanation:
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
    """Average gradient times difference over `steps` points; with 1 step, only at the end.

    The result has the shape of `own`.
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
        warnings.simplefilter("ignore")  # captum warns each time that it enables gradients
        found = IntegratedGradients(value).attribute(
            own.detach()[None], neutral.detach()[None], n_steps=steps, method="gausslegendre"
        )
    return np.asarray(found[0].detach().double().cpu().numpy())


@explainer(
    needs=Textual,
    requires="reasons by tokens need a model that reads item texts",
    instead="use sequence with text, or the method deletion",
    also=lambda model: model.reads_text,
)
def token_gradients(
    model: Any, query: Query, item: int, *, data: Dataset, steps: Count = 8
) -> Explanation:
    """Attribute the score to the tokens of the recommended item's text by integrated gradients.

    The path runs from padding tokens to the text. Limits: it does not explain the history.

    Args:
        model: A model that reads item texts, such as `sequence` with text.
        query: The history.
        item: Number of the recommended item.
        data: The data set with the item texts.
        steps: Points of the quadrature.

    Returns:
        An explanation with reasons of kind "token", whose refs are places in the text;
            `token_words(model, data, item)` gives the words. The base is the score with padding
            only.

    Raises:
        ArgumentError: If the model does not read texts.
        MissingExtra: If captum (extra [text]) is not installed.
    """
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
