"""Fixtures shared by every floor's tests."""

from __future__ import annotations

import os
import urllib.request
import uuid
from pathlib import Path

import pytest
from compiled_once import take_turns
from hypothesis import settings
from object_store import BUCKET, an_object_store
from postgres_cluster import cluster

# The same examples in every run: a failure can be repeated, and a green run says the same tomorrow.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

take_turns()

REPOSITORY = Path(__file__).parents[1]

# Files that take long begin first, so that no worker is left alone with one at the end. The first three compile most kernels between
# them; processes that other files start find these compiled, whereas each alone would compile its own.
LONG_FIRST = (
    *("cli", "published", "every_kind", "running_server", "killed", "planners_week", "workspace", "cluster", "bombs", "running"),
    *("accessible", "application", "reviewing", "opcua", "classes", "single", "classic", "decide", "shelves", "report", "files_page"),
    *("budgeting", "order_up_to", "imports_page", "callers", "two_sources", "supposing", "budget", "decisions", "oee", "sign_in_page"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which files are handed to workers."""
    place = {f"test_{name}.py": number for number, name in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real exports that lie beside the repository on a developer's machine."""
    folder = Path(os.environ.get("JUSTENOUGH_SHARED", REPOSITORY.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets are not beside this repository (set JUSTENOUGH_SHARED to their folder)")
    return folder


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL cluster of this worker's own."""
    with cluster() as one:
        yield one


@pytest.fixture(scope="session")
def running_store():
    with an_object_store() as environment:
        yield environment


@pytest.fixture
def object_store(running_store, monkeypatch) -> str:
    """Address of a folder nobody else uses, in a real S3-compatible server; the environment says how to reach it."""
    for name, value in running_store.items():
        monkeypatch.setenv(name, value)
    return f"s3://{BUCKET}/{uuid.uuid4().hex}"


@pytest.fixture
def put(running_store):
    """Put bytes at a name below an address, without any of the clients that are tested."""

    def put(address: str, name: str, data: bytes) -> None:
        place = address.replace("s3://", running_store["AWS_ENDPOINT_URL"] + "/")
        plain = {"Content-Type": "application/octet-stream"}  # else it is taken for a form
        with urllib.request.urlopen(urllib.request.Request(f"{place}/{name}", data, plain, method="PUT"), timeout=60):
            pass

    return put
