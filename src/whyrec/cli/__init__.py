"""The command line: parse, find in the catalogue, call, print. Start of it all: :func:`main`."""

from whyrec.cli import scaling, service, truth, updating, verifying  # noqa: F401  (they add their verbs)
from whyrec.cli.app import app, main

__all__ = ["app", "main"]
