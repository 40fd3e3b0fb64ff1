"""Living: how years that a plant lived through are told, policy beside policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.domain.figures import UNKNOWN, count, figure, in_currency, money, percent
from justenough.interfaces.answering import say, say_json, show, width

if TYPE_CHECKING:
    from rich.table import Table

    from justenough.strategy.possible_years import PossibleYears

ROWS = (
    ("cost", "cost a year"),
    ("holding_cost", "  holding"),
    ("ordering_cost", "  ordering"),
    ("stockout_cost", "  stockouts"),
    ("stock_value", "money in stock"),
    ("occasions", "stockouts"),
    ("line_hours", "line hours lost"),
    ("fill_rate", "from the shelf"),
)


def show_years(found: PossibleYears, *, as_json: bool) -> None:
    """Print possible years: a column a policy, each figure with its 95 % interval, and the saving against each."""
    if as_json:
        about = {name: getattr(found, name) for name in ("years", "seed", "cover_months", "uniform_days")}
        say_json({**about, "currency": found.plan.terms.currency, "totals": found.totals, "items": found.items})
        return
    items = found.items["item"].n_unique()
    say(f"{count(items, 'item')} lived through {found.years} possible years, the same for every policy (seed {found.seed}).")
    say(
        f"Pure JIT: nothing beyond what is on its way. Pure JIC: {count(found.cover_months, 'month')} of demand in reserve. "
        f"One policy: {count(found.uniform_days, 'day')} for all, as much money as the plan's reserves."
    )
    say()
    show(years_table(found, width()))
    for line in (*saving_lines(found), *unpriced_lines(found)):
        say(line)


def unpriced_lines(found: PossibleYears) -> list[str]:
    """That stockouts nobody has priced cost nothing in these years; nothing where all have a price."""
    unpriced = _unpriced(found)
    if not unpriced:
        return []
    have = "has" if unpriced == 1 else "have"
    it = "it" if unpriced == 1 else "them"
    said = f"{count(unpriced, 'item')} {have} no stockout cost, so running out of {it} costs nothing above: compare stockouts and what is"
    return [f"{said} served from the shelf, not the cost alone."]


def _unpriced(found: PossibleYears) -> int:
    lived = found.plan.figures.filter(found.plan.figures["item"].is_in(found.items["item"].unique().to_list()))
    return int(lived["stockout_cost"].null_count())


def saving_lines(found: PossibleYears) -> list[str]:
    """What the plan costs less than each policy, year by year, with its interval."""
    from justenough.strategy.possible_years import PLAN, POLICIES

    said = []
    for policy in POLICIES:
        if policy != PLAN:
            row = found.of(policy, "cost")
            bounds = f"{figure(row['less_plan_low'])} to {figure(row['less_plan_high'])}"
            word = "less" if row["less_plan"] >= 0 else "more"
            said.append(f"The plan costs {money(abs(row['less_plan']), found.plan.terms.currency)} a year {word} than {policy} ({bounds}).")
    return said


def years_table(found: PossibleYears, columns: int) -> Table:
    """One row a measure, one column a policy."""
    from justenough.interfaces.tables import Column, laid_out
    from justenough.strategy.possible_years import POLICIES

    nobody = _unpriced(found) == found.items["item"].n_unique()

    def cell(policy: str, measure: str, between: str) -> str:
        if measure == "stockout_cost" and nobody:
            return UNKNOWN
        row = found.of(policy, measure)
        if measure == "fill_rate":  # a mean of so many years may lie nearer to all than its interval is wide
            return f"{percent(row['mean'])}\n({percent(max(row['low'], 0.0))}{between}to {percent(min(row['high'], 1.0))})"
        if figure(row["low"]) == figure(row["high"]):
            return figure(row["mean"])  # every year alike
        return f"{figure(row['mean'])}\n({figure(row['low'])}{between}to {figure(row['high'])})"

    def told(between: str) -> list[Column]:
        return [Column(policy, [cell(policy, measure, between) for measure, _ in ROWS], number=True) for policy in POLICIES]

    heads = [Column("", [word for _, word in ROWS], number=False)]
    broad = told(" ")
    cells = broad if sum(column.least + 2 for column in (*heads, *broad)) <= columns else told("\n")
    currency = found.plan.terms.currency
    unit = in_currency(currency, ", money in {}")
    return laid_out(f"Possible years, mean and 95 % interval{unit}", (*heads, *cells), columns)
