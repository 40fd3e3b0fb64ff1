"""kill -9 at random moments: nothing acknowledged is lost, nothing is half written, the next command works."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from justenough.archive.workspace import Workspace

MORTAL = Path(__file__).parent / "mortal.py"


def _mortal():
    spec = importlib.util.spec_from_file_location("mortal", MORTAL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mortal = _mortal()


class Killer:
    """Starts a forked worker and kills it after a while."""

    def __init__(self) -> None:
        self.server = subprocess.Popen([sys.executable, str(MORTAL)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.server.stdout.readline() == "ready\n"

    def one_life(self, workspace: Path, log: Path, first: int, mark: str, seconds: float) -> list[str]:
        """A life that ends some seconds after it wrote down the mark; gives what was written down in all lives."""
        job = {"workspace": str(workspace), "log": str(log), "first": first, "recommend": mark.startswith("begin recommend")}
        self.server.stdin.write(json.dumps(job) + "\n")
        self.server.stdin.flush()
        child = int(self.server.stdout.readline())
        give_up = time.monotonic() + 300
        while not (log.exists() and mark in log.read_text()):
            assert time.monotonic() < give_up, f"{mark} was never reached"
            time.sleep(0.001)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        while Path(f"/proc/{child}").exists():
            time.sleep(0.001)
        return log.read_text().splitlines()

    def close(self) -> None:
        self.server.stdin.close()
        self.server.wait(timeout=60)
        self.server.stdout.close()


@pytest.fixture
def killer():
    one = Killer()
    yield one
    one.close()


def test_fifty_kills(tmp_path, killer):
    rng = random.Random(20261123)
    folder, log = tmp_path / "workspace", tmp_path / "log"
    Workspace.open(folder).close()
    struck: Counter[str] = Counter()
    checked: set[str] = set()
    for life in range(50):
        # Waiting for a mark first spreads the moments over all steps, however busy the machine is.
        step = ("import", "save", "import", "save", "recommend")[life % 5]
        mark = f"begin {step} {life * 1000 + rng.randrange(2)}\n" if step != "recommend" else f"begin recommend {life * 1000}\n"
        lines = killer.one_life(folder, log, life * 1000, mark, rng.uniform(0, 1.0 if step == "recommend" else 0.06))
        last = lines[-1].split()
        struck[last[1] if last[0] == "begin" else f"after {last[1]}"] += 1
        with Workspace.open(folder, create=False) as workspace:
            _nothing_lost(workspace, lines)
            _nothing_half(workspace, checked)
            receipt = workspace.import_(mortal.export(life * 1000 + 999), author="next")
            assert receipt.outcome == "imported"
            assert set(workspace.plant().demand["quantity"]) == {float(life * 1000 + 999)}
    with Workspace.open(folder, create=False) as workspace:
        plan_id = workspace.save(mortal.recommend(workspace.plant(), mortal.SETTINGS, author="sized"))
        assert set(workspace.plan(plan_id).rows["decision"]) != {"cannot_decide"}
        workspace.sweep()
        _nothing_lost(workspace, lines)
        _nothing_half(workspace, set())
        assert workspace.sweep() == 0
    assert struck["import"] >= 5, struck
    assert struck["save"] >= 5, struck
    assert struck["recommend"] >= 3, struck


def test_killed_while_the_workspace_is_made(tmp_path, killer):
    rng = random.Random(7)
    for life in range(8):
        folder = tmp_path / f"workspace{life}"
        killer.one_life(folder, tmp_path / f"log{life}", 0, "begin open 0\n", rng.uniform(0, 0.4))
        with Workspace.open(folder) as workspace:
            assert workspace.import_(mortal.export(5), author="next").outcome in ("imported", "unchanged")
            _nothing_half(workspace, set())


def _nothing_lost(workspace: Workspace, lines: list[str]) -> None:
    acknowledged = [line.split() for line in lines if line.startswith("done")]
    imports, plans = {one.import_id for one in workspace.imports()}, {one.plan_id for one in workspace.plans()}
    assert {words[3] for words in acknowledged if words[1] == "import"} <= imports
    assert {words[3] for words in acknowledged if words[1] == "save"} <= plans


def _nothing_half(workspace: Workspace, checked: set[str]) -> None:
    imports = workspace.imports()
    live = [one for one in imports if one.status == "live"]
    assert [one.import_id for one in live] == [one.import_id for one in imports[-1:]]
    for one in live:
        plant = workspace.plant()
        (k,) = set(plant.demand["quantity"])
        assert one.tables == {"items": mortal.N_ITEMS, "demand": mortal.N_ITEMS * (k % 7 + 1)}
        assert plant.demand.height == one.tables["demand"]
        assert plant.items["unit_cost"].to_list() == [k + 1] * mortal.N_ITEMS
        assert workspace.quarantine(one.import_id).height == 1
    for entry in workspace.plans():
        if entry.plan_id not in checked:
            plan = workspace.plan(entry.plan_id)
            assert plan.rows.height == plan.curves.height == entry.n_items == mortal.N_ITEMS
            assert plan.author == "sized" or len(set(plan.rows["reorder_point"])) == 1
            checked.add(entry.plan_id)
