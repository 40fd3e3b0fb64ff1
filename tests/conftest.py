"""Fixtures shared by every floor's tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run: a failure can be repeated, and a green run says the same tomorrow.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real exports that lie beside the repository on a developer's machine."""
    folder = Path(os.environ.get("JUSTENOUGH_SHARED", REPOSITORY.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets are not beside this repository (set JUSTENOUGH_SHARED to their folder)")
    return folder
