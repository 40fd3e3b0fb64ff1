"""Forecasts of one's own beside ours, from the terminal."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from justenough.archive.workspace import Workspace
from justenough.domain.item import DemandKind
from justenough.estimation.library import library_forecasts
from justenough.interfaces import cli

WEEKS, START = 60, date(2024, 1, 1)


@pytest.fixture(scope="module")
def foretold(tmp_path_factory) -> Path:
    """Forty items wanted around a level that jumps from week to week, told beforehand to within a unit for half of them."""
    folder = tmp_path_factory.mktemp("export")
    draws = np.random.default_rng(4)
    level = draws.integers(20, 200, (40, WEEKS))
    days = [(START + timedelta(weeks=week)).isoformat() for week in range(WEEKS)]
    codes = [f"I{i:02}" for i in range(40)]
    tables = {
        "items.csv": [["item", "lead_time_days"], *([code, 14] for code in codes)],
        "demand.csv": [["item", "date", "quantity"], *([codes[i], days[k], level[i, k]] for i in range(40) for k in range(WEEKS))],
        "forecasts.csv": [["item", "date", "mean"], *([codes[i], days[k], level[i, k] + 1] for i in range(20) for k in range(WEEKS))],
    }
    for name, rows in tables.items():
        with (folder / name).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    (folder / "plant.toml").write_text('currency = "EUR"\ndemand_period = "week"\n')
    with pytest.raises(SystemExit, match="0"):
        cli.main(["import", str(folder), "--profile", "canonical", "-w", str(folder / "w")])
    return folder / "w"


def test_a_forecast_that_knew_loses_less(foretold: Path, run) -> None:
    """Told to within a unit, a unit a week is lost at most; else sd * mean density at the quantiles, whoever knows only the spread."""
    told = json.loads(run("forecasts", "-w", foretold, "--review-days", "7", "--json").stdout)
    rows = told["by_kind"]
    lost = np.sqrt(3.0 * (180.0**2 - 1.0) / 12.0) * np.mean(norm.pdf(norm.ppf([0.9, 0.95, 0.98, 0.99])))
    assert sum(row["exposed_times"] for row in rows) == 20 * (12 // 3)
    for row in rows:
        assert row["loss_theirs"] < 3.0
        assert row["loss_ours"] == pytest.approx(lost, rel=0.25)
        assert row["ratio"] == pytest.approx(row["loss_theirs"] / row["loss_ours"])
    said = " ".join(run("forecasts", "-w", foretold, "--review-days", "7").stdout.split())
    assert f"Of {rows[0]['kind']} items yours foretold more than ours." in said


def test_without_a_forecast_it_says_how_to_bring_one(demo: Path, run) -> None:
    said = " ".join(run("forecasts", "-w", demo).stdout.split())
    assert "No forecast of your own is on record" in said
    assert json.loads(run("forecasts", "-w", demo, "--json").stdout) == {"held_back": 0.2, "library": None, "by_kind": []}


@pytest.mark.skipif(find_spec("statsforecast") is not None, reason="statsforecast is installed")
def test_a_library_that_is_not_there_is_named(demo: Path, refused) -> None:
    assert "statsforecast is not installed" in refused("forecasts", "-w", demo, "--library", "AutoETS")


class Naive:
    """In place of statsforecast: the mean of all before a forecast's origin, with its signature and its columns."""

    def __init__(self, **_said) -> None: ...

    def cross_validation(self, df: pl.DataFrame, h: int, n_windows: int, step_size: int, level: list[int]) -> pl.DataFrame:
        assert (step_size, level) == (h, [90])
        rows = []
        for (item,), series in df.group_by("unique_id"):
            y, ds = series["y"].to_numpy(), series["ds"].to_numpy()
            for origin in len(y) - h * np.arange(n_windows, 0, -1):
                rows += [(item, at, y[:origin].mean(), y[:origin].mean() + 1.64 * y[:origin].std()) for at in ds[origin : origin + h]]
        return pl.DataFrame(rows, schema=["unique_id", "ds", "model", "model-hi-90"], orient="row")


@pytest.fixture
def naive(monkeypatch) -> None:
    library, models = ModuleType("statsforecast"), ModuleType("statsforecast.models")
    library.StatsForecast, models.AutoETS = Naive, lambda **_said: None
    monkeypatch.setitem(sys.modules, "statsforecast", library)
    monkeypatch.setitem(sys.modules, "statsforecast.models", models)


def test_a_library_foretells_what_is_held_back_from_the_day_before_it(foretold: Path, run, naive) -> None:
    """Demand without memory: who says the mean of all before loses what ours does, and sees nothing of what came."""
    told = json.loads(run("forecasts", "-w", foretold, "--review-days", "7", "--library", "AutoETS", "--json").stdout)
    assert told["library"] == "AutoETS"
    assert sum(row["exposed_times"] for row in told["by_kind"]) == 40 * (12 // 3)
    for row in told["by_kind"]:
        assert row["ratio"] == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize(("horizon", "origins"), [(None, 1), (3, 4), (12, 1), (99, 1)])
def test_each_stretch_is_foretold_at_its_beginning(foretold: Path, naive, horizon: int | None, origins: int) -> None:
    with Workspace.open(foretold, create=False) as kept:
        found = library_forecasts(kept.plant(), kinds=list(DemandKind), periods=0, past=12, horizon=horizon)
    of_one = found.filter(pl.col("item") == "I00")
    assert (of_one.height, of_one["mean"].n_unique()) == (12, origins)
