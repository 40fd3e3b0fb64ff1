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


def batch_lead_time_safety_stock(batch_qty, cycle, mtbf_operating, mttr, repair_scv, demand_mean, demand_sd, z, fixed_lead=0.0):
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
    total_count,
    planned_production_time=None,
    run_time=None,
    ideal_cycle_time=None,
    good_count=None,
    ideal_run_rate=None,
    reject_count=None,
    all_time=np.nan,
    shift=None,
    breaks=0,
    **stops,
):
    """What is told twice must agree: planned time with shift less breaks, run time with planned time less stops, pace with cycle."""
    lost = sum(value for name, value in stops.items() if not name.endswith("_count"))
    planned_production_time = one_of(planned_production_time, None if shift is None else shift - breaks)
    run_time = one_of(run_time, planned_production_time - lost if lost or run_time is None else None)
    ideal_cycle_time = one_of(ideal_cycle_time, ideal_run_rate and 1.0 / ideal_run_rate)
    good_count = one_of(good_count, None if reject_count is None else total_count - reject_count)
    ours = waterfall(planned_production_time, run_time, ideal_cycle_time, total_count, good_count, calendar=all_time)
    figures = {name: getattr(ours, name) for name in (*WATERFALL, "utilization", "teep")} | {"fully_productive": ours.good}
    return {name: printed(value) for name, value in figures.items()}


def one_of(told, follows):
    """A figure that is told, that follows from others, or both, if they agree."""
    assert told is not None or follows is not None, "a figure is neither told nor follows from others"
    assert told is None or follows is None or np.isclose(told, follows, rtol=1e-9), f"told {told}, but {follows} follows from the others"
    return follows if told is None else told


def oee_roll_up(machines):
    """The two wrong ways of the record are reckoned here: the package has none."""
    columns = {name: np.array([machine[name] for machine in machines]) for name in machines[0]}
    each = waterfall(columns["planned"], columns["run"], columns["ideal_cycle"], columns["total"], columns["good"])
    whole = each.rolled_up()
    wrong = {"wrong_mean_of_oees": each.oee.mean(), "wrong_quality_by_counts": columns["good"].sum() / columns["total"].sum()}
    return {name: getattr(whole, name) for name in ("availability", "performance", "quality", "oee")} | wrong


def iso22400_indicators(PBT, APT, PQ, PRI, AUST=None, ADET=None, AUPT=None, AUBT=None, GQ=None, SQ=None, RQ=None):
    """Unit processing time is production and set-up, busy time that and delays; of good, scrap and rework one may be left out."""
    AUST = one_of(AUST, None if AUPT is None else AUPT - APT)
    ADET = one_of(ADET, None if AUBT is None else AUBT - APT - AUST)
    AUBT = APT + AUST + ADET if AUBT is None else AUBT
    GQ = PQ - SQ - (RQ or 0) if GQ is None else GQ
    SQ = PQ - GQ - (RQ or 0) if SQ is None else SQ
    RQ = PQ - GQ - SQ if RQ is None else RQ
    times = {"busy": PBT, "production": APT, "setup": AUST, "delay": ADET, "unit_busy": AUBT, "ideal": PRI * PQ}
    ours = iso22400(**times, produced=PQ, good=GQ, scrap=SQ, rework=RQ)
    figures = {name: getattr(ours, name) for name in ours.__slots__}
    return figures | {"setup_rate": ours.setup_ratio}


def semi_e79_factors(total_time, uptime, production_time, theoretical, units, good_units):
    ours = semi_e79(total_time, uptime, production_time, theoretical * units, theoretical * good_units)
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
