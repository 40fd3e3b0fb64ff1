"""Spellings: other names of an input that mean the same, for records that somebody else writes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

# Names of one meaning; a function takes at most one of a row, unless it names several itself.
SAME = (
    ("fixed_cost", "ordering_cost", "order_cost", "setup_cost"),
    ("holding_cost", "overage_cost", "carrying_cost", "overage_cost_per_unit"),
    ("backorder_cost", "underage_cost", "stockout_cost", "shortage_cost", "penalty_cost", "underage_cost_per_unit"),
    ("lost_sale_cost", "lost_sale_cost_per_unit", "stockout_cost", "lost_sales_cost"),
    ("demand_rate", "demand_mean", "demand", "mean_demand", "annual_demand", "arrival_rate"),
    ("demand_sd", "demand_standard_deviation", "sd_demand"),
    ("production_rate", "production", "service_rate"),
    ("review_periods", "review", "review_period"),
    ("base_stock", "level", "stock"),
    ("utilisation", "utilization", "rho"),
    ("purchase_cost", "unit_cost"),
    ("revenue", "selling_price", "price"),
    ("salvage_value", "salvage"),
    ("log_mean", "mu"),
    ("log_sd", "sigma"),
    ("lead_time_mean", "lead_time", "mean_lead_time"),
    ("cycle_service_level", "cycle_service", "service_level"),
)
# What two inputs make together: the product of the first two, or with a slash their ratio.
MADE_OF = {
    "pipeline_mean": ("demand_rate", "*", "lead_time_mean"),
    "utilisation": ("demand_rate", "/", "production_rate"),
}
LAWS = {"poisson", "normal"}  # a demand that only says what the model's name says already


def spelled(function: Callable[..., Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs by the names of the function's own arguments; a name that says nothing to it stays, and is refused there."""
    takes = set(inspect.signature(function).parameters)
    given = {name: value for name, value in inputs.items() if not (name == "demand" and isinstance(value, str) and value in LAWS)}
    for wanted in takes - set(given):
        variance = wanted.removesuffix("_sd") + "_variance"
        if wanted.endswith("_sd") and variance in given:
            given[wanted] = np.sqrt(given.pop(variance))
        elif wanted in MADE_OF:
            one, sign, other = MADE_OF[wanted]
            found = [_known_as(name, given) for name in (one, other)]
            if None not in found:
                first, second = (np.asarray(given.pop(name), dtype=np.float64) for name in found)
                given[wanted] = first * second if sign == "*" else first / second
    for wanted in takes - set(given):
        known = _known_as(wanted, {name: value for name, value in given.items() if name not in takes})
        if known is not None:
            given[wanted] = given.pop(known)
    return given


def _known_as(wanted: str, given: Mapping[str, Any]) -> str | None:
    """Under which name the input is given, if any."""
    names = [name for row in SAME if wanted in row for name in row]
    return next((name for name in names if name in given), None)
