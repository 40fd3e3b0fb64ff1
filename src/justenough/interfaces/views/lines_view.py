"""Lines view: the lines of a plant, and one line: what it makes, and what its buffers hold and hide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justenough.domain.figures import known
from justenough.domain.line import LEAST_CAPACITY
from justenough.interfaces.line_drawing import LinePicture, line_picture
from justenough.interfaces.line_wording import buffer_sentences, line_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.archive.errands import Found
    from justenough.archive.floor_book import Lived
    from justenough.strategy.masking import Hidden


@dataclass(frozen=True, slots=True)
class LinesView:
    """The lines whose stations are declared."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absorbed:
    """A machine and its share of what a buffer hides. [fraction]"""

    machine: str
    share: float


@dataclass(frozen=True, slots=True)
class BufferLine:
    """
    A buffer and what it hides; None is not known.

    Parameters
    ----------
    places, content : [parts]
        Between the machines, and usually waiting there.
    money
        In those parts.
    masked_loss, masked_error : [parts/hour]
        What the line would lose without it, and the standard error of that; ``masked_share`` is of the output.
    masked_low, masked_high : [parts/hour]
        Bounds that the few measured stops leave.
    required_low, required_high : [parts]
        Places it needs to absorb as much as now, between the same bounds.
    shown, without : [fraction]
        Time the machine after it works with it, and without.
    """

    name: str
    places: int
    content: float
    money: float | None
    masked_loss: float | None
    masked_error: float | None
    masked_share: float | None
    masked_low: float | None
    masked_high: float | None
    required_low: float | None
    required_high: float | None
    shown: float | None
    without: float | None
    absorbed: tuple[Absorbed, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """One line; ``picture`` is None, and so is the rest, while it is lived (``working``) or where it cannot be (``why``)."""

    line: str
    why: str
    working: bool
    currency: str = ""
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    picture: LinePicture | None = None
    buffers: tuple[BufferLine, ...] = ()
    buffer_sentences: tuple[str, ...] = ()


def lines_view(lines: Sequence[str]) -> LinesView:
    """The lines there are."""
    return LinesView(tuple(lines))


def line_view(line: str, found: Found) -> LineView:
    """What is known of one line."""
    lived: Lived | None = found.value
    if lived is None:
        return LineView(line, found.why, found.working)
    study, bounds = lived.study, lived.bounds
    return LineView(
        line,
        "",
        found.working,
        lived.currency,
        tuple(line_sentences(study, bounds)),
        lived.notes,
        line_picture(study),
        tuple(_buffer(lived, j, hidden) for j, hidden in enumerate(study.buffers)),
        tuple(buffer_sentences(study, bounds, lived.currency)) if study.apart else (),
    )


def _buffer(lived: Lived, j: int, hidden: Hidden) -> BufferLine:
    study, bounds = lived.study, lived.bounds
    masked = bounds.masked_loss[j] if bounds else None
    required = bounds.required[j] if bounds and bounds.required else None
    shares = sorted(zip(hidden.absorbed.tolist(), study.line.machines, strict=True), reverse=True) if study.apart else []
    return BufferLine(
        name=hidden.name,
        places=hidden.capacity - LEAST_CAPACITY,
        content=hidden.content,
        money=_known(hidden.money),
        masked_loss=_known(hidden.masked_loss),
        masked_error=_known(hidden.masked_error),
        masked_share=_known(hidden.masked_share),
        masked_low=masked.low if masked else None,
        masked_high=masked.high if masked else None,
        required_low=max(required.low - LEAST_CAPACITY, 0.0) if required else None,
        required_high=_known(required.high - LEAST_CAPACITY) if required else None,
        shown=_known(hidden.downstream_shown),
        without=_known(hidden.downstream_without),
        absorbed=tuple(Absorbed(machine, share) for share, machine in shares if share > 0),
    )


def _known(value: float) -> float | None:
    return float(value) if known(value) else None
