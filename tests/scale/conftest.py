"""One Ray for all tests of a process."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def ray_of_two():
    """Ray with two workers and little memory; what asks for Ray without an address joins it."""
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, object_store_memory=200 * 2**20, include_dashboard=False, log_to_driver=False, logging_level="error",
             ignore_reinit_error=True)
    yield ray
    ray.shutdown()
