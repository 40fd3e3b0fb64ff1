"""Doubts: what is not known of a supplier or a machine, drawn, with and without an improvement of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.estimation.lead_time import Z95
from justenough.strategy.moves import OF_MACHINE
from justenough.strategy.situation import improved
from justenough.strategy.spread import joined, part

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.strategy.moves import Move
    from justenough.strategy.situation import Situation
    from justenough.strategy.trace import Known

ENDS = (0.025, 0.975)  # of what a machine's records allow


def doubted(situation: Situation, move: Move, places: Ints, draws: int, seed: int) -> tuple[Known, Known]:
    """
    The touched items once for each draw, draw by draw: as they are, and after the move.

    Parameters
    ----------
    places : (n,)
        Touched items.

    Notes
    -----
    Of a supplier every figure is log-normal about its estimate with its own 95 % bound: chance and length of its outages
    alike for all of its items, mean and spread of the lead time for each by itself. A machine's stops weigh by
    ``MTTR^2 / MTBF``, what they add to the variance of a day's work: of the pairs that its records allow the two are
    taken beyond which it weighs less, and more, with 2.5 %; ``draws`` is then 2.
    """
    if move.figure in OF_MACHINE:
        return _machine(situation, move, places)
    known = drawn_supply(part(situation.known, np.tile(places, draws)), len(places), draws, seed)
    at = np.tile(places, draws)
    asked = replace(
        situation,
        known=known,
        rows=situation.rows[at],
        items=situation.items.gather(at),
        supplier=situation.supplier.gather(at),
        criticality=situation.criticality.gather(at),
    )
    everything = np.arange(len(known.review_days))
    return known, asked.after([move], everything)


def drawn_supply(known: Known, n: int, draws: int, seed: int) -> Known:
    """What is known of the supply at one draw each: rows are ``draws`` blocks of ``n`` items."""
    bounds = known.bounds
    if bounds is None:
        return known
    rng = np.random.default_rng(seed)
    each, alike = rng.standard_normal((2, draws * n)), np.repeat(rng.standard_normal((2, draws)), n, axis=1)
    mean = _factor(bounds.mean_days, bounds.mean_upper_days, each[0])
    spread = _factor(bounds.order_sd_days, bounds.order_sd_upper_days, each[1])
    chance = _factor(bounds.chance, bounds.chance_upper, alike[0])
    wait = _factor(bounds.wait_days, bounds.wait_upper_days, alike[1])
    time, outages = known.lead_time, known.outages
    return replace(
        known,
        lead_time=replace(time, mean_days=time.mean_days * mean, sd_days=time.sd_days * mean * spread),
        outages=replace(
            outages,
            probability=np.minimum(outages.probability * chance, 0.95),
            wait_days=outages.wait_days * wait,
            wait_sd_days=outages.wait_sd_days * wait,
        ),
    )


def _factor(estimate: Floats, upper: Floats, normal: Floats) -> Floats:
    """Log-normal with mean 1 about the estimate whose 95 % bound is ``upper``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.where((estimate > 0.0) & (upper > estimate), np.log(upper / estimate) / Z95, 0.0)
    return np.asarray(np.exp(sigma * normal - np.square(sigma) / 2.0))


def _machine(situation: Situation, move: Move, places: Ints) -> tuple[Known, Known]:
    if situation.link is None:
        raise ValueError("no machine of this plant is measured")
    machines = situation.link.machines
    on = np.ones(len(machines), dtype=bool) if not move.where else np.arange(len(machines)) == machines.at(move.where)
    weight = np.square(machines.mttr_days) / machines.mtbf_days
    weight = weight[machines.at(move.where)] if move.where else weight.mean(axis=0)
    order = np.argsort(weight, kind="stable")
    drawn = [int(order[round(at * (len(order) - 1))]) for at in ENDS]
    now, then = [], []
    for at in drawn:
        sure = replace(
            machines,
            mtbf_days=np.where(on[:, None], machines.mtbf_days[:, at : at + 1], machines.mtbf_days),
            mttr_days=np.where(on[:, None], machines.mttr_days[:, at : at + 1], machines.mttr_days),
        )
        now.append(situation.after([], places, sure))
        then.append(situation.after([], places, improved(sure, move)))
    return joined(now), joined(then)
