"""One training on several workers: Ray Train starts them as one torch process group, and again
where one has died.
"""

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
    """What `work` returned on the first of `workers` workers, one processor each, which call it at
    the same time.

    work is sent to them with all it holds. Where a worker dies, all are started anew: work should
    go on from a checkpoint of its own. folder: for Ray's notes, seen by all machines. Raises what
    work raised where that is a WhyrecError, MissingExtra without ray, ArgumentError where workers
    die more than LOST_MOST times.
    """
    cluster.joined(address, workers)
    from ray import train
    from ray.train.torch import TorchConfig, TorchTrainer

    shutil.rmtree(folder, ignore_errors=True)
    loop: Any = _told  # typed as if it returned nothing
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
        result: Any = trainer.fit()  # typed as of Ray Train 1, which returned no value
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
            signal.signal(signal.SIGINT, before)  # Ray Train puts one of its own there
    if error is not None:
        raise error
    return made


def _told(config: dict[str, Any]) -> tuple[Any, WhyrecError | None]:
    """On a worker: an error that another start would not mend is a result."""
    try:
        return config["work"](), None
    except WhyrecError as error:
        from torch import distributed

        distributed.destroy_process_group()  # those who wait for this worker must not wait for ever
        return None, error
