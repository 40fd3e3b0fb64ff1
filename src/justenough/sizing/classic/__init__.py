"""Classic: the textbook models of stock, each by the name the field knows it by, for a million items in one call.

Every function takes numbers or arrays that broadcast against each other and answers with a small frozen
value of columns; a number in gives a number out. Time may be counted in any unit as long as all arguments
of a call use the same one. NaN stands for "not known" and gives NaN; what cannot be meant (a negative
cost, a yield above 1) is refused with the value found and the value expected. Lead times follow the
convention of `justenough.domain.policy`: demand is exposed for lead time + review.
"""

from justenough.sizing.classic.base_stock import (
    LostSales,
    base_stock_lost_sales_poisson,
    base_stock_poisson,
    cheapest_base_stock_lost_sales_poisson,
    make_to_stock_mm1,
)
from justenough.sizing.classic.disruptions import (
    eoq_with_disruptions,
    eoq_with_disruptions_approx,
    newsvendor_with_disruptions,
    newsvendor_with_disruptions_cost,
)
from justenough.sizing.classic.eoq import (
    BackorderedLots,
    Lots,
    economic_production_quantity,
    eoq,
    eoq_all_units_discount,
    eoq_cost,
    eoq_incremental_discount,
    eoq_with_backorders,
)
from justenough.sizing.classic.loss_functions import (
    Losses,
    gamma_loss,
    lognormal_loss,
    negative_binomial_loss,
    normal_loss,
    poisson_expected_backorders,
    poisson_loss,
    standard_normal_loss,
)
from justenough.sizing.classic.lots import (
    LotPlan,
    wagner_whitin,
)
from justenough.sizing.classic.min_max import (
    MinMax,
    MinMaxLevels,
    s_s_poisson,
    s_s_poisson_cost,
    s_s_power_approximation,
)
from justenough.sizing.classic.newsvendor import (
    BaseStock,
    Season,
    newsvendor_discrete,
    newsvendor_lognormal,
    newsvendor_normal,
    newsvendor_normal_cost,
    newsvendor_normal_profit,
    newsvendor_poisson,
    periodic_base_stock_normal,
)
from justenough.sizing.classic.process_time import (
    EffectiveTime,
    batch_lead_time_safety_stock,
    effective_process_time_with_failures,
)
from justenough.sizing.classic.random_yield import (
    eoq_additive_yield,
    eoq_multiplicative_yield,
    newsvendor_additive_yield_uniform,
)
from justenough.sizing.classic.reorder import (
    ReorderLots,
    r_q_normal,
    r_q_normal_cost,
    r_q_poisson,
    r_q_poisson_cost,
)
from justenough.sizing.classic.reorder_heuristics import (
    r_q_eoq_with_safety_stock,
    r_q_eoqb,
    r_q_expected_inventory_level,
)
from justenough.sizing.classic.service import (
    CycleService,
    LeadTimeReserve,
    cycle_service_and_fill_rate_normal,
    fill_rate_normal,
    reorder_point_for_fill_rate_normal,
    safety_stock_for_fill_rate_normal,
    safety_stock_normal_random_lead_time,
)
from justenough.sizing.classic.workstations import Conwip, Hedge, Queue, conwip_exponential, hedging_point, vut_queue, zero_buffer_line

__all__ = [
    "BackorderedLots",
    "BaseStock",
    "Conwip",
    "CycleService",
    "EffectiveTime",
    "Hedge",
    "LeadTimeReserve",
    "Losses",
    "LostSales",
    "LotPlan",
    "Lots",
    "MinMax",
    "MinMaxLevels",
    "Queue",
    "ReorderLots",
    "Season",
    "base_stock_lost_sales_poisson",
    "base_stock_poisson",
    "batch_lead_time_safety_stock",
    "cheapest_base_stock_lost_sales_poisson",
    "conwip_exponential",
    "cycle_service_and_fill_rate_normal",
    "economic_production_quantity",
    "effective_process_time_with_failures",
    "eoq",
    "eoq_additive_yield",
    "eoq_all_units_discount",
    "eoq_cost",
    "eoq_incremental_discount",
    "eoq_multiplicative_yield",
    "eoq_with_backorders",
    "eoq_with_disruptions",
    "eoq_with_disruptions_approx",
    "fill_rate_normal",
    "gamma_loss",
    "hedging_point",
    "lognormal_loss",
    "make_to_stock_mm1",
    "negative_binomial_loss",
    "newsvendor_additive_yield_uniform",
    "newsvendor_discrete",
    "newsvendor_lognormal",
    "newsvendor_normal",
    "newsvendor_normal_cost",
    "newsvendor_normal_profit",
    "newsvendor_poisson",
    "newsvendor_with_disruptions",
    "newsvendor_with_disruptions_cost",
    "normal_loss",
    "periodic_base_stock_normal",
    "poisson_expected_backorders",
    "poisson_loss",
    "r_q_eoq_with_safety_stock",
    "r_q_eoqb",
    "r_q_expected_inventory_level",
    "r_q_normal",
    "r_q_normal_cost",
    "r_q_poisson",
    "r_q_poisson_cost",
    "reorder_point_for_fill_rate_normal",
    "s_s_poisson",
    "s_s_poisson_cost",
    "s_s_power_approximation",
    "safety_stock_for_fill_rate_normal",
    "safety_stock_normal_random_lead_time",
    "standard_normal_loss",
    "vut_queue",
    "wagner_whitin",
    "zero_buffer_line",
]
