"""The command line: parse arguments, call a workflow and print its result."""

# Each module of commands adds them to the app, in this order.
from whyrec.cli import comparing, data, scaling, service, truth, updating, verifying, versions  # noqa: F401
from whyrec.cli.app import app, main

__all__ = ["app", "main"]
