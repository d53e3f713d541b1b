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
    "additions",
    "attention_rollout",
    "contrast",
    "counterfactual_set",
    "deletion_margin",
    "explain_list",
    "features",
    "gradient_input",
    "integrated_gradients",
    "leave_one_out",
    "local_rule",
    "mixed",
    "removal",
    "say",
    "token_gradients",
    "two_sided",
]

if TYPE_CHECKING:
    from whyrec.explain.als import leave_one_out
    from whyrec.explain.attention import attention_rollout
    from whyrec.explain.deletion import deletion_margin, removal, two_sided
    from whyrec.explain.exact import features, mixed
    from whyrec.explain.gradient import gradient_input, integrated_gradients, token_gradients
    from whyrec.explain.sets import additions, contrast, counterfactual_set, local_rule
    from whyrec.explain.tested import explain_list
    from whyrec.explain.words import say
else:
    __getattr__, __dir__ = lazy.names(
        __name__,
        {
            "additions": "whyrec.explain.sets:additions",
            "attention_rollout": "whyrec.explain.attention:attention_rollout",
            "contrast": "whyrec.explain.sets:contrast",
            "counterfactual_set": "whyrec.explain.sets:counterfactual_set",
            "deletion_margin": "whyrec.explain.deletion:deletion_margin",
            "explain_list": "whyrec.explain.tested:explain_list",
            "features": "whyrec.explain.exact:features",
            "gradient_input": "whyrec.explain.gradient:gradient_input",
            "integrated_gradients": "whyrec.explain.gradient:integrated_gradients",
            "leave_one_out": "whyrec.explain.als:leave_one_out",
            "local_rule": "whyrec.explain.sets:local_rule",
            "mixed": "whyrec.explain.exact:mixed",
            "removal": "whyrec.explain.deletion:removal",
            "say": "whyrec.explain.words:say",
            "token_gradients": "whyrec.explain.gradient:token_gradients",
            "two_sided": "whyrec.explain.deletion:two_sided",
        },
    )


class _Package(ModuleType):
    """Make the package callable as :func:`whyrec.public.explain`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Explain why an item got its score; see :func:`whyrec.public.explain`."""
        return lazy.hook("explain")(*args, **kwargs)


sys.modules[__name__].__class__ = _Package
