"""Roadmap view: what would free most stock, improvement by improvement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from justenough.interfaces.improving import improvement_words, roadmap_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.archive.errands import Found
    from justenough.strategy.roadmap import Roadmap


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementLine:
    """
    One improvement; the names are those of `justenough.strategy.roadmap.Roadmap`, None where it was not tried or is not known.

    Money is the plant's; ``fill_rate_*`` and ``throughput_share`` are fractions.
    """

    words: str
    figure: str
    where: str
    kind: str
    factor: float
    items: int
    promised_value: float | None
    released_value: float | None
    released_lower: float | None
    released_upper: float | None
    saved_cost: float | None
    adds_value: float | None
    fill_rate_now: float | None
    fill_rate_then: float | None
    throughput_share: float | None
    throughput_per_hour: float | None
    cost: float | None
    payback_years: float | None


@dataclass(frozen=True, slots=True)
class RoadmapView:
    """
    Improvements, best first; none while it is ``working`` or where it cannot be (``why``).

    ``together_value`` is what all tried ones free together, ``overlap_value`` what adding them up would count twice.
    """

    why: str
    working: bool
    currency: str = ""
    stock_value: float | None = None
    together_value: float | None = None
    overlap_value: float | None = None
    sentences: tuple[str, ...] = ()
    improvements: tuple[ImprovementLine, ...] = ()


def roadmap_view(found: Found) -> RoadmapView:
    """What is known of the roadmap."""
    known: Roadmap | None = found.value
    if known is None:
        return RoadmapView(found.why, found.working)
    if not known.rows.height:
        return RoadmapView("", found.working, known.currency, known.stock_value)
    return RoadmapView(
        "",
        found.working,
        known.currency,
        known.stock_value,
        known.together_value,
        known.overlap_value,
        tuple(roadmap_sentences(known)),
        tuple(_line(row) for row in known.rows.iter_rows(named=True)),
    )


def improvement_pairs(lines: Sequence[ImprovementLine]) -> list[tuple[str, float]]:
    """What each improvement frees by itself, as a picture of bars wants it."""
    return [(one.words, max(one.released_value or 0.0, 0.0)) for one in lines]


def _line(row: dict[str, Any]) -> ImprovementLine:
    told = {name: row[name] for name in ImprovementLine.__dataclass_fields__ if name != "words"}
    return ImprovementLine(words=improvement_words(row), **told)
