"""Network wording: where a chain holds stock, as sentences and tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.domain.figures import count, figure, money, percent
from justenough.interfaces.tables import Column, laid_out

if TYPE_CHECKING:
    from rich.table import Table

    from justenough.strategy.chaining import Chained, InSeries

MEANT = {"normal": "k sigma sqrt(t) of the demand outside", "exposure": "each item's own exposure"}


def network_sentences(found: Chained) -> list[str]:
    """Where stock is held, what it costs, what it saves, and how sure that is."""
    network, placement = found.described.network, found.placement
    currency = found.described.currency
    holding = int(placement.holds.sum())
    passing = len(network.stages) - holding
    promised = "it is" if passing == 1 else "they are"
    where = f"{count(holding, 'stage')} of {len(network.stages)}; {passing} run just-in-time on what {promised} promised"
    cost, alone = money(placement.total_cost, currency), money(found.alone.total_cost, currency)
    said = [
        f"{network.name}: hold stock at {where}.",
        f"Reserves cost {cost} a year; with every stage holding its own {alone}: {percent(found.saving)} saved.",
    ]
    if placement.proven:
        said.append(f"No other service times cost less (proven; reserves by {MEANT[found.bounded]}).")
    else:
        gap = money(placement.total_cost - placement.bound, currency)
        said.append(f"Other service times could cost {gap} less at most, {percent(placement.gap)} (reserves by {MEANT[found.bounded]}).")
    if found.lived is not None:
        said.append(_lived(found))
    return said


def _lived(found: Chained) -> str:
    """Stated against achieved, where customers are served."""
    network, outer = found.described.network, found.described.network.outer
    weight = network.demand_mean[outer] / network.demand_mean[outer].sum()
    stated = float(weight @ found.stated[outer])
    own, all_in = (float(weight @ found.lived.mean(name)[outer]) for name in ("own_on_time", "on_time")) if found.lived else (0.0, 0.0)
    return (
        f"Customers: {percent(stated)} of days stated on time; lived {percent(own)} while every supplier keeps its promise, "
        f"{percent(all_in)} when nobody expedites and delays pass on."
    )


def stage_table(found: Chained, width: int, most: int) -> Table:
    """One row a stage, suppliers first; of many stages those whose reserve costs most."""
    rows = found.rows()
    if len(rows) > most:
        dear = sorted(range(len(rows)), key=lambda i: -float(str(rows[i]["holding_cost"])))[:most]
        rows = [rows[i] for i in sorted(dear)]
    code = f"[{found.described.currency}/year]" if found.described.currency else "[money/year]"

    def share(name: str) -> list[str]:
        return [percent(float(str(row[name]))) for row in rows]

    def cells(name: str) -> list[str]:
        return [figure(float(str(row[name]))) for row in rows]

    lived = [Column("lived\non time", share("lived_own_on_time"), number=True, rank=2)] if found.lived else []
    columns = (
        Column("stage", [str(row["stage"]) for row in rows]),
        Column("", ["holds" if row["holds"] else "passes on" for row in rows]),
        Column("is promised\n[days]", cells("inbound_days"), number=True, rank=1),
        Column("takes\n[days]", cells("stage_days"), number=True),
        Column("promises\n[days]", cells("promised_days"), number=True),
        Column("covers\n[days]", cells("net_days"), number=True),
        Column("safety stock\n[units]", cells("safety_stock"), number=True),
        Column(f"holding\n{code}", cells("holding_cost"), number=True),
        Column("alone", cells("holding_cost_alone"), number=True, rank=3),
        *lived,
    )
    all_of_them = len(found.placement.holds)
    shown = f", the {len(rows)} of {all_of_them} stages whose reserve costs most" if len(rows) < all_of_them else ""
    return laid_out(f"Where stock is held{shown}", columns, width)


def network_picture(found: Chained, width: int) -> list[str]:
    """The chain in text, suppliers on the left: ``[#stage]`` holds, ``(stage)`` passes on; one line for each way of supply."""
    network, placement = found.described.network, found.placement
    customers: dict[int, list[int]] = {}
    for giver, taker in network.links.tolist():
        customers.setdefault(giver, []).append(taker)

    def named(i: int) -> str:
        days = figure(float(placement.promised_days[i]))
        return f"[#{network.stages[i]}]" if placement.holds[i] else f"({network.stages[i]}, {days} d)"

    lines = []
    for i in network.order.tolist():
        served = ", ".join(named(j) for j in customers.get(i, [])) or "customers"
        lines.append(f"{named(i)} -> {served}"[:width])
    return lines


def serial_sentences(found: Chained, series: InSeries) -> list[str]:
    """The same chain if promises may be late: Clark and Scarf beside the guaranteed service times."""
    network, currency = found.described.network, found.described.currency
    order, levels = network.order[::-1].tolist(), series.optimum.local_base_stock.tolist()
    stocks = ", ".join(f"{network.stages[stage]} {figure(level)}" for stage, level in zip(order, levels, strict=True))
    ends = f"{figure(float(series.bounds.lower[-1]))} to {figure(float(series.bounds.upper[-1]))}"
    yearly, whole = money(series.yearly_cost, currency), figure(float(series.optimum.echelon_base_stock[-1]))
    return [
        f"If delays pass on and a waiting unit costs {money(series.shortage, currency)} a day (Clark and Scarf): base stocks {stocks}.",
        f"That costs {yearly} a year, units on their way and units waiting counted.",
        f"In the whole chain {whole} units; Shang and Song's bounds: {ends}.",
    ]
