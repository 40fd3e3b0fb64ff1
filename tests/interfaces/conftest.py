"""A small plan of the bundled sample, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from justenough.domain.plant import Plant
    from justenough.strategy.plan import Plan


@pytest.fixture(scope="session")
def bearings() -> Plant:
    from justenough.sources.samples import sample

    return sample("bearings")


@pytest.fixture(scope="session")
def plan(bearings: Plant) -> Plan:
    from justenough.strategy.decide import recommend

    return recommend(bearings, author="tests")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the demo ran."""
    from typer.testing import CliRunner

    from justenough.interfaces.cli import app

    folder = tmp_path_factory.mktemp("doors") / "demo"
    result = CliRunner().invoke(app, ["demo", "-w", str(folder), "--items", "3"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def run() -> Callable[..., object]:
    """Run a command; gives its result."""
    from typer.testing import CliRunner

    from justenough.interfaces.cli import app

    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


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
