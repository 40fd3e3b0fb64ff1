"""Inventory models: which public function answers which model of the published records."""

from __future__ import annotations

import numpy as np
from published_records import Accepted, calls
from spellings import spelled

from justenough.sizing import classic

RATE = {"demand": "demand_rate", "production": "production_rate"}
NEWSVENDOR = {"holding_cost": "overage_cost", "backorder_cost": "underage_cost"}  # what a period's cost of each is called elsewhere
DISRUPTED = RATE | {"lost_sale_cost_per_unit": "lost_sale_cost", "disruptions": "disruption_rate", "recoveries": "recovery_rate"}


def newsvendor_discrete(pmf=None, values=None, probabilities=None, **costs):
    if pmf is None:
        both = values is not None and probabilities is not None
        assert both, "demand is told neither by pmf nor by values and probabilities"
        pmf = list(zip(values, probabilities, strict=True))
    pairs = pmf.items() if isinstance(pmf, dict) else pmf
    values, probabilities = zip(*((float(value), chance) for value, chance in pairs), strict=True)
    return calls(classic.newsvendor_discrete, **NEWSVENDOR)(values=values, probabilities=probabilities, **costs)


def negative_binomial_loss(r=None, p=None, mean=None, variance=None, sd=None, **level):
    """A mean and a variance stand for r and p; where both are given they must say the same."""
    if mean is not None and (variance is not None or sd is not None):
        mean, variance = spread(mean, variance, sd)
        assert np.all(variance > mean), f"a negative binomial varies more than a Poisson: variance {variance} of mean {mean}"
        told = {"r": mean**2 / (variance - mean), "p": mean / variance}
        r, p = one_of("r", r, told["r"]), one_of("p", p, told["p"])
    both = r is not None and p is not None
    assert both, "demand is told neither by r and p nor by mean and variance or sd"
    return calls(classic.negative_binomial_loss, base_stock="level")(r=r, p=p, **level)


def gamma_loss(shape=None, scale=None, mean=None, variance=None, sd=None, **level):
    """A mean and a deviation stand for shape and scale; where both are given they must say the same."""
    if mean is not None and (variance is not None or sd is not None):
        mean, variance = spread(mean, variance, sd)
        shape, scale = one_of("shape", shape, mean**2 / variance), one_of("scale", scale, variance / mean)
    both = shape is not None and scale is not None
    assert both, "demand is told neither by shape and scale nor by mean and variance or sd"
    return calls(classic.gamma_loss, base_stock="level")(shape=shape, scale=scale, **level)


def spread(mean, variance, sd):
    """Mean and variance as arrays."""
    square = None if sd is None else np.square(np.asarray(sd, dtype=float))
    return np.asarray(mean, dtype=float), np.asarray(square if variance is None else one_of("variance", variance, square), dtype=float)


def one_of(name, told, follows):
    """A figure that follows from others; where it is told too, both must agree."""
    agree = told is None or follows is None or np.allclose(told, follows, rtol=1e-9, atol=0.0)
    assert agree, f"{name} is told as {told}, but {follows} follows from the others"
    return follows if told is None else told


def s_s_exact_poisson(**inputs):
    """Where several policies cost the same, levels as cheap as ours are right."""
    inputs = spelled(classic.s_s_poisson, inputs)
    ours = classic.s_s_poisson(**inputs)
    low, high = ours.reorder_point, ours.order_up_to

    def as_cheap(reorder_point, order_up_to):
        return reorder_point < order_up_to and classic.s_s_poisson_cost(reorder_point, order_up_to, **inputs) <= ours.cost * (1 + 1e-9)

    return {
        "reorder_point": Accepted(low, lambda published: as_cheap(published, high)),
        "order_up_to": Accepted(high, lambda published: as_cheap(low, published)),
        "cost": ours.cost,
    }


MODELS = {
    # eoq
    "eoq": calls(classic.eoq, **RATE),
    "eoq_cost_given_q": calls(classic.eoq_cost, "cost", **RATE),
    "eoq_with_backorders": calls(classic.eoq_with_backorders, **RATE),
    "economic_production_quantity": calls(classic.economic_production_quantity, **RATE),
    "eoq_all_units_discount": calls(classic.eoq_all_units_discount, **RATE),
    "eoq_incremental_discount": calls(classic.eoq_incremental_discount, **RATE),
    # lots
    "wagner_whitin": calls(classic.wagner_whitin),
    # newsvendor
    "newsvendor_normal": calls(classic.newsvendor_normal, **NEWSVENDOR),
    "newsvendor_normal_cost": calls(classic.newsvendor_normal_cost, "cost", **NEWSVENDOR),
    "newsvendor_normal_profit": calls(classic.newsvendor_normal_profit, salvage_value="salvage"),
    "newsvendor_poisson": calls(classic.newsvendor_poisson, **NEWSVENDOR),
    "newsvendor_discrete": newsvendor_discrete,
    "newsvendor_lognormal": calls(classic.newsvendor_lognormal, **NEWSVENDOR),
    "periodic_base_stock_normal": calls(classic.periodic_base_stock_normal, review="review_periods"),
    # disruptions
    "eoq_with_disruptions_exact": calls(classic.eoq_with_disruptions, **DISRUPTED),
    "eoq_with_disruptions_approx": calls(classic.eoq_with_disruptions_approx, **DISRUPTED),
    "newsvendor_with_disruptions": calls(classic.newsvendor_with_disruptions),
    "newsvendor_with_disruptions_cost": calls(classic.newsvendor_with_disruptions_cost, "cost"),
    # random_yield
    "eoq_additive_yield": calls(classic.eoq_additive_yield, **RATE),
    "eoq_multiplicative_yield": calls(classic.eoq_multiplicative_yield, **RATE),
    "newsvendor_additive_yield_uniform": calls(classic.newsvendor_additive_yield_uniform),
    # loss_functions
    "standard_normal_loss": calls(classic.standard_normal_loss, expected_short="loss"),
    "negative_binomial_loss": negative_binomial_loss,
    "gamma_loss": gamma_loss,
    "poisson_expected_backorders": calls(classic.poisson_expected_backorders, "expected_backorders"),
    # reorder
    "r_Q_exact_normal_backorder_per_unit_time": calls(classic.r_q_normal),
    "r_Q_cost_normal": calls(classic.r_q_normal_cost, "cost"),
    "r_Q_eoqb_heuristic": calls(classic.r_q_eoqb),
    "r_Q_eoq_plus_safety_stock": calls(classic.r_q_eoq_with_safety_stock),
    "r_Q_expected_inventory_level_heuristic": calls(classic.r_q_expected_inventory_level),
    "r_Q_exact_poisson": calls(classic.r_q_poisson, demand_mean="demand_rate", demand="demand_rate"),
    # min_max
    "s_S_exact_poisson": s_s_exact_poisson,
    "s_S_cost_poisson": calls(classic.s_s_poisson_cost, "cost"),
    "s_S_power_approximation": calls(classic.s_s_power_approximation),
    # base_stock
    "base_stock_lost_sales_poisson": calls(classic.base_stock_lost_sales_poisson, demand_rate_times_mean_lead_time="pipeline_mean"),
    "make_to_stock_mm1_base_stock": calls(classic.make_to_stock_mm1),
    # service
    "safety_stock_normal_random_lead_time": calls(classic.safety_stock_normal_random_lead_time),
    "r_Q_cycle_service_and_fill_rate_normal": calls(classic.cycle_service_and_fill_rate_normal),
    "safety_stock_for_fill_rate_normal": calls(classic.safety_stock_for_fill_rate_normal, "safety_stock"),
    "r_Q_fill_rate_normal_exact": calls(classic.fill_rate_normal, "fill_rate"),
    # process_time
    "effective_process_time_with_failures": calls(classic.effective_process_time_with_failures),
}
