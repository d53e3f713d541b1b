"""Explanation methods, the selection of the reasons to show, and the sentences that state them.

The package can be called: ``whyrec.explain(model, data, user=...)`` is
:func:`whyrec.public.explain`. Each method is a function (model, query, item) -> Explanation and can
be imported from here (``from whyrec.explain import integrated_gradients``). A method with the name
of its module is imported from that module (``from whyrec.explain.lime import lime``).
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from whyrec import lazy

__all__ = [
    "anchor",
    "attention_rollout",
    "bidirectional_removal",
    "contrast",
    "counterfactual_additions",
    "counterfactual_set",
    "deletion_margin",
    "exact_with_features",
    "explain_list",
    "features",
    "gradient_input",
    "greedy_removal",
    "integrated_gradients",
    "leave_one_out",
    "say",
    "token_gradients",
]

if TYPE_CHECKING:
    from whyrec.explain.als import leave_one_out
    from whyrec.explain.attention import attention_rollout
    from whyrec.explain.deletion import bidirectional_removal, deletion_margin, greedy_removal
    from whyrec.explain.exact import exact_with_features, features
    from whyrec.explain.gradient import gradient_input, integrated_gradients, token_gradients
    from whyrec.explain.sets import anchor, contrast, counterfactual_additions, counterfactual_set
    from whyrec.explain.tested import explain_list
    from whyrec.explain.words import say
else:
    __getattr__, __dir__ = lazy.names(
        __name__,
        {
            "anchor": "whyrec.explain.sets:anchor",
            "attention_rollout": "whyrec.explain.attention:attention_rollout",
            "bidirectional_removal": "whyrec.explain.deletion:bidirectional_removal",
            "contrast": "whyrec.explain.sets:contrast",
            "counterfactual_additions": "whyrec.explain.sets:counterfactual_additions",
            "counterfactual_set": "whyrec.explain.sets:counterfactual_set",
            "deletion_margin": "whyrec.explain.deletion:deletion_margin",
            "exact_with_features": "whyrec.explain.exact:exact_with_features",
            "explain_list": "whyrec.explain.tested:explain_list",
            "features": "whyrec.explain.exact:features",
            "gradient_input": "whyrec.explain.gradient:gradient_input",
            "greedy_removal": "whyrec.explain.deletion:greedy_removal",
            "integrated_gradients": "whyrec.explain.gradient:integrated_gradients",
            "leave_one_out": "whyrec.explain.als:leave_one_out",
            "say": "whyrec.explain.words:say",
            "token_gradients": "whyrec.explain.gradient:token_gradients",
        },
        old={
            "additions": "counterfactual_additions",
            "local_rule": "anchor",
            "mixed": "exact_with_features",
            "removal": "greedy_removal",
            "two_sided": "bidirectional_removal",
        },
    )


class _Package(ModuleType):
    """Make the package callable as :func:`whyrec.public.explain`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Explain why an item got its score; see :func:`whyrec.public.explain`."""
        return lazy.hook("explain")(*args, **kwargs)


sys.modules[__name__].__class__ = _Package
