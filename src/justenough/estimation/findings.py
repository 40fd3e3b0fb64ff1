"""Findings: reliability as rows, one a machine and one a reason, and the points of a probability plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.estimation.bounds import mtbf_bounds
from justenough.estimation.goodness import Verdict
from justenough.estimation.lifetimes import Law, Lives, fit
from justenough.estimation.trends import Trend

if TYPE_CHECKING:
    from justenough.domain.item import Coded
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.reliability import Reliability, Times

SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.632, 0.8, 0.9, 0.95, 0.99)  # at which a plotted law is told


@dataclass(frozen=True, slots=True)
class Plotted:
    """
    Lives of one group on probability paper.

    Parameters
    ----------
    law
        The paper, and the line on it.
    days, share : (n,) [days], [fraction]
        Each different life that failed, and the share of lives over by then: half-way up Kaplan and Meier's step.
    line_share, line_days, lower_days, upper_days : (m,) [fraction], [days]
        The law, and the likelihood-ratio bounds of the age by which that share of lives is over.
    """

    name: str
    law: Law
    confidence: float
    days: Floats
    share: Floats
    line_share: Floats
    line_days: Floats
    lower_days: Floats
    upper_days: Floats


def machine_findings(found: Reliability) -> pl.DataFrame:
    """One row a machine: everything told of it, times in days; what is not known is null or NaN."""
    constant, repairs, trends = found.constant, found.repairs, found.trends
    columns: dict[str, object] = {
        "machine": list(found.machines),
        "failures": found.failures,
        "operating_days": found.uptimes.operated_days,
        **_three("mtbf", "days", found.mtbf),
        "mtbf_lower_one_sided_days": constant.lower_one_sided,
        "trend": _labels(Trend, found.trending),
        "laplace_p": trends.laplace_p,
        "lewis_robinson_p": trends.lewis_robinson_p,
        "mil_hdbk_p": trends.mil_hdbk_p,
        "reverse_arrangements_p": trends.reverse_p,
        "growth_beta": found.growth.beta,
        "growth_beta_lower": found.growth.beta_lower,
        "growth_beta_upper": found.growth.beta_upper,
        **_law_columns(found.times),
        "repairs": repairs.lives.failures,
        **_three("mttr", "days", found.mttr),
        "repair_law": _labels(Law, repairs.law),
        "repair_fits": _labels(Verdict, repairs.goodness.verdict),
        **_three("repair_scv", "", found.repair_scv),
        "availability": np.where(repairs.lives.failures > 0, found.availability.availability, np.nan),
        "availability_lower": found.availability.lower_two_sided,
        "availability_upper": np.where(repairs.lives.failures > 0, found.availability.upper_two_sided, np.nan),
    }
    return pl.DataFrame(columns)


def reason_findings(found: Reliability) -> pl.DataFrame:
    """One row a reason, all machines taken as alike: lives that another reason ended are censored."""
    uptimes, times = found.uptimes, found.by_reason
    failures = (
        times.lives.failures if uptimes.moments else np.bincount(uptimes.reason[uptimes.lives.failed], minlength=len(uptimes.reasons))
    )
    bounds = mtbf_bounds(np.full(len(uptimes.reasons), uptimes.operated_days.sum()), failures, confidence=found.params.confidence)
    finished = uptimes.repairs.failed
    repaired = np.bincount(uptimes.repair_reason[finished], minlength=len(uptimes.reasons))
    down = np.bincount(uptimes.repair_reason, uptimes.repairs.days, minlength=len(uptimes.reasons))
    affected = [len(np.unique(uptimes.lives.machine[uptimes.reason == place])) for place in range(len(uptimes.reasons))]
    columns: dict[str, object] = {
        "reason": pl.Series(list(uptimes.reasons), dtype=pl.String),
        "failures": failures,
        "machines": np.array(affected, np.int64),
        **_three("mtbf", "days", (bounds.mtbf, bounds.lower_two_sided, bounds.upper_two_sided)),
        **_law_columns(times),
        "repairs": repaired,
        "mttr_days": np.where(repaired > 0, down / np.maximum(repaired, 1), np.nan),
        "down_days": down,
    }
    return pl.DataFrame(columns).sort("failures", "reason", descending=[True, False])


def machine_reason_findings(found: Reliability) -> pl.DataFrame:
    """One row a machine and reason that stopped it: failures, and the operating time between them with exact bounds for a constant rate."""
    uptimes = found.uptimes
    ended = uptimes.lives.failed
    pairs, counts = np.unique(np.column_stack([uptimes.lives.machine[ended], uptimes.reason[ended]]), axis=0, return_counts=True)
    bounds = mtbf_bounds(uptimes.operated_days[pairs[:, 0]], counts, confidence=found.params.confidence)
    return pl.DataFrame(
        {
            "machine": pl.Series([uptimes.machines[at] for at in pairs[:, 0]], dtype=pl.String),  # words also where nothing failed
            "reason": pl.Series([uptimes.reasons[at] for at in pairs[:, 1]], dtype=pl.String),
            "failures": counts,
            **_three("mtbf", "days", (bounds.mtbf, bounds.lower_two_sided, bounds.upper_two_sided)),
        }
    )


def plotted(times: Times, place: int, name: str, *, confidence: float) -> Plotted | None:
    """The lives of one group on probability paper with its likeliest law; None with fewer than two different failures."""
    mine = times.lives.lifted()
    rows = slice(mine.offsets[place], mine.offsets[place + 1])
    lives = Lives(mine.days[rows], mine.failed[rows], np.array([0, rows.stop - rows.start], np.int64))
    law = Law(max(int(times.law[place]), 0))
    days, counts = np.unique(lives.days[lives.failed], return_counts=True)
    if len(days) < 2:
        return None
    at_risk = (lives.days[None, :] >= days[:, None]).sum(axis=1)
    left = np.cumprod(1.0 - counts / at_risk)
    share = 1.0 - 0.5 * (left + np.concatenate([[1.0], left[:-1]]))
    fits = [fit(lives, law, confidence=confidence, early_share=one) for one in SHARES]
    line = (np.array([getattr(one, which).early[0] for one in fits]) for which in ("best", "lower", "upper"))
    return Plotted(name, law, confidence, days, share, np.array(SHARES), *line)


def _three(name: str, unit: str, given: tuple[Floats, Floats, Floats]) -> dict[str, Floats]:
    end = f"_{unit}" if unit else ""
    return dict(zip((f"{name}{end}", f"{name}_lower{end}", f"{name}_upper{end}"), given, strict=True))


def _labels(words: type[Coded], codes: Ints) -> list[str | None]:
    return [words(int(code)).label.replace("_", " ") if code >= 0 else None for code in codes]


def _law_columns(times: Times) -> dict[str, object]:
    return {
        "law": _labels(Law, times.law),
        "fits": _labels(Verdict, times.goodness.verdict),
        "fit_p": times.goodness.p,
        **_three("shape", "", (times.best.shape, times.lower.shape, times.upper.shape)),
        "scale_days": times.best.scale,
        **_three("early", "days", (times.best.early, times.lower.early, times.upper.early)),
    }
