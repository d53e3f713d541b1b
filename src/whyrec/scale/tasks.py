"""Run calls here, or by Ray in other processes; results are collected in the caller's order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from whyrec.core import ArgumentError
from whyrec.scale import cluster
from whyrec.scale.cluster import LOST_MOST

__all__ = ["Here", "OnRay", "Tasks", "tasks"]


class Tasks(Protocol):
    """An engine for calls."""

    def keep(self, value: Any) -> Any:
        """Store a large value once, and return what stands for it in calls."""

    def start(self, function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
        """Start a call; the returned function waits for its result."""


class Here:
    """Runs a call in this process when its result is requested."""

    def keep(self, value: Any) -> Any:
        return value

    def start(self, function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
        return partial(function, *arguments)


class OnRay:
    """Runs each call on one processor of Ray.

    A call whose worker dies is run again, so it must depend only on its arguments.
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
    """Return the engine "local" or "ray"; ArgumentError if unknown, MissingExtra without ray."""
    cluster.check(engine, workers)
    if engine == "local":
        return Here()
    return OnRay(workers, address)
