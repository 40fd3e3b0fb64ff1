"""Live rows: readings as rows of the tables `events` and `counts`, the same however late and in whatever pieces they come."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from justenough.domain.machine import State
from justenough.estimation.clocks import UTC
from justenough.sources.live.readings import Kind

_STREAM = ("machine", "stream")
_COUNTERS = ("total", "good", "rework")
_JUDGED = (pl.col("stream").str.starts_with("mqtt:") & ~pl.col("stream").str.starts_with("mqtt:spBv1.0/")) | pl.col(
    "stream"
).str.starts_with("rest:")


@dataclass(frozen=True, slots=True)
class LiveRows:
    """
    Rows made of readings.

    Parameters
    ----------
    events : machine, start, end, state, reason, planned, time_zone
        A state lasts until the machine's next one: ``end`` is empty. Moments are UTC, and ``time_zone`` says so.
    counts : machine, start, end, item, total, good, rework, time_zone
    restarts
        Times a running counter began again.
    """

    events: pl.DataFrame
    counts: pl.DataFrame
    restarts: int


def rows_of(readings: pl.DataFrame, earlier: pl.DataFrame, *, silent_after: int) -> LiveRows:
    """
    Rows that new readings add to those made of earlier ones.

    A machine heard by plain messages that says nothing for ``silent_after`` is unknown from then until it tells a state.
    A running counter counts what it rose by, from reading to reading; where it fell it began again from zero.
    A reading that comes late, between two that were counted, adds what the step over it had missed; that is never
    less than nothing, since a path with a stop is never shorter than the straight one.

    Parameters
    ----------
    readings
        New ones, in any order (`justenough.archive.journal.KINDS`).
    earlier
        Those already made into rows: of each running stream at least the last before the new ones and all after it,
        and the machine's last of any kind.
    silent_after : [microseconds]
        0: silence says nothing.
    """
    both = pl.concat([earlier.with_columns(new=pl.lit(value=False)), readings.with_columns(new=pl.lit(value=True))])
    counts, restarts = _counts(both)
    events = pl.concat([_states(readings), _silences(both, silent_after)]).sort("machine", "start", maintain_order=True)
    return LiveRows(in_utc(events), in_utc(counts), restarts)


def still_silent(readings: pl.DataFrame, silent_after: int, now: int) -> pl.DataFrame:
    """An unknown state, as in `LiveRows.events`, of each machine that has said nothing for too long until now."""
    last = readings.group_by("machine").agg(pl.col("at").max(), judged=_JUDGED.any()).filter("judged")
    silent = now - pl.col("at") > silent_after if silent_after else pl.lit(value=False)
    return in_utc(_unknown(last.filter(silent), pl.col("at") + silent_after).sort("machine"))


def _states(readings: pl.DataFrame) -> pl.DataFrame:
    told = readings.filter(pl.col("kind") == Kind.STATE)
    words = pl.col("state").cast(pl.Int64).replace_strict(dict(enumerate(State.labels())), return_dtype=pl.String)
    return told.select(
        "machine",
        start="at",
        end=pl.lit(None, pl.Int64),
        state=words,
        reason=pl.when(pl.col("reason") != "").then("reason"),
        planned="planned",
    )


def _silences(both: pl.DataFrame, silent_after: int) -> pl.DataFrame:
    """An unknown state from each moment at which a machine had said nothing for too long."""
    heard = both.filter(_JUDGED).sort("machine", "at", maintain_order=True)
    before = heard.with_columns(pl.col("at", "new").shift(1).over("machine").name.prefix("last_"))
    silent = pl.col("at") - pl.col("last_at") > silent_after if silent_after else pl.lit(value=False)
    gaps = before.filter(silent & (pl.col("new") | pl.col("last_new")))
    return _unknown(gaps, pl.col("last_at") + silent_after)


def _unknown(frame: pl.DataFrame, start: pl.Expr) -> pl.DataFrame:
    return frame.select(
        "machine",
        start=start,
        end=pl.lit(None, pl.Int64),
        state=pl.lit(State.UNKNOWN.label),
        reason=pl.lit(None, pl.String),
        planned=pl.lit(value=False),
    )


def _counts(both: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    each = both.filter(pl.col("kind") == Kind.EACH).sort(*_STREAM, "at", "sequence", maintain_order=True)
    each = each.with_columns(last_at=pl.col("at").shift(1).over(_STREAM)).filter("new")
    wanted = ("machine", "start", "end", "item", *_COUNTERS)
    item = pl.when(pl.col("item") != "").then("item").alias("item")
    told = each.with_columns(item, start=pl.coalesce("since", "last_at", "at"), end="at").select(wanted)
    steps = _steps(both.filter(pl.col("kind") == Kind.RUNNING))
    counted = steps.filter(pl.col("total").is_not_null())  # a step without parts still says that they were counted
    restarts = int(steps["restarts"].sum())
    made = counted.with_columns(item).select(wanted)
    return pl.concat([told, made]).sort("machine", "start", maintain_order=True), restarts


def _steps(running: pl.DataFrame) -> pl.DataFrame:
    """What running counters rose by, each step over new readings; late ones as one row of what the old step missed."""
    told = running.sort(*_STREAM, "at", "sequence", "total", maintain_order=True).with_row_index("place")
    old = ~pl.col("new")
    told = told.with_columns(
        pl.col("at", "new", *_COUNTERS).shift(1).over(_STREAM).name.prefix("last_"),
        old_before=pl.when(old).then("place").forward_fill().shift(1).over(_STREAM),
        old_after=pl.when(old).then("place").backward_fill().over(_STREAM),
    )
    fresh = told.filter((pl.col("new") | pl.col("last_new")) & pl.col("last_at").is_not_null())
    fresh = fresh.with_columns(*(_rise(name, f"last_{name}", name) for name in _COUNTERS), restarts=_fell("total", "last_total"))
    late = pl.col("old_before").is_not_null() & pl.col("old_after").is_not_null()
    wanted = ("machine", pl.col("last_at").alias("start"), pl.col("at").alias("end"), "item", *_COUNTERS, "restarts")
    plain = fresh.filter(~late).select(wanted)
    inside = fresh.filter(late)
    if not inside.height:
        return plain
    over = inside.group_by(*_STREAM, "old_before", "old_after", maintain_order=True).agg(
        pl.col(*_COUNTERS).sum().name.suffix("_now"), pl.col("item").last(), pl.col("restarts").sum()
    )
    for side, place in (("from", "old_before"), ("to", "old_after")):
        ends = told.select(pl.col("place").alias(place), pl.col("at", *_COUNTERS).name.prefix(f"{side}_"))
        over = over.join(ends, on=place, how="left")
    missed = [(pl.col(f"{name}_now") - _rise(f"to_{name}", f"from_{name}", name)).alias(name) for name in _COUNTERS]
    restarts = pl.col("restarts") - _fell("to_total", "from_total")
    start, end = pl.col("from_at").alias("start"), pl.col("to_at").alias("end")
    return pl.concat(
        [
            plain,
            over.select("machine", start, end, "item", *missed, restarts.alias("restarts")).filter(
                pl.any_horizontal(pl.col(_COUNTERS) > 0)
            ),
        ]
    )


def _rise(now: str, before: str, name: str) -> pl.Expr:
    rise = pl.col(now) - pl.col(before)
    return pl.when(rise >= 0).then(rise).otherwise(pl.col(now)).alias(name)


def _fell(now: str, before: str) -> pl.Expr:
    return (pl.col(now) < pl.col(before)).fill_null(value=False).cast(pl.Int64)


def in_utc(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows whose moments [microseconds] are told in UTC, which no clock change makes come twice."""
    return frame.with_columns(pl.col("start", "end").cast(pl.Datetime("us")), time_zone=pl.lit(UTC))
