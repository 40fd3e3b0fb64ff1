"""Days on end: what is heard over a weekend on which the clocks go back, late, twice and through restarts, is what a file would tell."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from days_on_end import FRIDAY, REMEMBER_DAYS, Days, heard
from deltalake import DeltaTable
from polars.testing import assert_frame_equal

from justenough.archive.packing import FILES, packed
from justenough.archive.workspace import Workspace
from justenough.domain.machine import DAY, HOUR
from justenough.estimation.oee import oee_of
from justenough.sources.live.readings import Fault
from justenough.sources.read import import_from

DAYS, TIDY = 3.5, 6 * HOUR


@pytest.fixture(scope="module")
def days():
    return Days(machines=3, days=DAYS, thin=30)


def test_days_heard_are_days_told(tmp_path, days):
    with Workspace.open(tmp_path / "live") as kept:
        kept.import_(import_from(days.export(tmp_path / "plant", told=False), "canonical"))
        most = heard(kept, days, step=2 * HOUR, tidy=TIDY)
        tally, live, folder = kept.live().journal.tally(), kept.plant(), kept.live().facts.folder
    with Workspace.open(tmp_path / "file") as kept:
        kept.import_(import_from(days.export(tmp_path / "told", told=True), "canonical"))
        told = kept.plant()

    for by in (("machine", "day", "shift"), ("machine", "week"), ("product",)):
        found, meant = (oee_of(plant, *by, since=FRIDAY, until=days.until - HOUR).frame() for plant in (live, told))
        assert_frame_equal(found, meant, rel_tol=1e-9, abs_tol=1e-9)
    nights = oee_of(live, "machine", "day", "shift", since=FRIDAY, until=days.until).frame().filter(pl.col("shift") == "night")
    assert sorted(set(nights["calendar_hours"].round(9))) == [2.0, 6.0, 8.0, 9.0], "the Sunday the clocks go back has 2 + 7 hours of night"

    forgotten = [one for one in days.deliveries() if one.received - one.at > DAY]
    assert tally == {
        "kept": len(days.said),
        "duplicates": len(days.deliveries()) - len(days.said) - len(forgotten),
        f"refused: {Fault.FORGOTTEN.value}": len(forgotten),
    }
    assert len(forgotten) > 3
    moments = np.sort([one.at for one in days.said])
    window = round(REMEMBER_DAYS * DAY) + TIDY + 2 * HOUR
    remembered = (np.searchsorted(moments, moments + window) - np.arange(len(moments))).max()
    assert most.readings <= remembered + 9, "what is remembered, and the last of each stream"
    assert most.held < 400, "rows of the running shift, not of days"
    assert most.files <= 2 * FILES + TIDY / (2 * HOUR) * (DAYS + 1)
    for name in ("events", "counts"):
        packed(folder / name, keep_hours=0)
        DeltaTable(folder / name).vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
        assert len(list((folder / name).rglob("*.parquet"))) <= (FILES + 1) * (DAYS + 1)
