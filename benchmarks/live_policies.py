"""Item-days lived a second by the policy simulation, beside one day at a time in numpy, and peers where installed.

python benchmarks/live_policies.py --items 2000 --days 3650
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.simulation.draws import Futures, drawn
from justenough.simulation.policies import Rules, Supply, live, live_drawn

REPEATS = 3


def in_numpy(demand: np.ndarray, reorder: float, quantity: float, lead: int) -> float:
    """The plain case, reviewed each day, all items at once: fill rate."""
    n, days = demand.shape
    position, net = np.full(n, reorder + quantity), np.full(n, reorder + quantity)
    coming = np.zeros((n, days + lead + 1))
    short = 0.0
    for day in range(days):
        net += coming[:, day]
        lots = np.where(position <= reorder, np.floor((reorder - position) / quantity) + 1.0, 0.0)
        position += lots * quantity
        coming[:, day + lead] += lots * quantity
        asked = demand[:, day]
        short += np.maximum(asked - np.maximum(net, 0.0), 0.0).sum()
        net -= asked
        position -= asked
    return float(1.0 - short / demand.sum())


def with_stockpyl(demand: np.ndarray, reorder: float, quantity: float, lead: int) -> float:
    """One item's (r, Q) policy in stockpyl: stage-periods a second."""
    from stockpyl.sim import simulation
    from stockpyl.supply_chain_network import single_stage_system

    days = len(demand)
    network = single_stage_system(
        holding_cost=1.0, stockout_cost=1.0, demand_type="D", demand_list=demand.tolist(), shipment_lead_time=lead,
        policy_type="rQ", reorder_point=reorder, order_quantity=quantity,
    )  # fmt: skip
    began = time.perf_counter()
    simulation(network, days, rand_seed=1, progress_bar=False)
    return days / (time.perf_counter() - began)


def fastest(lived: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs."""
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        lived()
        taken.append(time.perf_counter() - began)
    return min(taken)


def main() -> None:
    """Print the compiling run apart, then millions of item-days a second case by case and their ratio to numpy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--days", type=int, default=3650)
    asked = parser.parse_args()
    n, days = asked.items, asked.days
    one, items = np.ones(n), [f"ITEM-{k:06d}" for k in range(n)]
    demand = drawn(items, np.full(n, Form.NEGATIVE_BINOMIAL), 3 * one, 6 * one, 0 * one, periods=days, seed=1)
    levels = Levels(30 * one, 10 * one, one)
    nothing = 0 * one
    constant = Supply.constant(7 * one)
    spread = Supply(7 * one, 3 * one, *(nothing for _ in range(6)))
    stopping = Supply(7 * one, 3 * one, 0.05 * one, 20 * one, 20 * one, nothing, nothing, nothing).stopping()
    began = time.perf_counter()
    live(items[:2], Levels(30 * one[:2], 10 * one[:2], one[:2]), drawn(items[:2], np.full(2, 2), 3 * one[:2], 6 * one[:2], 0 * one[:2],
         periods=30, seed=1), Supply.constant(7 * one[:2]), one[:2], period_days=1.0)  # fmt: skip
    print(f"first call, compiling or reading the cache: {time.perf_counter() - began:.1f} s")
    plain = n * days / fastest(lambda: in_numpy(demand.values.reshape(n, days), 30.0, 10.0, 7)) / 1e6
    print(f"{'numpy, a day at a time, reviewed daily':48} {plain:7.1f} M item-days/s")

    def report(name: str, lived: Callable[[], object], days_lived: int) -> None:
        speed = days_lived / fastest(lived) / 1e6
        print(f"{name:48} {speed:7.1f} M item-days/s, {speed / plain:5.1f} x numpy")

    for name, supply, review in (
        ("constant lead times, reviewed weekly", constant, 7 * one),
        ("constant lead times, reviewed daily", constant, one),
        ("random lead times, reviewed weekly", spread, 7 * one),
        ("random lead times, reviewed daily", spread, one),
        ("and suppliers that stop, reviewed weekly", stopping, 7 * one),
        ("and rejects, and a shelf life, reviewed weekly", stopping.with_rejects(0.05, 0.05), 7 * one),
    ):
        rules = Rules(shelf_life_days=30 * one if "shelf" in name else None)
        report(name, partial(live, items, levels, demand, supply, review, period_days=1.0, rules=rules), n * days)
    for form in list(Form)[:4]:
        futures = Futures(np.full(n, form), 3 * one[:, None], 6 * one[:, None], 0.5 * one, 0.2 * one)
        name = f"demand drawn too, {form.label}, reviewed weekly"
        report(name, partial(live_drawn, items, levels, futures, constant, 7 * one, days=days, lives=1), n * days)
    if importlib.util.find_spec("stockpyl") is None:
        print("stockpyl: not installed")
    else:
        peer = with_stockpyl(demand[0][:500], 30.0, 10.0, 7)
        print(f"{'stockpyl, one item':48} {peer / 1e6:7.4f} M item-days/s")


if __name__ == "__main__":
    main()
