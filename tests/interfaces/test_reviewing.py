"""Review and the answers to it at the terminal, on the demo plant cut where its plan ended."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A workspace whose plan saw the bundled plant up to July 2025, and whose import has all of it."""
    from justenough.archive.workspace import Workspace
    from justenough.sources.read import import_from
    from justenough.sources.samples import sample_folder
    from justenough.strategy.decide import recommend
    from justenough.strategy.rehearse import known_before
    from justenough.strategy.settings import Settings

    folder = tmp_path_factory.mktemp("reviewing") / "w"
    with Workspace.open(folder) as workspace:
        workspace.import_(import_from(sample_folder("bearings"), "canonical"))
        plant = workspace.plant()
        workspace.save(recommend(known_before(plant, date(2025, 7, 1)), Settings(holding_rate=0.25, anatomy_items=0, coming_items=0)))
    return folder


def told(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def words(result):
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_from_a_review_to_a_level_in_force_and_back(kept, run):
    assert "Nothing came after 2026-06-30" in words(run("review", "-w", kept))
    found = told(run("review", "-w", kept, "--since", "2025-07-01", "--author", "Ana", "--json"))
    queued = {row["item"]: row for row in found["queue"]}
    assert {"BRG-6306", "IVT-22", "PMP-65"} <= set(queued)
    assert found["review"]["queued"] == len(queued)
    assert {row["assumption"] for row in found["changes"]} >= {"demand"}
    listed = words(run("review", "-w", kept, "--list", "--top", "3"))
    assert f"Waiting for an answer (3 of {len(queued)})" in listed

    approved = told(run("approve", "BRG-6306", "-w", kept, "--author", "Ana", "--json"))
    assert approved[0]["new_reorder_point"] == queued["BRG-6306"]["new_reorder_point"]
    assert "overridden" in words(
        run("override", "PMP-65", "--reorder-at", "90", "--up-to", "120", "-w", kept, "--reason", "mine", "--until", "2099-01-31")
    )
    assert words(run("reject", "IVT-22", "-w", kept, "--reason", "a project")).startswith("IVT-22: rejected.")
    assert "put off until 2099-01-31" in words(run("defer", "--all", "--until", "2099-01-31", "-w", kept))
    assert "No proposal waits" in words(run("review", "-w", kept, "--list"))
    history = told(run("decisions", "-w", kept, "--json"))
    assert {row["action"] for row in history} == {"approve", "override", "reject", "defer"}
    assert "2099-01-31" in words(run("decisions", "PMP-65", "-w", kept))
    assert "taken back" in words(run("undo", "BRG-6306", "-w", kept, "--reason", "a typo"))
    assert [row["item"] for row in told(run("review", "-w", kept, "--list", "--json"))["queue"]] == ["BRG-6306"]
    assert "approve (undone)" in words(run("decisions", "BRG-6306", "-w", kept))

    again = told(run("review", "-w", kept, "--since", "2025-07-01", "--json"))
    assert again["n_answered"] > 5
    assert [row["item"] for row in again["queue"]] == ["BRG-6306"]


def test_a_plan_is_put_in_force_and_shown_as_todays(kept, run):
    from justenough.archive.workspace import Workspace

    told(run("approve", "BRG-6204", "-w", kept, "--plan", "latest", "--json"))
    with Workspace.open(kept) as workspace:
        plan, items = workspace.plan(), workspace.plant().items
    assert items.filter(pl.col("item") == "BRG-6204")["current_reorder_point"][0] == plan["BRG-6204"].reorder_point


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["approve"], "Name the items, or say --all"),
        (["approve", "BRG-6204"], "No proposal waits for BRG-6204"),
        (["reject", "BRG-6204"], "needs its reason"),
        (["defer", "BRG-6204", "--until", "soon"], "expected a day"),
        (["override", "BRG-6204", "--reorder-at", "9", "--up-to", "3", "--reason", "x"], "order_up_to must be at least"),
        (["override", "BRG-6204", "--reorder-at", "5", "--up-to", "9", "--safety-stock", "6", "--reason", "x"], "at most the reorder"),
        (["undo", "SPR-LAMP"], "nothing to undo"),
        (["review", "--since", "soon"], "expected a day"),
        (["review", "--false-alarms", "2", "--since", "2025-07-01"], "between 0 and 1"),
    ],
)
def test_refusals_say_what_to_do(kept, arguments, said, capsys):
    from justenough.interfaces.cli import REFUSED, main

    with pytest.raises(SystemExit) as left:
        main([*arguments, "-w", str(kept)])
    assert left.value.code == REFUSED
    assert said in " ".join(capsys.readouterr().err.split())


def test_the_plans_own_moves_are_told_until_they_are_in_force(kept, run):
    """The page offers them; who only sits at a terminal must not believe that nothing waits."""
    before = told(run("review", "-w", kept, "--list", "--json"))["plan_moves_not_in_force"]
    assert f"The plan itself moves {before} levels not in force yet" in words(run("review", "-w", kept, "--list"))
    told(run("approve", "--plan", "latest", "HSG-100", "-w", kept, "--json"))
    assert told(run("review", "-w", kept, "--list", "--json"))["plan_moves_not_in_force"] == before - 1
