"""Shared fixtures: where the real data sets are."""

from __future__ import annotations

import os
import sys

# Before numpy and torch are loaded: threads that wait for each other make small work slow where cores are taken.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Machines differ: no deadline for an example, and the same examples on each run in CI.
settings.register_profile(
    "whyrec",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("whyrec")

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test looks for a model on the network

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def find_data(name: str) -> Path | None:
    """The real data set `name` in WHYREC_DATA or in ../shared/data, or None."""
    for folder in (os.environ.get("WHYREC_DATA"), SHARED):
        if folder and (Path(folder) / name).exists():
            return Path(folder) / name
    return None


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """real_data("ml-1m.zip"): the file's path; skips the test where the file is not at hand."""

    def locate(name: str) -> Path:
        path = find_data(name)
        if path is None and os.environ.get("CI"):
            pytest.fail(f"{name} is missing: on CI the real data sets must be there")
        if path is None:
            pytest.skip(f"{name} is not at hand: set WHYREC_DATA to the folder that holds it")
        return path

    return locate


@pytest.fixture(autouse=True, scope="session")
def _cache(tmp_path_factory):
    """What is slow to compute is kept for this run only, away from the user's own cache."""
    before = os.environ.get("WHYREC_CACHE")
    os.environ["WHYREC_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    os.environ.pop("WHYREC_CACHE")
    if before is not None:
        os.environ["WHYREC_CACHE"] = before


@pytest.fixture(scope="session")
def chromium():
    """A real browser. One for all tests of a process: a second driver beside it would be refused."""
    from tests.web.stage import ARGS, chromium as installed

    path = installed()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        why = "Chromium and the library playwright must be installed"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def kills():
    """bench/scale/fault_injection_train.py, which kills Ray's workers; with a Ray of its own, as another test's may have another size."""
    ray = pytest.importorskip("ray")
    root = str(Path(__file__).resolve().parents[1])
    sys.path.insert(0, root)  # Ray's workers find the module there
    from bench.scale import fault_injection_train

    ray.shutdown()
    yield fault_injection_train
    ray.shutdown()
    sys.path.remove(root)
