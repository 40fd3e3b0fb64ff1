"""Every example in README.md, docs/ and the docstrings runs, and prints what the page says it prints.

On a page, a ``python`` block runs in the page's own namespace (with ``>>>`` its output is compared); in a
``console`` block each ``$ `` line runs in a folder of the page's own, and the lines below it are compared.
``...`` stands for anything. Blocks marked otherwise (``text``, ``toml``) are pictures and are not run.
"""

from __future__ import annotations

import doctest
import fnmatch
import importlib
import importlib.util
import os
import pkgutil
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

import justenough
from justenough.domain.schema import TABLES
from justenough.strategy.settings import Settings

REPOSITORY = Path(__file__).parents[2]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
COMMAND_LIMIT = 300  # seconds one command of a page may take
LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
LINK = re.compile(r"\[[^]]*\]\(([^)#:]+)(?:#[^)]*)?\)")


@dataclass(frozen=True, slots=True)
class Block:
    language: str
    line: int  # of its first line on the page
    text: str


def blocks_of(page: Path) -> list[Block]:
    blocks, language, start, kept = [], None, 0, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        fence = re.match(r"\s*```(\S*)", line)
        if fence and language is None:
            language, start, kept = fence[1] or "text", number + 1, []
        elif fence:
            blocks.append(Block(language, start, textwrap.dedent("\n".join(kept))))
            language = None
        elif language is not None:
            kept.append(line)
    return blocks


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "page"}
    for block in blocks_of(page):
        where = f"{page.relative_to(REPOSITORY)} line {block.line}"
        if block.language == "python" and ">>>" in block.text:
            compare_python(block, names, where)
        elif block.language == "python":
            exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), names)
        elif block.language == "console":
            for command, expected in commands_of(block):
                run_command(command, expected, tmp_path, where)


class Readable(doctest.OutputChecker):
    """Compares as a reader does: a no-break space, printed or as repr writes it, is a space."""

    def check_output(self, want, got, optionflags):
        plain = [text.replace("\u00a0", " ").replace("\\xa0", " ") for text in (want, got)]
        return super().check_output(*plain, optionflags)


def compare_python(block: Block, names: dict, where: str) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, names, where, where, block.line - 1)
    said: list[str] = []
    result = doctest.DocTestRunner(checker=Readable(), optionflags=LIKE).run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert not result.failed, "".join(said)


def commands_of(block: Block) -> list[tuple[str, str]]:
    commands = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        first, _, rest = part.partition("\n")
        while first.endswith("\\"):
            more, _, rest = rest.partition("\n")
            first = first[:-1] + more.strip()
        commands.append((first.strip(), rest.strip()))
    return commands


def run_command(command: str, expected: str, folder: Path, where: str) -> None:
    if command.startswith(("./run", "git ", ".ci/run", "python3 -m venv", "pip install")):
        if command.startswith("./run "):  # running it here would run this test again
            listed = subprocess.run([REPOSITORY / "run"], capture_output=True, text=True, check=True).stdout
            assert f"./run {command.split()[1]} " in listed, f"{where}: ./run does not know {command!r}"
        return
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, text=True, capture_output=True, timeout=COMMAND_LIMIT, check=False
    )
    printed = (done.stdout + done.stderr).strip()
    if expected:
        assert like(expected, printed), f"{where}: $ {command}\nexpected:\n{expected}\n\nprinted:\n{printed}"
    else:
        assert done.returncode == 0, f"{where}: $ {command}\n{printed}"


def like(expected: str, printed: str) -> bool:
    """Whether the output is as the page says, runs of blanks counted as one."""

    def words(text: str) -> str:
        return " ".join(text.split())

    pattern = re.sub(r"([*?[])", r"[\1]", words(expected)).replace("...", "*")
    return fnmatch.fnmatchcase(words(printed), pattern)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_links_between_pages_lead_somewhere(page):
    outside_code = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = [target for target in LINK.findall(outside_code) if not (page.parent / target).exists()]
    assert not broken


def modules() -> list[str]:
    found = pkgutil.walk_packages(justenough.__path__, "justenough.")
    return [module.name for module in found if ".migrations." not in module.name and module.name != "justenough.__main__"]


@pytest.mark.parametrize("name", modules())
def test_docstring_examples_print_what_they_say(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    runner = doctest.DocTestRunner(checker=Readable(), optionflags=LIKE)
    module = importlib.import_module(name)
    for test in doctest.DocTestFinder().find(module, name):
        if test.examples:
            runner.run(test, out=said.append)
    assert not runner.summarize(verbose=False).failed, "".join(said)


def test_the_python_page_names_every_public_name():
    said = " ".join(re.findall(r"`([^`]+)`", (REPOSITORY / "docs" / "python.md").read_text(encoding="utf-8")))
    assert set(justenough.__all__) <= set(re.findall(r"\w+", said))


def test_the_page_lists_every_canonical_table_and_column():
    spec = importlib.util.spec_from_file_location("canonical_tables", REPOSITORY / "tools" / "canonical_tables.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    text = tool.PAGE.read_text(encoding="utf-8")
    assert text == tool.page(text), "run python tools/canonical_tables.py"
    for table in TABLES.values():
        listed = text.split(f"### {table.name}\n")[1].split("### ")[0]
        assert re.findall(r"^\| `(\w+)`", listed, flags=re.MULTILINE) == list(table.names)


def test_the_settings_file_on_the_page_can_be_read(tmp_path):
    (block,) = [block for block in blocks_of(REPOSITORY / "docs" / "strategy.md") if block.language == "toml"]
    (tmp_path / "settings.toml").write_text(block.text, encoding="utf-8")
    assert Settings.from_toml(tmp_path / "settings.toml").holding_rate == 0.2


PAGE_OF = {"kernels": "domain", "sources": "import"}  # the others are told on the page of their own name


def test_every_floor_has_a_page_and_every_file_of_it_a_first_sentence():
    floors = sorted(path.parent.name for path in (REPOSITORY / "src" / "justenough").glob("*/__init__.py"))
    lacking = [floor for floor in floors if not (REPOSITORY / "docs" / f"{PAGE_OF.get(floor, floor)}.md").is_file()]
    assert not lacking
    for path in (REPOSITORY / "src").rglob("*.py"):
        assert path.read_text(encoding="utf-8").startswith('"""'), path.relative_to(REPOSITORY)
