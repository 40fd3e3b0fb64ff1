"""Kanban: how many cards a part needs, by the formula on the wall and by the service it is to give.

A card belongs to a container of C units. Cards of opened (or of emptied) containers are collected at each review and
come back with a full container a lead time later; so N cards are the policy "order whole containers" of
`justenough.domain.policy`, with the reorder point given by N.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.policy import Levels
from justenough.sizing.classic.limits import not_negative, positive
from justenough.sizing.single import Economics, Outcome, outcome_at

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from justenough.domain.ragged import Floats
    from justenough.estimation.exposure import Exposure

_MOST_CARDS = 2**24


@dataclass(frozen=True, slots=True)
class Cards:
    """
    How many cards, and what they promise. Columns (n_items,).

    Parameters
    ----------
    cards
        Whole number of at least 1; NaN where the exposure is unknown.
    levels
        The policy they are.
    outcome
        What it earns.
    """

    cards: Floats
    levels: Levels
    outcome: Outcome


def toyota_cards(daily_usage: ArrayLike, lead_days: ArrayLike, container: ArrayLike, safety_factor: ArrayLike) -> Floats:
    """
    Cards by Toyota's formula, ``D L (1 + alpha) / C`` rounded up, at least 1. (n_items,)

    Parameters
    ----------
    daily_usage : (n_items,) [units/day]
        D, at least 0.
    lead_days : (n_items,) [days]
        L, from a card's release to its return: waiting, making and moving. At least 0.
    container : (n_items,) [units]
        C, above 0.
    safety_factor : (n_items,)
        alpha, picked by hand, at least 0; Toyota's own rule was not more than 0.1.

    Notes
    -----
    Sugimori, Kusunoki, Cho & Uchikawa (1977), *Toyota production system and Kanban system*; Monden, *Toyota Production System*.

    Examples
    --------
    >>> print(toyota_cards(400.0, 0.5, 25.0, [0.0, 0.1, 0.5]))
    [ 8.  9. 12.]
    """
    usage, lead, safety = not_negative(daily_usage=daily_usage, lead_days=lead_days, safety_factor=safety_factor)
    (size,) = positive(container=container)
    cards = np.ceil(usage * lead * (1.0 + safety) / size - 1e-9)
    return np.maximum(cards, 1.0)[()]


def card_levels(exposure: Exposure, cards: ArrayLike, container: ArrayLike, *, when_emptied: bool = False) -> Levels:
    """
    The levels that ``cards`` cards of ``container`` units are.

    Parameters
    ----------
    exposure
        Read for the units items are counted in.
    cards, container : (n_items,) [cards], [units]
    when_emptied
        A card is released when its container is empty, not when the first unit is taken from it; one more container
        of each part is then open without a card to refill it.
    """
    step = np.asarray(exposure.step, dtype=np.float64)
    (size,) = positive(container=np.broadcast_to(np.asarray(container, dtype=np.float64), step.shape))
    number = np.broadcast_to(np.asarray(cards, dtype=np.float64), step.shape)
    reorder = (number - 1.0) * size if when_emptied else number * size - step
    return Levels(reorder, np.array(size), step)


def cards_for(
    exposure: Exposure,
    economics: Economics,
    container: ArrayLike,
    *,
    cycle_service: ArrayLike = math.nan,
    fill_rate: ArrayLike = math.nan,
    when_emptied: bool = False,
) -> Cards:
    """
    The fewest cards that keep a service under each item's own exposure.

    Parameters
    ----------
    exposure, economics
        Rows are items. Cards are collected every ``exposure.review_days``.
    container : (n_items,) [units]
        Above 0.
    cycle_service, fill_rate : (n_items,)
        Floors in (0, 1), as `justenough.sizing.single.Outcome` defines them; NaN for none.
    when_emptied
        As for `card_levels`.

    Raises
    ------
    ValueError
        If a floor is outside (0, 1), or no number of cards below 2^24 keeps it.
    """
    floors = {name: np.asarray(given, dtype=np.float64) for name, given in (("cycle_service", cycle_service), ("fill_rate", fill_rate))}
    for name, floor in floors.items():
        outside = ~np.isnan(floor) & ((floor <= 0.0) | (floor >= 1.0))
        if outside.any():
            raise ValueError(f"{name} must be in (0, 1), got {floor[outside].flat[0]:g}: no finite number of cards reaches 1")
    plain = replace(economics, stockout_cost=np.full_like(economics.stockout_cost, np.nan))

    def enough(cards: Floats) -> NDArray[np.bool_]:
        earned = outcome_at(exposure, plain, card_levels(exposure, cards, container, when_emptied=when_emptied))
        unknown = np.isnan(earned.fill_rate)
        kept = [np.isnan(floor) | (getattr(earned, name) >= floor) for name, floor in floors.items()]
        return np.asarray(unknown | (kept[0] & kept[1]), dtype=np.bool_)

    fewer, cards = np.zeros(len(exposure.rate)), np.ones(len(exposure.rate))
    while not (kept := enough(cards)).all():
        if cards.max() >= _MOST_CARDS:
            raise ValueError(f"no number of cards below {_MOST_CARDS} keeps the service of item {int(np.argmin(kept))}")
        fewer, cards = np.where(kept, fewer, cards), np.where(kept, cards, 2.0 * cards)
    while (cards - fewer).max() > 1.0:
        middle = np.floor(0.5 * (fewer + cards))
        kept = enough(middle) & (middle > fewer)
        open_ones = cards - fewer > 1.0
        fewer, cards = np.where(open_ones & ~kept, middle, fewer), np.where(open_ones & kept, middle, cards)
    levels = card_levels(exposure, cards, container, when_emptied=when_emptied)
    outcome = outcome_at(exposure, economics, levels)
    return Cards(np.where(np.isnan(outcome.fill_rate), np.nan, cards), levels, outcome)
