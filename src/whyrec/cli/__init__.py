"""The command line: parse, find in the catalogue, call, print. Start of it all: :func:`main`."""

from whyrec.cli import service  # noqa: F401  (adds its verbs)
from whyrec.cli.app import app, main

__all__ = ["app", "main"]
