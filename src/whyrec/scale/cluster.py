"""The Ray that the verbs work on: one that runs at an address, or one of this machine's own."""

from __future__ import annotations

import logging
import os
from typing import Any

from whyrec.core import ArgumentError, MissingExtra

__all__ = ["LOST_MOST", "check", "joined", "joined_with_data"]

# times that work may be lost with its worker before it is the work's fault, not the machine's
LOST_MOST = 5


def check(engine: str, workers: int) -> None:
    """ArgumentError where there is no such engine, or nobody to work."""
    if engine not in ("local", "ray") or workers < 1:
        raise ArgumentError(
            "the engine must be local or ray, with 1 worker or more",
            given=f"{engine}, {workers} workers",
        )


def joined(address: str | None = None, workers: int = 2) -> Any:
    """The module ray, joined to the cluster at `address`; without one a Ray of `workers` processes
    is started on this machine, which ends with this process. A process that has joined already
    stays where it is.

    Raises MissingExtra without ray, ConnectionError where nothing answers at the address.
    """
    # What Ray tells of workers that died goes to standard output, where the verbs print JSON; it
    # mends these itself.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    os.environ.setdefault(
        "RAY_worker_niceness", "0"
    )  # else (15) they wait for all other work on a busy machine
    try:
        import ray
    except ImportError:
        raise MissingExtra("ray", "scale") from None
    if not ray.is_initialized():
        ray.init(
            address=address,
            num_cpus=None if address else workers,
            include_dashboard=False,
            log_to_driver=False,
            configure_logging=True,
            logging_level=logging.ERROR,
        )
    return ray


def joined_with_data(address: str | None = None, workers: int = 2) -> Any:
    """The same with Ray Data, which is silent but for errors: the verbs show their own progress."""
    joined(address, workers)
    import ray.data

    logging.getLogger("ray.data").setLevel(logging.ERROR)  # only now: the import sets it
    ray.data.DataContext.get_current().enable_progress_bars = False
    return ray
