"""One Ray for the tests of a process."""

from __future__ import annotations

import pytest


@pytest.fixture
def ray_of_two():
    """Ray with two workers and little memory, until the process ends; what asks for Ray without an address joins it."""
    ray = pytest.importorskip("ray")
    if not ray.is_initialized():
        ray.init(
            num_cpus=2,
            object_store_memory=200 * 2**20,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="error",
        )
    return ray
