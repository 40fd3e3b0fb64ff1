"""Chain models: which public function answers which model of chains of stages."""

from __future__ import annotations

import numpy as np
from published_records import Accepted
from scipy.special import ndtr

from justenough.domain.network import Network
from justenough.sizing.echelon import guaranteed, placed
from justenough.sizing.pooled import stage_demand
from justenough.sizing.serial_stages import serial_optimum

FLAT = 0.005  # the records say of echelon levels: the optimum is flat, so much is as good


def tree(nodes, edges):
    names = list(nodes)

    def column(key, missing):
        return np.array([missing if nodes[name][key] is None else nodes[name][key] for name in names], dtype=float)

    factors = column("safety_factor", np.nan)
    network = Network.of(
        "record",
        names,
        links=[[names.index(str(end)) for end in edge] for edge in edges],
        time_days=column("processing_time", 0.0),
        cost_added=0.0,
        demand_sd=column("external_demand_sd", 0.0),
        inbound_days=column("external_inbound_service_time", 0.0),
        promise_days=column("max_outbound_service_time", np.inf),
        service=ndtr(factors[0]),
    )
    # Stock is the factor times the deviation: a stage with a factor of its own costs as if its rate were so much dearer.
    yearly = column("local_holding_cost", 0.0) * factors / factors[0]
    ours = guaranteed(network, unit_holding=yearly)
    assert ours.proven

    def as_good(published):
        promised = np.array([published[name] for name in names], dtype=float)
        inbound = network.inbound_days.copy()
        np.maximum.at(inbound, network.links[:, 1], promised[network.links[:, 0]])
        kept = (promised <= inbound + network.time_days) & (promised <= network.promise_days)
        theirs = placed(network, promised, inbound, yearly, stage_demand(network)).total_cost
        return bool(kept.all()) and abs(theirs - ours.total_cost) <= 1e-9 * ours.total_cost

    times = dict(zip(names, ours.promised_days.tolist(), strict=True))
    return {"cost": ours.total_cost, "service_times": Accepted(times, as_good)}


def serial(echelon_holding_cost, lead_time, backorder_cost, demand, demand_mean, demand_sd=0.0):
    ours = serial_optimum(echelon_holding_cost, lead_time, backorder_cost, mean=demand_mean, sd=demand_sd, law=demand)
    levels = ours.echelon_base_stock

    def near(published):
        return bool(np.allclose(levels, published, rtol=FLAT, atol=0.0))

    return {"cost": ours.cost, "echelon_base_stock": Accepted(levels, near)}


MODELS = {
    "guaranteed_service_tree": tree,
    "serial_stochastic_service_echelon_base_stock": serial,
}
