"""Write docs/guide/cli.md: every verb's help, as the program prints it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HEAD = """# The command line

`whyrec VERB`. Exit code 0: done; 1: a check found problems; 2: the arguments or the data are wrong, and one
paragraph says what was required, what was given and what to do. `--json` prints one object on standard output;
progress goes to standard error. `--debug`, wherever it stands, shows the trace of an error. `make docs` makes this page.
"""
VERBS = ("demo", "fit", "fuse", "compress", "tune", "add", "forget", "recommend", "explain", "rules", "compare", "faithful",
         "methods", "learn", "audit", "look", "report", "batch", "plan", "data list", "data get", "data check",
         "serve", "retrain", "key new",
         "key list", "key remove", "store import", "store export")


def help_of(verb: str) -> str:
    """What `whyrec VERB --help` prints on a page 100 wide."""
    code = "import sys; from whyrec.cli.app import main; sys.argv[0] = 'whyrec'; main(sys.argv[1:])"
    wide = {**os.environ, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1"}
    done = subprocess.run([sys.executable, "-c", code, *verb.split(), "--help"], capture_output=True, text=True,
                          check=True, env=wide)
    return "\n".join(line.rstrip() for line in done.stdout.replace("Usage: -c", "Usage: whyrec").strip().splitlines())


def page() -> str:
    return HEAD + "".join(f"\n## whyrec {verb}\n```text\n{help_of(verb)}\n```\n" for verb in VERBS)


if __name__ == "__main__":
    Path("docs/guide/cli.md").write_text(page(), encoding="utf-8")
