"""Invented lots: what (r, Q) policies with normal demand are asked by, over several orders of magnitude."""

import numpy as np


def invented(seed, n=8):
    rng = np.random.default_rng(seed)
    mean = 10.0 ** rng.uniform(-1, 3, n)
    return {
        "fixed_cost": 10.0 ** rng.uniform(-1, 2.5, n),
        "holding_cost": 10.0 ** rng.uniform(-1, 1, n),
        "backorder_cost": 10.0 ** rng.uniform(-0.5, 2, n),
        "demand_mean": mean,
        "demand_sd": mean * 10.0 ** rng.uniform(-1.5, 0.3, n),
        "lead_time": 10.0 ** rng.uniform(-2, 1, n),
    }


def each(columns):
    return [dict(zip(columns, row)) for row in zip(*columns.values())]
