"""Auditing: the command that looks for the four mistakes in today's levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from justenough.domain.figures import count, in_currency, money, percent, signed, units
from justenough.interfaces.answering import say, say_json, show, width, working
from justenough.interfaces.options import DEFAULT_WORKSPACE, JsonOption, PlanOption, TopOption, WorkspaceOption, at, opened

if TYPE_CHECKING:
    from rich.table import Table

    from justenough.strategy.audit import Audit, Mistake

TITLES = {
    "dogmatic_jit": "Dogmatic just-in-time: too lean for what a stockout costs",
    "lazy_jic": "Lazy just-in-case: far more stock than its risk asks for",
    "one_policy": "One policy for all: cover that does not follow risk",
    "too_little": "Held too little: today's level breaks the service promised",
    "set_and_forget": "Set and forget: levels older than what they rest on",
}


def audit(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    plan: PlanOption = "latest",
    top: TopOption = 5,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the test's shuffles: the same seed shuffles the same.")] = 0,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Look for the four mistakes in today's levels, with the money and the items worst hit.

    Example: justenough audit --top 10
    """
    from justenough.strategy.audit import audit as examine

    with working("Auditing", 2) as step:
        step("Opening the workspace")
        with opened(workspace) as kept:
            made, plant = kept.plan(plan), kept.plant()
        step(f"Examining today's levels of {len(plant):,} items")
        found = examine(plant, made, seed=seed)
    if as_json:
        figures = ("judged", "unknown", "saving", "released", "items")
        mistakes = {one.name: {name: getattr(one, name) for name in figures} for one in (*found.mistakes, found.too_little)}
        told = {"spreading": found.spreading, "by_chance": found.by_chance}
        say_json({"plan": made.plan_id, "currency": found.currency, "mistakes": mistakes, **told})
        return
    for line in audit_lines(found, at(workspace)):
        say(line)
    for one in (*found.mistakes[:1], found.too_little, *found.mistakes[1:]):
        if one.items.height:
            say()
            show(mistake_table(one, found.currency, top, width()))
    say(f"Next: justenough review{at(workspace)} to put levels in force, or justenough roadmap{at(workspace)}")


def audit_lines(found: Audit, where: str) -> list[str]:
    """One sentence a mistake, or what it would take to judge it."""
    lean, lazy, _, stale = found.mistakes
    items, currency = count(lazy.judged + lazy.unknown, "item"), found.currency
    if not lazy.judged and found.n_levels:
        known = f"Today's level is known of {found.n_levels:,} of {items}, but the plan could price none of them"
        return [f"{known}, so nothing can be audited. What they lack is told by: justenough recommend{where}"]
    if not lazy.judged:
        advice = "Import them as current_reorder_point and current_max, or put a plan in force: justenough approve --plan latest --all"
        return [f"Today's levels are not known of any of {items}, so nothing can be audited. {advice}{where}"]
    more, less = money(-lean.released, currency), money(lazy.released, currency)
    rest = "; the others have no level today or could not be decided" if lazy.unknown else ""
    said = [f"Judged: {lazy.judged:,} of {items}{rest}."]
    unpriced = lazy.judged - lean.judged
    if unpriced:
        one = count(unpriced, "item has no stockout cost", "items have no stockout cost")
        give = "give stockout_cost; what breaks the service promised is told below" if found.too_little.judged else "give it, or a target"
        whether = "whether it is" if unpriced == 1 else "whether they are"
        said.append(f"Dogmatic just-in-time: {one}, so nobody can say {whether} too lean for it; {give}.")
    if lean.judged and not lean.items.height:
        said.append(f"Dogmatic just-in-time: none of {count(lean.judged, 'item')} judged.")
    elif lean.judged:
        said.append(f"Dogmatic just-in-time: {count(lean.items.height, 'item')}; {_cost(lean, currency)}, for {more} more stock.")
    said += _short_sentence(found)
    said.append(f"Lazy just-in-case: {count(lazy.items.height, 'item')}; {less} of stock could go and {_cost(lazy, currency)}.")
    said.append(_policy_sentence(found))
    if not stale.judged:
        return [*said, "Set and forget: no item says when its levels were last reviewed. Import last_reviewed."]
    if not stale.items.height:
        return [*said, f"Set and forget: nothing changed for any of {count(stale.judged, 'item')} since their levels were set."]
    changed = f"{count(stale.items.height, 'item')} of {stale.judged:,} with a date changed since their levels were set"
    return [*said, f"Set and forget: {changed} (chance alone: about {found.by_chance:.1f}); {_cost(stale, currency)}."]


def _short_sentence(found: Audit) -> list[str]:
    """What is held too little of without a price of a stockout to prove it; nothing where no service is promised."""
    from justenough.interfaces.wording import both_ways, change_words, cost_words

    short, currency = found.too_little, found.currency
    if not short.judged:
        return []
    if not short.items.height:
        return [f"Held too little: of {count(short.judged, 'item')} with a service promised, none breaks it today."]
    of = f"{count(short.items.height, 'item')} of {short.judged:,} with a service promised"
    breaks = "breaks" if short.items.height == 1 else "break"
    change = short.items["change_value"].fill_null(0.0)
    freed, tied = change.filter(change < 0), change.filter(change > 0)
    ways = both_ways(len(freed), -float(freed.sum()), len(tied), float(tied.sum()), currency)
    moved, yearly = change_words(-short.released, currency), cost_words(-short.saving, currency)
    return [f"Held too little: {of} {breaks} it today; keeping it {moved} and {yearly}{ways}."]


def _policy_sentence(found: Audit) -> str:
    told = found.spreading
    if told is None:
        return "One policy for all: fewer than three items to compare."
    chance = f"{percent(told.p_value)} of shuffled covers" if told.p_value >= 0.001 else "fewer than 0.1 % of shuffled covers"
    uniform = found["one_policy"]
    verdict = f"it is one policy for all; {_cost(uniform, found.currency)}" if uniform.items.height else "cover follows risk"
    share = f"what items need explains {percent(told.explained)} of the variation of today's cover ({chance} do as well)"
    return f"One policy for all: {share}: {verdict}."


def mistake_table(one: Mistake, currency: str, top: int, columns: int) -> Table:
    """The items worst hit by one mistake."""
    from justenough.interfaces.tables import Column, laid_out

    rows = one.items.head(top).to_dicts()
    moves = [f"{units(row['today_reorder_point'])} > {units(row['reorder_point'])}" for row in rows]
    unit = in_currency(currency, "[{}]", "[money]")
    return laid_out(
        f"{TITLES[one.name]} ({len(rows):,} of {one.items.height:,})",
        (
            Column("item", [row["item"] for row in rows]),
            Column("reorder at\n[units]", moves, number=True),
            Column(f"stock\n{unit}", [signed(row["change_value"]) for row in rows], number=True),
            Column(f"cost a year\n{unit}", [signed(row["change_total_cost"]) for row in rows], number=True),
            Column("evidence", [row["evidence"] for row in rows]),
        ),
        columns,
    )


def _cost(one: Mistake, currency: str) -> str:
    return f"{money(one.saving, currency)} a year less"
