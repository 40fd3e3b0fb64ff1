"""The command line: every command has help, an example and a place in the docs; refusals are sentences."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from justenough.interfaces import cli

DOCS = Path(__file__).parents[2] / "docs" / "commands.md"


def _commands(group, before: str = "") -> list[tuple[str, object]]:
    found = []
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found += _commands(command, f"{before}{name} ")
        else:
            found.append((before + name, command))
    return found


COMMANDS = _commands(typer.main.get_command(cli.app))


def _run(*words: object):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def _refused(capsys, *words: object) -> str:
    with pytest.raises(SystemExit) as stopped:
        cli.main([str(word) for word in words])
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_is_explained(name: str, command) -> None:
    help_text = command.help or ""
    assert len(help_text.split("\n")[0]) > 20, f"{name} has no help"
    assert f"Example: justenough {name}" in help_text, f"{name} has no example"
    assert f"`{name}" in DOCS.read_text(encoding="utf-8"), f"docs/commands.md does not mention {name}"
    assert "--json" in [option for parameter in command.params for option in parameter.opts], f"{name} has no --json"
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name} has no help"
    assert _run(*name.split(), "--help").exit_code == 0


def test_help_loads_nothing_heavy() -> None:
    """`--help` takes less than a second of a core: numba, Polars, SQLAlchemy, Jinja stay unloaded."""
    code = (
        "import sys\nfrom justenough.interfaces import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'numba','polars','numpy','scipy','sqlalchemy','jinja2','deltalake','xlsxwriter'} & set(sys.modules)))"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)  # what it worked, not how long it waited for a busy machine
    assert said.splitlines()[-1] == "[]"
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def test_demo_leaves_a_workspace_and_a_report(demo: Path) -> None:
    assert (demo / "report.html").stat().st_size > 10_000
    plans = json.loads(_run("plans", "-w", demo, "--json").stdout)
    assert [one["author"] for one in plans] == ["demo"]


@pytest.mark.parametrize(
    "words",
    [["explain", "BRG-6204"], ["plans"], ["recommend"], ["quarantine", "list"], ["diff", "latest"], ["rehearse"], ["profiles"], ["sample"]],
    ids=" ".join,
)
def test_json_is_json_and_words_fit_a_hundred_columns(demo: Path, words: list[str], monkeypatch) -> None:
    where = [] if words[0] in ("profiles", "sample") else ["-w", demo]
    said = _run(*words, *where, "--json")
    assert said.exit_code == 0, said.output
    json.loads(said.stdout)
    monkeypatch.setenv("COLUMNS", "140")
    plain = _run(*words, *where)
    assert plain.exit_code == 0, plain.output
    assert max(map(len, plain.stdout.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["plans", "-w", "nowhere"], "no such workspace"),
        (["import", "nothing", "-p", "canonical", "-w", "kept"], "no such file or folder"),
        (["import", "nothing"], "say how to read it with --profile"),
        (["import", "nothing", "-p", "unheard_of", "-w", "kept"], "no such profile"),
        (["recommend", "nothing"], "say how to read it with --profile"),
        (["recommend", "--class", "A"], "--class A: expected a class and a fraction"),
        (["recommend", "--class", "=0.9"], "expected a class and a fraction"),
        (["recommend", "--holding-rate", "7"], "holding_rate must be above 0 and at most 5"),
        (["recommend", "--settings", "none.toml"], "none.toml"),
        (["sample", "gears"], "There is no sample 'gears'"),
        (["init", "nothing.csv"], "nothing.csv"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_refusals_are_sentences(words: list[str], expected: str, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert expected in _refused(capsys, *words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("plans", "-w", "nothing-here"),
        ("recommend", "--nope"),
        ("recommend", "--top", "few"),
        ("explain",),
        ("no-such-command",),
        ("recommend", "nothing-here", "-p", "canonical"),
        ("recommend", "--settings", "nothing-here.toml"),
    ],
    ids=" ".join,
)
def test_with_json_a_refusal_is_json_too(capsys, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([*words, "--json"])
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert json.loads(said.err)["error"]["message"]


def test_help_and_answers_leave_with_nothing_wrong_with_json_as_without(demo: Path, capsys) -> None:
    cli.main(["plans", "-w", str(demo), "--json"])
    json.loads(capsys.readouterr().out)
    cli.main(["plans", "--json", "--help"])
    assert "Usage:" in capsys.readouterr().out
