"""Joint bound: where the figures of a supply stand when all of them together are as bad as one chance in twenty allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justenough.strategy.footing import OF_SUPPLY, Suspect, only, served

if TYPE_CHECKING:
    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats
    from justenough.strategy.footing import Served
    from justenough.strategy.gating import Promise
    from justenough.strategy.trace import Known

ALIKE = (Suspect.OUTAGES, Suspect.RECOVERY)  # how long an outage lasts is in the chance to meet one too: both are as bad at once


def jointly(known: Known, share: Floats, levels: Levels, least: Floats, promise: Promise) -> Floats:
    """
    How far each figure is on its way to its own bound at the joint one.

    Parameters
    ----------
    share : (n_items, 6)
        Of the way to its own bound that each figure may have to go at most: 1, or less for one known better.

    Returns
    -------
    way : (n_items, 6)

    Notes
    -----
    That every figure is at its own 95 % bound at once is far rarer than one in twenty. Where the figures do not depend on
    each other and service falls evenly on the way to each bound, the likeliest point at which the supply as a whole is as bad
    as its 95 % bound has each of them gone as far as its part of the root of the summed squares of what they cost (the
    design point of first-order reliability; Hasofer & Lind 1974). What a supply costs at it is that root.
    """
    none = np.zeros_like(share)
    here = promise.worse(served(known, none, levels, least))
    costs = np.zeros_like(share)
    for suspect in OF_SUPPLY:
        if share[:, suspect].any():
            there = promise.worse(served(known, only(none, suspect, share[:, suspect]), levels, least))
            costs[:, suspect] = np.maximum(here - there, 0.0)
    alike = costs[:, ALIKE].sum(axis=1, keepdims=True)
    apart = np.delete(costs, ALIKE, axis=1)
    costs[:, ALIKE] = alike
    whole = np.sqrt(np.square(apart).sum(axis=1, keepdims=True) + np.square(alike))
    with np.errstate(divide="ignore", invalid="ignore"):
        return share * np.where(whole > 0.0, costs / whole, 1.0)


def served_jointly(known: Known, share: Floats, levels: Levels, least: Floats, promise: Promise) -> Served:
    """What just-in-time would earn with the supply at its joint bound."""
    return served(known, jointly(known, share, levels, least, promise), levels, least)
