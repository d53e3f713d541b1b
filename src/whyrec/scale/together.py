"""Train on several workers: Ray Train starts them as one torch process group and restarts them."""

from __future__ import annotations

import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from whyrec.core import ArgumentError, WhyrecError
from whyrec.scale import cluster
from whyrec.scale.cluster import LOST_MOST

__all__ = ["together"]


def together(work: Callable[[], Any], folder: Path, *, workers: int, address: str | None) -> Any:
    """Run `work` on all workers at the same time and return the first worker's result.

    If a worker dies, all are restarted, so `work` should resume from its own checkpoint.

    Args:
        work: Called on every worker; pickled with everything it holds.
        folder: Folder for Ray's files, visible to all machines.
        workers: Number of workers, one processor each.
        address: Address of a Ray cluster.

    Returns:
        What `work` returned on the first worker.

    Raises:
        WhyrecError: What `work` raised.
        ArgumentError: If workers die more than LOST_MOST times.
        MissingExtra: If ray is not installed.
    """
    cluster.joined(address, workers)
    from ray import train
    from ray.train.torch import TorchConfig, TorchTrainer

    shutil.rmtree(folder, ignore_errors=True)
    loop: Any = _told  # Ray types it as returning nothing
    trainer = TorchTrainer(
        loop,
        train_loop_config={"work": work},
        torch_config=TorchConfig(backend="gloo"),
        scaling_config=train.ScalingConfig(num_workers=workers, resources_per_worker={"CPU": 1}),
        run_config=train.RunConfig(
            name="train",
            storage_path=str(folder.resolve()),
            failure_config=train.FailureConfig(max_failures=LOST_MOST),
        ),
    )
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT)
    try:
        result: Any = trainer.fit()  # Ray types it as returning no value
        made, error = result.return_value
    except train.TrainingFailedError as failed:
        raise ArgumentError(
            "workers must live until the training is done",
            given=str(failed).splitlines()[-1][:300],
            fix=("give each more memory: fewer workers or smaller batches; or see why they die"),
        ) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if main:
            signal.signal(signal.SIGINT, before)  # Ray Train installs its own handler
    if error is not None:
        raise error
    return made


def _told(config: dict[str, Any]) -> tuple[Any, WhyrecError | None]:
    """Run on a worker; an error that a restart would not fix is returned as a result."""
    try:
        return config["work"](), None
    except WhyrecError as error:
        from torch import distributed

        distributed.destroy_process_group()  # so that the other workers do not wait forever
        return None, error
