"""whyrec: recommendations that can prove why.

    score(person, item) = base + sum of named reasons + rest

:func:`whyrec.load` reads data, :func:`whyrec.fit` fits a model, :func:`whyrec.recommend` gives a
list, :func:`whyrec.explain` its reasons, and :func:`whyrec.compare`, :func:`whyrec.audit` and
:func:`whyrec.faithfulness` judge them. ``whyrec demo`` on the command line walks the whole road.

The names are imported when they are first used, so ``import whyrec`` is instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whyrec import lazy

__version__ = "0.1.0"
__all__ = [
    "Dataset",
    "Explanation",
    "FittedModel",
    "Queries",
    "Query",
    "Reason",
    "Slate",
    "__version__",
    "advise",
    "audit",
    "compare",
    "create_model",
    "explain",
    "faithfulness",
    "fit",
    "load",
    "open",
    "recommend",
    "report",
    "save",
    "tune",
]

if TYPE_CHECKING:
    from whyrec.api import load
    from whyrec.core import Dataset, Explanation, Queries, Query, Reason, Slate
    from whyrec.public import FittedModel, explain, faithfulness, fit, open, recommend, save
    from whyrec.registry import create_model
    from whyrec.workflows.advise import advise
    from whyrec.workflows.audit import audit
    from whyrec.workflows.compare import compare
    from whyrec.workflows.report import report
    from whyrec.workflows.tune import tune
else:
    __getattr__, __dir__ = lazy.names(
        __name__,
        {
            "Dataset": "whyrec.core:Dataset",
            "Explanation": "whyrec.core:Explanation",
            "FittedModel": "whyrec.public:FittedModel",
            "Queries": "whyrec.core:Queries",
            "Query": "whyrec.core:Query",
            "Reason": "whyrec.core:Reason",
            "Slate": "whyrec.core:Slate",
            "advise": "whyrec.workflows.advise:advise",
            "audit": "whyrec.workflows.audit:audit",
            "compare": "whyrec.workflows.compare:compare",
            "create_model": "whyrec.registry:create_model",
            "explain": "whyrec.explain",  # the package, which can be called
            "faithfulness": "whyrec.public:faithfulness",
            "fit": "whyrec.public:fit",
            "load": "whyrec.api:load",
            "open": "whyrec.public:open",
            "recommend": "whyrec.public:recommend",
            "report": "whyrec.workflows.report:report",
            "save": "whyrec.public:save",
            "tune": "whyrec.workflows.tune:tune",
        },
        old={"faithful": "faithfulness", "model": "create_model", "why": "explain"},
    )

lazy.HOOKS.update(
    create_model="whyrec.registry:create_model",
    explain="whyrec.public:explain",
    stored_model="whyrec.registry:stored_model",
)
