"""Calls that are worked on here, or by Ray on other processes and machines; results are asked
for in the caller's order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from whyrec.core import ArgumentError
from whyrec.scale import cluster
from whyrec.scale.cluster import LOST_MOST

__all__ = ["Here", "OnRay", "Tasks", "tasks"]


class Tasks(Protocol):
    """keep(value): what stands for a large value in calls, sent once and not with each;
    start(function, *arguments): a call, whose result the function that comes back waits for."""

    def keep(self, value: Any) -> Any: ...
    def start(self, function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]: ...


class Here:
    """In this process, when the result is asked for."""

    def keep(self, value: Any) -> Any:
        return value

    def start(self, function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
        return partial(function, *arguments)


class OnRay:
    """One processor a call. A call whose worker dies is made again, so it must depend on its
    arguments alone.
    """

    def __init__(self, workers: int, address: str | None) -> None:
        self.ray = cluster.joined(address, workers)

    def keep(self, value: Any) -> Any:
        return self.ray.put(value)

    def start(self, function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
        return partial(
            self._result,
            self.ray.remote(num_cpus=1, max_retries=LOST_MOST)(function).remote(*arguments),
        )

    def _result(self, under_way: Any) -> Any:
        try:
            return self.ray.get(under_way)
        except self.ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except self.ray.exceptions.WorkerCrashedError:
            raise ArgumentError(
                "workers must live until their call is done",
                given=f"{LOST_MOST + 1} lost at the same call",
                fix="give each more memory: fewer workers; or see why they die",
            ) from None


def tasks(engine: str, workers: int, address: str | None) -> Tasks:
    """The engine by name, local or ray; ArgumentError for another one, MissingExtra without ray."""
    cluster.check(engine, workers)
    if engine == "local":
        return Here()
    return OnRay(workers, address)
