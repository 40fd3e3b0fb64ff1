"""Scenarios: kept whole or not at all, by name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from justenough.archive.place import WorkspaceError
from justenough.archive.scenarios import Scenarios

WRITER = """
import sys
from pathlib import Path
from justenough.archive.scenarios import Scenarios
kept = Scenarios(Path(sys.argv[1]))
turn = 0
while True:
    turn += 1
    kept.save("busy", {"turn": turn, "long": [turn] * 20_000})
    if turn == 1:
        print("begun", flush=True)
"""


def test_what_was_kept_is_read_back_by_name(tmp_path):
    kept = Scenarios(tmp_path / "scenarios")
    assert kept.names() == []
    kept.save("b, worse", {"days": 3})
    kept.save("a", {"days": 1})
    kept.save("a", {"days": 2})
    assert kept.names() == ["a", "b, worse"]
    assert kept.read("a") == {"days": 2}
    with pytest.raises(WorkspaceError, match="there are: a, b, worse"):
        kept.read("c")


@pytest.mark.parametrize("name", ["", "../out", "a/b", ".hidden", "x" * 81, "ends."])
def test_a_name_no_file_can_have_is_refused(tmp_path, name):
    with pytest.raises(WorkspaceError, match="cannot be called"):
        Scenarios(tmp_path).save(name, {})
    assert list(tmp_path.iterdir()) == []


def test_a_writer_killed_at_any_moment_leaves_a_whole_scenario(tmp_path):
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == "begun"
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        found = Scenarios(tmp_path).read("busy")
        assert found["long"] == [found["turn"]] * 20_000
        assert Scenarios(tmp_path).names() == ["busy"]
