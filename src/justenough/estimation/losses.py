"""Losses: where planned time went, reason by reason, in time and in money."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.machine import DAY, Loss, Use
from justenough.estimation.made import COLUMNS
from justenough.estimation.oee import NO_LINE, STARTUP, oee_by

if TYPE_CHECKING:
    from justenough.estimation.floor import Floor

NO_REASON_TOLD = "no reason told"
SLOW, REJECTED, STARTING = "slow running", "rejects", "rejects of starting up"
LOSS_OF_USE = {
    Use.MINOR_STOP: Loss.MINOR_STOP.label,
    Use.BREAKDOWN: Loss.BREAKDOWN.label,
    Use.SETUP: Loss.SETUP.label,
    Use.IDLE: "unexplained",  # none of the six: nobody said why it stood
    Use.STARVED: Loss.STARVED.label,
    Use.BLOCKED: Loss.BLOCKED.label,
}
SIX = tuple(loss.label for loss in (Loss.BREAKDOWN, Loss.SETUP, Loss.MINOR_STOP, Loss.SPEED, Loss.STARTUP_REJECT, Loss.REJECT))
OF_THE_LINE = (Loss.STARVED.label, Loss.BLOCKED.label)
LOST_SHARE = pl.when(pl.col("hours") > 0).then(pl.col("hours") / pl.col("hours").clip(lower_bound=0.0).sum())  # of all hours lost


@dataclass(frozen=True)
class Losses:
    """
    What keeps planned production time from being fully productive.

    Parameters
    ----------
    rows
        One row for each machine, loss and reason: ``machine, line, loss, reason, stops, hours, money``. A machine's hours
        add up to its planned time without its fully productive time. ``stops`` is null of what is no stop, ``money`` of
        machines without an `hour_value`. Slow running is below 0 where performance is above 1.
    unvalued
        Machines without an `hour_value`: their losses have no money.
    currency
    """

    rows: pl.DataFrame = field(repr=False)
    unvalued: tuple[str, ...]
    currency: str

    def by(self, *keys: str) -> pl.DataFrame:
        """
        Losses added up, the greatest first, with the share of all that was lost and the running share (Pareto).

        A machine that ran faster than its ideal cycle lost less than nothing by speed: that is a share of nothing, and null.

        Parameters
        ----------
        keys
            Of machine, line, loss and reason; ``loss, reason`` where nothing is said.
        """
        keys = keys or ("loss", "reason")
        money = pl.when(pl.col("money").is_not_null().any()).then(pl.col("money").sum())
        stops = pl.when(pl.col("stops").is_not_null().any()).then(pl.col("stops").sum())
        found = self.rows.group_by(keys).agg(stops.alias("stops"), pl.col("hours").sum(), money.alias("money"))
        found = found.sort(pl.col("hours"), *keys, descending=[True, *(False for _ in keys)])
        return found.with_columns(share=LOST_SHARE, running_share=LOST_SHARE.cum_sum())


def losses_of(floor: Floor) -> Losses:
    """
    The losses of every machine of a floor, by the same tally of its time as OEE.

    Starved and blocked time is the line's loss; so is no part of the six big losses. Rejects are charged the ideal time of
    their parts. They count as those of starting up while the machine runs for a reason of that loss, or is set up.
    """
    _, machine, key, ticks, count = floor.tallied(floor.pieces())
    reason, use = np.divmod(key, len(Use))
    names = [NO_REASON_TOLD, *floor.disjoint.states.reasons]
    lost = np.isin(use, list(LOSS_OF_USE))
    told = {
        "machine": [floor.machines[m] for m in machine[lost]],
        "loss": [LOSS_OF_USE[Use(u)] for u in use[lost]],
        "reason": [names[r] for r in reason[lost]],
        "stops": count[lost],
        "hours": ticks[lost] / DAY * 24,
    }
    kinds = {"machine": pl.String, "loss": pl.String, "reason": pl.String, "stops": pl.Int64, "hours": pl.Float64}
    rows = pl.concat([pl.DataFrame(told, schema=kinds), _slow_and_rejected(floor).cast(kinds)])  # type: ignore[arg-type]
    about = floor.plant.tables["machines"].select("machine", pl.col("line").fill_null(NO_LINE), "hour_value")
    rows = rows.join(about, on="machine", how="left", maintain_order="left").with_columns(pl.col("line").fill_null(NO_LINE))
    rows = rows.with_columns(money=pl.col("hours") * pl.col("hour_value"))
    valued = set(about.filter(pl.col("hour_value").is_not_null())["machine"])
    unvalued = tuple(name for name in floor.machines if name not in valued)
    return Losses(rows.select("machine", "line", "loss", "reason", "stops", "hours", "money"), unvalued, floor.plant.terms.currency)


def _slow_and_rejected(floor: Floor) -> pl.DataFrame:
    """Losses that are no stops, of machines whose parts were counted and timed."""
    one = oee_by(floor, "machine")
    starting = one.made[STARTUP]
    ideal, good, unjudged = (starting[:, COLUMNS.index(name)] for name in ("ideal_days", "ideal_good_days", "ideal_unjudged_days"))
    early = ideal - good - unjudged
    parts = (
        (Loss.SPEED, SLOW, one.waterfall.performance_loss - one.days(Use.MINOR_STOP)),
        (Loss.STARTUP_REJECT, STARTING, early),
        (Loss.REJECT, REJECTED, one.waterfall.quality_loss - early),
    )
    frames = [
        pl.DataFrame({"machine": one.keys["machine"], "loss": loss.label, "reason": reason, "stops": None, "hours": days * 24})
        for loss, reason, days in parts
    ]
    return pl.concat(frames).filter(pl.col("hours").is_finite() & (pl.col("hours") != 0))
