"""Write the service's OpenAPI page, with the demo's routes, into web/openapi.json: the page's
types are made from it.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from whyrec.serve.api.app import make_app
from whyrec.serve.api.demo import Demo
from whyrec.serve.settings import Settings

FILE = Path(__file__).resolve().parents[1] / "web" / "openapi.json"
PROBLEM = {
    "description": "An error",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def page() -> dict[str, Any]:
    """The OpenAPI page of an app over an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(
            Settings(store=f"sqlite:///{folder}/store.db", models=f"{folder}/models"), demo=Demo()
        )
        made = app.openapi()
        app.state.service.store.close()
    for path in made["paths"].values():
        for operation in path.values():  # every error is a Problem: said once
            good = {
                code: one for code, one in operation["responses"].items() if code.startswith("2")
            }
            operation["responses"] = {**good, "default": PROBLEM}
    return made


def main() -> None:
    text = json.dumps(page(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if (
        not FILE.exists() or FILE.read_text(encoding="utf-8") != text
    ):  # the same file stays: nothing is built anew for it
        FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
