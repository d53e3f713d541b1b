"""The command line: parse, call a workflow, print. Start of it all: :func:`main`."""

# The modules of verbs add them to the app, in this order.
from whyrec.cli import comparing, data, scaling, service, truth, updating, verifying  # noqa: F401
from whyrec.cli.app import app, main

__all__ = ["app", "main"]
