"""A model folder of another install: the library of its extra is missing here."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("torch")

# Runs each line of commands in a process that cannot import the libraries of the extra [text].
WITHOUT = """
import contextlib, io, json, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "transformers", "tokenizers", "safetensors"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
from whyrec.cli.app import main

found = []
for arguments in json.load(sys.stdin):
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
        code = main(arguments)
    found.append([code, " ".join(errors.getvalue().split())])
import whyrec
try:
    whyrec.open("m").recommend("u001")
except whyrec.core.MissingExtra as error:
    found.append([2, str(error)])
print(json.dumps(found))
"""
VERBS = """recommend m --user u001
recommend m --items i001
explain m --user u001
faithful m --data plain.csv
report m --data plain.csv --out r
audit m --data plain.csv --out a
learn m --out l
look m --views layers --out v
update m --data plain.csv --out m2
forget m --users u001 --out m3
compress m --out c"""
SAID = "this needs the library 'torch', which is not installed. Fix: pip install 'whyrec[text]'."


def test_case_31_every_verb_says_what_to_install(case, run):
    case("31")
    fit = ("fit", "--data", "plain.csv", "--model", "sequence", "--config", "tiny.toml")
    assert run(*fit, "--out", "m")[0] == 0
    verbs = [line.split() for line in VERBS.splitlines()]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        input=json.dumps([*verbs, [*fit, "--out", "n"]]),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert not done.returncode, done.stderr
    found = json.loads(done.stdout)
    for verb, (code, errors) in zip([*verbs, "fit", "open"], found, strict=True):
        assert code == 2 and errors.endswith(SAID), (verb, code, errors)
