"""The room of the textbook models as a whole: what it offers is documented, and every row of the page is there."""

import inspect
import re
from dataclasses import is_dataclass
from pathlib import Path

import numpy as np
import pytest

from justenough.sizing import classic

PAGE = Path(__file__).parents[2] / "docs" / "classic.md"
FUNCTIONS = sorted(name for name in classic.__all__ if inspect.isfunction(getattr(classic, name)))
OF_STATIONS = {"conwip_exponential", "zero_buffer_line"}  # their last axis is a line's stations; no item is alone
OF_ITEMS = [name for name in FUNCTIONS if name not in OF_STATIONS]


def test_the_page_names_every_model_and_no_other():
    rows = [
        line for line in PAGE.read_text(encoding="utf-8").split("## The models")[1].split("\n## ")[0].splitlines() if line.startswith("| `")
    ]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_model_says_its_units_and_its_source(name):
    said = " ".join(inspect.getdoc(getattr(classic, name)).split())
    as_of = re.findall(r"`(\w+)`", said)
    said += "".join(inspect.getdoc(getattr(classic, other)) for other in as_of if other in FUNCTIONS)
    assert re.search(r"\[[a-z0-9][^\]]*\]", said), "no unit in square brackets"
    assert re.search(r"\(?(1[89]|20)\d\d\)?|eqs?\. |Example|Problem|section|ch\. |C\.\d|Chopra & Meindl|Zipkin", said), "no source"


@pytest.mark.parametrize("name", [name for name in classic.__all__ if not inspect.isfunction(getattr(classic, name))])
def test_every_answer_is_a_frozen_value_of_columns(name):
    answer = getattr(classic, name)
    assert answer.__dataclass_params__.frozen
    assert all(field in inspect.getdoc(answer) for field in answer.__dataclass_fields__)


# One item a function, its arguments in order; a row of numbers is an argument with an axis of its own.
ITEMS = {
    "base_stock_lost_sales_poisson": (10, 5.0),
    "base_stock_poisson": (1, 9, 2.0, 4.0),
    "cheapest_base_stock_lost_sales_poisson": (1, 30, 2.0, 4.0),
    "cycle_service_and_fill_rate_normal": (2500, 500, 2, 10_000, 6000),
    "economic_production_quantity": (4, 0.08, 80, 110),
    "batch_lead_time_safety_stock": (200, 1.0, 0, 480, 60, 1, 0.5, 0.4, 1.645),
    "effective_process_time_with_failures": (15, 0.05, 744, 248, 1),
    "eoq": (8, 0.225, 1300),
    "eoq_additive_yield": (2250, 275, 182_500, -50, 0.02),
    "eoq_all_units_discount": (2250, 0.25, 1825, [0, 1200, 2400], [1490, 1220, 1100]),
    "eoq_cost": (250, 8, 0.225, 1300),
    "eoq_incremental_discount": (2250, 0.25, 1825, [0, 1200, 2400], [1490, 1220, 1100]),
    "eoq_multiplicative_yield": (2250, 275, 182_500, 0.9, 0.05),
    "eoq_with_backorders": (8, 0.225, 5, 1300),
    "eoq_with_disruptions": (35, 4, 22, 30, 1, 12),
    "eoq_with_disruptions_approx": (35, 4, 22, 30, 1, 12),
    "fill_rate_normal": (2500, 500, 2, 600, 5200),
    "gamma_loss": (30, 4, 5),
    "hedging_point": (1.0, 0.7, 100, 10, 1, 19),
    "lognormal_loss": (295, 6, 0.3),
    "make_to_stock_mm1": (0.8, 1, 9),
    "negative_binomial_loss": (14, 6, 0.4),
    "newsvendor_additive_yield_uniform": (15, 75, 1.5, -0.5, 0.5),
    "newsvendor_discrete": (1, 2, [1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4]),
    "newsvendor_lognormal": (1, 0.1765, 6, 0.3),
    "newsvendor_normal": (0.18, 0.7, 50, 8),
    "newsvendor_normal_cost": (40, 0.18, 0.7, 50, 8),
    "newsvendor_normal_profit": (7, 2.5, 1.5, 50, 10),
    "newsvendor_poisson": (1, 4, 6),
    "newsvendor_with_disruptions": (0.25, 3, 2000, 0.04, 0.25),
    "newsvendor_with_disruptions_cost": (12_000, 0.25, 3, 2000, 0.04, 0.25),
    "normal_loss": (56, 50, 8),
    "periodic_base_stock_normal": (0.18, 0.7, 50, 8, 4, 1),
    "poisson_expected_backorders": (2, 1.0),
    "poisson_loss": (8, 6.0),
    "r_q_eoq_with_safety_stock": (8, 0.225, 7.5, 1300, 150, 1 / 12),
    "r_q_eoqb": (8, 0.225, 7.5, 1300, 150, 1 / 12),
    "r_q_expected_inventory_level": (8, 0.225, 7.5, 1300, 150, 1 / 12),
    "r_q_normal": (8, 0.225, 7.5, 1300, 150, 1 / 12),
    "r_q_normal_cost": (126.8, 328.5, 8, 0.225, 7.5, 1300, 150, 1 / 12),
    "r_q_poisson": (4, 4, 28, 12, 0.5),
    "r_q_poisson_cost": (6, 7, 4, 4, 28, 12, 0.5),
    "reorder_point_for_fill_rate_normal": (2500, 500, 2, 600, 0.975),
    "s_s_poisson": (64, 1, 9, 15, 2),
    "s_s_poisson_cost": (10, 49, 64, 1, 9, 15, 2),
    "s_s_power_approximation": (2.5, 0.18, 0.7, 50, 8, 1),
    "safety_stock_for_fill_rate_normal": (2500, 500, 2, 10_000, 0.975),
    "safety_stock_normal_random_lead_time": (2500, 500, 7, 7, 0.9),
    "standard_normal_loss": (0.5,),
    "vut_queue": (20, 1.0, 6.25, 0.04375),
    "wagner_whitin": (500, 2, [90, 120, 80, 70]),
}


def columns(answer, *shape):
    """An answer's columns for items in this shape; of a plan each column has one more axis than of a figure."""
    figures = [getattr(answer, field) for field in answer.__dataclass_fields__] if is_dataclass(answer) else [answer]
    if isinstance(answer, classic.LotPlan):
        figures = [*np.moveaxis(answer.order_quantities, -1, 0), answer.cost]
    return [np.broadcast_to(figure, shape) for figure in figures]


@pytest.mark.parametrize("name", OF_ITEMS)
def test_many_items_are_each_item_and_an_unknown_one_stops_no_other(name):
    assert name in ITEMS, "give one item of it above"
    function, item = getattr(classic, name), [np.array(value, dtype=float) for value in ITEMS[name]]
    alone = columns(function(*item))
    for place in range(len(item)):
        rows = [np.stack([value] * 3) for value in item]
        rows[place][1] = np.nan
        together = columns(function(*rows), 3)
        for one, column in zip(alone, together, strict=True):
            np.testing.assert_allclose(column[[0, 2]], [one, one], rtol=1e-12)
            assert np.isnan(column[1]) or column[1] == one, "a figure made of what is not known"
    grid = columns(function(*(np.stack([np.stack([value] * 2)] * 3) for value in item)), 3, 2)
    for one, column in zip(alone, grid, strict=True):
        np.testing.assert_allclose(column, np.full((3, 2), one), rtol=1e-12)


@pytest.mark.parametrize("name", OF_ITEMS)
def test_numbers_give_numbers_and_one_argument_may_be_a_column(name):
    function, item = getattr(classic, name), ITEMS[name]
    answer = function(*item)
    figures = [getattr(answer, field) for field in answer.__dataclass_fields__] if is_dataclass(answer) else [answer]
    assert all(isinstance(figure, float) for figure in figures if np.ndim(figure) == 0)
    assert name == "wagner_whitin" or all(np.ndim(figure) == 0 for figure in figures)
    if not any(isinstance(value, list) for value in item):
        alone = columns(answer)
        for place in range(len(item)):
            mixed = columns(function(*item[:place], [item[place]] * 2, *item[place + 1 :]), 2)
            np.testing.assert_allclose(mixed, np.stack([alone] * 2, axis=1), rtol=1e-12)


@pytest.mark.parametrize("name", [name for name in OF_ITEMS if name != "wagner_whitin"])  # a list of its costs is one of periods
def test_a_column_of_items_anywhere_gives_as_many_answers_and_an_error_names_its_own_argument(name):
    """One column, the others numbers: three items, none, and what is no number; an answer may not need that column's values."""
    function, item = getattr(classic, name), list(ITEMS[name])
    for place, (argument, value) in enumerate(zip(inspect.signature(function).parameters, item, strict=False)):
        if np.ndim(value):
            continue
        for many in (3, 0):
            answer = function(*item[:place], np.full(many, float(value)), *item[place + 1 :])
            figures = [getattr(answer, field) for field in answer.__dataclass_fields__] if is_dataclass(answer) else [answer]
            assert all(len(figure) == many for figure in figures), argument
        for wrong in ("seven", 1j, [1.0, "x"], np.inf):
            with pytest.raises(ValueError, match=rf"^{argument} must be"):
                function(*item[:place], wrong, *item[place + 1 :])
