"""Evidence: what the facts say of one item is what the whole plant says of it."""

from __future__ import annotations

import polars as pl
import pytest
from typer.testing import CliRunner

from justenough.archive.evidence import MOST_BARS, RECEIPTS, Evidence, evidence_of
from justenough.archive.workspace import Workspace
from justenough.interfaces.cli import app


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evidence") / "w"
    result = CliRunner().invoke(app, ["demo", "-w", str(folder), "--items", "1"])
    assert result.exit_code == 0, result.output
    with Workspace.open(folder, database="") as workspace:
        yield workspace


@pytest.mark.parametrize("item", ["BRG-6204", "SPR-VALVE", "GMT-100"])
def test_one_item_is_told_as_the_plant_tells_it(kept, item):
    found, plant = evidence_of(kept, item), kept.plant()
    demand = plant.demand.filter(pl.col("item") == item)
    assert sum(one for one in found.demand if one is not None) == pytest.approx(demand["quantity"].sum())
    assert 1 < len(found.demand) <= MOST_BARS + 1
    assert list(found.starts) == sorted(found.starts)
    receipts = plant.receipts.filter(pl.col("item") == item).sort("ordered")
    assert [one.ordered for one in found.receipts] == receipts["ordered"].to_list()[-RECEIPTS:]
    assert sum(one.received is None for one in found.receipts) == receipts.tail(RECEIPTS)["received"].null_count()


def test_history_of_its_sizing(kept):
    plan = kept.plan()
    found = evidence_of(kept, "BRG-6204").sizings
    assert [(one.plan_id, one.reorder_point, one.author) for one in found] == [(plan.plan_id, plan["BRG-6204"].reorder_point, "demo")]


def test_an_item_of_which_nothing_is_known(kept):
    assert evidence_of(kept, "none") == Evidence()
    assert evidence_of(kept, 'it\'s "odd"') == Evidence()
