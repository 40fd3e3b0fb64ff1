"""
Stock needed for the same lived service: one policy for all, textbook per item, our plan without machines in it, and with them.

    python benchmarks/link_stock.py [PLANTS]
    python benchmarks/link_stock.py brackets

Plants are drawn at random (seeds 1 to PLANTS, 50 if not given): two machines that stand alone, a line of three, two suppliers,
twelve made and four bought items. What each method sees is a record: 120 days of machine states, a year of demand, thirty
receipts an item. What the stock is lived through is the truth: the machines' own figures, the suppliers' own spreads. Every
method has one knob (days of cover, safety factor, target, charge), turned until the mean cycle service lived over all items is the
one asked for; what is compared is the value of the stock on hand that this takes. Laid out together, a plan does not promise every
item the same: each level costs its stock and is charged for the cycles it is stated to miss.

`brackets` is the bundled sample: its made items (but for the one that is supplied as it is used) and what it buys from suppliers
that never stop. The truth is `tools/brackets_catalogue.py`; demand is weeks drawn from the last half year of the records, brought to
the level that is forecast, so that all methods know it equally well and differ in what they know of supply; without the link a
made item takes the three days it is planned with. Service is told over items and over the money wanted: by the former a method
may let the dear items of the line run short and make up for it with cheap ones.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.plant import Plant
from justenough.domain.policy import Levels
from justenough.estimation.exposure import exposure_over
from justenough.estimation.lifetimes import Law
from justenough.estimation.throughput import completion_of
from justenough.sizing.curve import mean_exposure
from justenough.sizing.single import cheapest, outcome_at
from justenough.sources.samples import sample
from justenough.strategy.decide import decided
from justenough.strategy.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from justenough.domain.ragged import Floats
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.machines_measured import Machines
    from justenough.estimation.throughput import Link
    from justenough.strategy.decide import Decided
    from justenough.strategy.trace import Known

FIRST = dt.date(2025, 1, 6)
DAYS, RECORDED, REVIEW = 364, 120, 7
LIVED, LIVES = 400, 24  # days and lives of every item
ASKED = (0.95, 0.98)
COVER = np.geomspace(8.0, 160.0, 24)  # [days]
FACTOR = np.concatenate([np.linspace(0.0, 7.0, 14), np.geomspace(9.0, 40.0, 6)])
TARGET = 1.0 - np.geomspace(0.5, 0.0003, 18)
MORE = np.geomspace(1.3, 12.0, 8)  # times the reserve of the last target, where no target is enough
PLANNED_DAYS = 3.0  # what today's rule takes a made item of `brackets` to need
LAST_WEEKS = 26  # of the records, whose weeks are lived
CHARGE = np.geomspace(1e1, 1e8, 60)  # money a missed cycle, where stock is laid out together
METHODS = (
    "one policy for all", "textbook per item", "our plan without the link", "the same laid out together",
    "our plan with the link laid out together", "our plan with the link",
)  # fmt: skip


class Truth:
    """One plant as it really is, and its records."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.rng = rng
        self.machines = [f"M{at}" for at in range(5)]  # M2, M3, M4 are line L
        self.stop_share = rng.uniform(0.03, 0.2, 5)
        self.mttr = np.exp(rng.uniform(np.log(0.02), np.log(2.5), 5))  # half an hour to two and a half days
        self.mtbf = self.mttr / self.stop_share
        self.made = [f"made{at:02d}" for at in range(12)]
        self.bought = [f"part{at}" for at in range(4)]
        self.rate = rng.uniform(20, 120, 16)
        self.cv = rng.uniform(0.2, 0.7, 16)
        self.cost = np.exp(rng.uniform(0.0, 3.5, 16))
        self.machine = np.array([0] * 4 + [1] * 4 + [2] * 4)
        load = rng.uniform(0.35, 0.7, 3)  # of each place, stops not counted
        self.cycle = np.concatenate([load[k] / 4 / self.rate[4 * k : 4 * k + 4] for k in range(3)])
        self.bought_days, self.bought_cv = rng.uniform(5, 25, 4), rng.uniform(0.05, 0.4, 4)

    def plant(self) -> Plant:
        """What is on record of it."""
        rng, names = self.rng, [*self.made, *self.bought]
        days = [FIRST + dt.timedelta(days=k) for k in range(DAYS)]
        demand = self.days(rng, DAYS)
        made = np.array([True] * 12 + [False] * 4)
        nominal = np.ceil(self.rate[:12] * REVIEW * self.cycle * (3 - 2 * (self.machine < 2)) / (1 - self.stop_share[self.machine]))
        items = pl.DataFrame({
            "item": names, "source": ["make" if one else "buy" for one in made], "supplier": [None] * 12 + ["S0", "S0", "S1", "S1"],
            "unit_cost": self.cost, "lead_time_days": [*np.maximum(nominal, 1.0), *np.round(self.bought_days)],
        })  # fmt: skip
        receipts = [
            (f"{name}-{k}", name, f"S{at // 2}", FIRST + dt.timedelta(days=10 * k), FIRST + dt.timedelta(days=10 * k + int(took)))
            for at, name in enumerate(self.bought)
            for k, took in enumerate(np.rint(self.supplied(rng, at, 30)))
        ]
        routing = [(name, f"M{self.machine[at]}", self.cycle[at] * 86400.0, 5.0, None) for at, name in enumerate(self.made)]
        routing += [
            (name, f"M{k}", self.cycle[at] * 86400.0 * 0.9, 0.0, None) for at, name in enumerate(self.made[8:], start=8) for k in (3, 4)
        ]
        return Plant.from_frames(
            items=items,
            demand=pl.DataFrame({"item": np.repeat(names, DAYS), "date": days * 16, "quantity": demand.ravel()}),
            receipts=pl.DataFrame(receipts, schema=["order", "item", "supplier", "ordered", "received"], orient="row"),
            machines=pl.DataFrame({"machine": self.machines, "ideal_cycle_seconds": [60.0] * 5}),
            events=self.events(),
            stations=pl.DataFrame({"line": ["L"] * 3, "position": [1.0, 2.0, 3.0], "machine": self.machines[2:]}),
            buffers=pl.DataFrame({"line": ["L"] * 2, "position": [1.0, 2.0], "capacity": [20.0, 20.0]}),
            routing=pl.DataFrame(routing, schema=["item", "machine", "cycle_seconds", "setup_minutes", "batch"], orient="row"),
            currency="EUR", demand_period="day",
        )  # fmt: skip

    def days(self, rng: np.random.Generator, n: int, lives: int = 1) -> Floats:
        """Whole units wanted a day, gamma about the rate. (16, lives n)"""
        shape = 1.0 / self.cv**2
        return np.rint(rng.gamma(shape[:, None], (self.rate / shape)[:, None], (16, lives * n)))

    def supplied(self, rng: np.random.Generator, at: int, n: int) -> Floats:
        """Lead times of a bought item, lognormal. (n,) [days]"""
        sigma = np.sqrt(np.log1p(self.bought_cv[at] ** 2))
        return rng.lognormal(np.log(self.bought_days[at]) - sigma**2 / 2, sigma, n)

    def events(self) -> pl.DataFrame:
        """States of the machines; exponential running times and repairs."""
        rows, begin = [], dt.datetime.combine(FIRST + dt.timedelta(days=DAYS - RECORDED), dt.time())
        for at, name in enumerate(self.machines):
            now = 0.0
            while now < RECORDED:
                broke = min(now + self.rng.exponential(self.mtbf[at]), RECORDED)
                rows.append((name, begin + dt.timedelta(days=now), begin + dt.timedelta(days=broke), "running", None))
                now = min(broke + self.rng.exponential(self.mttr[at]), RECORDED)
                if now > broke:
                    rows.append((name, begin + dt.timedelta(days=broke), begin + dt.timedelta(days=now), "down", "broken"))
        return pl.DataFrame(rows, schema=["machine", "start", "end", "state", "reason"], orient="row")

    def lead_times(self, found: Decided, n: int) -> Floats:
        """Lead times as they really are. (16, n) [days]"""
        link = found.link
        assert link is not None
        machines = link.machines
        at = [self.machines.index(name) for name in machines.names]
        same = np.ones((1, machines.mtbf_days.shape[1]))
        known = replace(
            machines, mtbf_days=self.mtbf[at, None] * same, mttr_days=self.mttr[at, None] * same, repair_scv=same * np.ones((5, 1)),
            up_shape=np.ones(5), repair_law=np.full(5, int(Law.WEIBULL)), params=replace(machines.params, seed=99),
        )  # fmt: skip
        made = completion_of(known, link.routes, self.rate, link.units, np.arange(12)).possible
        drawn = np.take(made, self.rng.integers(0, made.shape[1], n), axis=1)
        return np.vstack([drawn, *(self.supplied(self.rng, at, n)[None] for at in range(4))])


def lived(lead: Floats, levels: Floats, demand: Floats) -> tuple[Floats, Floats]:
    """Cycle service and mean stock on hand of every item of an order-up-to policy, orders arriving no sooner than earlier ones."""
    n, total = demand.shape
    orders = np.arange(0, total, REVIEW)
    arrives = np.maximum.accumulate(orders + np.ceil(lead[:, : len(orders)]).astype(np.int64), axis=1)
    sums = np.concatenate([np.zeros((n, 1)), np.cumsum(demand, axis=1)], axis=1)
    ends = np.minimum(arrives[:, 1:], total)
    # Whatever is ordered at a review has come by `arrives`; until the next one's arrival, demand since the review meets the level.
    windows = np.take_along_axis(sums, ends, axis=1) - sums[:, orders[:-1]]
    service = (windows <= levels[:, None]).mean(axis=1)
    begins = np.minimum(arrives[:, :-1], total)
    before = np.take_along_axis(sums, begins, axis=1) - sums[:, orders[:-1]]
    held = 0.5 * (np.maximum(levels[:, None] - before, 0.0) + np.maximum(levels[:, None] - windows, 0.0)).mean(axis=1)
    return service, held


def stock_needed(seed: int) -> Floats:
    """Value of stock on hand for each method and service asked for. (n_methods, len(ASKED)) [money]"""
    truth = Truth(seed)
    plant = truth.plant()
    settings = Settings(
        holding_rate=0.25, review_days=float(REVIEW), target_cycle_service=0.95, anatomy_items=0, coming_items=0, gate_items=0
    )
    found = decided(plant, settings)
    assert found.link is not None
    known, demand = found.known, truth.days(truth.rng, LIVED, LIVES)
    lead = truth.lead_times(found, demand.shape[1] // REVIEW + 1)
    exposed = found.link.other.mean_days + REVIEW
    seen = (
        plant.demand.group_by("item", maintain_order=True)
        .agg(pl.col("quantity").mean().alias("mean"), pl.col("quantity").std().alias("sd"))
        .sort("item")
    )
    mean, sd = seen["mean"].to_numpy(), seen["sd"].to_numpy()

    textbook = [mean * exposed + factor * sd * np.sqrt(exposed) for factor in FACTOR]
    ways = [days * mean for days in COVER], textbook
    return needed(ways, (known, found.link.other), (known, known.lead_time), truth.cost, lead, demand, np.ones(16))


def ours(known: Known, lead_time: LeadTime) -> list[Floats]:
    """Levels of the plan by rising target, and beyond the last target with so much more reserve."""
    exposure = exposure_over(known.demand, lead_time, known.outages, known.review_days)
    one = np.ones(len(known.demand.mean))
    aims = (replace(known.economics, target_cycle_service=target * one) for target in TARGET)
    levels = [cheapest(exposure, aim, one).levels.lowest_position for aim in aims]
    exposed = mean_exposure(exposure)
    return levels + [exposed + more * (levels[-1] - exposed) for more in MORE]


def together(levels: list[Floats], known: Known, lead_time: LeadTime, cost: Floats, weight: Floats) -> list[Floats]:
    """Of those levels each item's best by what is stated of it, at every charge of a missed cycle."""
    exposure = exposure_over(known.demand, lead_time, known.outages, known.review_days)
    one = np.ones(len(cost))
    stated = [outcome_at(exposure, known.economics, Levels(level - exposure.step, one, exposure.step)) for level in levels]
    held = np.stack([cost * each.mean_stock for each in stated])
    missed = np.stack([weight * (1.0 - each.cycle_service) for each in stated])
    return [np.take_along_axis(np.stack(levels), np.argmin(held + charge * missed, axis=0)[None], axis=0)[0] for charge in CHARGE]


def needed(
    rules: Iterable[list[Floats]], without: tuple[Known, LeadTime], linked: tuple[Known, LeadTime], cost: Floats, lead: Floats,
    demand: Floats, weight: Floats,
) -> Floats:  # fmt: skip
    """Value of stock on hand of each method at each service asked for, items so weighed. (n_methods, len(ASKED)) [money]"""
    plain, own = ours(*without), ours(*linked)
    ways = (*rules, plain, together(plain, *without, cost, weight), together(own, *linked, cost, weight), own)
    out = np.empty((len(ways), len(ASKED)))
    for row, levels in enumerate(ways):
        services, stocks = (np.stack(one) for one in zip(*(lived(lead, level, demand) for level in levels), strict=True))
        rising = np.maximum.accumulate(services @ weight / weight.sum()) + 1e-12 * np.arange(len(levels))
        out[row] = [np.interp(asked, rising, stocks @ cost, right=np.nan) for asked in ASKED]
    return out


def stock_of_brackets() -> Floats:
    """The same of the bundled sample, by the mean over items and over the money wanted. (2, n_methods, len(ASKED)) [money]"""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
    import brackets_catalogue as true

    suppliers = {one.name: one for one in true.SUPPLIERS}
    kinds = {item.code: item for item in (*true.FINISHED, *true.PRESSED, *true.COMPONENTS, *true.BOUGHT)}
    outages = {name for name, one in suppliers.items() if one.outages}
    chosen = [code for code, item in kinds.items() if item.origin not in outages and code != "CAP-40"]
    plant = sample("brackets").only(chosen)
    none = [pl.lit(None, pl.Float64).alias(name) for name in ("stockout_cost", "target_cycle_service", "shelf_life_days")]
    tables = {**plant.tables, "items": plant.items.with_columns(none), "disruptions": plant.tables["disruptions"].clear()}
    tables["machines"] = tables["machines"].with_columns(hour_value=pl.lit(None, pl.Float64))
    settings = Settings(
        holding_rate=0.25, review_days=float(REVIEW), target_cycle_service=0.95, anatomy_items=0, coming_items=0, gate_items=0
    )
    found = decided(Plant.of(plant.terms, tables), settings)
    planned = tables["items"].with_columns(lead_time_days=pl.col("lead_time_days").fill_null(PLANNED_DAYS))
    bare = {name: frame for name, frame in tables.items() if name not in ("routing", "events", "stations", "buffers")}
    plain = decided(Plant.of(plant.terms, {**bare, "items": planned}), settings).known
    link = found.link
    assert link is not None
    rng, names = np.random.default_rng(1), plant.items["item"].to_list()
    days = plant.demand["date"].max()
    first = days - dt.timedelta(days=7 * LAST_WEEKS - 1)
    seen = np.zeros((len(names), 7 * LAST_WEEKS))
    recent = plant.demand.filter(pl.col("date") >= first)
    at = recent["item"].replace_strict(names, np.arange(len(names))).to_numpy()
    np.add.at(seen, (at, (recent["date"] - first).dt.total_days().to_numpy()), recent["quantity"].to_numpy())
    seen *= (found.known.demand.mean / seen.mean(axis=1))[:, None]
    weeks = rng.integers(0, LAST_WEEKS, LIVED * LIVES // 7)
    demand = seen.reshape(len(names), LAST_WEEKS, 7)[:, weeks].reshape(len(names), -1)
    mean, sd = seen.mean(axis=1), seen.std(axis=1, ddof=1)
    orders = demand.shape[1] // REVIEW + 1
    made = np.array([place for place, name in enumerate(names) if kinds[name].origin not in suppliers])
    possible = completion_of(_as_they_are(link, true.MACHINES), link.routes, mean, link.units, made).possible
    lead = np.empty((len(names), orders))
    lead[made] = np.take(possible, rng.integers(0, possible.shape[1], orders), axis=1)
    for place, name in enumerate(names):
        if kinds[name].origin in suppliers:  # as tools/make_bearings.py draws it
            took = kinds[name].lead_time_days * np.exp(rng.normal(0.02, suppliers[kinds[name].origin].spread, orders))
            lead[place] = np.maximum(1.0, np.round(took))
    exposed = plain.lead_time.mean_days + REVIEW
    textbook = [mean * exposed + factor * sd * np.sqrt(exposed) for factor in FACTOR]
    rules, cost = ([cover * mean for cover in COVER], textbook), plant.items["unit_cost"].to_numpy()
    plans = (plain, plain.lead_time), (found.known, found.known.lead_time)
    return np.stack([needed(rules, *plans, cost, lead, demand, weight) for weight in (np.ones(len(names)), mean * cost)])


def _as_they_are(link: Link, truth: Iterable[Any]) -> Machines:
    """The machines with their true figures: exponential running times, lognormal repairs."""
    machines = link.machines
    named = {one.code: one for one in truth}
    own = [named[name] for name in machines.names]
    same = np.ones((1, machines.mtbf_days.shape[1]))
    return replace(
        machines,
        mtbf_days=np.array([min(one.mtbf_hours, 1e6) / 24.0 for one in own])[:, None] * same,
        mttr_days=np.array([one.mttr_hours / 24.0 for one in own])[:, None] * same,
        repair_scv=np.array([np.expm1(one.log_sd**2) for one in own])[:, None] * same,
        up_shape=np.ones(len(own)),
        repair_law=np.full(len(own), int(Law.LOGNORMAL)),
        params=replace(machines.params, seed=99),
    )


def main(plants: int) -> None:
    """Print the stock of every method as a multiple of that of the plan with the link, over all plants."""
    needed = np.stack([stock_needed(seed) for seed in range(1, plants + 1)])
    relative = needed / needed[:, -1:]
    print(f"{plants} random plants, seeds 1 to {plants}: stock for the same lived cycle service, of that of the plan with the link")
    print("method".ljust(44) + "".join(f"{asked:.0%}: median".rjust(14) + "plants above".rjust(14) for asked in ASKED))
    for row, name in enumerate(METHODS):
        cells = "".join(
            f"{np.nanmedian(relative[:, row, at]):14.2f}{int(np.sum(~(relative[:, row, at] <= 1.0))):14d}" for at in range(len(ASKED))
        )
        print(name.ljust(44) + cells)
    print("out of reach of the knob:", {name: int(np.isnan(needed[:, row]).any(axis=1).sum()) for row, name in enumerate(METHODS)})


def brackets() -> None:
    """Print the stock of every method on the bundled sample."""
    for weighed, found in zip(("over items", "over the money wanted"), stock_of_brackets(), strict=True):
        print(f"sample brackets: stock for the same cycle service lived, mean {weighed} [money], and of that of the plan with the link")
        print("method".ljust(44) + "".join(f"{asked:.0%} lived".rjust(20) for asked in ASKED))
        for row, name in enumerate(METHODS):
            print(name.ljust(44) + "".join(f"{found[row, at]:12,.0f}{found[row, at] / found[-1, at]:8.2f}" for at in range(len(ASKED))))


if __name__ == "__main__":
    if sys.argv[1:] == ["brackets"]:
        brackets()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
