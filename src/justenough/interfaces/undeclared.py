"""Undeclared: what a plan's headline hangs on that nobody said, how far, and how to say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.domain.figures import count, money
from justenough.interfaces.wording import HANGS, against_today, summary_sentence
from justenough.strategy.settings import REVIEW_DAYS

if TYPE_CHECKING:
    from justenough.strategy.summary import Summary

MOVES = 0.01  # share of a plan's stock: what moves less of it need not be declared


def headline(summary: Summary) -> tuple[str, ...]:
    """The whole plan in words, and what that hangs on, as it stands where a plan is told to a file or a program."""
    return (summary_sentence(summary), *undeclared_sentences(summary))


def undeclared_sentences(summary: Summary, *, flags: bool = True) -> tuple[str, ...]:
    """What the headline hangs on; ``flags``: said with the words a command takes. Empty where all that matters was declared."""
    said = (review_sentence(summary, flags=flags), lots_sentence(summary, flags=flags))
    return tuple(one for one in said if one)


def review_sentence(summary: Summary, *, flags: bool = True) -> str:
    """That nobody said how often stock is looked at, and what the plan is if it is every day; empty where that moves hardly anything."""
    if not summary.n_unreviewed:
        return ""
    daily, change = summary.daily_stock_value, summary.daily_change_value
    said = f"Nobody said how often stock is looked at: taken as every {REVIEW_DAYS:g} days."
    if summary.ordered_every:
        every = "day" if summary.ordered_every == 1 else f"{summary.ordered_every:g} days"
        said += f" The days of past orders speak for every {every}."
    how = f"Say it {'with --review-days' if flags else 'under Plans'}, or item by item in the column review_days."
    if daily is None or change is None:
        return f"{said} The levels hang on it. {how}"
    now, then = summary.today_fill_rate, summary.daily_today_fill_rate
    serves = now is not None and then is not None and abs(then - now) >= HANGS
    if not serves and max(abs(daily - summary.stock_value), abs(change - summary.change_value)) < MOVES * summary.stock_value:
        return ""
    against = f", {against_today(change, summary.currency)}" if summary.n_compared else ""
    return f"{said} Looked at every day the plan ties up {money(daily, summary.currency)}{against}. {how}"


def lots_sentence(summary: Summary, *, flags: bool = True) -> str:
    """How many items are ordered in the least lots for want of an ordering cost, and what to do; empty where none is."""
    if not summary.n_least_lots:
        return ""
    each = f", {summary.n_single:,} of them 1 at a time" if summary.n_single else ""
    are = count(summary.n_least_lots, "item is", "items are")
    how = "with --ordering-cost" if flags else "under Plans"
    return (
        f"Nobody said what an order costs, so it costs nothing here and {are} ordered in the least lots there are{each}. "
        f"Say it {how}, such as 40 for a clerk's hour; what a supplier asks for belongs in the column moq."
    )
