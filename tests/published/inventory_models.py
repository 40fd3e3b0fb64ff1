"""Inventory models: which public function answers which model of the published records."""

from __future__ import annotations

from published_records import calls

from justenough.sizing import classic

RATE = {"demand": "demand_rate"}
DISRUPTED = RATE | {"lost_sale_cost_per_unit": "lost_sale_cost", "disruptions": "disruption_rate", "recoveries": "recovery_rate"}


def newsvendor_discrete(overage_cost, underage_cost, pmf):
    pairs = pmf.items() if isinstance(pmf, dict) else pmf
    values, probabilities = zip(*((float(value), chance) for value, chance in pairs), strict=True)
    return calls(classic.newsvendor_discrete)(
        overage_cost=overage_cost, underage_cost=underage_cost, values=values, probabilities=probabilities
    )


def negative_binomial_loss(base_stock, r, p, mean=None, variance=None):
    """A mean and a variance say again what r and p say, and are held against them."""
    losses = classic.negative_binomial_loss(base_stock, r, p)
    for given, ours in ((mean, r * (1 - p) / p), (variance, r * (1 - p) / p**2)):
        assert given is None or abs(given - ours) <= 1e-9 * ours
    return {"expected_short": losses.expected_short, "expected_on_hand": losses.expected_on_hand}


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
    "newsvendor_normal": calls(classic.newsvendor_normal),
    "newsvendor_normal_cost": calls(classic.newsvendor_normal_cost, "cost"),
    "newsvendor_normal_profit": calls(classic.newsvendor_normal_profit),
    "newsvendor_poisson": calls(classic.newsvendor_poisson),
    "newsvendor_discrete": newsvendor_discrete,
    "newsvendor_lognormal": calls(classic.newsvendor_lognormal),
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
    "gamma_loss": calls(classic.gamma_loss, base_stock="level"),
    "poisson_expected_backorders": calls(classic.poisson_expected_backorders, "expected_backorders"),
}
