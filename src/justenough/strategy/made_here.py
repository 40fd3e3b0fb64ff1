"""Made here: what an item's machines do to its orders, or to the demand for it where it is a spare part, and the sentences that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.spares import Spares
    from justenough.estimation.throughput import Link

HISTORIES = 128  # that say how much of its time a line is asked for


def made_here(n: int, lead_time: LeadTime, link: Link | None, spares: Spares | None) -> pl.DataFrame:
    """
    Evidence of ``n`` items, null where an item is neither made on measured machines nor used up by them.

    ``_work_days`` a machine works on an order, ``_stop_days`` that stops add on average, ``_late_orders`` [fraction] that come
    ``_late_days`` later, ``_made_on`` the machines in their order; ``_asked`` the share of its time that the busiest place of the
    route is asked for and ``_crowded`` its name, where that is more than a queue can bear; ``_fails`` the machines that use a
    spare part up, ``_failures`` how often they failed and ``_taken`` how many of these took one.
    """
    whole = pl.DataFrame({"row": np.arange(n)})
    stops = lead_time.stops
    if link is not None and stops is not None:
        made = stops.work_days > 0.0
        days = {
            "_work_days": stops.work_days,
            "_stop_days": stops.saved_days,
            "_late_orders": stops.probability,
            "_late_days": stops.wait_days,
        }
        whole = whole.with_columns(pl.Series(name, np.where(made, values, np.nan)).fill_nan(None) for name, values in days.items())
        whole = _beside(whole, _routed(link)).pipe(_beside, _crowded(link))
    if spares is not None:
        whole = _beside(whole, _failing(spares))
    return whole.drop("row")


def machine_sentence() -> pl.Expr:
    """Who makes it, for how long, and what stops add; null for what no measured machine makes."""
    late = pl.when(pl.col("_late_orders") > 0.0).then(
        pl.format("; {} of orders come {} days later than the others", "said__late_orders", "said__late_days")
    )
    stops = pl.when(pl.col("_stop_days") > 0.0).then(pl.format("; stops add {} days on average", "said__stop_days"))
    whole = pl.concat_str(
        [pl.format("Machines: {}; {} days of work on an order", "_made_on", "said__work_days"), stops, late], ignore_nulls=True
    )
    return pl.when(pl.col("_work_days").is_not_null()).then(whole + pl.lit("."))


def crowded_sentence() -> pl.Expr:
    """Which machine is asked for more than it can do; null where none is."""
    return pl.format(
        "Capacity: {} is asked for {} of its planned time, and no queue there has an end. It is taken to be just busy enough to keep up: "
        "the levels hold only if work is taken off it or it is made quicker.",
        "_crowded",
        "said__asked",
    )


def failing_sentence() -> pl.Expr:
    """Which failures use a spare part up; null for what is none."""
    seen = pl.when(pl.col("_failures") == 1).then(pl.lit("1 failure is")).otherwise(pl.format("{} failures are", "_failures"))
    never = pl.format("Failures: {} may need it and never has; half a failure's worth is believed, so its demand is not zero.", "_fails")
    often = pl.format(
        "Failures: it is used up by those of {}, of which {} on record; its demand is theirs, joined with its own use.", "_fails", seen
    )
    used = (
        pl.when(pl.col("_taken") == 0)
        .then(pl.lit("none was used"))
        .otherwise(pl.format("{} {} used", "_taken", pl.when(pl.col("_taken") == 1).then(pl.lit("was")).otherwise(pl.lit("were"))))
    )
    fewer = pl.format(
        "Failures: {} on record of {}, and {} meanwhile: nobody says which failures take it (reason and quantity in spares), "
        "so as many are expected to as did.",
        seen, "_fails", used,
    )  # fmt: skip
    return pl.when(pl.col("_failures") == 0).then(never).when(pl.col("_taken") < pl.col("_failures")).then(fewer).otherwise(often)


def _beside(whole: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    return whole.join(found, on="row", how="left", maintain_order="left")


def _routed(link: Link) -> pl.DataFrame:
    """Machines of each made item, in the order they are passed."""
    routes = link.routes
    names = np.asarray(link.machines.names, dtype=object)[routes.machine]
    passed = pl.DataFrame({"row": routes.item[routes.stage], "machine": pl.Series(names, dtype=pl.String)}).unique(maintain_order=True)
    return passed.group_by("row").agg(pl.col("machine").str.join(", ").alias("_made_on"))


def _crowded(link: Link) -> pl.DataFrame:
    """The busiest place of each item's route, where it is asked for more than it is taken to bear."""
    routes = link.routes
    asked: Floats = link.asked(link.machines.coarse(HISTORIES))[routes.place]
    names = pl.Series(np.asarray(routes.places, dtype=object)[routes.place], dtype=pl.String)
    over = pl.DataFrame({"row": routes.item, "_asked": asked, "_crowded": names}).filter(pl.col("_asked") > link.machines.params.busiest)
    return over.sort("_asked", descending=True).unique("row", keep="first", maintain_order=True)


def _failing(spares: Spares) -> pl.DataFrame:
    """Machines that use a spare part up, and how often they failed for it."""
    names = np.asarray(spares.machines.names, dtype=object)[spares.machine]
    places = pl.DataFrame(
        {"row": spares.item, "machine": pl.Series(names, dtype=pl.String), "_failures": spares.failures, "_taken": spares.taken}
    )
    return places.group_by("row").agg(
        pl.col("machine").unique(maintain_order=True).str.join(", ").alias("_fails"),
        pl.col("_failures").sum(),
        pl.col("_taken").sum().round().cast(pl.Int64),
    )
