"""Lots of demand: believed where the record leaves no doubt, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_trials import history_of_record

from justenough.estimation.demand import demand_of
from justenough.estimation.knobs import DemandParams
from justenough.estimation.wanted_lots import lots_of

PARAMS = DemandParams()


def record_of(lots, periods=200, chance=0.3, seed=5):
    random = np.random.default_rng(seed)
    return {f"i{k:03}": (lot * random.integers(1, 5, periods) * (random.random(periods) < chance)).tolist() for k, lot in enumerate(lots)}


def test_lots_of_known_truth_are_found():
    lots = [1, 20, 25, 50, 100, 200, 500, 1]
    assert lots_of(history_of_record(record_of(lots)), PARAMS).tolist() == [1, 20, 25, 50, 100, 200, 500, 1]


def test_a_divisor_of_few_demands_is_chance():
    """Seven even demands beside ten items whose lots are beyond doubt: no lot; with an eighth it is one."""
    record = record_of([50] * 10)
    for count, lot in ((7, 1.0), (8, 2.0)):
        few = {**record, "z": [2.0 * (1 + k % 3) if k < count else 0.0 for k in range(200)]}
        assert lots_of(history_of_record(few), PARAMS)[-1] == lot


def test_where_lots_are_a_custom_with_exceptions_all_are_counted_in_units():
    """Of 1,000 demands in fifties one in twenty is of any size; with one in a thousand the items that never broke it keep their lots."""
    random = np.random.default_rng(8)
    record = record_of([50] * 20)
    broken = {name: [y if not y or random.random() > 0.05 else y + 7.0 for y in series] for name, series in record.items()}
    assert lots_of(history_of_record(broken), PARAMS) is None
    one = {**record, "i000": [*record["i000"][:150], 13.0, *record["i000"][151:]]}
    lots = lots_of(history_of_record(one), PARAMS)
    assert lots[0] == 1.0
    assert (lots[1:] == 50.0).all()


def test_divisible_and_mixed_sizes_stay_to_the_last_bit():
    record = record_of([1] * 30)
    record["half"] = [2.5 if k % 5 == 0 else 0.0 for k in range(200)]
    history = history_of_record(record)
    assert lots_of(history, PARAMS) is None
    asked, never = (demand_of(history, params) for params in (PARAMS, replace(PARAMS, lot_demands=10**9)))
    assert asked.lot is never.lot is None
    for name in ("mean", "variance", "drift", "idle", "form", "step"):
        assert np.array_equal(getattr(asked, name), getattr(never, name))


def test_demand_carries_its_lot_and_is_still_counted_in_whole_units():
    demand = demand_of(history_of_record(record_of([50] * 40 + [1] * 5)), PARAMS)
    assert demand.lot.tolist() == [50.0] * 40 + [1.0] * 5
    assert (demand.step == 1.0).all()
    assert demand.mean[:40].mean() == pytest.approx(50 * 2.5 * 0.3 / 7.0, rel=0.1)
