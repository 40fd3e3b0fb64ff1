"""Line wording: what a line does and hides, as sentences and tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.domain.figures import figure, known, money, percent
from justenough.domain.line import LEAST_CAPACITY
from justenough.interfaces.tables import Column, laid_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from justenough.domain.line import Line
    from justenough.strategy.buffering import Buffered
    from justenough.strategy.line_bounds import Between, LineBounds
    from justenough.strategy.line_control import Controlled
    from justenough.strategy.line_gradients import Lever
    from justenough.strategy.masking import Cut, Hidden, LineStudy

CLEAR = 2.0  # standard errors from which a difference is believed
SMALL = 0.05  # a share of absorbed stops below this is not named


def line_sentences(study: LineStudy, bounds: LineBounds | None) -> list[str]:
    """What the line makes, what holds it back, and how well that is known."""
    low, high = study.interval()
    neck = study.line.machines[study.bottleneck]
    gain = figure(float(study.speed_gain[study.bottleneck]))
    said = [
        f"{study.line.name}: {figure(study.throughput)} good parts an hour ({figure(low)} to {figure(high)} by simulation).",
        f"Bottleneck: {neck}. 1 % more of its speed gives the line {gain} parts an hour more."
        if known(float(study.speed_gain[study.bottleneck]))
        else f"Bottleneck: {neck}, the machine that waits least. The line is too long to be taken apart machine by machine.",
    ]
    if not known(float(study.speed_gain[study.bottleneck])):
        return said
    if bounds is None:
        return [*said, "How well that is known cannot be said: the file does not count the stops (failures = ...) of every machine."]
    machine, measure, share = bounds.most_telling(study.line)
    between = bounds.throughput
    left = f"The few stops measured leave {figure(between.low)} to {figure(between.high)} parts an hour ({percent(bounds.confidence)})."
    most = f"More measurements of the {measure} of {machine} would narrow that most: {percent(share)} of its spread is theirs."
    return [*said, f"{left} {most}"]


def machine_table(study: LineStudy, width: int) -> Table:
    """One row a machine: what it does all day."""
    lives, names = study.lives, study.line.machines
    shares = [
        Column(state, [percent(float(getattr(lives, state)[:, i].mean())) for i in range(len(names))], number=True)
        for state in ("working", "down", "starved", "blocked")
    ]
    columns = (
        Column("machine", list(names)),
        *shares,
        Column("alone\n[parts/h]", [figure(float(value)) for value in study.alone], number=True, rank=1),
    )
    return laid_out("What each machine does", columns, width)


def lever_table(levers: Sequence[Lever], width: int) -> Table:
    """What would gain most, one row a change."""
    columns = (
        Column("what", [f"{lever.what} of {lever.where}" for lever in levers]),
        Column("one step", [lever.step for lever in levers]),
        Column("gives\n[parts/h]", [figure(lever.gains) for lever in levers], number=True),
        Column("a tenth of it gives\n[parts/h]", [figure(lever.tenth) for lever in levers], number=True),
    )
    return laid_out("What would gain most", columns, width)


def buffer_table(study: LineStudy, currency: str, width: int) -> Table:
    """One row a buffer: what lies in it and what it hides."""
    buffers = study.buffers
    code = f"[{currency}]" if currency else "[money]"
    columns = (
        Column("", [str(place) for place in range(1, len(buffers) + 1)], number=True),
        Column("buffer", [hidden.name for hidden in buffers]),
        Column("places", [f"{hidden.capacity - LEAST_CAPACITY}" for hidden in buffers], number=True),
        Column("usual\n[parts]", [figure(hidden.content) for hidden in buffers], number=True),
        Column(f"ties up\n{code}", [figure(hidden.money) for hidden in buffers], number=True, rank=3),
        Column("hides\n[parts/h]", [_unsure(hidden) for hidden in buffers], number=True),
        Column("of output", [_share(hidden.masked_share) for hidden in buffers], number=True, rank=2),
        Column("machine after it works", [_shown(hidden) for hidden in buffers], rank=4),
    )
    return laid_out("What each buffer hides: what the line would lose without it", columns, width)


def buffer_sentences(study: LineStudy, bounds: LineBounds | None, currency: str) -> list[str]:
    """For each buffer: whose stops it absorbs, and how well that is known."""
    said = []
    for j, hidden in enumerate(study.buffers):
        if hidden.masked_loss <= CLEAR * hidden.masked_error:
            tied = f" and ties up {money(hidden.money, currency)}" if known(hidden.money) else ""
            said.append(f"{j + 1}. {hidden.name}: hides nothing that these lives can see{tied}. Try `line cut` before you strip it.")
            continue
        named = sorted(((share, i) for i, share in enumerate(hidden.absorbed) if share >= SMALL), reverse=True)
        whose = ", ".join(f"{study.line.machines[i]} {_share(float(share))}" for share, i in named)
        line = f"{j + 1}. {hidden.name}: absorbs the stops of {whose}."
        if bounds is not None:
            line += (
                f" Hides {_between(bounds.masked_loss[j])} parts an hour ({percent(bounds.confidence)} of what the few stops leave open)"
            )
            if bounds.required is not None:
                line += f"; to absorb as much as now it needs {_places(bounds.required[j])} places"
            line += "."
        said.append(line)
    return said


def cut_sentence(line: Line, buffer: int, places: int, cut: Cut, currency: str) -> str:
    """What another size of a buffer does, in one sentence."""
    before = int(line.capacity[buffer]) - LEAST_CAPACITY
    freed = f"{figure(abs(cut.released))} parts" + (f" ({money(abs(cut.money), currency)})" if known(cut.money) else "")
    frees = "releases" if cut.released >= 0 else "ties up"
    if abs(cut.lost) <= CLEAR * cut.lost_error:
        price = f"what it costs in output is below {figure(CLEAR * cut.lost_error)} parts an hour, which is as fine as these lives see"
    else:
        share = f"{figure(abs(cut.lost))} parts an hour, {_share(abs(cut.lost_share))} of output"
        price = f"costs {share}" if cut.lost > 0 else f"gains {share}"
    return f"{line.buffer_name(buffer)}, {before} to {places} places: {frees} {freed} and {price}."


def size_table(line: Line, found: Buffered, width: int) -> Table:
    """Places of each buffer, today and found."""
    names = [line.buffer_name(j) for j in range(len(line.links))]
    today, new = line.capacity - LEAST_CAPACITY, found.line.capacity - LEAST_CAPACITY
    columns = (
        Column("buffer", [*names, "all"]),
        Column("today\n[places]", [str(n) for n in (*today, today.sum())], number=True),
        Column("found\n[places]", [str(n) for n in (*new, new.sum())], number=True),
        Column("change", [f"{n:+d}" if n else "0" for n in (*(new - today), new.sum() - today.sum())], number=True),
    )
    return laid_out("Room for each buffer", columns, width)


def size_sentences(line: Line, found: Buffered) -> list[str]:
    """What the found line makes and how that was made sure of."""
    low, high = (bound / 24.0 for bound in found.lives.interval())
    made, before = figure(found.lives.mean / 24.0), figure(found.before.mean / 24.0)
    way = "more" if found.factor >= 1 else "less"
    searched = f"Searched on the decomposed line ({found.tried:,} allocations), which alone says {figure(found.raw)}"
    return [
        f"{line.name} then makes {made} good parts an hour ({figure(low)} to {figure(high)}); today {before}.",
        f"{searched}; the lived line makes {percent(abs(found.factor - 1.0))} {way}, and the search was corrected by that.",
    ]


def control_table(rows: Sequence[Controlled], width: int) -> Table:
    """The line under each control."""
    columns = (
        Column("control", [row.name for row in rows]),
        Column("lets in", [row.rule for row in rows], rank=3),
        Column("delivers\n[parts/h]", [figure(row.throughput) for row in rows], number=True),
        Column("in line\n[parts]", [figure(row.in_line) for row in rows], number=True),
        Column("finished\n[parts]", [figure(row.finished) for row in rows], number=True),
        Column("at once", [percent(row.at_once) for row in rows], number=True),
        Column("waiting\n[parts]", [figure(row.waiting) for row in rows], number=True, rank=2),
        Column("lead time\n[h]", [figure(row.lead_hours) for row in rows], number=True, rank=1),
    )
    return laid_out("The same line, demand and failures under four controls", columns, width)


def control_sentence(rows: Sequence[Controlled], demand: float) -> str:
    """What to make of the table."""
    pulled = [row for row in rows if row.name != "push"]
    best = max(pulled, key=lambda row: row.at_once)
    text = f"Of the pulls, {best.name} meets most demand at once ({percent(best.at_once)})."
    behind = [row for row in rows if row.throughput < 0.99 * demand]
    if behind:
        names = ", ".join(row.name for row in behind)
        text += f" {names} cannot keep up with {figure(demand)} an hour: give it more parts, or the line more pace."
    push = next(row for row in rows if row.name == "push")
    if push.finished > 2 * max(row.finished + row.in_line for row in pulled):
        text += " Push piles up finished parts for as long as its pace is above demand; the longer it is watched, the more."
    return text


def _share(value: float) -> str:
    """A measured share to three digits; unlike a promise it may be rounded up, and a small one is not nothing."""
    return f"{figure(100 * value)} %"


def _unsure(hidden: Hidden) -> str:
    if hidden.masked_loss <= CLEAR * hidden.masked_error:
        return f"< {figure(CLEAR * hidden.masked_error)}"
    return figure(hidden.masked_loss)


def _shown(hidden: Hidden) -> str:
    return f"{percent(hidden.downstream_shown)}, {percent(hidden.downstream_without)} without it"


def _between(bound: Between) -> str:
    return f"{figure(max(bound.low, 0.0))} to {figure(bound.high)}"


def _places(bound: Between) -> str:
    low, high = (value - LEAST_CAPACITY for value in (bound.low, bound.high))
    return f"{low:.0f} to {high:.0f}" if known(high) else f"{figure(low)} or more"
