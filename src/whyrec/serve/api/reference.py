"""The API reference at /docs: one page without scripts, made from the OpenAPI page."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Mapping
from typing import Any

import jinja2
from fastapi import FastAPI
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from whyrec.serve.api.static_page import HEADERS

__all__ = ["add_reference", "reference"]

PATH = "/docs"
METHODS = ("get", "post", "put", "patch", "delete")
LONGEST = 12  # values of a choice that are shown
LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "minLength": "{} characters or more",
    "maxLength": "up to {} characters",
    "minItems": "{} or more",
    "maxItems": "up to {}",
    "maxProperties": "up to {}",
}


def add_reference(app: FastAPI) -> None:
    """Serve the reference of the app, made at the first request."""
    style = _environment().loader.get_source(_environment(), "reference.css")[0]  # type: ignore[union-attr]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    )
    made = functools.cache(lambda: reference(app.openapi(), style))

    @app.get(PATH, include_in_schema=False)
    def docs() -> Response:
        return HTMLResponse(made(), headers={**HEADERS, "Content-Security-Policy": policy})


def reference(page: Mapping[str, Any], style: str = "") -> str:
    """The HTML of an OpenAPI page.

    Args:
        page: The OpenAPI page as JSON.
        style: CSS.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in page["paths"].items():
        for method in METHODS:
            if method in methods:
                one = methods[method]
                groups.setdefault(one.get("tags", ["other"])[0], []).append(
                    _operation(path, method, one)
                )
    template = _environment().get_template("reference.html")
    schemas = sorted(page["components"]["schemas"].items())
    return template.render(
        page=page,
        style=Markup(style),
        groups=list(groups.items()),
        schemas=schemas,
        kind=kind,
        shown=_default,
        prose=_prose,
    )


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("whyrec.serve.api"),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
    )


def _operation(path: str, method: str, one: Mapping[str, Any]) -> dict[str, Any]:
    good = {status: answer for status, answer in one["responses"].items() if status.startswith("2")}
    return {
        "id": one["operationId"],
        "method": method.upper(),
        "path": path,
        "description": one.get("description", ""),
        "parameters": [
            {
                "name": row["name"],
                "place": row["in"],
                "required": row.get("required", False),
                "schema": row["schema"],
            }
            for row in one.get("parameters", [])
        ],
        "body": _schema(one.get("requestBody", {})),
        "answers": [(status, _schema(answer)) for status, answer in good.items()],
    }


def _schema(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a body or an answer; empty if it has none."""
    content = part.get("content", {})
    return next((one.get("schema", {}) for one in content.values()), {})


def kind(schema: Mapping[str, Any]) -> Markup:
    """What a value must be, in words, with a link to a named schema.

    >>> str(kind({"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": 3}))
    'list of integer (at least 1) (up to 3)'
    """
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#schema-{0}">{0}</a>').format(name)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return Markup(" or ").join(kind(one) for one in schema[choice])
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        told = ", ".join(map(str, values[:LONGEST])) + (", …" if len(values) > LONGEST else "")
        return escape(f"one of {told}" if len(values) > 1 else told)
    words = escape(schema.get("type", "any value"))
    if schema.get("type") == "array":
        words = Markup("list of {}").format(kind(schema.get("items", {})))
    elif isinstance(schema.get("additionalProperties"), Mapping):
        words = Markup("object of {}").format(kind(schema["additionalProperties"]))
    limits = [text.format(_number(schema[name])) for name, text in LIMITS.items() if name in schema]
    told = "; ".join(
        [
            *limits,
            *([schema["description"]] if "type" in schema and "description" in schema else []),
        ]
    )
    return words + Markup(" ({})").format(told) if told else words


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else str(value)


def _default(schema: Mapping[str, Any]) -> str:
    return str(schema["default"]) if "default" in schema else ""


def _prose(text: str | None) -> Markup:
    """Paragraphs, with code between backquotes.

    >>> str(_prose("Use `n` & more.\\n\\nEnd."))
    '<p>Use <code>n</code> &amp; more.</p>\\n<p>End.</p>'
    """
    parts = [part for part in re.split(r"\n\s*\n", text or "") if part.strip()]
    coded = [re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(part.strip()))) for part in parts]
    return Markup("\n").join(Markup(f"<p>{part}</p>") for part in coded)
