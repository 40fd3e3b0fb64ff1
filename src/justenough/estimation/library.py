"""Library: a forecast library's forecasts as a table of your own, for the few items where it does well.

statsforecast is not installed with this package and is far too slow for a million items (its AutoETS fits
about 18 series a second on one core). It is for a chosen few: smooth and seasonal ones by default.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from justenough.domain.errors import SettingsError
from justenough.domain.item import DemandKind
from justenough.estimation.ahead import coming
from justenough.estimation.demand import DEFAULT_PARAMS, demand_of
from justenough.estimation.history import history_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from justenough.domain.plant import Plant
    from justenough.estimation.history import History

MODELS = ("AutoETS", "AutoARIMA", "AutoTheta", "AutoCES")
WELL_DONE = (DemandKind.SMOOTH, DemandKind.SEASONAL)
_LEAST = 8  # known periods below which a library has nothing to fit
_SEASONS = ((1.5, 7), (10.0, 52), (45.0, 12), (140.0, 4))  # period of at most so many days: periods of a season


def library_forecasts(
    plant: Plant,
    *,
    model: str = "AutoETS",
    kinds: Collection[DemandKind] = WELL_DONE,
    periods: int = 12,
    past: int = 6,
    horizon: int | None = None,
) -> pl.DataFrame:
    """
    Forecasts of a library model in the canonical table ``forecasts``, past ones among them.

    Hand them to `Plant.from_frames` as ``forecasts``: they then replace our own level where they reach over the
    exposed time, with the uncertainty that their past errors show, and are scored beside ours
    (`justenough.estimation.forecasts`).

    Parameters
    ----------
    model
        One of `MODELS`, by its name in statsforecast.
    kinds
        Items of these demand kinds are forecast; all others are left to us.
    periods, past
        Coming periods forecast; past periods forecast as if they were still to come.
    horizon
        Periods that a past forecast looks ahead: each stretch of so many is foretold at its beginning, as a plan has to
        see over a whole exposed time. None: all past periods from the one day before them.

    Raises
    ------
    SettingsError
        If statsforecast is not installed, or the model is not one of `MODELS`.
    """
    if model not in MODELS:
        raise SettingsError(f"model {model!r} is not known; expected one of {', '.join(MODELS)}")
    try:
        library, models = import_module("statsforecast"), import_module("statsforecast.models")
    except ImportError as error:
        raise SettingsError(
            "statsforecast is not installed; install it (pip install statsforecast), or go without a library's forecasts"
        ) from error
    history = history_of(plant)
    chosen = _chosen(history, plant, kinds, past)
    if not chosen or not periods + past:
        return pl.DataFrame(schema={"item": pl.String, "date": pl.Date, "mean": pl.Float64, "q95": pl.Float64})
    season = next((length for most, length in _SEASONS if history.period_days <= most), 1)
    fitted = library.StatsForecast(models=[getattr(models, model)(season_length=season, alias="model")], freq=1)
    series = pl.concat([_series(history, i) for i in chosen])
    level = [90]  # a two-sided 90 % interval ends at the 95 % quantile
    frames = [fitted.forecast(df=series, h=periods, level=level)] if periods else []
    if past:
        step = min(horizon or past, past)
        frames.append(fitted.cross_validation(df=series, h=step, n_windows=past // step, step_size=step, level=level))
    told = pl.concat([_told(frame) for frame in frames])
    starts = pl.Series([*history.starts, *coming(history, periods)], dtype=pl.Date)
    return told.select(
        item=pl.Series(history.items, dtype=pl.String).gather(told["unique_id"]),
        date=starts.gather(told["ds"]),
        mean=pl.col("mean").clip(0.0),
        q95=pl.max_horizontal(pl.col("q95"), pl.col("mean")).clip(0.0),
    ).sort("item", "date")


def _chosen(history: History, plant: Plant, kinds: Collection[DemandKind], past: int) -> list[int]:
    """Places of the items to forecast: of the kinds asked for, with a record long enough and without holes."""
    demand = demand_of(history, DEFAULT_PARAMS, exposed_days=np.full(len(plant), history.period_days))
    wanted = np.isin(demand.kind, [int(kind) for kind in kinds])
    return [
        int(i)
        for i in np.flatnonzero(wanted)
        if len(history.series[int(i)]) >= _LEAST + past and not np.isnan(history.series[int(i)]).any()
    ]


def _series(history: History, item: int) -> pl.DataFrame:
    values = np.asarray(history.series[item], dtype=np.float64)
    first = int(history.first_period[item])
    return pl.DataFrame({"unique_id": np.full(len(values), item), "ds": np.arange(first, first + len(values)), "y": values})


def _told(frame: Any) -> pl.DataFrame:
    return pl.DataFrame(frame).select(
        pl.col("unique_id").cast(pl.Int64), pl.col("ds").cast(pl.Int64), mean=pl.col("model"), q95=pl.col("model-hi-90")
    )
