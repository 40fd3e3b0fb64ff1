"""All stages together: the plant's joint answer beside what each item is told alone, and the lived chain beside the stated one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from two_stages import ROW

from justenough.domain.errors import NetworkError
from justenough.sources.chain_file import read_chain
from justenough.sources.samples import sample
from justenough.strategy.chaining import Lives, chained, in_series, network
from justenough.strategy.decide import recommend

GEARMOTORS = ["GMT-100", "GMT-140", "GMT-200"]
FEW = Lives(lives=4, days=4_000, seed=1)


@pytest.fixture(scope="module")
def pumps():
    return chained(read_chain("pumps"), lives=FEW)


def test_rows_tell_all_of_a_stage(pumps):
    rows = pumps.rows()
    assert [row["stage"] for row in rows[:2]] == ["casting", "bearing"]
    assert sum(row["holding_cost"] for row in rows) == pytest.approx(pumps.placement.total_cost)
    for row in rows:
        assert row["net_days"] >= row["inbound_days"] + row["stage_days"] - row["promised_days"] - 1e-9
        assert 0.0 <= row["lived_on_time"] <= row["lived_own_on_time"] <= 1.0


def test_stated_service_is_lived_while_promises_are_kept(pumps):
    """The chain's own bound against a life by other means: within two points where stock is held."""
    held = pumps.placement.holds
    lived, error = pumps.lived.mean("own_on_time"), pumps.lived.standard_error("own_on_time")
    assert (np.abs(lived - pumps.stated)[held] <= 0.03 + 3 * error[held]).all()


def test_placing_together_never_costs_more_than_alone(pumps):
    assert 0.0 < pumps.saving < 1.0
    assert pumps.saving == pytest.approx(1 - pumps.placement.total_cost / pumps.alone.total_cost)


def test_a_rate_beats_the_files_own():
    said = read_chain("pumps")
    assert chained(said, holding_rate=0.5, lives=None).placement.total_cost == pytest.approx(
        2 * chained(said, lives=None).placement.total_cost
    )


def test_a_chain_that_is_not_lived_says_so():
    found = chained(read_chain("pumps"), lives=None)
    assert found.lived is None
    assert not any(name.startswith("lived") for name in found.rows()[0])


@pytest.fixture(scope="module")
def plant():
    """Three gearmotors of the sample with all that goes into them."""
    whole = sample("bearings")
    bom = whole.tables["bom"].filter(pl.col("parent").is_in([*GEARMOTORS, "HSG-100", "HSG-140"]))
    small = whole.only([*GEARMOTORS, *bom["component"].unique().to_list()])
    return replace(small, tables={**small.tables, "bom": bom})


@pytest.fixture(scope="module")
def own(plant):
    return network(plant, lives=None)


def test_alone_an_end_item_needs_what_recommend_gives_it(plant, own):
    """The same exposure, service and time by two roads: `recommend` and the network's outer stages."""
    alone = dict(zip(own.described.network.stages, own.alone.reserve.tolist(), strict=True))
    rows = recommend(plant).rows.filter(pl.col("item").is_in(["GMT-100", "GMT-140", "GMT-200"]))
    assert rows.height == 3
    for item, stock in rows.select("item", "safety_stock").iter_rows():
        assert alone[item] == pytest.approx(stock, rel=0.05, abs=2.0)


def test_both_bounds_answer_for_a_plant(plant, own):
    normal = network(plant, bounded="normal", lives=None)
    assert (own.bounded, normal.bounded) == ("exposure", "normal")
    assert own.placement.proven
    assert normal.placement.proven
    assert own.placement.total_cost > normal.placement.total_cost  # drift, outages and ignorance are in the items' own


def row(tmp_path):
    path = tmp_path / "row.toml"
    path.write_text(f"holding_rate = 0.3\n{ROW}", encoding="utf-8")
    return read_chain(path)


def test_stages_in_a_row_are_also_sized_as_if_promises_failed(tmp_path):
    found = chained(row(tmp_path), lives=None)
    series = in_series(found, 2.0)
    assert (series.optimum.echelon_base_stock >= series.bounds.lower - 0.1).all()
    assert (series.optimum.echelon_base_stock <= series.bounds.upper + 0.1).all()
    # The pipeline between the two stages alone, 30 a day for 2 days, is held at the first stage's echelon cost.
    assert series.yearly_cost > 0.3 * 40 * 60


def test_what_is_not_in_a_row_is_refused(pumps, tmp_path):
    with pytest.raises(NetworkError, match="do not stand in a row"):
        in_series(pumps, 1.0)
    with pytest.raises(NetworkError, match="a shortage cost of 0"):
        in_series(chained(row(tmp_path), lives=None), 0.0)
