"""The harness itself: what it takes for agreement, and that it cannot be silently satisfied."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from awaited_models import AWAITED
from published_records import (
    BUNDLED,
    Accepted,
    Record,
    agrees,
    answer_of,
    calls,
    disagreements,
    plain_name,
    records_of,
    tolerance_of,
    without_units,
)
from test_published import MODELS

RECORDS = {record.id: record for path in BUNDLED for record in records_of(path)}
REPOSITORY = Path(__file__).parents[2]
GOOD = {
    "id": "by-hand",
    "model": "eoq",
    "source": "sqrt(2 x 8 x 100 / 1) = 40",
    "inputs": {"fixed_cost": 8, "holding_cost_per_unit_week": 1, "demand_per_week": 100},
    "expected": {"order_quantity": 40, "cost_per_week": 40.0},
    "tolerance": {"rel": 1e-12},
}


def changed(**parts):
    return GOOD | parts


def published(tmp_path, *records):
    """Exit code and output of ``pytest tests/published --reference FILE`` on these records."""
    path = tmp_path / "new.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "tests/published/test_published.py", "--reference", str(path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_new_records_need_no_code_and_what_is_wrong_unknown_or_awaited_fails_under_its_id(tmp_path):
    code, said = published(
        tmp_path,
        GOOD,
        changed(id="in-years", inputs={"fixed_cost": 2, "holding_cost": 1, "demand_rate": 400}),
        changed(id="wrong-figure", expected={"order_quantity": 40.001}),
        changed(id="figure-nobody-answers", expected={"order_quantity": 40, "service": 0.9}),
        changed(id="input-nobody-knows", inputs=GOOD["inputs"] | {"shelf_life": 3}),
        changed(id="model-nobody-knows", model="eoq_on_the_moon"),
        *(changed(id="model-of-later", model=model) for model in sorted(AWAITED)[:1]),
    )
    assert code == 1, said
    for words in (
        "FAILED tests/published/test_published.py::test_published[wrong-figure]",
        "FAILED tests/published/test_published.py::test_published[figure-nobody-answers]",
        "FAILED tests/published/test_published.py::test_published[input-nobody-knows]",
        "ERROR tests/published/test_published.py::test_published[model-nobody-knows]",
        *(["ERROR tests/published/test_published.py::test_published[model-of-later]"] if AWAITED else []),
    ):
        assert words in said
    assert "[by-hand]" not in said
    assert "[in-years]" not in said


@pytest.mark.parametrize("text", ["not json", "[]", "{}", '[{"id": "half"}]'])
def test_a_file_in_another_format_is_refused(tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.json"):
        records_of(path)


@pytest.mark.parametrize(
    ("ours", "expected", "same"),
    [
        (1.0, 1.0 + 0.9e-6, True),
        (1.0, 1.0 + 2.1e-6, False),
        (5e-7, 0.0, True),
        (2e-6, 0.0, False),
        (np.array([1.0, 2.0]), [1, 2], True),
        (np.array([1.0, 2.0]), [1, 2, 3], False),
        (np.array([1.0]), 1.0, False),
        (1.0, [1.0], False),
        ({"1": 0.0, "2": 3.0}, {"1": 0, "2": 3}, True),
        ({"1": 0.0}, {"1": 0, "2": 3}, False),
        (None, None, True),
        (float("nan"), None, True),
        (float("inf"), None, True),
        (1.0, None, False),
        (None, 1.0, False),
        (float("nan"), 1.0, False),
        ([[1, 1], [2, 2]], [[1, 1], [2, 2]], True),
        ("JIT", "JIT", True),
        (True, False, False),
        (Accepted(85, lambda published: 67 <= published <= 85), 67, True),
        (Accepted(85, lambda published: 67 <= published <= 85), 66, False),
    ],
)
def test_agreement(ours, expected, same):
    assert agrees(ours, expected, 1e-6, 1e-6) is same


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("cost_per_year", "cost"),
        ("holding_cost_per_unit_period", "holding_cost"),
        ("backorder_cost_per_unit", "backorder_cost_per_unit"),
        ("demand_sd_per_sqrt_year", "demand_sd"),
        ("lead_time_weeks", "lead_time"),
        ("lead_time_var_min2", "lead_time_var"),
        ("lead_time", "lead_time"),
        ("base_stock", "base_stock"),
        ("holding_cost_per_unit_time", "holding_cost"),
        ("order_quantities", "order_quantities"),
        ("ideal_cycle_time_s", "ideal_cycle_time"),
        ("PRI_min_per_unit", "PRI"),
        ("ideal_run_rate_per_min", "ideal_run_rate"),
    ],
)
def test_names_lose_their_unit_of_time_and_nothing_else(name, plain):
    assert plain_name(name) == plain


def test_two_units_of_time_in_one_record_are_refused():
    assert without_units({"demand_per_day": 3, "lead_time_days": 2, "note": "by hand", "units": 7}) == {
        "demand": 3,
        "lead_time": 2,
        "units": 7,
    }
    with pytest.raises(ValueError, match="day, week"):
        without_units({"demand_per_week": 3, "lead_time_days": 2})
    with pytest.raises(ValueError, match="two inputs have one name"):
        without_units({"demand": 3, "demand_per_week": 3})


def test_seconds_minutes_and_hours_are_turned_into_what_most_inputs_have():
    told = {"run_min": 90, "stop_min": 30, "idle_min": 9, "shift_h": 2, "cycle_s": [30, 60], "rate_per_h": 120, "n_h": 3}
    assert without_units(told) == {"run": 90, "stop": 30, "idle": 9, "shift": 120, "cycle": [0.5, 1.0], "rate": pytest.approx(2), "n_h": 3}
    assert without_units({"noise_per_sqrt_h": 60.0, "a_min": 1, "b_min": 1})["noise"] == pytest.approx(60 / 60**0.5)
    assert without_units({"machines": [{"run_min": 5, "cycle_s": 60}, {"run_min": 7, "cycle_s": 6}]}) == {
        "machines": [{"run": 5, "cycle": 1.0}, {"run": 7, "cycle": pytest.approx(0.1)}]
    }
    record = Record("x", "m", {"time_min": 90}, {"time_h": 1.5, "rate_per_h": 120, "var_h2": 0.25}, {"rel": 1e-12})
    assert not disagreements(record, {"time": 90.0, "rate": 2.0, "var": 900.0})
    assert len(disagreements(record, {"time": 1.5, "rate": 120.0, "var": 0.25})) == 3


@pytest.mark.parametrize(
    ("name", "without", "told"),
    [
        ("oee-01", ["ideal_cycle_time_min"], {"ideal_cycle_time_s": 1.0}),
        ("oee-01", ["ideal_cycle_time_min", "good_count"], {"ideal_run_rate_per_h": 3600}),
        ("oee-01", ["planned_production_time_min"], {}),
        ("oee-01", ["run_time_min", "shift_min"], {"shift_h": 8}),
        ("oee-04", ["all_time_min"], {"all_time_h": 24}),
        ("iso22400-01", ["PRI_min_per_unit", "AUPT_min", "RQ"], {"PRI_s_per_unit": 60}),
        ("iso22400-01", ["AUST_min", "ADET_min", "GQ"], {}),
        ("semi-e79-01", ["theoretical_h_per_unit"], {"theoretical_min_per_unit": 30}),
        ("vut-01", ["arrival_rate_per_min"], {"arrival_rate_per_h": 2.625}),
        ("ept-01", ["mttr_min"], {"mttr_h": 248 / 60}),
        ("lt-01", ["fixed_lead_min", "demand_mean_per_min"], {"demand_mean_per_h": 30}),
        ("mtbf-01", ["failure_terminated"], {}),
        ("avail-01", ["n_cycles"], {"n_up": 12, "n_down": 12}),
        ("zero-01", ["MTBF_cycles", "MTTR_cycles"], {"MTBF_h": [100.0] * 3, "MTTR_min": [600.0] * 3}),
        ("det2-odf-01", ["N"], {"N": [RECORDS["det2-odf-01"].inputs["N"]]}),
        ("expo-01", ["B"], {"B": 0}),
    ],
)
def test_a_record_told_otherwise_is_answered_alike(name, without, told):
    known = RECORDS[name]
    inputs = {key: value for key, value in known.inputs.items() if key not in without} | told
    record = Record(name, known.model, inputs, known.expected, known.tolerance)
    assert not disagreements(record, answer_of(record, MODELS[known.model]))


def test_what_a_record_tells_twice_must_agree():
    known = RECORDS["oee-01"]
    record = Record("x", known.model, {**known.inputs, "ideal_run_rate_per_min": 50}, known.expected, known.tolerance)
    with pytest.raises(AssertionError, match="follows from the others"):
        answer_of(record, MODELS[known.model])


def test_tolerances_by_name_override_the_common_one():
    record = Record("x", "m", {}, {}, {"min_N": "exact", "rate": 1e-4, "abs": 1e-8, "note": "4 digits"})
    assert tolerance_of(record, "min_N") == (0.0, 0.0)
    assert tolerance_of(record, "rate") == (0.0, 1e-4)
    assert tolerance_of(record, "throughput") == (0.0, 1e-8)
    with pytest.raises(ValueError, match="says nothing of throughput"):
        tolerance_of(Record("x", "m", {}, {}, {"sim": "within 4 standard errors"}), "throughput")


def test_adapters_rename_inputs_and_columns_and_echo_inputs():
    @dataclass(frozen=True)
    class Answer:
        level: float

    record = Record("x", "m", {"stock_per_week": 3, "more": 2}, {"result": 5, "stock": 3}, {"abs": 0})
    answer = answer_of(record, calls(lambda kept, more: Answer(kept + more), stock="kept", level="result"))
    assert answer == {"stock": 3, "more": 2, "result": 5}
    assert not disagreements(record, answer)
    assert calls(lambda x: 2 * x, "twice")(x=4) == {"twice": 8}


@pytest.mark.parametrize(
    ("model", "usual", "other"),
    [
        (
            "eoq",
            {"fixed_cost": 8, "holding_cost_per_unit_year": 0.225, "demand_per_year": 1300},
            {"setup_cost": 8, "holding_cost_per_unit_per_year": 0.225, "annual_demand": 1300},
        ),
        (
            "newsvendor_normal",
            {"overage_cost": 0.18, "underage_cost": 0.7, "demand_mean": 50, "demand_sd": 8},
            {"holding_cost": 0.18, "stockout_cost": 0.7, "mean_demand": 50, "demand_variance": 64},
        ),
        (
            "newsvendor_discrete",
            {"overage_cost": 1, "underage_cost": 4, "pmf": [[5, 0.5], [6, 0.5]]},
            {"overage_cost": 1, "underage_cost": 4, "values": [6, 5], "probabilities": [0.5, 0.5]},
        ),
        (
            "make_to_stock_mm1_base_stock",
            {"holding_cost": 1, "backorder_cost": 9, "utilisation": 0.9},
            {"holding_cost": 1, "backorder_cost": 9, "arrival_rate": 1.8, "service_rate": 2.0},
        ),
        (
            "base_stock_lost_sales_poisson",
            {"base_stock": 3, "demand_rate_times_mean_lead_time": 4},
            {"base_stock": 3, "demand_rate_per_day": 2, "lead_time_days": 2},
        ),
        ("gamma_loss", {"base_stock": 14, "shape": 4, "scale": 1}, {"base_stock": 14, "mean": 4, "sd": 2}),
        ("gamma_loss", {"base_stock": [14, 9], "shape": 4, "scale": 1}, {"level": [14, 9], "mean": [4, 4], "variance": [4, 4]}),
        ("negative_binomial_loss", {"base_stock": [14], "r": [6], "p": [0.4]}, {"stock": [14], "mean": [9], "sd": [22.5**0.5]}),
        (
            "newsvendor_normal",
            {"overage_cost": 43, "underage_cost": 79, "demand_mean": [900, 5], "demand_sd": [60, 1]},
            {"overage_cost_per_unit": 43, "underage_cost_per_unit": 79, "demand_mean": [900, 5], "demand_variance": [3600, 1]},
        ),
        (
            "base_stock_lost_sales_poisson",
            {"base_stock": [3, 5], "demand_rate_times_mean_lead_time": [4, 6]},
            {"base_stock": [3, 5], "demand_rate": [2, 3], "lead_time": [2, 2]},
        ),
    ],
)
def test_inputs_may_be_spelled_otherwise(model, usual, other):
    one, two = (answer_of(Record("", model, inputs, {}, {}), MODELS[model]) for inputs in (usual, other))
    figures = {name: value for name, value in one.items() if name not in without_units(usual)}
    assert figures
    for name, value in figures.items():
        assert np.asarray(two[name]) == pytest.approx(np.asarray(value), rel=1e-12)


@pytest.mark.parametrize(
    ("model", "inputs", "told"),
    [
        ("newsvendor_discrete", {"overage_cost": 1, "underage_cost": 4}, "neither by pmf"),
        ("negative_binomial_loss", {"base_stock": 4, "mean": 3}, "neither by r and p"),
        ("negative_binomial_loss", {"base_stock": 4, "mean": 3, "variance": 2}, "varies more than a Poisson"),
        ("negative_binomial_loss", {"base_stock": 4, "r": 2, "p": 0.5, "mean": 3, "variance": 6}, "r is told as 2"),
        ("gamma_loss", {"base_stock": 4, "mean": 3}, "neither by shape and scale"),
        ("gamma_loss", {"base_stock": 4, "mean": 3, "variance": 4, "sd": 3}, "variance is told as 4"),
    ],
)
def test_what_is_told_by_halves_or_twice_otherwise_is_refused(model, inputs, told):
    with pytest.raises(AssertionError, match=told):
        answer_of(Record("", model, inputs, {}, {}), MODELS[model])


def test_a_fluid_pair_whose_machines_fail_only_at_work():
    """Both ends by hand: density c, masses 100 c where both run at an end and 20 c where one is idle; 310 c of 361 c run."""
    inputs = {"lambda_fail": [0.01, 0.01], "mu_repair": [0.1, 0.1], "N": 10, "failure_mode": "operation_dependent"}
    answer = answer_of(Record("", "two_machine_line_fluid", inputs, {}, {}), MODELS["two_machine_line_fluid"])
    assert answer["throughput"] == pytest.approx(310 / 361)


def test_an_input_that_means_nothing_to_a_model_is_refused():
    with pytest.raises(TypeError, match="lead_time"):
        answer_of(Record("", "eoq", {"fixed_cost": 8, "holding_cost": 1, "demand": 9, "lead_time": 2}, {}, {}), MODELS["eoq"])
