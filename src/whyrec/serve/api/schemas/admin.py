"""Schemas for operators: models, experiments, keys and the audit log."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from whyrec.serve.api.schemas.fields import Body, Label


class ModelOut(BaseModel):
    version: str
    name: str
    manifest_sha256: str
    data_hash: str
    state: Literal["active", "candidate", "retired"]
    before: str | None
    metrics: dict[str, Any]
    added: int
    trained_to: int


class ModelsOut(BaseModel):
    models: list[ModelOut]
    failures: dict[str, str]


class ModelIn(Body):
    """A model folder on the service's machine."""

    folder: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class ModelRemoved(BaseModel):
    removed: str
    bytes: int


class Promoted(BaseModel):
    active: str


class ExperimentOut(BaseModel):
    name: str
    variants: list[dict[str, Any]]
    active: bool
    since: int


class ExperimentsOut(BaseModel):
    experiments: list[ExperimentOut]


class OutcomeOut(BaseModel):
    name: str
    arms: list[dict[str, Any]]
    differences: list[dict[str, Any]]


class KeyOut(BaseModel):
    id: str
    role: str
    user: str | None
    note: str
    since: int


class KeyMade(KeyOut):
    key: str


class KeysOut(BaseModel):
    keys: list[KeyOut]


class AuditOut(BaseModel):
    entries: list[dict[str, Any]]
    next: int | None


class Arm(Body):
    name: Label
    model: Label
    weight: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = 1.0


class ExperimentIn(Body):
    variants: Annotated[list[Arm], Field(min_length=2, max_length=10)]
    active: bool = True


class KeyIn(Body):
    role: Literal["admin", "service", "reader", "monitor", "auditor", "person"]
    user: Label | None = None
    note: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""
