"""Living: how years that a plant lived through are told, policy beside policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    ("fill_rate", "served from the shelf"),
)


def show_years(found: PossibleYears, *, as_json: bool) -> None:
    """Print possible years: a column a policy, each figure with its 95 % interval, and the saving against each."""
    if as_json:
        about = {name: getattr(found, name) for name in ("years", "seed", "cover_months", "uniform_days")}
        say_json({**about, "currency": found.plan.terms.currency, "totals": found.totals, "items": found.items})
        return
    from justenough.interfaces.figures import count, figure

    items = found.items["item"].n_unique()
    say(f"{count(items, 'item')} lived through {found.years} possible years, the same for every policy (seed {found.seed}).")
    say(
        f"Pure JIT: nothing beyond what is on its way. Pure JIC: {figure(found.cover_months)} months of demand in reserve. "
        f"One policy: {figure(found.uniform_days)} days for all, as much money as the plan's reserves."
    )
    say()
    show(years_table(found, width()))
    for line in saving_lines(found):
        say(line)


def saving_lines(found: PossibleYears) -> list[str]:
    """What the plan costs less than each policy, year by year, with its interval."""
    from justenough.interfaces.figures import figure, money
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
    from justenough.interfaces.figures import figure, percent
    from justenough.interfaces.tables import Column, laid_out
    from justenough.strategy.possible_years import POLICIES

    def cell(policy: str, measure: str) -> str:
        row = found.of(policy, measure)
        write = percent if measure == "fill_rate" else figure
        return f"{write(row['mean'])}\n({write(row['low'])} to {write(row['high'])})"

    heads = [Column("", [word for _, word in ROWS])]
    cells = [Column(policy, [cell(policy, measure) for measure, _ in ROWS], number=True) for policy in POLICIES]
    currency = found.plan.terms.currency
    unit = "" if currency in ("", "unknown") else f", money in {currency}"
    return laid_out(f"Possible years, mean and 95 % interval{unit}", (*heads, *cells), columns)
