"""Wording: the sentences a plan is told in, the same at every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.domain.figures import LEAST_RESERVE, UNKNOWN, count, figure, known, money, percent, units
from justenough.interfaces.lacking import flags_for
from justenough.strategy.settings import REVIEW_DAYS

if TYPE_CHECKING:
    from justenough.strategy.in_hand import ThisWeek
    from justenough.strategy.plan_diff import PlanDiff
    from justenough.strategy.recommendation import Recommendation
    from justenough.strategy.summary import Summary

DECISIONS = {
    "JIT": "just-in-time",
    "lean": "lean",
    "buffered": "buffered",
    "JIC": "just-in-case",
    "ended": "no longer wanted",
    "cannot_decide": "cannot decide",
}
HANGS = 0.005  # change of a fill rate from which on it is told that it hangs on how often stock is looked at
GATES = {
    "passed": "the evidence allows just-in-time",
    "not yet": "not just-in-time yet",
    "no evidence": "too little evidence for just-in-time",
}


def hold_sentence(item: Recommendation) -> str:
    """What to type into the ERP: "Hold 126 in reserve and reorder at 310, 80 at a time."."""
    if item.decision == "cannot_decide" or item.reorder_point is None:
        return f"Cannot decide: {'; '.join(item.missing) or 'nothing is known of it'}."
    if item.decision == "ended":
        return "Reorder nothing."
    lot = f", {units(item.order_quantity)} at a time" if known(item.order_quantity) else ""
    reserve = item.safety_stock
    if item.reorder_point < 0:  # an order waits for a want; nothing is on the shelf before
        return f"Hold nothing and order when it is wanted{lot}."
    if reserve is None or not known(reserve) or reserve <= 0:
        return f"Hold nothing in reserve and reorder at {units(item.reorder_point)}{lot}."
    if reserve > item.reorder_point:  # the unit above the reorder point belongs to it; a system takes no more than the point itself
        least, held = item.reorder_point + 1, reserve_units(item.reorder_point) if item.reorder_point else "nothing"
        return (
            f"Hold {held} in reserve and reorder at {units(item.reorder_point)}{lot}, "
            f"so that each review leaves {units(least)} or more on hand and on order."
        )
    return f"Hold {reserve_units(reserve)} in reserve and reorder at {units(item.reorder_point)}{lot}."


def reserve_units(reserve: float) -> str:
    """A safety stock, which is a level less a mean: whole above ten, else two digits; below nothing there is no reserve."""
    if reserve < LEAST_RESERVE:
        return "0"
    return f"{round(reserve):,}" if abs(reserve) >= 10 else figure(reserve, 2)


def today_sentence(item: Recommendation) -> str:
    """Today's levels, or that nobody has said them; what is in stock is another thing (`held_sentence`)."""
    if not known(item.today_reorder_point):
        return "Today's levels are not known."
    reserve = item.today_safety_stock
    held = f"{reserve_units(reserve)} in reserve, " if reserve is not None and known(reserve) and reserve > 0 else ""
    upper = f", up to {units(item.today_order_up_to)}" if known(item.today_order_up_to) else ""
    return f"Level today: {held}reorder at {units(item.today_reorder_point)}{upper}."


def held_sentence(item: Recommendation) -> str:
    """
    What is in stock and on order, and what that asks for this week; empty where nobody knows.

    Examples
    --------
    >>> from justenough.strategy.recommendation import Recommendation
    >>> levels = {"decision": "lean", "reorder_point": 310.0, "order_up_to": 390.0, "order_quantity": 80.0, "demand_per_day": 20.0}
    >>> held_sentence(Recommendation(item="B", on_hand=120.0, on_order=80.0, **levels))
    'Held today: 120 in stock, 80 on order; at or below its reorder point: order 160 now.'
    >>> held_sentence(Recommendation(item="B", on_hand=710.0, **levels))
    'Held today: 710 in stock; above its level of 390: order nothing until it is down to 310, in about 20 days.'
    """
    if not known(item.on_hand):
        return ""
    from justenough.strategy.in_hand import NOTHING, ORDER, STOP, week_of_one

    week = week_of_one(item)
    ordered = f", {units(item.on_order)} on order" if known(item.on_order) and item.on_order else ""
    if item.on_order is not None and not known(item.on_order):
        ordered = ", and on order what no open order says; with its quantity this could say what to order this week"
    due = f"order {units(week.units)} now" if known(week.units) else "order now"
    days = f", in about {count(max(round(week.days), 1), 'day')}" if week.days is not None and known(week.days) else ""
    down = units(max(item.reorder_point or 0.0, 0.0))
    asks = {
        ORDER: f"; at or below its reorder point: {due}",
        STOP: f"; above its level of {units(item.order_up_to)}: order nothing until it is down to {down}{days}",
        NOTHING: "; within its levels: nothing to order yet",
    }
    asked = "; nobody wants it any more: order nothing" if item.decision == "ended" else asks.get(week.word, "")
    return f"Held today: {units(item.on_hand)} in stock{ordered}{asked}."


def order_now_words(week: str | None, amount: float | None) -> str:
    """
    What to order now, in a cell; within the levels, above them and not known are three different words.

    Examples
    --------
    >>> order_now_words("order now", 160.0), order_now_words("within its levels", 0.0), order_now_words("order nothing", 0.0)
    ('160', 'not yet', 'nothing')
    >>> order_now_words("stock not known", None)
    '–'
    """
    from justenough.strategy.in_hand import NOTHING, ORDER, STOP

    if week == ORDER:
        return units(amount) if known(amount) else "yes"
    return {NOTHING: "not yet", STOP: "nothing"}.get(week or "", UNKNOWN)


def week_sentence(week: ThisWeek, currency: str) -> str:
    """What all stock in hand asks for this week; empty where nobody knows it."""
    if not week.n_known:
        return ""
    said = f"In stock today: {money(week.stock_value, currency)} of {count(week.n_known, 'item')} (stock in hand, not levels)."
    if week.n_order:
        lie = "1 lies at or below its reorder point" if week.n_order == 1 else f"{week.n_order:,} lie at or below their reorder points"
        said += f" {lie}: order now, {money(week.order_value, currency)} in all."
    if week.n_stop:
        lie = "1 lies above its level" if week.n_stop == 1 else f"{week.n_stop:,} lie above their levels"
        over = f", by {money(week.above_value, currency)} in all" if week.above_value > 0 else ""
        said += f" {lie}{over}: order nothing until {'it is' if week.n_stop == 1 else 'they are'} down to the reorder point."
    return said


def money_sentence(item: Recommendation) -> str:
    """What the change ties up or frees, and what it does to the year's cost; empty where nothing is known."""
    value = item.mean_stock_value
    if value is None or not known(value):
        return ""
    change = item.change_value
    if change is None or not known(change):
        return f"Ties up {money(value, item.currency)} and costs {money(item.total_cost, item.currency)} a year."
    moved = change_words(change, item.currency)
    cost = item.change_total_cost
    if cost is None or not known(cost):
        return f"{moved[0].upper()}{moved[1:]}."
    stockout = _stockout_words(item)
    return f"{moved[0].upper()}{moved[1:]}; {stockout}{cost_words(cost, item.currency)}."


def service_sentence(item: Recommendation) -> str:
    """Stated service of the point, beside today's."""
    if not known(item.stated_cycle_service):
        return ""
    today = f" (today {percent(item.today_stated_cycle_service)})" if known(item.today_stated_cycle_service) else ""
    fill = f"; {percent(item.stated_fill_rate)} of units from the shelf" if known(item.stated_fill_rate) else ""
    return f"States {percent(item.stated_cycle_service)} of cycles without a stockout{today}{fill}."


def gate_sentence(item: Recommendation) -> str:
    """Where the item stands on the way to just-in-time."""
    decision = DECISIONS.get(item.decision or "", item.decision or "")
    if item.decision == "cannot_decide":
        return "Cannot decide"
    gate = GATES.get(item.gate or "", "")
    return f"{decision[0].upper()}{decision[1:]}" + (f"; {gate}" if gate and item.decision != "JIT" else "")


def neighbour_sentence(item: Recommendation, side: str) -> str:
    """
    The next point of the curve, ``leaner`` or ``safer``, with the price of the step.

    Empty where the curve ends.
    """
    point = getattr(item, f"{side}_reorder_point")
    if not known(point) or item.mean_stock_value is None or item.total_cost is None:
        return ""
    value = getattr(item, f"{side}_mean_stock_value")
    cost = getattr(item, f"{side}_total_cost")
    service = getattr(item, f"{side}_stated_cycle_service")
    said = [f"{side.capitalize()}: reorder at {units(point)}"]
    if known(value):
        said.append(change_words(value - item.mean_stock_value, item.currency))
    if known(cost):
        said.append(cost_words(cost - item.total_cost, item.currency))
    if known(service):
        said.append(f"{percent(service)} of cycles without a stockout")
    return "; ".join(said) + "."


def summary_sentence(summary: Summary, *, flags: bool = True) -> str:
    """The whole plan in two or three sentences; ``flags``: where nothing can be decided, the words a command takes to mend that."""
    undecided = summary.by_decision.get("cannot_decide", 0)
    decided = summary.n_items - undecided
    kinds = [f"{n:,} {DECISIONS[word]}" for word, n in summary.by_decision.items() if n and word != "cannot_decide"]
    if not decided:
        said = flags_for(summary.undecided) if flags else ""
        remedy = f" Give {said} (your own figures; a settings file does as well)." if said else ""
        return f"None of {count(summary.n_items, 'item')} can be decided yet.{remedy}"
    said = f"{count(decided, 'item')} decided ({', '.join(kinds)})"
    said += f", {undecided:,} cannot be decided yet. " if undecided else ". "
    said += (
        f"The plan ties up {money(summary.stock_value, summary.currency)} and costs {money(summary.total_cost, summary.currency)} a year."
    )
    if not summary.n_compared:
        return f"{said} Today's levels are not known, so there is nothing to compare with.{_served(summary)}"
    moved = change_words(summary.change_value, summary.currency)
    cost = cost_words(summary.compared_total_cost - summary.today_total_cost, summary.currency)
    among = "" if summary.n_compared == decided else f" on the {summary.n_compared:,} whose levels of today are known"
    ways = both_ways(summary.n_freed, summary.freed_value, summary.n_tied, summary.tied_value, summary.currency)
    return f"{said} Against today's levels{among} it {moved} and {cost}{ways}.{_served(summary)}"


def _served(summary: Summary) -> str:
    """
    The service that goes with the money, today's beside the plan's; empty where nobody knows it.

    Two digits of what fails are shown: 99.1 and 99.94 are fifteen times apart.
    """
    now, then = summary.today_fill_rate, summary.compared_fill_rate
    if now is None or then is None:
        return f" Weighed by price, {percent(summary.fill_rate)} of demand is served from stock." if known(summary.fill_rate) else ""
    daily = summary.daily_today_fill_rate
    looked = ""
    if daily is not None and abs(daily - now) >= HANGS:
        every = f"{percent(now)} if every {REVIEW_DAYS:g} days"
        # What today's levels served was served at the rhythm that was lived, whatever is taken for the plan.
        lived = summary.ordered_every == 1.0
        looked = f", looked at every day as past orders speak for ({every})" if lived else f" ({percent(daily)} if looked at every day)"
        now = daily if lived else now
    return f" Weighed by price, {percent(now)} of demand is served from stock today{looked}, {percent(then)} under the plan."


def against_today(change: float, currency: str) -> str:
    """A difference of money tied up to today's levels, as the end of a clause."""
    if figure(abs(change)) == "0":
        return "as much as today's levels"
    return f"{money(abs(change), currency)} {'more' if change > 0 else 'less'} than today's levels"


def both_ways(n_freed: int, freed: float, n_tied: int, tied: float, currency: str) -> str:
    """What is freed and what is tied up, of which the change is the difference; empty where all items move one way."""
    if not (n_freed and n_tied):
        return ""
    frees = f"{count(n_freed, 'item')} {'frees' if n_freed == 1 else 'free'} {money(freed, currency)}"
    return f": {frees}, {n_tied:,} {'ties' if n_tied == 1 else 'tie'} up {money(tied, currency)} more"


def outage_sentence(summary: Summary) -> str:
    """The items that would run out before their supplier is back, in one sentence; empty where none would or nobody knows."""
    if not summary.n_run_out:
        return ""
    of = "the 1 item" if summary.n_faced == 1 else f"{summary.n_faced:,} items"
    named = ", ".join(summary.run_out)
    first = "first " if summary.n_run_out > len(summary.run_out) else ""
    would = "would run out before it is back, more likely than not"
    return f"If a supplier stopped today, {summary.n_run_out:,} of {of} {would}: {first}{named}."


def end_sentence(summary: Summary) -> str:
    """The items whose stockouts ask for more than the safest point of their curve, in one sentence; empty where there are none."""
    if not summary.n_at_end:
        return ""
    named = ", ".join(summary.at_end)
    first = "first " if summary.n_at_end > len(summary.at_end) else ""
    stand = count(summary.n_at_end, "item stands", "items stand")
    dear = f"{'its' if summary.n_at_end == 1 else 'their'} stockouts are dear enough to ask for more"
    told = f"{stand} at the safest point of the curve, {dear}: {first}{named}."
    return f"{told} To hold more, promise a cycle service above it."


def diff_sentence(diff: PlanDiff, currency: str) -> str:
    """What changes from one plan to the next."""
    if not diff.rows.height:
        return f"The two plans agree on all {diff.n_same:,} items."
    moved = change_words(diff.change_value, currency)
    cost = cost_words(diff.change_total_cost, currency)
    rest = f"{diff.n_same:,} {'stays' if diff.n_same == 1 else 'stay'}"
    return f"{count(diff.rows.height, 'item')} changed, {rest}. The later plan {moved} and {cost}."


def change_words(change: float, currency: str) -> str:
    """A difference of money tied up, verb first."""
    text = figure(abs(change))
    if text == "0":
        return "ties up as much"
    return f"ties up {money(change, currency)} more" if change > 0 else f"frees {money(-change, currency)}"


def cost_words(change: float, currency: str) -> str:
    """A difference of yearly cost."""
    if figure(abs(change)) == "0":
        return "leaves the cost of a year as it is"
    return f"costs {money(abs(change), currency)} {'more' if change > 0 else 'less'} a year"


def factors(item: Recommendation) -> list[str]:
    """The reasons without the two that repeat the levels and the money, which `hold_sentence` and `money_sentence` say."""
    repeated = ("Hold ", "Frees ", "Ties up ")
    return [reason for reason in item.reasons if not reason.startswith(repeated)]


def _stockout_words(item: Recommendation) -> str:
    now, before = item.stockout_cost, item.today_stockout_cost
    if now is None or before is None or not (known(now) and known(before)) or figure(abs(now - before)) == "0":
        return ""
    verb = "rises" if now > before else "falls"
    return f"expected cost of stockouts {verb} by {money(abs(now - before), item.currency)} a year; "
