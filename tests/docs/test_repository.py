"""The repository keeps the house's rules: no addresses, no machine's paths, one noun a file, a test for each."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCE = REPOSITORY / "src" / "justenough"
LONGEST = 350  # lines a file may have; 150 to 250 is the aim
ADDRESS = re.compile(
    r"index-url|find-links|--index|https?://[^\s\"']*/(?:simple|packages)/|\"resolved\": *\"http",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home/\w+|work/\w+|Users/\w+|opt/\w+|tmp/\w+)/")
VENDORED = ("static/", "vendor")
BINARY = {".gz", ".parquet", ".png", ".xlsx", ".woff2", ".ico", ".zip"}
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc"}


def committed() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout, so nothing says which files are committed")
    return [REPOSITORY / name for name in listed.split("\0") if name and (REPOSITORY / name).is_file()]


def modules() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if path.name != "__init__.py" and "migrations" not in path.parts]


def test_no_committed_file_holds_a_registry_address_or_a_machines_path():
    found = []
    for path in committed():
        if path == Path(__file__) or path.suffix in BINARY or any(part in path.as_posix() for part in VENDORED):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if ADDRESS.search(line) or MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


def test_requirements_are_exact_and_hashed():
    for path in (REPOSITORY / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        packages = re.findall(r"^[\w.\[\],-]+==[^\s]+.*\\$", text, flags=re.MULTILINE)
        lines = [line for line in text.splitlines() if line and line[0] not in " #"]
        assert packages
        assert len(packages) == len(lines), f"{path.name}: a line without an exact version and a hash"


def test_file_names_are_unique_in_the_house():
    names = [path.name for path in modules()]
    assert sorted(names) == sorted(set(names))


def test_the_page_of_files_names_each_once_on_its_own_floor():
    page = (REPOSITORY / "docs" / "files.md").read_text(encoding="utf-8")
    named = []
    for section in page.split("\n## ")[1:]:
        (floor,) = re.findall(r"^\S+ `(\w+)`", section)
        rows = [row.split("|") for row in section.splitlines() if row.startswith("| ")]
        named += [f"{floor}/{file}" for row in rows for file in re.findall(r"`(\w+)`", row[2])]
    there = [f"{path.relative_to(SOURCE).parts[0]}/{path.stem}" for path in modules() if path.parent != SOURCE]
    assert not set(there) ^ set(named), "docs/files.md does not know these files, or they are no longer there"
    assert len(named) == len(there), "a file stands twice in docs/files.md"


def test_no_room_without_a_noun():
    assert not {path.stem for path in modules()} & FORBIDDEN_NAMES


def test_files_can_be_taken_in_at_once():
    long = {path.name: n for path in modules() if (n := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST}
    assert not long


def test_every_file_has_its_test():
    lacking = [
        path.relative_to(SOURCE).as_posix()
        for path in modules()
        if not (REPOSITORY / "tests" / path.relative_to(SOURCE).parts[0] / f"test_{path.stem}.py").is_file()
    ]
    assert not lacking


def test_no_loose_ends_are_left_in_the_source():
    found = [
        f"{path.relative_to(REPOSITORY)}: {word}"
        for path in modules()
        for word in re.findall(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b|pragma: no cover", path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_every_public_function_is_annotated_in_full():
    bare = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.returns is None:
                bare.append(f"{path.name}: {node.name}")
    assert not bare


def test_the_changelog_knows_this_version():
    import justenough

    assert f"## {justenough.__version__}" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
