"""Items of known truth before the gate: what passes, what of it misses its service, and what it holds back that would have kept it.

python benchmarks/gate_truth.py --seeds 4

Invented supplies, each seen for a while only: lead times (2 to 200 receipts), suppliers that stop (seen for one to twelve
years), machines that fail (3 to 100 failures), and items that machines make for which a supplier may stop too. Sized, bounded
and gated as in a plan; demand is known, so that what misses its service does so because of its supply.
"""

from __future__ import annotations

import argparse
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtr
from scipy.stats import binom

from justenough.domain.item import Form, Gate, StockoutBasis
from justenough.domain.plant import Plant
from justenough.estimation.demand import Demand
from justenough.estimation.exposure import exposure_over
from justenough.estimation.lead_time import lead_time_of
from justenough.estimation.lifetimes import Law
from justenough.estimation.supplier import outages_of, recovery_of
from justenough.estimation.supply_bounds import supply_bounds_of
from justenough.estimation.throughput import link_of
from justenough.sizing.single import Economics, outcome_at
from justenough.strategy.settings import Settings
from justenough.strategy.trace import Known, trace

FIRST, BEGIN = date(2010, 1, 1), datetime(2025, 1, 1)  # noqa: DTZ001  the clock of the plant
LAST = date(2026, 1, 1)
SETTINGS = Settings(holding_rate=0.25)
KINDS = ("receipts", "outages", "machines", "both")
SEEN = {"receipts": "receipts", "outages": "years watched", "machines": "failures", "both": "failures"}
BANDS = {"receipts": (2, 7, 20, 60, 201), "outages": (1, 3, 6, 13), "machines": (3, 10, 30, 101), "both": (3, 10, 30, 101)}


@dataclass(frozen=True)
class Tried:
    """Items before the gate; each array is (n_items,)."""

    passed: np.ndarray
    missed: np.ndarray  # the true service of its levels is below what was promised
    able: np.ndarray  # little enough stock for just-in-time, and the service kept
    seen: np.ndarray  # receipts, years or failures

    @classmethod
    def joined(cls, parts: list[Tried]) -> Tried:
        """Several draws as one."""
        return cls(*(np.concatenate([getattr(one, f.name) for one in parts]) for f in fields(cls)))


def tried(kind: str, seed: int, places: int = 60, each: int = 4) -> Tried:
    """Items of so many suppliers or machines through estimates, sizing and gate."""
    random = np.random.default_rng([seed, KINDS.index(kind)])
    n = places * each
    made, stops = kind in ("machines", "both"), kind in ("outages", "both")
    of = np.repeat(np.arange(places), each)
    rate = np.round(np.exp(random.uniform(1.5, 4.0, n)))
    supply = _receipts(random, of, few=kind == "receipts") if not made else None
    outages = _outages(random, of) if stops else None
    shop = _shop(random, of, rate) if made else None
    plant = _plant(of, rate, supply, outages, shop)
    known, link = _known(plant, random, rate, shop)
    traced = trace(known, SETTINGS)
    true_time, true_outages = known.lead_time, known.outages
    if supply is not None:
        true_time = replace(true_time, mean_days=supply["mean"], sd_days=supply["sd"])
    if shop is not None and link is not None:
        true_time = link.lead_time(_true_machines(link.machines, shop))
    if outages is not None:
        wait, stop = outages["days"][of], outages["rate"][of]
        total = true_time.mean_days + (true_time.stops.mean_days if true_time.stops is not None else 0.0)
        chance = 1.0 - np.exp(-stop * total) / (1.0 + stop * wait)
        true_outages = replace(true_outages, probability=chance, wait_days=wait, wait_sd_days=wait)
    exposure = exposure_over(known.demand, true_time, true_outages, known.review_days)
    service = outcome_at(exposure, known.economics, traced.chosen.levels).cycle_service
    missed = service < known.economics.target_cycle_service - SETTINGS.gate_tolerance
    little = traced.chosen.safety_stock <= traced.jit_stock
    seen = shop["failures"][of] if shop is not None else outages["years"][of] if outages is not None else supply["count"]
    return Tried(traced.gate == Gate.PASSED, missed, little & ~missed, np.asarray(seen, dtype=float))


def _receipts(random: np.random.Generator, of: np.ndarray, *, few: bool) -> dict[str, Any]:
    """Orders that came on whole days, log-normal about their items' means; the truth is that of whole days."""
    n, places = len(of), int(of.max()) + 1
    middle = random.normal(np.log(9.0), 0.4, places)[of] + random.normal(0.0, 0.25, n)
    spread = random.uniform(0.03, 0.3 if few else 0.06, places)[of]
    count = np.exp(random.uniform(np.log(2.0), np.log(200.0), n)).astype(int) if few else np.full(n, 40)
    rows = []
    for i in range(n):
        for k, took in enumerate(np.exp(random.normal(middle[i], spread[i], count[i]))):
            ordered = LAST - timedelta(days=3 * k + 200)
            rows.append((f"{i}-{k}", f"I{i:04d}", ordered, ordered + timedelta(days=max(round(took), 1))))
    day = np.arange(1, 200)
    share = np.diff(ndtr((np.log(day[1:] - 0.5) - middle[:, None]) / spread[:, None]), axis=1, prepend=0.0)
    mean = share @ day[:-1]
    return {"rows": rows, "mean": mean, "sd": np.sqrt(share @ np.square(day[:-1]) - mean**2), "count": count}


def _outages(random: np.random.Generator, of: np.ndarray) -> dict[str, Any]:
    """Suppliers of six lanes that stop and come back, each seen for its own time; an outage at the end is open."""
    places = int(of.max()) + 1
    lane = np.arange(places) % 6
    rate = random.gamma(2.0, 0.5, 6)[lane] * random.gamma(2.0, 0.5, places) * 0.15 / 365.25
    days = random.lognormal(np.log(9.0), 0.5) * random.gamma(6.0, 1 / 6.0, places)
    years = random.uniform(1.0, 12.0, places)
    rows = []
    for s in range(places):
        since = (LAST - FIRST).days - 365.25 * years[s]
        at = since + random.exponential(1 / rate[s])
        while at < (LAST - FIRST).days:
            over = at + random.exponential(days[s])
            ends = FIRST + timedelta(days=int(over))
            rows.append((f"S{s:03d}", FIRST + timedelta(days=int(at)), ends if ends < LAST else None))
            at = over + random.exponential(1 / rate[s])
    return {"rate": rate, "days": days, "years": years, "rows": rows, "lane": lane}


def _shop(random: np.random.Generator, of: np.ndarray, rate: np.ndarray) -> dict[str, Any]:
    """Machines two thirds busy, exponential lives and log-normal repairs, so many failures on record."""
    places = int(of.max()) + 1
    failures = np.exp(random.uniform(np.log(3.0), np.log(100.0), places)).astype(int)
    mtbf, mttr = np.exp(random.uniform(0.5, 3.0, places)), np.exp(random.uniform(-3.5, -0.5, places))
    scv = random.uniform(0.5, 2.0, places)
    rows = []
    for m in range(places):
        now, sigma = BEGIN, np.sqrt(np.log1p(scv[m]))
        ups = random.exponential(mtbf[m], failures[m])
        downs = np.exp(random.normal(np.log(mttr[m]) - sigma**2 / 2, sigma, failures[m]))
        for up, down in zip(ups, downs, strict=True):
            for state, days in (("running", up), ("down", down)):
                end = now + timedelta(days=float(days))
                rows.append((f"M{m:03d}", now, end, state))
                now = end
    load = np.bincount(of, rate)
    return {"failures": failures, "mtbf": mtbf, "mttr": mttr, "scv": scv, "rows": rows, "seconds": 0.6 * 86_400.0 / load[of]}


def _plant(of: np.ndarray, rate: np.ndarray, supply: Any, outages: Any, shop: Any) -> Plant:
    names = [f"I{i:04d}" for i in range(len(of))]
    days = 28
    tables: dict[str, pl.DataFrame] = {
        "items": pl.DataFrame({"item": names, "supplier": [f"S{s:03d}" for s in of], "unit_cost": [10.0] * len(of)}),
        "demand": pl.DataFrame(
            {
                "item": np.repeat(names, days),
                "date": [LAST - timedelta(days=days - k) for k in range(days)] * len(of),
                "quantity": np.repeat(rate, days),
            }
        ),
    }
    if supply is not None:
        tables["receipts"] = pl.DataFrame(supply["rows"], schema=["order", "item", "ordered", "received"], orient="row")
    if outages is not None:
        lanes = [f"L{k}" for k in outages["lane"]]
        since = [LAST - timedelta(days=int(365.25 * years)) for years in outages["years"]]
        suppliers = [f"S{s:03d}" for s in range(len(lanes))]
        tables["suppliers"] = pl.DataFrame({"supplier": suppliers, "country": lanes, "outages_since": since})
        tables["disruptions"] = pl.DataFrame(
            outages["rows"], schema={"supplier": pl.String, "start": pl.Date, "end": pl.Date}, orient="row"
        )
    if shop is not None:
        machines = sorted({row[0] for row in shop["rows"]})
        tables["machines"] = pl.DataFrame({"machine": machines, "ideal_cycle_seconds": [60.0] * len(machines)})
        on = [f"M{m:03d}" for m in of]
        tables["routing"] = pl.DataFrame({"item": names, "machine": on, "cycle_seconds": shop["seconds"], "setup_minutes": 5.0})
        tables["events"] = pl.DataFrame(shop["rows"], schema=["machine", "start", "end", "state"], orient="row")
    return Plant.from_frames(**tables, currency="EUR", demand_period="day", label="invented")


def _known(plant: Plant, random: np.random.Generator, rate: np.ndarray, shop: Any) -> tuple[Known, Any]:
    """Steady demand of which all is known, promised 90 or 95 % a cycle; only the supply is not."""
    n = len(plant)
    demand = _columns(
        Demand, n, mean=rate, variance=np.square(rate * random.uniform(0.1, 0.5, n)), idle=np.exp(-rate), period_days=1.0,
        form=np.full(n, int(Form.NEGATIVE_BINOMIAL)), step=np.ones(n),
    )  # fmt: skip
    nothing = np.full(n, np.nan)
    economics = Economics(
        unit_cost=np.full(n, 10.0), holding_rate=np.full(n, 0.25), ordering_cost=np.zeros(n), stockout_cost=nothing,
        stockout_basis=np.full(n, int(StockoutBasis.NONE)), target_cycle_service=random.choice([0.9, 0.95], n),
        target_fill_rate=nothing, moq=nothing, lot_multiple=nothing, shelf_life_days=np.full(n, np.inf),
    )  # fmt: skip
    review = random.choice([7.0, 14.0], n)
    time, link = lead_time_of(plant), None
    if shop is not None:
        link = link_of(plant, time, rate, rate * review)
        time = link.lead_time() if link is not None else time
    stops, recovery = outages_of(plant, lead_time=time), None
    if plant.tables["disruptions"].height:
        recovery = recovery_of(plant, lead_time=time)
    known = Known(
        demand, time, stops, economics, review, nothing, nothing, nothing, np.ones(n), np.zeros(n), np.zeros(n, np.int64),
        supply_bounds_of(plant, time, recovery, link),
    )  # fmt: skip
    return known, link


def _true_machines(machines: Any, shop: dict[str, Any]) -> Any:
    """The machines as they are, in as many histories of what they may do."""
    wide = machines.mtbf_days.shape
    at = [int(name[1:]) for name in machines.names]

    def true(name: str) -> np.ndarray:
        return np.broadcast_to(shop[name][at][:, None], wide).copy()

    lognormal = np.full(len(machines.names), int(Law.LOGNORMAL))
    return replace(
        machines, mtbf_days=true("mtbf"), mttr_days=true("mttr"), repair_scv=true("scv"), up_shape=np.ones(wide[0]), repair_law=lognormal
    )


def _columns(kind: Any, n: int, **given: Any) -> Any:
    blank = {each.name: np.zeros(n) for each in fields(kind) if each.default is MISSING}
    return kind(**{**blank, **given})


def main() -> None:
    """Try and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--places", type=int, default=60)
    parser.add_argument("--kinds", nargs="*", default=KINDS)
    asked = parser.parse_args()
    for kind in asked.kinds:
        found = Tried.joined([tried(kind, seed, asked.places) for seed in range(asked.seeds)])
        passed, missed = int(found.passed.sum()), int((found.passed & found.missed).sum())
        chance = binom.cdf(missed, passed, 0.05)
        print(f"{kind}: {len(found.seen)} items, {passed} pass, {missed} of them miss; as few or fewer at 5 %: {chance:.3f}")
        bands = BANDS[kind]
        for low, high in pairwise(bands):
            able = found.able & (found.seen >= low) & (found.seen < high)
            if able.any():
                print(f"  {low} to {high - 1} {SEEN[kind]}: of {able.sum()} that could, {found.passed[able].mean():.0%} pass")


if __name__ == "__main__":
    main()
