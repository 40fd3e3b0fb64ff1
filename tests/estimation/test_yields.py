"""Yields: lots drawn from known shares, and what is said of suppliers never judged."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest

from justenough.domain.plant import Plant
from justenough.estimation.yields import yield_of

DAY = pl.date(2026, 1, 1)


def plant_of(suppliers, lots):
    """Lots as (supplier, received, rejected); one item a supplier and one of nobody's."""
    items = pl.DataFrame({"item": [*(f"I-{name}" for name in suppliers), "X"], "supplier": [*suppliers, None]})
    rows = pl.DataFrame(
        [(str(k), f"I-{name}", come, bad) for k, (name, come, bad) in enumerate(lots)],
        schema={"order": pl.String, "item": pl.String, "quantity_received": pl.Float64, "quantity_rejected": pl.Float64},
        orient="row",
    ).with_columns(DAY.alias("ordered"), DAY.alias("received"))
    return Plant.from_frames(items=items, receipts=rows, currency="EUR", demand_period="day")


def beta_lots(draws, names, share, alike, n_lots, size):
    lots = []
    for name, p in zip(names, share, strict=True):
        weight = (1 - alike) / alike
        good = draws.binomial(size, draws.beta(p * weight, (1 - p) * weight, n_lots))
        lots += [(name, float(size), float(size - g)) for g in good]
    return lots


def test_lots_go_bad_together_and_bounds_hold_the_truth():
    draws = np.random.default_rng(1)
    names = [f"S{k:03}" for k in range(600)]
    truth = draws.beta(30.0, 2.0, 600)
    found = yield_of(plant_of(names, beta_lots(draws, names, truth, 0.05, 8, 200)))
    share, lower, upper = found.share[:600], found.share_lower[:600], found.share_upper[:600]
    assert np.mean(found.lot_sd[:600]) == pytest.approx(np.mean(np.sqrt(truth * (1 - truth) * 0.05)), rel=0.1)
    inside = (lower <= truth) & (truth <= upper)
    assert binomtest(int(inside.sum()), 600, 0.95).pvalue > 1e-3
    # Were units independent, 1,600 of them would give bounds a third as wide, and they would not hold.
    half = 1.96 * np.sqrt(share * (1 - share) / 1600)
    assert (np.abs(truth - share) <= half).mean() < 0.7
    assert found.lots[0] == 8


def test_shares_are_drawn_to_the_others_by_few_lots():
    lots = (
        [("GOOD", 100.0, 0.0)] * 3
        + [("BAD", 100.0 + k, 30.0 + k % 7) for k in range(60)]
        + [("FAIR", 100.0 + k, float(k % 9)) for k in range(60)]
    )
    lots = [(name, come + 0.001 * k, bad) for k, (name, come, bad) in enumerate(lots)]
    found = yield_of(plant_of(["GOOD", "BAD", "FAIR", "NEW"], lots))
    of = dict(zip(["GOOD", "BAD", "FAIR", "NEW", "X"], found.share, strict=True)) if len(found.share) == 5 else {}
    by_code = dict(zip(["BAD", "FAIR", "GOOD", "NEW", "X"], found.share, strict=True))
    assert of
    assert by_code["BAD"] == pytest.approx(1 - np.mean([(30 + k % 7) / (100 + k) for k in range(60)]), abs=0.02)
    assert by_code["FAIR"] < by_code["GOOD"] < 1.0
    assert by_code["NEW"] == by_code["X"] < by_code["GOOD"]
    assert found.share_lower[3] < found.share_lower[1]
    assert found.lots.tolist() == [60, 60, 3, 0, 0]


def test_a_row_booked_twice_counts_once_and_unjudged_rows_say_nothing():
    lots = [("S", 100.0, 10.0), ("S", 100.0, None), ("S", 0.0, 0.0), ("S", 90.0, 0.0)]
    plant = plant_of(["S"], lots)
    assert yield_of(plant).lots.tolist() == [2, 0]
    twice = plant.receipts.vstack(plant.receipts)
    doubled = Plant.of(plant.terms, {**plant.tables, "receipts": twice})
    assert yield_of(doubled).share.tolist() == yield_of(plant).share.tolist()
    shuffled = Plant.of(plant.terms, {**plant.tables, "receipts": plant.receipts.reverse()})
    assert yield_of(shuffled).share.tolist() == yield_of(plant).share.tolist()


def test_without_a_judged_lot_all_is_taken_as_usable():
    found = yield_of(plant_of(["S"], [("S", 100.0, None)]))
    assert (found.share.tolist(), found.lot_sd.tolist(), found.lots.tolist()) == ([1.0, 1.0], [0.0, 0.0], [0, 0])


def test_where_rejects_alone_are_written_the_other_lots_were_good():
    # As a buying department writes it: a figure where something was sent back, else an empty cell.
    draws = np.random.default_rng(7)
    bad = draws.random(400) < 0.03
    lots = [("S", 100.0 + k, 20.0 if bad[k] else None) for k in range(400)]
    named = [(name, come, rejected or 0.0) for name, come, rejected in lots]
    assert yield_of(plant_of(["S"], lots)).share[0] == yield_of(plant_of(["S"], named)).share[0]
    assert yield_of(plant_of(["S"], lots)).share[0] == pytest.approx(1 - 20 * bad.sum() / sum(come for _, come, _ in lots), abs=0.002)
    # One lot inspected and found good: then an empty cell is one that nobody inspected.
    judged = yield_of(plant_of(["S"], [*lots, ("S", 50.0, 0.0)]))
    assert judged.lots[0] == bad.sum() + 1
