"""What version 0.1 wrote, unpacked; `scripts/old_folders.py` says how it was made."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a folder for each case, and the store."""
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(Path(__file__).with_name("v0.1.tar.xz")) as packed:
        packed.extractall(folder, filter="data")
    return folder
