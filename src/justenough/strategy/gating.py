"""
Gating: whether the evidence allows an item to run just-in-time, and what would have to be true for it.

Just-in-time is offered where the promised service still holds with the supply at its one-sided 95 % bound, all of its
figures taken together. Where it does not, the figure that costs most service at its bound is named, with the value it would
have to have, and how many more observations would bring its bound there if the estimate stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Gate
from justenough.strategy.footing import OF_SUPPLY, Served, Service, Suspect, calmer, figures_of, only, served
from justenough.strategy.joint_bound import served_jointly
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats, Ints
    from justenough.sizing.single import Economics, Outcome
    from justenough.strategy.trace import Known

    Bools = NDArray[np.bool_]

HALVINGS = 9  # of the way from estimate to bound: to a five-hundredth of it


@dataclass(frozen=True, slots=True)
class Promise:
    """
    Service that has to hold: the item's floors, or where it has none what the plan states. NaN for none. (n_items,) [fraction]

    Parameters
    ----------
    cycle_service, fill_rate
        What is promised, less what may be lost of it.
    """

    cycle_service: Floats
    fill_rate: Floats

    def margin(self, earned: Service) -> Floats:
        """What is earned above the promise, the smaller of both services; below 0 where it is missed. (n_items,) [fraction]"""
        return np.fmin(earned.cycle_service - self.cycle_service, earned.fill_rate - self.fill_rate)

    def worse(self, earned: Served) -> Floats:
        """The margin of the worse case. (n_items,) [fraction]"""
        return np.fmin(self.margin(earned.wide), self.margin(earned.narrow))


@dataclass(frozen=True, slots=True)
class Gated:
    """
    What the evidence allows; each array is (n_items,).

    Parameters
    ----------
    gate
        `Gate` codes.
    cycle_service, fill_rate : [fraction]
        At the level that just-in-time would hold, the supply at its bound: all figures together or, where the promise holds
        even so or not even at the estimates, each at its own; NaN without evidence.
    """

    gate: Ints
    cycle_service: Floats
    fill_rate: Floats


@dataclass(frozen=True, slots=True)
class Because:
    """
    Why an item may not run just-in-time yet; each array is (n_items,).

    Parameters
    ----------
    suspect
        `Suspect` codes.
    estimate, bound, needed
        Of the suspect: what is believed, the one-sided 95 % bound, and the value that it would have to be known not to
        exceed; where the estimate itself is too much, the value it would have to have. NaN: no value would do.
    observations
        More of the suspect's own evidence that would settle it, the estimate staying as it is: order lines, recoveries, or
        years without an outage. Infinite where the estimate itself is too much.
    alone
        Whether the other figures may stay as they are; else all have to be known as much better or, where the
        estimates are too much, be better in the same proportion.
    """

    suspect: Ints
    estimate: Floats
    bound: Floats
    needed: Floats
    observations: Floats
    alone: Bools


def promise_of(economics: Economics, stated: Outcome, tolerance: float) -> Promise:
    """The floors of each item, or where there are none what is stated, less ``tolerance``."""
    free = np.isnan(economics.target_cycle_service) & np.isnan(economics.target_fill_rate)
    return Promise(
        np.where(free, stated.cycle_service, economics.target_cycle_service) - tolerance,
        np.where(free, stated.fill_rate, economics.target_fill_rate) - tolerance,
    )


def gated(known: Known, levels: Levels, least: Floats, promise: Promise) -> Gated:
    """
    Whether the evidence allows just-in-time.

    Parameters
    ----------
    known
        With ``bounds``; without them there is no evidence.
    levels
        Chosen.
    least : [units]
        Most safety stock that is still just-in-time.

    Notes
    -----
    The level judged is the chosen one or, where that is more than just-in-time may hold, the most it may: an item
    passed is one whose own stock keeps the promise.
    """
    n = len(least)
    if known.bounds is None:
        return Gated(np.full(n, int(Gate.NO_EVIDENCE)), np.full(n, np.nan), np.full(n, np.nan))
    judged = known.bounds.judged
    gate, cycle, fill = np.full(n, int(Gate.NO_EVIDENCE)), np.full(n, np.nan), np.full(n, np.nan)
    places = np.flatnonzero(judged)
    if len(places):
        margin, cycle[places], fill[places] = _at_the_bound(part(known, places), part(levels, places), least[places], part(promise, places))
        gate[places] = np.where(margin >= 0.0, int(Gate.PASSED), int(Gate.NOT_YET))
    return Gated(gate, cycle, fill)


def _at_the_bound(known: Known, levels: Levels, least: Floats, promise: Promise) -> tuple[Floats, Floats, Floats]:
    """Margin, cycle service and fill rate at the supply's bound. (n_items,) each [fraction]"""
    each, none = np.ones((len(least), len(OF_SUPPLY))), np.zeros((len(least), len(OF_SUPPLY)))
    # Sure either way, for most items, by two looks: each figure at its own bound, and none.
    worst = served(known, each, levels, least)
    margin, cycle, fill = promise.worse(worst), worst.cycle_service, worst.fill_rate
    lost = np.flatnonzero(margin < 0.0)
    believed = served(part(known, lost), none[lost], part(levels, lost), least[lost]) if len(lost) else worst
    open_ = lost[part(promise, lost).worse(believed) >= 0.0] if len(lost) else lost
    if len(open_):
        promised = part(promise, open_)
        joint = served_jointly(part(known, open_), each[open_], part(levels, open_), least[open_], promised)
        margin[open_], cycle[open_], fill[open_] = promised.worse(joint), joint.cycle_service, joint.fill_rate
    return margin, cycle, fill


def because(known: Known, levels: Levels, least: Floats, promise: Promise) -> Because:
    """
    Why items that may not run just-in-time yet may not; parameters as for `gated`, every item with ``bounds``.

    Notes
    -----
    A bound comes nearer to its estimate with the square root of the observations, so that a share ``t`` of the way there
    takes ``1 / t^2`` times as many; the bound of a rate falls as the time watched without an event grows. A figure is
    looked for by halving the way from estimate to bound or, where the estimate itself is too much, from nothing to the
    estimate, at the level that just-in-time would then hold.
    """
    if known.bounds is None:
        raise ValueError("nothing bounds the supply of these items, so nothing can be named")
    n = len(least)
    none, all_bounds = np.zeros((n, len(OF_SUPPLY))), np.ones((n, len(OF_SUPPLY)))

    def above(so: Known, way: Floats) -> Floats:
        return promise.worse(served(so, way, levels, least))

    def bears(share: Floats) -> Bools:
        return np.asarray(promise.worse(served_jointly(known, share, levels, least, promise)) >= 0.0)

    def keeps(way: Floats, noise: Floats | float = 1.0, drift: Floats | float = 1.0) -> Bools:
        return np.asarray(above(calmer(known, noise, drift), way) >= 0.0)

    def margin(suspect: Suspect, way: float) -> Floats:
        return above(known, only(none, suspect, way))

    hopeful = keeps(none)
    alone = np.stack([margin(suspect, 1.0) for suspect in OF_SUPPLY], axis=1)
    dearest = np.argmin(alone, axis=1)
    by_itself = bears(only(all_bounds, dearest, 0.0))
    share = _furthest(lambda t: bears(np.where(by_itself[:, None], only(all_bounds, dearest, t), t[:, None] * all_bounds)), n)

    # Where the estimates themselves are too much: the figure that has to fall by the least part of itself.
    def spared_by(suspect: Suspect) -> Floats:
        return _furthest(lambda t: keeps(only(none, suspect, t - 1.0)), n)

    falls = [spared_by(suspect) for suspect in OF_SUPPLY]
    falls += [_furthest(lambda t: keeps(none, t), n), _furthest(lambda t: keeps(none, 1.0, t), n)]
    single = np.stack(falls, axis=1)
    together = _furthest(lambda t: keeps(none + (t - 1.0)[:, None]), n)
    one_does = single.max(axis=1) > 0.0
    spared = np.argmax(np.stack([margin(suspect, -1.0) for suspect in OF_SUPPLY], axis=1), axis=1)
    reaches = np.where(one_does, single.max(axis=1), together)
    never = np.where(one_does, np.argmax(single, axis=1), np.where(together > 0.0, spared, int(Suspect.DEMAND)))
    suspect = np.where(hopeful, dearest, never)

    estimate, bound, evidence = figures_of(known, suspect)
    settled = estimate + share * (bound - estimate)
    # Of an MTBF more is better: a failure rate of so much less.
    fallen = np.where(reaches > 0.0, np.where(suspect == Suspect.MTBF, estimate / np.maximum(reaches, 1e-12), estimate * reaches), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.where(suspect == Suspect.OUTAGES, bound / settled, 1.0 / np.square(share))
        more = np.ceil(np.nan_to_num(np.maximum(evidence * (times - 1.0), 0.0), posinf=np.inf) + 1e-9)
    return Because(
        suspect.astype(np.int64),
        estimate,
        bound,
        np.where(hopeful, settled, fallen),
        np.where(hopeful, np.maximum(more, 1.0), np.inf),
        np.where(hopeful, by_itself, one_does),
    )


def _furthest(keeps: Callable[[Floats], Bools], n: int) -> Floats:
    """Largest share of a way, in (0, 1], at which all is kept, given that less is never worse; 0 where nothing is. (n_items,)"""
    low, high = np.zeros(n), np.ones(n)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        kept = keeps(middle)
        low, high = np.where(kept, middle, low), np.where(kept, high, middle)
    return low
