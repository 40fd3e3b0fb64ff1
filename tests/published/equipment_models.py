"""Equipment models: which public function answers which model of the published records."""

from __future__ import annotations

import numpy as np
from published_records import Accepted

from justenough.estimation.waterfall import iso22400, oee_of_factors, semi_e79, waterfall
from justenough.sizing import classic


def effective_process_time(natural_mean, natural_scv, mtbf_operating, mttr, repair_scv):
    """The records name mean, squared coefficient of variation and variance; the last follows from the others."""
    ours = classic.effective_process_time_with_failures(natural_mean, natural_scv, mtbf_operating, mttr, repair_scv)
    return {
        "availability": ours.availability,
        "effective_mean": ours.effective_time,
        "effective_scv": ours.effective_scv,
        "effective_variance": ours.effective_scv * ours.effective_time**2,
    }


def batch_lead_time_safety_stock(batch_qty, cycle, fixed_lead, mtbf_operating, mttr, repair_scv, demand_mean, demand_sd, z):
    ours = classic.batch_lead_time_safety_stock(batch_qty, cycle, fixed_lead, mtbf_operating, mttr, repair_scv, demand_mean, demand_sd, z)
    return {
        "lead_time_mean": ours.lead_time_mean,
        "lead_time_var": ours.lead_time_variance,
        "lead_time_sd": ours.lead_time_variance**0.5,
        "leadtime_demand_sd": ours.demand_sd,
        "safety_stock": ours.safety_stock,
        "safety_stock_if_machine_perfect": ours.without_stops,
        "safety_stock_due_to_unreliability": ours.for_stops,
    }


def printed(ours):
    """The records print ten digits, which for minutes is less than the 1e-9 they ask for: the answer as they print it is right too."""
    return Accepted(ours, lambda published: published == float(f"{float(ours):.10g}"))


def oee(availability, performance, quality):
    return {"oee": oee_of_factors(availability, performance, quality)}


WATERFALL = ("availability", "performance", "quality", "oee", "availability_loss", "performance_loss", "quality_loss")


def oee_waterfall(
    planned_production_time,
    run_time,
    total_count,
    ideal_cycle_time=None,
    good_count=None,
    ideal_run_rate=None,
    reject_count=None,
    all_time=np.nan,
    shift=None,
    breaks=None,
    **stops,
):
    """The records' shift, breaks and stops only say where planned and running time come from; what is told twice must agree."""
    if ideal_cycle_time is None:
        ideal_cycle_time = 1.0 / ideal_run_rate
    if good_count is None:
        good_count = total_count - reject_count
    assert reject_count is None or good_count == total_count - reject_count
    if shift is not None:
        assert planned_production_time == shift - breaks
    lost = sum(value for name, value in stops.items() if not name.endswith("_count"))
    assert lost == 0 or run_time == planned_production_time - lost
    ours = waterfall(planned_production_time, run_time, ideal_cycle_time, total_count, good_count, calendar=all_time)
    figures = {name: getattr(ours, name) for name in (*WATERFALL, "utilization", "teep")} | {"fully_productive": ours.good}
    return {name: printed(value) for name, value in figures.items()}


def oee_roll_up(machines):
    """The two wrong ways of the record are reckoned here: the package has none."""
    columns = {name: np.array([machine[name] for machine in machines]) for name in machines[0]}
    each = waterfall(columns["planned"], columns["run"], columns["ideal_cycle"], columns["total"], columns["good"])
    whole = each.rolled_up()
    wrong = {"wrong_mean_of_oees": each.oee.mean(), "wrong_quality_by_counts": columns["good"].sum() / columns["total"].sum()}
    return {name: getattr(whole, name) for name in ("availability", "performance", "quality", "oee")} | wrong


def iso22400_indicators(PBT, APT, AUST, ADET, AUPT, AUBT, PQ, GQ, SQ, RQ, PRI_min_per_unit):
    assert AUPT == APT + AUST
    times = {"busy": PBT, "production": APT, "setup": AUST, "delay": ADET, "unit_busy": AUBT, "ideal": PRI_min_per_unit * PQ}
    ours = iso22400(**times, produced=PQ, good=GQ, scrap=SQ, rework=RQ)
    figures = {name: getattr(ours, name) for name in ours.__slots__}
    return figures | {"setup_rate": ours.setup_ratio}


def semi_e79_factors(total_time, uptime, production_time, theoretical_h_per_unit, units, good_units):
    ours = semi_e79(total_time, uptime, production_time, theoretical_h_per_unit * units, theoretical_h_per_unit * good_units)
    return {name: getattr(ours, name) for name in ours.__slots__}


MODELS = {
    # waterfall
    "oee": oee,
    "oee_waterfall": oee_waterfall,
    "oee_roll_up": oee_roll_up,
    "iso22400_indicators": iso22400_indicators,
    "semi_e79": semi_e79_factors,
    # process_time
    "effective_process_time": effective_process_time,
    "batch_lead_time_safety_stock": batch_lead_time_safety_stock,
}
