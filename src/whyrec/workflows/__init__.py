"""What the program does, as functions that return results and print nothing.

A printed result looks as on the command line. `to_dict()` gives the object of ``--json``; results
that are rows also have `to_polars()`.
"""

from whyrec.workflows.advise import AdviseResult, advise
from whyrec.workflows.audit import AuditResult, audit
from whyrec.workflows.batch import BatchResult, batch
from whyrec.workflows.check_data import DataCheckResult, KnownDataResult, check_data, known_data
from whyrec.workflows.compare import Comparison, compare
from whyrec.workflows.compress import CompressResult, EncoderResult, compress, compress_encoder
from whyrec.workflows.explain import ExplainResult, RecommendResult, explain, recommend
from whyrec.workflows.extend import ExtendResult, extend
from whyrec.workflows.faithfulness import (
    FaithfulnessResult,
    LearnResult,
    MethodsResult,
    faithful,
    learn,
    methods,
)
from whyrec.workflows.fit import FitResult, fit
from whyrec.workflows.forget import ForgetResult, forget
from whyrec.workflows.fuse import FuseResult, fuse
from whyrec.workflows.plan import PlanResult, plan
from whyrec.workflows.prepare import PrepareResult, prepare
from whyrec.workflows.report import ReportResult, demo, report
from whyrec.workflows.result import Result, Table
from whyrec.workflows.rules import RulesResult, rules
from whyrec.workflows.settings import SettingsResult, settings
from whyrec.workflows.tune import TuneResult, tune
from whyrec.workflows.update import UpdateResult, update
from whyrec.workflows.verify import VerifyResult, verify
from whyrec.workflows.views import ViewsResult, look

__all__ = [
    "AdviseResult",
    "AuditResult",
    "BatchResult",
    "Comparison",
    "CompressResult",
    "DataCheckResult",
    "EncoderResult",
    "ExplainResult",
    "ExtendResult",
    "FaithfulnessResult",
    "FitResult",
    "ForgetResult",
    "FuseResult",
    "KnownDataResult",
    "LearnResult",
    "MethodsResult",
    "PlanResult",
    "PrepareResult",
    "RecommendResult",
    "ReportResult",
    "Result",
    "RulesResult",
    "SettingsResult",
    "Table",
    "TuneResult",
    "UpdateResult",
    "VerifyResult",
    "ViewsResult",
    "advise",
    "audit",
    "batch",
    "check_data",
    "compare",
    "compress",
    "compress_encoder",
    "demo",
    "explain",
    "extend",
    "faithful",
    "fit",
    "forget",
    "fuse",
    "known_data",
    "learn",
    "look",
    "methods",
    "plan",
    "prepare",
    "recommend",
    "report",
    "rules",
    "settings",
    "tune",
    "update",
    "verify",
]
