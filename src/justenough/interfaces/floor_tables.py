"""Floor tables: what machines did and lost, in sentences, tables and a strip on a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.figures import UNKNOWN, count, figure, in_currency, known, money, percent
from justenough.domain.machine import HOUR, Use
from justenough.estimation.clocks import local_texts
from justenough.interfaces.tables import Column, laid_out

if TYPE_CHECKING:
    from rich.table import Table

    from justenough.estimation.floor import Floor
    from justenough.estimation.losses import Losses
    from justenough.estimation.oee import Oee

BAR = 40  # signs of the longest bar
QUIET_HOURS = 24.0  # after which it is said that a machine's last record is long ago
SIGNS = {  # of the strip; each is told apart without colour
    Use.OUTSIDE: " ",
    Use.OVERTIME: "+",
    Use.BREAK: " ",
    Use.PLANNED_STOP: "p",
    Use.ENGINEERING: "e",
    Use.UNKNOWN: "?",
    Use.RUNNING: "█",
    Use.MINOR_STOP: "'",
    Use.BREAKDOWN: "x",
    Use.SETUP: "s",
    Use.IDLE: "i",
    Use.STARVED: "<",
    Use.BLOCKED: ">",
}
WORDS = {  # of every use, on screens
    Use.OUTSIDE: "not planned",
    Use.OVERTIME: "ran, though not planned",
    Use.BREAK: "break",
    Use.PLANNED_STOP: "planned stop",
    Use.ENGINEERING: "trials",
    Use.UNKNOWN: "nobody recorded",
    Use.RUNNING: "running",
    Use.MINOR_STOP: "minor stop",
    Use.BREAKDOWN: "down",
    Use.SETUP: "set-up",
    Use.IDLE: "stood, nobody said why",
    Use.STARVED: "starved",
    Use.BLOCKED: "blocked",
}


def period(floor: Floor) -> str:
    """The time looked at, on the plant's clock."""
    first, last = local_texts(np.array([floor.since, floor.until]), floor.zone, "%Y-%m-%d %H:%M")
    return f"{first} to {last}"


def whole_sentence(whole: Oee) -> str:
    """OEE of all machines together, with its factors."""
    flow, machines = whole.waterfall, count(int(whole.machines[0]), "machine")
    if not known(flow.availability[0]):
        return f"No record of {machines}, {period(whole.floor)}, says how long they ran or stood: there is no availability and no OEE."
    if not known(flow.oee[0]):
        said = f"Availability of {machines}, {period(whole.floor)}: {percent(flow.availability[0])}."
        lacking = _lacking(whole)
        return f"{said} OEE cannot be said without {lacking}."
    factors = ((flow.availability, "availability"), (flow.performance, "performance"), (whole.quality, "quality"))
    split = " × ".join(f"{word} {percent(ratio[0])}" for ratio, word in factors)
    said = f"OEE of {machines}, {period(whole.floor)}: {percent(flow.oee[0])} = {split}. TEEP {percent(flow.teep[0])}."
    if not whole.days(Use.STARVED, Use.BLOCKED)[0]:
        return said
    return f"{said} Without starved and blocked time availability is {percent(whole.own_availability[0])}: the rest is the line's loss."


def caveats(whole: Oee, losses: Losses) -> list[str]:
    """What a reader must know of the figures, and all that had to be settled in the records."""
    floor, (least, most) = whole.floor, whole.bounds
    told, settled = floor.recorded, floor.disjoint.settled
    said = []
    if whole.unknown[0] > 0:
        planned = whole.waterfall.planned[0] + whole.unknown[0]
        text = f"Nobody recorded {_hours(whole.unknown[0] * 24)} of planned time ({_share(whole.unknown[0] / planned)}); it is in no ratio."
        low, high = percent(least[0]), percent(most[0])
        with_it = f" With it OEE {f'is {low} to {high}' if low != high else f'stays {low}'}."
        said.append(f"{text}{with_it if known(least[0]) else ''}")
    short = whole.waterfall.run[0] * 24 - whole.counted[0] / HOUR
    if short > 1e-6 and known(whole.waterfall.performance[0]):
        said.append(f"No timed parts were counted in {_hours(short)} of running time; its performance is taken as that of the rest.")
    fast = whole.waterfall.too_fast[0]
    if fast:
        said.append("Performance is above 100 %: an ideal cycle is too slow, or parts are counted twice.")
    if floor.without_calendar:
        said.append(f"No shifts are declared for {_some(floor.without_calendar)}: all their recorded time is taken as planned.")
    if told.undeclared:
        said.append(f"Not in the machines table: {_some(told.undeclared)}.")
    unmapped = floor.unmapped
    if unmapped:
        said.append(f"The reasons table does not name {_some(unmapped)}: a stop for it counts as its state says.")
    if quiet := _quiet(floor):
        said.append(f"The last record of {quiet} has no end and is taken to last until now. Was it switched off? A record must say so.")
    if whole.stood:
        said.append(f"{count(whole.stood, 'count')} span no running time; their parts are spread over all of it.")
    if losses.unvalued:
        said.append(
            f"What an hour is worth is not known of {_some(losses.unvalued)}, so their losses have no money: give hour_value in machines."
        )
    total = {name: int(getattr(settled, name).sum()) for name in settled.__slots__}
    words = (
        ("duplicates", "record like another, which counts once", "records like another, each of which counts once"),
        ("empty", "record that ends as it begins, which says nothing", "records that end as they begin, which say nothing"),
        ("overlapping", "record that gave way where it overlaps another", "records that gave way where they overlap others"),
        ("open_closed", "record without an end, closed by the next", "records without an end, closed by the next"),
        ("still_open", "record without an end, taken to last until now", "records without an end, taken to last until now"),
    )
    found = [count(total[name], one, many) for name, one, many in words if total[name]]
    if told.clock_twice or told.clock_never:
        found.append(f"{count(told.clock_twice + told.clock_never, 'moment')} of the hours a changed clock repeats or skips")
    if found:
        said.append(f"Settled in {count(total['records'], 'record')}: {'; '.join(found)}.")
    return said


def _quiet(floor: Floor) -> str:
    """Machines that have told nothing for longer than a day, and whose last record nothing ends."""
    one = floor.disjoint.states
    known = (floor.disjoint.settled.still_open > 0) & (np.diff(one.offsets) > 0)
    last = one.offsets[1:][known] - 1
    hours = np.where(one.end[last] == floor.until, one.end[last] - one.start[last], 0) / HOUR
    names = np.array(floor.machines)[known]
    return _some(tuple(f"{names[at]} ({figure(hours[at])} h)" for at in np.argsort(-hours) if hours[at] > QUIET_HOURS))


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way from calendar time to good parts: time that is ``left``, or that was taken. [hours]"""

    name: str
    hours: float
    left: bool


def waterfall_steps(oee: Oee, at: int = 0) -> tuple[Step, ...]:
    """Calendar time, what is taken from it step by step, and what is left, of one row; steps of no time are left out."""
    flow, hours = oee.waterfall, oee.ticks[at] / HOUR
    steps = [Step("calendar time", float(hours.sum()), left=True)]

    def taken(*uses: Use) -> list[Step]:
        return [Step(WORDS[use], float(hours[use]), left=False) for use in uses]

    steps += taken(Use.OUTSIDE, Use.OVERTIME, Use.BREAK, Use.PLANNED_STOP, Use.ENGINEERING, Use.UNKNOWN)
    steps.append(Step("planned production time", float(flow.planned[at] * 24), left=True))
    steps += taken(Use.BREAKDOWN, Use.SETUP, Use.IDLE, Use.STARVED, Use.BLOCKED)
    steps.append(Step("running time", float(flow.run[at] * 24), left=True))
    if known(flow.net_run[at]):
        minor = float(hours[Use.MINOR_STOP])
        steps += [*taken(Use.MINOR_STOP), Step("slow running", float(flow.performance_loss[at] * 24) - minor, left=False)]
        steps.append(Step("net running time", float(flow.net_run[at] * 24), left=True))
    if known(flow.good[at]):
        steps.append(Step("rejects", float(flow.quality_loss[at] * 24), left=False))
        steps.append(Step("fully productive time", float(flow.good[at] * 24), left=True))
    return tuple(step for step in steps if step.left or step.hours != 0)


def waterfall_table(whole: Oee, width: int) -> Table:
    """Calendar time, what is taken from it step by step, and what is left, with bars."""
    steps = waterfall_steps(whole)
    most = steps[0].hours or 1.0
    columns = (
        Column("", [step.name if step.left else f"  - {step.name}" for step in steps]),
        Column("hours", [figure(step.hours) for step in steps], number=True),
        Column(
            "",
            [("█" if step.left else "░") * max(round(BAR * step.hours / most), 1 if step.hours > 0 else 0) for step in steps],
            rank=1,
        ),
    )
    return laid_out("From calendar time to good parts, all machines", columns, width)


def oee_table(oee: Oee, top: int, width: int) -> Table:
    """One row for each key, in their order; performance above 1 is marked."""
    rows = oee.frame().head(top).to_dicts()

    def share(name: str) -> list[str]:
        return [percent(row[name]) for row in rows]

    fast = [f"{percent(row['performance'])}{' !' if row['performance_above_1'] else ''}" for row in rows]
    columns = (
        *(Column(key, [row[key] for row in rows]) for key in oee.by),
        Column("OEE", share("oee"), number=True),
        Column("availability", share("availability"), number=True, rank=2),
        Column("performance", fast, number=True, rank=3),
        Column("quality", share("quality"), number=True, rank=4),
        Column("own\navailability", share("own_availability"), number=True, rank=6),
        Column("TEEP", share("teep"), number=True, rank=7),
        Column("planned\n[hours]", [figure(row["planned_hours"]) for row in rows], number=True, rank=1),
        Column("unknown\n[hours]", [figure(row["unknown_hours"]) for row in rows], number=True, rank=5),
    )
    return laid_out(f"OEE by {' and '.join(oee.by)} ({min(top, len(oee)):,} of {len(oee):,})", columns, width)


def pareto_table(losses: Losses, top: int, width: int) -> Table:
    """Losses by reason, the greatest first, the line's own marked."""
    from justenough.estimation.losses import OF_THE_LINE

    found = losses.by()
    rows = found.head(top).to_dicts()
    code = in_currency(losses.currency, "\n[{}]")
    names = [f"{row['loss'].replace('_', ' ')}{' (the line)' if row['loss'] in OF_THE_LINE else ''}" for row in rows]
    columns = (
        Column("reason", [row["reason"] for row in rows]),
        Column("loss", names, rank=3),
        Column("stops", [UNKNOWN if row["stops"] is None else f"{row['stops']:,}" for row in rows], number=True, rank=2),
        Column("lost\n[minutes]", [figure(row["hours"] * 60) for row in rows], number=True),
        Column("share", [percent(row["share"]) for row in rows], number=True, rank=4),
        Column("so far", [percent(row["running_share"]) for row in rows], number=True, rank=5),
        Column(f"money{code}", [money(row["money"]) for row in rows], number=True, rank=1),
    )
    return laid_out(f"What was lost, by reason ({min(top, found.height):,} of {found.height:,})", columns, width)


def strip_lines(floor: Floor, width: int) -> list[str]:
    """The last day of every machine, one line each, with the key of the signs below."""
    from justenough.estimation.strip import strip_of

    room = max(map(len, floor.machines))
    slots = max(min(width - room - 2, 96), 24)
    strip = strip_of(floor, slots)
    first, last = local_texts(np.array([strip.since, strip.until]), floor.zone, "%d %b %H:%M")
    lines = [f"What machines did, {first} to {last}"]
    lines += [f"{name:<{room}}  {''.join(SIGNS[Use(u)] for u in row)}" for name, row in zip(strip.machines, strip.use, strict=True)]
    seen = [use for use in SIGNS if bool((strip.use == use).any()) and SIGNS[use] != " "]
    return [*lines, "  ".join(f"{SIGNS[use]} {WORDS[use]}" for use in seen)]


def _lacking(whole: Oee) -> str:
    if known(whole.waterfall.performance[0]):
        return "counts of good parts"
    return "ideal cycles of what was counted" if whole.floor.plant.tables["counts"].height else "counts of parts and ideal cycles"


def _share(share: float) -> str:
    return percent(share) if share >= 0.001 else "under 0.1 %"


def _hours(hours: float) -> str:
    return f"{figure(hours)} h" if hours >= 1 else f"{figure(hours * 60)} min"


def _some(names: tuple[str, ...], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
