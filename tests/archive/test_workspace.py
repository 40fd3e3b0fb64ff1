"""What a workspace promises to the person who imports, saves and asks."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.domain.errors import UnknownPlan
from justenough.domain.plant import Terms
from justenough.domain.schema import TABLES
from justenough.sources.read import import_from
from justenough.sources.samples import sample, sample_folder

_spec = importlib.util.spec_from_file_location("mortal", Path(__file__).parent / "mortal.py")
mortal = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(mortal)

pytestmark = pytest.mark.usefixtures("on_both")


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "workspace") as one:
        yield one


def test_every_table_of_a_real_import_comes_back_as_it_was_read(workspace):
    imported = import_from(sample_folder("bearings"), "canonical")
    receipt = workspace.import_(imported, author="Ann")
    assert receipt.outcome == "imported"
    assert receipt.rows_in == receipt.rows_accepted + receipt.rows_quarantined == sum(frame.height for frame in imported.tables.values())
    back, was = workspace.plant(), sample("bearings")
    assert back.terms == was.terms
    for name in TABLES:
        assert back.tables[name].sort(pl.all()).equals(was.tables[name].sort(pl.all())), name
    (entry,) = workspace.imports()
    assert (entry.source, entry.author, entry.status, len(entry.files)) == ("canonical", "Ann", "live", len(imported.files))
    assert json.loads(entry.profile)["name"] == "canonical"


def test_same_files_again_change_nothing(workspace):
    first = workspace.import_(mortal.export(3))
    before = workspace.plant().demand
    again = workspace.import_(mortal.export(3))
    assert again.outcome == "unchanged"
    assert again.import_id == first.import_id
    assert str(again) == f"mortal: unchanged; the same files are already here as import {first.import_id}."
    assert workspace.plant().demand.equals(before)
    assert len(workspace.imports()) == 1


def test_same_files_under_another_profile_are_another_import(workspace):
    workspace.import_(mortal.export(3))
    other = mortal.export(3)
    other = replace(other, profile=replace(other.profile, constants={"holding_rate": 0.3}))
    assert workspace.import_(other).outcome == "imported"


def test_newer_export_replaces_the_older_in_every_table(workspace):
    old = workspace.import_(mortal.export(6))
    new = workspace.import_(mortal.export(8))
    assert new.superseded == (old.import_id,)
    plant = workspace.plant()
    assert set(plant.demand["quantity"]) == {8.0}
    assert set(plant.items["unit_cost"]) == {9.0}
    assert [one.status for one in workspace.imports()] == ["superseded", "live"]


def test_an_older_export_can_be_taken_back(workspace):
    for k in (6, 8, 6):
        assert workspace.import_(mortal.export(k)).outcome == "imported"
    assert set(workspace.plant().demand["quantity"]) == {6.0}


def test_sources_stand_side_by_side_and_the_later_value_counts(workspace):
    workspace.import_(mortal.export(3))
    extra = mortal.export(4, source="prices")
    items = extra.tables["items"].with_columns(pl.lit("A").alias("criticality"), pl.lit(None, pl.Float64).alias("unit_cost"))
    workspace.import_(replace(extra, tables={"items": items}))
    plant = workspace.plant()
    assert plant.items.height == mortal.N_ITEMS
    assert set(plant.items["unit_cost"]) == {4.0}
    assert set(plant.items["criticality"]) == {"A"}
    assert set(plant.demand["quantity"]) == {3.0}


def test_other_currency_beside_is_refused(workspace):
    workspace.import_(mortal.export(3))
    other = replace(mortal.export(4, source="abroad"), terms=Terms("USD", "day"))
    with pytest.raises(WorkspaceError, match=r"abroad: currency is USD, but mortal in this workspace has EUR; they cannot be added up"):
        workspace.import_(other)
    assert len(workspace.imports()) == 1


def test_same_file_in_two_sources_would_count_twice(workspace):
    workspace.import_(mortal.export(3))
    with pytest.raises(WorkspaceError, match=r"the same file is already here as part of source mortal; its demand rows would count twice"):
        workspace.import_(mortal.export(3), source="again")


def test_empty_workspace_says_the_next_step(workspace):
    with pytest.raises(WorkspaceError, match="nothing was imported yet. Import an export first: justenough import"):
        workspace.plant()
    with pytest.raises(UnknownPlan, match="no plan 'latest'. No plan was saved yet; make one: justenough recommend"):
        workspace.plan()
    with pytest.raises(WorkspaceError, match="no import 'latest'. Nothing was imported yet"):
        workspace.quarantine()


def test_plan_comes_back_as_it_was_saved(workspace):
    receipt = workspace.import_(mortal.export(3))
    workspace.plant()
    plan = mortal.plan_of(5)
    assert workspace.save(plan) == plan.plan_id
    assert workspace.save(plan) == plan.plan_id
    back = workspace.plan(plan.plan_id)
    assert back.rows.equals(plan.rows)
    assert back.curves.equals(plan.curves)
    assert (back.terms, back.settings, back.version, back.created, back.author) == (
        plan.terms,
        plan.settings,
        plan.version,
        plan.created,
        plan.author,
    )
    (entry,) = workspace.plans()
    assert (entry.n_items, entry.imports, entry.author) == (mortal.N_ITEMS, (receipt.import_id,), "mortal")


def test_plans_are_named_by_id_beginning_or_latest(workspace):
    plans = [mortal.plan_of(k) for k in range(3)]
    for plan in plans:
        workspace.save(plan)
    assert [one.plan_id for one in workspace.plans()] == [plan.plan_id for plan in plans]
    assert workspace.plan().plan_id == plans[-1].plan_id
    assert workspace.plan(plans[1].plan_id[:-1]).plan_id == plans[1].plan_id
    with pytest.raises(UnknownPlan, match=f"no plan 'nosuch'. Saved plans: {plans[0].plan_id}, {plans[1].plan_id}, {plans[2].plan_id}"):
        workspace.plan("nosuch")
    with pytest.raises(UnknownPlan, match="3 plans begin with '20'"):
        workspace.plan("20")


def test_an_item_lost_from_a_later_plan_stays_in_the_earlier(workspace):
    workspace.save(mortal.plan_of(1))
    workspace.save(mortal.plan_of(2, n_items=3))
    first, last = (workspace.plan(one.plan_id) for one in workspace.plans())
    assert (len(first), len(last)) == (mortal.N_ITEMS, 3)


def test_two_processes_at_once(tmp_path, on_both):
    """Three writers from an empty folder on: one creation, every acknowledged id there, no writer refused."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[3]); import mortal\n"
        "from justenough.archive.workspace import Workspace\n"
        "with Workspace.open(sys.argv[1]) as kept:\n"
        "    for k in range(8):\n"
        "        print(kept.import_(mortal.export(k, 'shared')).import_id, kept.save(mortal.plan_of(k)))\n"
        "        kept.plant()\n"
    )
    folder = tmp_path / "workspace"
    command = [sys.executable, "-W", "error", "-c", script, str(folder)]
    writers = [
        subprocess.Popen(
            [*command, str(n), str(Path(__file__).parent)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=on_both(folder)
        )
        for n in range(3)
    ]
    said = [writer.communicate(timeout=600) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], [error for _, error in said]
    words = [line.split() for out, _ in said for line in out.splitlines()]
    with Workspace.open(folder, create=False) as workspace:
        imports = workspace.imports()
        assert {one for one, _ in words} == {one.import_id for one in imports}
        assert {one for _, one in words} == {one.plan_id for one in workspace.plans()}
        assert [one.status for one in imports].count("live") == 1
        (k,) = set(workspace.plant().demand["quantity"])
        assert workspace.plant().demand.height == mortal.N_ITEMS * (k % 7 + 1)
