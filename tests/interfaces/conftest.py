"""A small plan of the bundled sample, made once."""

from __future__ import annotations

from contextlib import contextmanager
from shutil import copytree, rmtree
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fastapi.testclient import TestClient

    from justenough.domain.plant import Plant
    from justenough.interfaces.web.house import House
    from justenough.strategy.plan import Plan

WIDTH = "100"  # columns of the terminal that tables must fit


@pytest.fixture(scope="session")
def bearings() -> Plant:
    from justenough.sources.samples import sample

    return sample("bearings")


@pytest.fixture(scope="session")
def plan(bearings: Plant) -> Plan:
    from justenough.strategy.decide import recommend

    return recommend(bearings, author="tests")


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the demo ran; only to be copied."""
    from typer.testing import CliRunner

    from justenough.interfaces.cli import app

    folder = tmp_path_factory.mktemp("doors") / "demo"
    result = CliRunner().invoke(app, ["demo", "-w", str(folder), "--items", "3"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def demo(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace of the test's own in which the demo ran: what a command writes there, no other test reads."""
    folder = tmp_path_factory.mktemp("doors") / "demo"
    copytree(untouched, folder)
    yield folder
    rmtree(folder)


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of `WIDTH` columns; without one tables would take as many as they have."""
    monkeypatch.setenv("COLUMNS", WIDTH)


@pytest.fixture
def run() -> Callable[..., object]:
    """Run a command; gives its result."""
    from typer.testing import CliRunner

    from justenough.interfaces.cli import app

    return lambda *words: CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": WIDTH})


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command that is refused; gives the sentence."""
    from justenough.interfaces import cli

    def refusal(*words: object) -> str:
        with pytest.raises(SystemExit) as stopped:
            cli.main([str(word) for word in words])
        assert stopped.value.code == cli.REFUSED
        said = capsys.readouterr().err
        assert "Traceback" not in said
        return said

    return refusal


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at least cost: what is tested is not how slow guessing is."""
    import argon2

    from justenough.archive import people

    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(people, "_hasher", lambda: cheap)


@pytest.fixture(scope="session")
def stocked(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house for one person, over a workspace with an import and a plan that was rehearsed."""
    from justenough.archive.workspace import Workspace
    from justenough.interfaces.web.house import House, Serving

    folder = tmp_path_factory.mktemp("house") / "w"
    copytree(untouched, folder, ignore=lambda _folder, names: [name for name in names if name.startswith("report")])
    with Workspace.open(folder, database="") as kept:
        house = House(kept, Serving(local=True, author="me"))
        house.shelves.shelf()
        house.rehearsals.begin(kept.latest(), wait=True)
        yield house


@pytest.fixture(scope="session")
def undecided(stocked: House) -> str:
    """An item of that plan which cannot be decided."""
    return str(stocked.workspace.plan().rows.filter(decision="cannot_decide")["item"][0])


@pytest.fixture(scope="session")
def local(stocked: House) -> TestClient:
    """A browser at a house for one person."""
    from justenough.interfaces.web.application import application

    return browser(application(stocked))


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path: Path, quick_passwords: None) -> Iterator[House]:
    """An empty house of anna (admin), paul (planner) and vera (viewer), on SQLite and on PostgreSQL."""
    from justenough.archive.audit_log import Doer
    from justenough.archive.workspace import Workspace
    from justenough.interfaces.web.house import House, Serving

    database = request.getfixturevalue("postgres").database() if request.param == "postgres" else ""
    with Workspace.open(tmp_path / "w", database=database) as kept:
        found = House(kept, Serving())
        for name, role in (("anna", "admin"), ("paul", "planner"), ("vera", "viewer")):
            found.people.add(name, role, Doer("tests"), password=f"{name} and a sentence")
        yield found


@pytest.fixture
def visitor(house: House) -> TestClient:
    """A browser at that house, of nobody yet."""
    from justenough.interfaces.web.application import application

    return browser(application(house))


def browser(app: object) -> TestClient:
    """What a browser of this computer would see; answers are not followed."""
    from fastapi.testclient import TestClient

    return TestClient(app, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=True)  # type: ignore[arg-type]


def signed_in(visitor: TestClient, name: str) -> TestClient:
    """The browser, after it signed in."""
    answer = visitor.post("/sign-in", data={"name": name, "password": f"{name} and a sentence"})
    assert answer.status_code == 303, answer.text
    return visitor


@pytest.fixture
def sign_in() -> Callable[[TestClient, str], TestClient]:
    """Sign in with a name of that house."""
    return signed_in


@pytest.fixture
def proof() -> Callable[..., str]:
    """What a form of a page has to repeat."""
    import re

    def found(client: TestClient, address: str = "/account") -> str:
        return re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(address).text)[1]  # type: ignore[index]

    return found


@pytest.fixture(scope="session")
def running() -> Callable[..., AbstractContextManager[str]]:
    """Serve an application on a free port of this computer; gives its address."""
    return _running


@contextmanager
def _running(app: object) -> Iterator[str]:
    import threading

    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))  # type: ignore[arg-type]
    worker = threading.Thread(target=server.run, daemon=True)
    worker.start()
    while not server.started:
        assert worker.is_alive()
        worker.join(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        worker.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A real Chromium, where one is installed; for one file, as Playwright's event loop runs in this thread until it is closed."""
    import shutil

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as works:
        browser = works.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def own_house(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of one over the untouched demo, whose levels are the module's to change."""
    from justenough.archive.workspace import Workspace
    from justenough.interfaces.web.house import House, Serving

    folder = tmp_path_factory.mktemp("own") / "w"
    copytree(untouched, folder)
    with Workspace.open(folder, database="") as kept:
        yield House(kept, Serving(local=True, author="Ana"))


@pytest.fixture(scope="module")
def own_client(own_house: House) -> TestClient:
    """A program at that house; what leads elsewhere is not followed."""
    from fastapi.testclient import TestClient

    from justenough.interfaces.web.application import application

    return TestClient(application(own_house), base_url="http://localhost", follow_redirects=False)
