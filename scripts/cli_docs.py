"""Write docs/guide/cli.md: every verb's help, as the program prints it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HEAD = """# The command line

`whyrec VERB`. Exit code 0: done; 1: a check found problems; 2: the arguments or the data are wrong, and one
paragraph says what was required, what was given and what to do. `--json` prints one object on standard output;
progress goes to standard error: a bar on a terminal, elsewhere a line at least every 10 seconds. Wherever they stand,
`--debug` shows the trace of an error and `--log` prints where the time went, by stage. `make docs` makes this page.
"""  # noqa: E501
VERBS = (
    "demo",
    "fit",
    "fuse",
    "compress",
    "settings",
    "tune",
    "add",
    "update",
    "forget",
    "recommend",
    "explain",
    "rules",
    "advise",
    "compare",
    "faithful",
    "methods",
    "learn",
    "audit",
    "look",
    "report",
    "prepare",
    "batch",
    "plan",
    "data list",
    "data get",
    "data check",
    "verify",
    "serve",
    "retrain",
    "estimate-policy",
    "model add",
    "model list",
    "model promote",
    "model remove",
    "key new",
    "key list",
    "key remove",
    "store import",
    "store export",
)


CODE = """import sys
from whyrec.cli.app import main
sys.argv[0] = 'whyrec'
for verb in sys.argv[1:]:
    assert main([*verb.split(), '--help']) in (0, None), verb
    print(chr(12))
"""


def helps() -> list[str]:
    """What each `whyrec VERB --help` prints on a page 100 wide: all by one interpreter, as
    starting it costs most.
    """
    wide = {**os.environ, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CODE, *VERBS], capture_output=True, text=True, check=True, env=wide
    )
    return [
        "\n".join(
            line.rstrip()
            for line in text.replace("Usage: -c", "Usage: whyrec").strip().splitlines()
        )
        for text in done.stdout.split("\f")[:-1]
    ]


def page() -> str:
    return HEAD + "".join(
        f"\n## whyrec {verb}\n```text\n{text}\n```\n"
        for verb, text in zip(VERBS, helps(), strict=True)
    )


if __name__ == "__main__":
    Path("docs/guide/cli.md").write_text(page(), encoding="utf-8")
