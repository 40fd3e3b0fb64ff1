from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

import polars as pl
import pytest

from justenough.domain.errors import UnknownSample
from justenough.domain.plant import Plant
from justenough.domain.schema import TABLES
from justenough.sources.samples import sample, sample_folder, sample_names

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bearings():
    return sample("bearings")


def test_every_canonical_table_of_bearings_has_rows_and_every_column_a_value(bearings):
    for name, table in TABLES.items():
        if name in ("forecasts", "spares"):  # this plant has none of its own
            continue
        frame = bearings.tables[name]
        assert frame.height, name
        # counts are per shift, whatever was made: this floor does not record the item; all its rows are on one clock; orders bear no price
        without = {("receipts", "unit_price"), ("counts", "item"), ("counts", "time_zone"), ("events", "time_zone")}
        empty = [c for c in frame.columns if frame[c].null_count() == frame.height and (name, c) not in without]
        assert not empty, f"{name}: {empty}"
        assert set(table.names) == set(frame.columns)


def test_bearings_says_that_it_is_invented_everywhere_a_label_is_shown(bearings):
    assert "invented" in bearings.terms.label


def test_bearings_has_forty_to_sixty_items_bought_and_made_over_two_years(bearings):
    assert 40 <= len(bearings) <= 60
    assert set(bearings.items["source"]) == {"buy", "make"}
    assert bearings.demand["date"].min() == dt.date(2024, 7, 1)
    assert bearings.demand["date"].max() == dt.date(2026, 6, 30)


def test_the_common_component_has_one_overseas_supplier_that_sometimes_fails_and_stops_a_line(bearings):
    item = bearings.items.row(by_predicate=pl.col("item") == "BRG-6204", named=True)
    assert (item["supplier"], item["stockout_basis"], item["line"]) == ("Osaka Seiki", "per_line_hour", "A")
    outages = bearings.tables["disruptions"].filter(pl.col("supplier") == "Osaka Seiki")
    took = _took(bearings, "BRG-6204")
    local = _took(bearings, "SEA-20")
    assert outages.height >= 3
    assert took.mean() > 60
    assert took.max() > 90
    assert local.mean() < 6
    assert local.std() < 2


def _took(plant: Plant, item: str) -> pl.Series:
    took = (pl.col("received") - pl.col("ordered")).dt.total_days()
    return plant.receipts.filter(pl.col("item") == item).select(took).to_series().drop_nulls()


def test_receipts_hold_open_overdue_late_partial_and_rejected_orders(bearings):
    receipts, last = bearings.receipts, dt.date(2026, 6, 30)
    still = receipts.filter(pl.col("received").is_null())
    assert still.height
    assert still.filter(pl.col("promised") < last).height
    assert receipts.filter(pl.col("received") > pl.col("promised")).height
    assert receipts.filter(pl.col("order_line") == "10.2").height
    assert receipts.filter(pl.col("quantity_rejected") > 0).height
    assert not receipts.filter(pl.col("received") > last).height
    assert not receipts.select("order", "order_line").is_duplicated().any()


def test_one_disruption_is_still_going_on(bearings):
    assert bearings.tables["disruptions"].filter(pl.col("end").is_null())["supplier"].to_list() == ["Kaohsiung Drives"]


def test_todays_cover_is_one_rule_for_all(bearings):
    """Reorder point of bought items is three months of the demand known when it was set, whatever the risk."""
    early = bearings.demand.filter(pl.col("date") < dt.date(2025, 1, 1)).group_by("item").agg(rate=pl.col("quantity").sum() / 184)
    both = bearings.items.join(early, on="item").filter(pl.col("rate") > 1)
    cover = (both["current_reorder_point"] / both["rate"]).to_numpy()
    assert both.height > 25
    assert ((cover > 70) & (cover < 130)).mean() > 0.9


def test_some_items_lack_what_a_decision_needs(bearings):
    items = {row["item"]: row for row in bearings.items.iter_rows(named=True)}
    assert items["SPR-CAMERA"]["lead_time_days"] is None
    assert items["LBL-02"]["unit_cost"] == 0
    assert "SPR-FUSE" not in set(bearings.demand["item"])
    assert items["CLIP-04"]["stockout_cost"] is None
    assert items["CLIP-04"]["criticality"] is None


def test_bom_routing_and_lines_speak_of_items_and_machines_that_exist(bearings):
    items, machines = set(bearings.items["item"]), set(bearings.tables["machines"]["machine"])
    assert set(bearings.tables["bom"]["parent"]) | set(bearings.tables["bom"]["component"]) <= items
    assert set(bearings.tables["routing"]["item"]) <= items
    for table in ("routing", "stations", "events", "counts"):
        assert set(bearings.tables[table]["machine"]) <= machines
    assert set(bearings.items["machine"].drop_nulls()) <= machines
    assert set(bearings.items["supplier"].drop_nulls()) <= set(bearings.tables["suppliers"]["supplier"])
    assert set(bearings.tables["events"]["reason"].drop_nulls()) <= set(bearings.tables["reasons"]["reason"])


@pytest.mark.parametrize("name", ["bearings", "brackets"])
def test_the_generator_makes_the_bundled_bytes_again(name, tmp_path):
    """The committed files are what the tool makes, so a sample can be changed by changing its tool."""
    code = f"import sys, pathlib, make_{name} as m; m.write(pathlib.Path(sys.argv[1]), m.tables(), m.PLANT)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=600, cwd=REPOSITORY / "tools")
    made = {path.name: hashlib.sha256(_content(path)).hexdigest() for path in tmp_path.iterdir()}
    kept = {path.name: hashlib.sha256(_content(path)).hexdigest() for path in sample_folder(name).iterdir()}
    assert made == kept


def _content(path: Path) -> bytes:
    import gzip

    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()  # zlib versions pack differently


def test_brackets_presses_stop_as_much_and_differently():
    """The true model: nine running hours and one to repair, against 162 and 18; a machine without a failure, a part without a use."""
    plant = sample("brackets")
    stops = plant.tables["events"].filter(pl.col("state") == "down", pl.col("reason") != "short jam").group_by("machine").len()
    count = dict(stops.iter_rows())
    assert count["PRS-1"] > 3 * count["PRS-2"] > 0
    assert "CUT-1" not in count
    used = set(plant.demand["item"])
    assert {item for item in plant.tables["spares"]["item"] if item not in used} == {"SP-SAW"}
    assert set(plant.tables["spares"]["reason"]) <= set(plant.tables["reasons"]["reason"])


@pytest.mark.parametrize("name", sample_names())
def test_every_sample_reads_and_names_its_currency(name):
    plant = sample(name)
    terms = tomllib.loads((sample_folder(name) / "plant.toml").read_text(encoding="utf-8"))
    assert len(plant) > 20
    assert plant.terms.currency == terms["currency"] != "unknown"


@pytest.mark.parametrize(("name", "licence"), [("retail", "CC BY 4.0"), ("deliveries", "public domain")])
def test_real_extracts_carry_their_licence_and_say_what_was_changed(name, licence):
    text = (sample_folder(name) / "README.md").read_text(encoding="utf-8")
    assert "Changed by us" in text
    assert licence in text


def test_the_real_extracts_are_what_the_tool_cuts(shared_data, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    import extract_samples

    for name, cut in (("retail", extract_samples.retail), ("deliveries", extract_samples.deliveries)):
        plant = sample(name)
        for table, frame in cut(shared_data).items():
            kept = plant.tables[table].select(frame.columns)
            assert frame.sort(frame.columns).equals(kept.sort(frame.columns)), (name, table)


def test_an_unknown_sample_names_those_there_are():
    with pytest.raises(UnknownSample, match="There is no sample 'gears'; there are bearings"):
        sample("gears")


def test_samples_together_stay_small():
    size = sum(path.stat().st_size for path in sample_folder("bearings").parent.rglob("*") if path.is_file())
    assert size < 2_000_000
