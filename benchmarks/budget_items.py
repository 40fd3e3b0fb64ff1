"""Seconds to share a budget out over very many items, beside a bare sort of as many numbers in the same run.

python benchmarks/budget_items.py --items 1000000

Each item has 32 points from its own curve: mean stock rises with them, expected stockout cost falls. One limit (money),
then two (money and room). The sort is numpy's own over one number for each point.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from typing import TYPE_CHECKING

import numpy as np

from justenough.sizing.budget import Options, chosen_at, within
from justenough.sizing.classic.loss_functions import standard_normal_loss

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats

POINTS = 32


def invented(n: int, n_limits: int, seed: int) -> Options:
    """Newsvendor curves of ``n`` items: normal demand of unlike size, stockouts charged at up to a few times the unit cost."""
    random = np.random.default_rng(seed)
    sd, price, charge = random.lognormal(2.0, 1.0, n), random.lognormal(2.0, 1.5, n), random.lognormal(0.5, 0.8, n)
    z = np.linspace(0.0, 3.1, POINTS)
    short = standard_normal_loss(z).expected_short
    stock = sd[:, None] * (z + short)[None, :] + 5.0 * sd[:, None]
    cost = (0.25 * price)[:, None] * stock + (12.0 * charge * price * sd)[:, None] * short[None, :]
    uses = np.stack([price[:, None] * stock, random.lognormal(0.0, 1.0, n)[:, None] * stock][:n_limits])
    return Options(cost, uses, ("money", "volume")[:n_limits])


def _between(options: Options) -> Floats:
    """Limits six tenths of the way from the leanest points to what costs least alone."""
    lean = options.uses[:, :, 0].sum(axis=1)
    return lean + 0.6 * (chosen_at(options, np.zeros(len(lean))).used - lean)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    numbers = np.random.default_rng(0).random(asked.items * POINTS)
    began = time.perf_counter()
    np.sort(numbers)
    sort = time.perf_counter() - began
    del numbers
    few = invented(1_000, 2, 0)
    within(few, _between(few))  # compiles
    told: dict[str, object] = {"items": asked.items, "sort_seconds": round(sort, 2)}
    for n_limits in (1, 2):
        options = invented(asked.items, n_limits, asked.seed)
        most = _between(options)
        began = time.perf_counter()
        spent = within(options, most)
        seconds = time.perf_counter() - began
        name = f"{n_limits}_limits"
        told[name] = {
            "seconds": round(seconds, 2),
            "times_the_sort": round(seconds / sort, 1),
            "rounds": spent.rounds,
            "gap": spent.gap,
            "used_of_limit": (spent.used / most).round(9).tolist(),
        }
    told["peak_memory_gb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
