"""Process time: how long a unit of work really takes on a machine that stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.sizing.classic.limits import not_negative, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class EffectiveTime:
    """
    Work time with the stops in it. Columns as the inputs broadcast.

    Parameters
    ----------
    availability
        Share of time the machine is up.
    effective_time : [time]
        Mean time a unit occupies the machine.
    effective_scv
        Squared coefficient of variation of that time.
    """

    availability: Floats
    effective_time: Floats
    effective_scv: Floats


def effective_process_time_with_failures(
    natural_time: ArrayLike, natural_scv: ArrayLike, mtbf_up: ArrayLike, mttr: ArrayLike, repair_scv: ArrayLike
) -> EffectiveTime:
    """
    Mean and variability of process time on a machine that fails while it works.

    Parameters
    ----------
    natural_time : [time]
        Mean time of a unit without stops, above 0.
    natural_scv, repair_scv
        Squared coefficients of variation of that time and of a repair, at least 0.
    mtbf_up : [time]
        Mean running time between failures, exponential, above 0.
    mttr : [time]
        Mean repair time, at least 0.

    Notes
    -----
    ``A = m_f / (m_f + m_r)``, ``t_e = t_0 / A``, ``c_e^2 = c_0^2 + (1 + c_r^2) A (1 - A) m_r / t_0`` (Hopp & Spearman,
    *Factory Physics*, ch. 8): at equal availability rare long stops vary more than frequent short ones.

    Examples
    --------
    >>> answer = effective_process_time_with_failures(15, 0.05, 744, 248, 1)
    >>> print(answer.availability, answer.effective_time, answer.effective_scv)
    0.75 20.0 6.25
    """
    natural_time, mtbf_up = positive(natural_time=natural_time, mtbf_up=mtbf_up)
    natural_scv, mttr, repair_scv = not_negative(natural_scv=natural_scv, mttr=mttr, repair_scv=repair_scv)
    availability = mtbf_up / (mtbf_up + mttr)
    stops = (1.0 + repair_scv) * availability * (1.0 - availability) * mttr / natural_time
    scv = natural_scv + stops
    none = np.zeros_like(scv)
    return EffectiveTime(availability + none, natural_time / availability + none, scv)
