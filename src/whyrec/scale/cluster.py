"""Connect to Ray: a cluster at an address, or a local one."""

from __future__ import annotations

import logging
import os
from typing import Any

from whyrec.core import ArgumentError, MissingExtra

__all__ = ["LOST_MOST", "check", "joined", "joined_with_data"]

# After so many lost workers in a row, the work itself is considered faulty.
LOST_MOST = 5


def check(engine: str, workers: int) -> None:
    """Validate engine and workers; ArgumentError if they are invalid."""
    if engine not in ("local", "ray") or workers < 1:
        raise ArgumentError(
            "the engine must be local or ray, with 1 worker or more",
            given=f"{engine}, {workers} workers",
        )


def joined(address: str | None = None, workers: int = 2) -> Any:
    """Return the module ray, connected to a cluster.

    A process that is already connected stays connected.

    Args:
        address: Address of the cluster. Default: a local Ray, which ends with this process.
        workers: Number of local processes.

    Returns:
        The module ray.

    Raises:
        MissingExtra: If ray is not installed.
        ConnectionError: If nothing answers at the address.
    """
    # Ray reports dead workers, which it restarts, on standard output, where commands print JSON.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    # The default (15) would starve the workers on a busy machine.
    os.environ.setdefault("RAY_worker_niceness", "0")
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
    """Return ray with Ray Data silenced, because the commands show their own progress."""
    joined(address, workers)
    import ray.data

    logging.getLogger("ray.data").setLevel(logging.ERROR)  # after the import, which sets it
    ray.data.DataContext.get_current().enable_progress_bars = False
    return ray
