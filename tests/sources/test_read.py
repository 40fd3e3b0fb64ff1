"""Every shipped profile on the raw file it was written for; rows in = accepted + quarantined."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import random

import polars as pl
import pytest

from justenough.domain.errors import ImportFailed
from justenough.domain.plant import Plant
from justenough.sources.profiles import Profile, shipped
from justenough.sources.read import import_from, read
from justenough.sources.samples import sample_folder

# Rows of each set as its README counts them, and the row the quarantine is expected to hold.
SETS = {
    "oil_refinery_spares": ("oil_refinery_spares", {"items": 3490, "demand": 3490 * 56}, 0),
    "manufacturer_sku_weekly": ("manufacturer_sku_weekly", {"items": 1688, "demand": 1688 * 150}, 0),
    "manufacturer_sku_weekly_as_exported": ("manufacturer_sku_weekly", {"items": 60, "demand": 60 * 150}, 0),
    "carparts": ("carparts", {"items": 1344, "demand": 1344 * 51}, 0),
    "online_retail": ("online_retail", {"demand": 261_235}, 0),
    "scms_deliveries": ("scms_deliveries", {"receipts": 2809}, 185),
    "adventureworks_erp": ("adventureworks_erp", {"items": 504, "suppliers": 104}, 0),
    "sme_machine_states": ("sme_machine_states", {"machines": 2, "events": 9908, "counts": 9908}, 0),
    "bottling_line_downtime": ("bottling_line_downtime", {"counts": 38, "reasons": 11, "routing": 6}, 0),
    "azure_pdm": ("azure_pdm", {"machines": 47, "events": 1890}, 0),
    "job_shop_event_log": ("job_shop_event_log", {"machines": 39, "events": 2535}, 0),
}


@pytest.mark.parametrize("name", SETS)
def test_shipped_profile_reads_the_raw_export(name, shared_data):
    folder, rows, quarantined = SETS[name]
    imported = import_from(shared_data / folder, name)
    assert {table: imported.tables[table].height for table in rows} == rows
    assert sum(one.quarantined for one in imported.files) == quarantined
    for one in imported.files:
        assert one.rows_in == one.accepted + one.quarantined
        assert one.rows_in + one.left_out > 0
        assert len(one.sha256) == 64
    assert isinstance(imported.plant(), Plant)


def test_every_shipped_profile_is_tried():
    assert sorted([*SETS, "canonical", "machines"]) == shipped()


def test_refinery_blank_is_zero_and_the_unreliable_month_is_unknown(shared_data):
    plant = read(shared_data / "oil_refinery_spares", "oil_refinery_spares")
    month = plant.demand.filter(pl.col("date") == dt.date(1997, 11, 1))
    assert month["quantity"].null_count() == month.height == 3490
    assert plant.demand["quantity"].null_count() == 3490
    with gzip.open(shared_data / "oil_refinery_spares" / "spares.csv.gz", "rt", newline="") as file:
        rows = list(csv.DictReader(file))  # a second reading, by another method
    months = [name for name in rows[0] if name[:2] in ("19", "20") and name != "1997-11-01"]
    plain = {(row["Material"], name): float(row[name] or 0) for row in rows for name in months}
    known = plant.demand.drop_nulls("quantity")
    assert dict(zip(zip(known["item"], known["date"].cast(pl.String), strict=True), known["quantity"], strict=True)) == plain
    item = plant.items.row(by_predicate=pl.col("item") == "7508", named=True)
    assert (item["criticality"], item["lead_time_days"], item["unit_cost"]) == ("medium", 44, 18.1)
    assert (item["current_reorder_point"], item["current_max"], item["on_hand"]) == (1, 1, 1)
    assert (plant.demand["quantity"] < 0).sum() > 0  # returns stay


def test_carparts_empty_is_unknown(shared_data):
    plant = read(shared_data / "carparts", "carparts")
    assert plant.demand["quantity"].null_count() == 2965  # README: 2,965 empty cells


def test_both_layouts_of_the_weekly_set_agree(shared_data):
    clean = read(shared_data / "manufacturer_sku_weekly", "manufacturer_sku_weekly")
    sheet = read(shared_data / "manufacturer_sku_weekly", "manufacturer_sku_weekly_as_exported")
    same = clean.only(sheet.items["item"].to_list())
    assert same.items.equals(sheet.items)
    assert same.demand.equals(sheet.demand)
    item = sheet.items.row(by_predicate=pl.col("item") == "2", named=True)
    assert item["lead_time_days"] == 49  # 7 weeks
    assert item["holding_rate"] == pytest.approx(0.2, abs=1e-6)
    assert sheet.demand["date"].min() == dt.date(2012, 1, 2)
    assert sheet.demand["date"].max() == dt.date(2014, 11, 10)  # Monday of week 46


def test_scms_mixed_dates_and_received_before_ordered(shared_data):
    imported = import_from(shared_data / "scms_deliveries", "scms_deliveries")
    assert imported.files[0].rows_in == 2994  # direct drops
    found = imported.quarantine.group_by("column").len().sort("column").rows()
    assert found == [("PO Sent to Vendor Date", 180), ("received", 5)]  # README: 2,814 with a real PO date
    receipts = imported.tables["receipts"]
    assert (receipts["received"] - receipts["ordered"]).dt.total_days().median() == pytest.approx(95, abs=1)  # README: median 95 days


def test_adventureworks_joins(shared_data):
    plant = read(shared_data / "adventureworks_erp", "adventureworks_erp")
    item = plant.items.row(by_predicate=pl.col("item") == "317", named=True)
    assert (item["supplier"], item["lead_time_days"], item["moq"]) == ("1678", 17, 100)  # the cheaper of its vendors
    ball = plant.items.row(by_predicate=pl.col("item") == "1", named=True)
    assert ball["on_hand"] == 408 + 324 + 353  # three locations
    assert plant.receipts["received"].null_count() > 0  # pending and approved orders are open
    took = (plant.receipts["received"] - plant.receipts["ordered"]).dt.total_days()
    assert took.median() == 9  # README: shipped 9 days after the order


def test_online_retail_leaves_out_what_is_no_item(shared_data):
    imported = import_from(shared_data / "online_retail", "online_retail")
    assert imported.files[0].rows_in + imported.files[0].left_out == 264_042
    assert not imported.tables["items"]["item"].is_in(["POST", "ADJUST", "B", "TEST001"]).any()
    assert not imported.tables["items"]["item"].str.contains("[a-z]").any()
    assert (imported.tables["demand"]["quantity"] < 0).sum() > 4000  # cancellations stay


def test_constants_fill_what_the_export_lacks(tmp_path):
    (tmp_path / "carparts.csv").write_text("part,2001-01,2001-02\nA,1,2\n")
    text = 'currency="EUR"\ndemand_period="month"\n[constants]\nholding_rate=0.2\nreview_days=7\n[files]\nf="*.csv"\n'
    text += '[tables.items]\nfile="f"\ncolumns={item="part"}\n'
    plant = Profile.from_toml(text)
    assert read(tmp_path, plant).items.select("holding_rate", "review_days").row(0) == (0.2, 7.0)


CELLS = ["", "A", "x", '"', "-3", "1e400", "nan", "2026-13-01", " ", "é", "1,5", ";", "\x00", "🙂", "=1+1", "9" * 30, '"q""r"']


@pytest.mark.parametrize("seed", range(40))
def test_garbage_is_counted_or_refused_never_a_crash(seed, tmp_path):
    """A thousand such files found three crashes; these are kept."""
    rng = random.Random(seed)
    (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\n')
    good = {"items": ("item,unit_cost", lambda n: f"I{n},2"), "demand": ("item,date,quantity", lambda n: f"I{n},2026-01-0{n + 1},3")}
    for name, (header, row) in good.items():
        lines = [header]
        for n in range(8):
            cells = [cell if rng.random() < 0.95 else rng.choice(CELLS) for cell in row(n).split(",")]
            lines.append(",".join(cells + ["spill"] * (rng.random() < 0.03)))
        text = rng.choice(["\n", "\r\n", "\r"]).join(lines)
        (tmp_path / f"{name}.csv").write_bytes(text.encode(rng.choice(["utf-8", "utf-8", "utf-16", "cp1252"]), "replace"))
    try:
        imported = import_from(tmp_path)
    except ImportFailed:
        return
    for one in imported.files:
        assert one.rows_in == one.accepted + one.quarantined
        places = imported.quarantine.filter(file=one.file)["row"].n_unique()
        assert places == one.quarantined
    imported.plant()


def test_minutes_lost_side_by_side_are_stops_within_their_batch(shared_data):
    """Beside the sheet read with the csv module: the same minutes by reason, and every batch as long as it says."""
    folder = shared_data / "bottling_line_downtime"
    with (folder / "line_downtime.csv").open(newline="") as file:
        sheet = list(csv.DictReader(file))
    with (folder / "downtime_factors.csv").open(newline="") as file:
        named = {row["Factor"]: row["Description"] for row in csv.DictReader(file)}
    lost = {name: sum(float(row[factor] or 0) for row in sheet) for factor, name in named.items()}
    plant = read(folder, "bottling_line_downtime")
    minutes = (pl.col("end") - pl.col("start")).dt.total_minutes()
    stops = plant.tables["events"].filter(pl.col("state") == "down")
    assert dict(stops.group_by("reason").agg(minutes.sum()).iter_rows()) == {name: m for name, m in lost.items() if m}
    whole = plant.tables["counts"].select(minutes.sum()).item()
    assert plant.tables["events"].select(minutes.sum()).item() == whole
    over = plant.tables["counts"].filter(pl.col("start").dt.date() < pl.col("end").dt.date())
    assert over.select("start", "end").rows() == [(dt.datetime(2024, 9, 2, 22, 55), dt.datetime(2024, 9, 3, 1, 5))]


def test_failures_of_the_fleet_are_moments_and_replacements_planned(shared_data):
    events = read(shared_data / "azure_pdm", "azure_pdm").tables["events"]
    with gzip.open(shared_data / "azure_pdm" / "PdM_failures.csv.gz", "rt", newline="") as file:
        failures = len(list(csv.reader(file))) - 1
    assert events.filter(~pl.col("planned")).height == failures
    assert (events["start"] == events["end"]).all()


def test_a_log_of_five_minutes_takes_the_time_its_rows_span(shared_data):
    """Beside the raw rows: minutes in alarm, where a row stands for five minutes and an alarm beats what it overlaps."""
    with gzip.open(shared_data / "sme_machine_states" / "company_A_labelled_subset.csv.gz", "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if float(row["status"]) == 3]
    seconds = set()
    for row in rows:
        first = int(dt.datetime.fromisoformat(row["ts"]).timestamp())
        seconds |= {(row["asset"], first + second) for second in range(300)}
    from justenough.domain.machine import HOUR, Use
    from justenough.estimation.oee import oee_of

    ours = oee_of(read(shared_data / "sme_machine_states", "sme_machine_states"), "plant")
    down = ours.ticks[0, Use.BREAKDOWN] + ours.ticks[0, Use.MINOR_STOP]
    assert down / HOUR * 3600 == len(seconds)


MACHINES = """
currency = "EUR"
demand_period = "day"
date_formats = ["%d.%m.%Y"]
[files]
log = "log.csv"
[tables.machines]
derived_from = "events"
[tables.events]
file = "log"
day_of = "start"
[tables.events.columns]
machine = "m"
start = { column = "day", time = "from" }
end = { column = "day", time = "to", plus_minutes = 1 }
state = { value = "down" }
planned = { value = "yes" }
"""


def test_day_and_time_of_day_make_a_moment_and_a_night_ends_the_next_day(tmp_path):
    (tmp_path / "log.csv").write_text("m,day,from,to\nM,5.1.2026,22:00,05:59\nM,6.1.2026,6:00:30,7:00\n", encoding="utf-8")
    events = read(tmp_path, Profile.from_toml(MACHINES)).tables["events"]
    assert events.select("start", "end", "planned").rows() == [
        (dt.datetime(2026, 1, 5, 22), dt.datetime(2026, 1, 6, 6), True),
        (dt.datetime(2026, 1, 6, 6, 0, 30), dt.datetime(2026, 1, 6, 7, 1), True),
    ]


def test_the_bundled_machines_read_without_their_items(tmp_path):
    from shutil import copy

    for name in ("machines.csv", "events.csv.gz", "calendar.csv", "counts.csv", "reasons.csv", "plant.toml"):
        copy(sample_folder("bearings") / name, tmp_path / name)
    plant = read(tmp_path, "machines")
    assert (plant.items.height, plant.tables["events"].height) == (0, 5610)
