"""Routes: stages of a plant's made items, alone and on lines."""

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.routes import routes_of


def plant(routing, stations=(), buffers=(), machines=()):
    items = sorted({row[0] for row in routing})
    names = sorted({row[1] for row in routing} | {row[2] for row in stations} | {row[0] for row in machines})
    ideal = dict(machines)
    return Plant.from_frames(
        items=pl.DataFrame({"item": items}),
        machines=pl.DataFrame({"machine": names, "ideal_cycle_seconds": pl.Series([ideal.get(name) for name in names], dtype=pl.Float64)}),
        routing=pl.DataFrame(routing, schema=["item", "machine", "cycle_seconds", "setup_minutes", "batch"], orient="row"),
        stations=pl.DataFrame(stations or None, schema=["line", "position", "machine"], orient="row"),
        buffers=pl.DataFrame(buffers or None, schema=["line", "position", "capacity"], orient="row"),
        currency="EUR",
        demand_period="day",
    )


def test_a_machine_alone_and_two_in_turn():
    routes = routes_of(plant([("a", "M2", 60.0, 12.0, 40.0), ("b", "M2", 30.0, None, None), ("b", "M1", 90.0, 6.0, None)]), ["M1", "M2"])
    assert routes.places == ("M2", "M1")  # the plant keeps its rows by item and machine
    np.testing.assert_array_equal(routes.item, [0, 1, 1])
    np.testing.assert_array_equal(routes.machine, [1, 0, 1])
    np.testing.assert_allclose(routes.cycle_days * 86400, [60, 90, 30])
    np.testing.assert_allclose(routes.setup_days * 1440, [12, 6, 0])
    np.testing.assert_array_equal(routes.batch, [40, np.nan, np.nan])
    np.testing.assert_array_equal(routes.items_of(1), [0, 1])
    np.testing.assert_array_equal(routes.only(routes.item == 1).machine, [0, 1])


def test_a_station_stands_for_its_line():
    stations, buffers = [("L", 1, "M1"), ("L", 2, "M2"), ("L", 3, "M3")], [("L", 1, 5.0)]
    one = plant([("a", "M2", 60.0, 10.0, 8.0)], stations, buffers, [("M1", 50.0), ("M3", 45.0)])
    routes = routes_of(one, ["M1", "M2", "M3"])
    assert routes.places == ("L",)
    np.testing.assert_allclose(routes.cycle_days * 86400, [50, 60, 45])
    np.testing.assert_array_equal(routes.room, [5, 0, 0])
    np.testing.assert_array_equal(routes.batch, [8])
    # A line that is not measured as a whole leaves the machine alone.
    np.testing.assert_array_equal(routes_of(one, ["M2"]).machine, [0])
    assert not len(routes_of(one, ["M1"]))


def test_continuous_is_alone_without_setups_or_batches():
    rows = [
        ("a", "M1", 60.0, None, None),
        ("b", "M2", 60.0, 5.0, None),
        ("c", "M3", 60.0, None, 10.0),
        ("d", "M4", 60.0, None, None),
        ("e", "M4", 9.0, None, None),
    ]
    routes = routes_of(plant(rows), ["M1", "M2", "M3", "M4"])
    np.testing.assert_array_equal(routes.continuous, [True, False, False, False, False])
    assert pytest.approx(1.0) == routes.stations.mean()
