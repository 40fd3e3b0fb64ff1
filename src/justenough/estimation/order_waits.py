"""Order waits: what each order line has taken from order to shelf, or has waited so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.estimation.delays import Waits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints

    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OrderLines:
    """
    Order lines as columns of whole days since 1970; each array is (n_lines,).

    Parameters
    ----------
    item
        Row of the plant.
    ordered, received, short
        Day of the order, of the arrival that made it complete, and of the last that did not; NaN: not yet. [days]
    instalments
        Whether it came in parts.
    now
        The last day anything is known of. [days]
    """

    item: Ints
    ordered: Floats
    received: Floats
    short: Floats
    instalments: Bools
    now: float

    @classmethod
    def of(cls, table: pl.DataFrame) -> OrderLines:
        """Of `justenough.estimation.receipts.order_lines`, those of known outages left out."""
        timed = table.filter(~pl.col("disrupted"))
        days = timed.select(pl.col("ordered", "received", "short").to_physical().cast(pl.Float64).fill_null(np.nan))
        seen = table["seen"].to_physical().max() if table.height else None
        now = float(seen) if isinstance(seen, int) else np.nan
        ordered, received, short = (days[name].to_numpy() for name in days.columns)
        return cls(timed["code"].to_numpy(), ordered, received, short, timed["instalments"].to_numpy(), now)

    def only(self, chosen: Bools) -> OrderLines:
        """Those lines."""
        columns = {name: getattr(self, name)[chosen] for name in ("item", "ordered", "received", "short", "instalments")}
        return replace(self, **columns)

    def known_by(self, day: float) -> OrderLines:
        """What a planner knew on that day."""
        lines = replace(
            self,
            received=np.where(self.received <= day, self.received, np.nan),
            short=np.where(self.short <= day, self.short, np.nan),
            now=day,
        )
        return lines.only(self.ordered < day)


def waits_of(lines: OrderLines, usual: Floats, least_days: float, forgotten_factor: float) -> Waits:
    """
    What each line has taken, or has waited so far, against what is usual for its item.

    Parameters
    ----------
    usual : (n_items,)
        Log of each item's usual days.
    least_days
        A shorter time is taken as this. [days]
    forgotten_factor
        An open line that has waited longer than this many times the longest there is was never closed in the books:
        left out, or, where a part has come, settled with that.
    """

    def log_days(days: Floats, item: Ints) -> Floats:
        return np.log(np.maximum(days, least_days)) - usual[item]

    took, came, waited = lines.received - lines.ordered, lines.short - lines.ordered, lines.now - lines.ordered
    done = ~np.isnan(took)
    partly = ~done & ~np.isnan(came)
    longest = max(float(np.max(np.concatenate([took[done], came[partly]]), initial=0.0)), least_days)
    alive = waited <= forgotten_factor * longest if (done | partly).any() else np.ones(len(waited), np.bool_)
    untouched, short, settled = ~done & ~partly & alive, partly & alive, partly & ~alive
    item = lines.item
    done_item = np.concatenate([item[done], item[settled]])
    done_log = np.concatenate([log_days(took[done], item[done]), log_days(came[settled], item[settled])])
    return Waits(
        done_item, done_log,
        item[untouched], log_days(waited[untouched], item[untouched]),
        item[short], log_days(came[short], item[short]), log_days(waited[short], item[short]),
        int((done & lines.instalments).sum()),
    )  # fmt: skip


def late_share_of(lines: pl.DataFrame, n: int) -> Floats:
    """
    Share of each item's promised lines that came, or are already, after the promise; NaN without promises.

    A line come in part is judged by its last arrival, an open one when its day is past.
    """
    came = pl.coalesce("received", "short")
    late = (came.fill_null(pl.col("seen")) > pl.col("promised")).cast(pl.Float64)
    judged = lines.filter(pl.col("promised").is_not_null() & (came.is_not_null() | (pl.col("seen") > pl.col("promised"))))
    found = judged.select("code", late.alias("late"))
    codes = found["code"].to_numpy()
    count = np.bincount(codes, minlength=n)
    return np.where(count > 0, np.bincount(codes, found["late"].to_numpy(), n) / np.maximum(count, 1), np.nan)
