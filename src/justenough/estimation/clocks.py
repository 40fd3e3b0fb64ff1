"""Clocks: local moments of a plant as moments that never jump, and its midnights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import numpy as np
import polars as pl

from justenough.domain.errors import JustenoughError
from justenough.domain.machine import DAY

if TYPE_CHECKING:
    from justenough.domain.machine import Bools
    from justenough.domain.ragged import Ints

UTC = "UTC"  # the zone of rows whose moments no clock change moves
EARLIER = pl.duration(hours=3)  # no clock change lasts longer


class UnknownZone(JustenoughError):
    """A time zone that no clock keeps."""


@dataclass(frozen=True, slots=True)
class Moments:
    """
    Moments without clock changes, and how many local ones had to be settled.

    Parameters
    ----------
    at : (n,) [microseconds since 1970, UTC]
        Of an empty moment: 0; see ``known``.
    known : (n,)
        Whether there was a moment.
    twice
        Local moments that came twice as the clock was put back; the first is meant.
    never
        Local moments that never came as the clock was put forward; read as if it had not been.
    """

    at: Ints
    known: Bools
    twice: int = 0
    never: int = 0


def moments_of(local: pl.Series, zones: pl.Series) -> Moments:
    """
    Moments of local times, each in its own zone.

    Parameters
    ----------
    local : (n,)
        Naive datetimes.
    zones : (n,)
        Name of the zone of each (IANA); empty for a clock that is never changed.

    Raises
    ------
    UnknownZone
        Names the zone.

    Examples
    --------
    >>> import datetime as dt
    >>> twice = pl.Series([dt.datetime(2026, 10, 25, 2, 30)])  # comes twice in Berlin
    >>> moments_of(twice, pl.Series(["Europe/Berlin"])).twice
    1
    """
    frame = pl.DataFrame({"local": local.cast(pl.Datetime("us")), "zone": zones.cast(pl.String).fill_null("")}).with_row_index("row")
    done, twice, never = [], 0, 0
    for (zone,), part in frame.partition_by("zone", as_dict=True, maintain_order=True).items():
        _refuse_unknown(str(zone))
        if not zone:
            done.append(part.select("row", pl.col("local").alias("at")))
            continue
        value = pl.col("local")

        def there(moment: pl.Expr, ambiguous: str = "earliest", zone: str = str(zone)) -> pl.Expr:
            zoned = moment.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")  # type: ignore[arg-type]
            return zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)

        read = part.select("row", "local", first=there(value), last=there(value, "latest"), shifted=there(value - EARLIER) + EARLIER)
        twice += int(read.select((pl.col("first") != pl.col("last")).fill_null(value=False).sum()).item())
        never += int(read.select((pl.col("first").is_null() & pl.col("local").is_not_null()).sum()).item())
        done.append(read.select("row", pl.coalesce("first", "shifted").alias("at")))
    if not done:
        return Moments(np.empty(0, np.int64), np.empty(0, bool))
    at = pl.concat(done).sort("row")["at"]
    return Moments(at.cast(pl.Int64).fill_null(0).to_numpy(), at.is_not_null().to_numpy(), twice, never)


def midnights(zone: str, since: int, until: int) -> tuple[Ints, list[str]]:
    """
    First moments of the local days that ``since`` to ``until`` [microseconds] touch, and the days' ISO dates.

    Examples
    --------
    >>> at, days = midnights("Europe/Berlin", 0, 3 * DAY)
    >>> days, [int(n) // 3_600_000_000 for n in at]
    (['1970-01-01', '1970-01-02', '1970-01-03', '1970-01-04'], [-1, 23, 47, 71])
    """
    first, last = np.datetime64((since - DAY) // DAY, "D"), np.datetime64((until + DAY) // DAY, "D")
    days = np.arange(first, last + 1)
    local = pl.Series(days.astype("datetime64[us]"))
    at = moments_of(local, pl.Series([zone]).new_from_index(0, len(local))).at
    after = np.append(at[1:], at[-1] + DAY)
    kept = (after > since) & (at < until)
    return at[kept], [str(day) for day in days[kept]]


def local_texts(at: Ints, zone: str, form: str) -> list[str]:
    """Moments as local clocks show them, in a strftime form."""
    _refuse_unknown(zone)
    moments = pl.Series(at).cast(pl.Datetime("us")).dt.replace_time_zone("UTC").dt.convert_time_zone(zone or "UTC")
    return moments.dt.strftime(form).to_list()


def _refuse_unknown(zone: str) -> None:
    if zone and zone not in _zones():
        raise UnknownZone(f"time_zone is {zone!r}; expected a name such as Europe/Berlin, or nothing for a clock that is never changed.")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
