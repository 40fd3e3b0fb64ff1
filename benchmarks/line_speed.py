"""Machine-cycles lived a second on one core, beside SimPy, simantha and salabim where installed; decomposition and allocation of 20.

python benchmarks/line_speed.py
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numba
import numpy as np

from justenough.domain.line import LEAST_CAPACITY, Line
from justenough.simulation.lines import live
from justenough.sizing import allocation
from justenough.sizing.paces import decomposed, paces_of
from justenough.strategy.buffering import Goal, buffered
from justenough.strategy.masking import Effort

MACHINES, MTBF, MTTR, PLACES = 20, 100.0, 10.0, 10  # in cycles: a day is a cycle here
REPEATS = 3


def fastest(run: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs."""
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return min(taken)


def with_simpy(parts: int) -> float:
    """The line as SimPy processes and stores, failures by operating time: parts a cycle."""
    import simpy

    draw, world = random.Random(1), simpy.Environment()
    stores = [simpy.Store(world, capacity=PLACES + 1) for _ in range(MACHINES - 1)]
    made = [0]
    enough = world.event()

    def machine(i: int) -> object:
        left = draw.expovariate(1 / MTBF)
        while True:
            if i:
                yield stores[i - 1].get()
            work = 1.0
            while left < work:
                yield world.timeout(left)
                work -= left
                yield world.timeout(draw.expovariate(1 / MTTR))
                left = draw.expovariate(1 / MTBF)
            yield world.timeout(work)
            left -= work
            if i < MACHINES - 1:
                yield stores[i].put(1)
            else:
                made[0] += 1
                if made[0] == parts:
                    enough.succeed()

    for i in range(MACHINES):
        world.process(machine(i))
    world.run(enough)
    return parts / world.now


def with_simantha(parts: int) -> float:
    """The same in simantha, machines degraded by the clock of their cycles: parts a cycle."""
    from simantha import Buffer, Machine, Sink, Source, System

    fails = 1 / MTBF
    source, sink = Source(), Sink()
    matrix = [[1 - fails, fails], [0.0, 1.0]]
    machines = [Machine(f"m{i}", cycle_time=1, degradation_matrix=matrix, cm_distribution={"geometric": 1 / MTTR}) for i in range(MACHINES)]
    buffers = [Buffer(f"b{i}", capacity=PLACES) for i in range(MACHINES - 1)]
    chain = [source, machines[0]]
    for buffer, machine in zip(buffers, machines[1:], strict=True):
        chain += [buffer, machine]
    chain.append(sink)
    for before, after in pairwise(chain):
        before.define_routing(downstream=[after]) if before is source else before.define_routing(
            upstream=[chain[chain.index(before) - 1]], downstream=[after]
        )
    sink.define_routing(upstream=[chain[-2]])
    system = System(objects=chain)
    system.simulate(simulation_time=parts, verbose=False)
    return sink.level / parts


def with_salabim(parts: int) -> float:
    """The same as salabim components and stores: parts a cycle."""
    import salabim as sim

    sim.yieldless(False)
    draw, world = random.Random(1), sim.Environment(trace=False)
    stores = [sim.Store(f"s{i}", capacity=PLACES + 1) for i in range(MACHINES - 1)]
    made = [0]

    class Part(sim.Component):
        pass

    class Station(sim.Component):
        def setup(self, place: int) -> None:
            self.place = place

        def process(self) -> object:
            i, left = self.place, draw.expovariate(1 / MTBF)
            while made[0] < parts:
                part = Part() if i == 0 else None
                if i:
                    part = yield self.from_store(stores[i - 1])
                work = 1.0
                while left < work:
                    yield self.hold(left)
                    work -= left
                    yield self.hold(draw.expovariate(1 / MTTR))
                    left = draw.expovariate(1 / MTBF)
                yield self.hold(work)
                left -= work
                if i < MACHINES - 1:
                    yield self.to_store(stores[i], part)
                else:
                    made[0] += 1
            world.main().activate()

    for i in range(MACHINES):
        Station(place=i)
    world.run()
    return parts / world.now()


def main() -> None:
    """Print speeds and their ratios, one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=50_000, help="of each of 16 lives")
    parser.add_argument("--peer-parts", type=int, default=2_000)
    asked = parser.parse_args()
    numba.set_num_threads(1)
    names = [f"m{i}" for i in range(MACHINES)]
    line = Line.of("twenty", names, cycle_days=1.0, up_days=MTBF, down_days=MTTR, capacity=PLACES + LEAST_CAPACITY)
    live(line, seed=1, parts=100)
    made = live(line, seed=1, parts=asked.parts, lives=16)
    cycles = MACHINES * asked.parts * 16
    ours = cycles / fastest(lambda: live(line, seed=1, parts=asked.parts, warm_up=0, lives=16))
    print(f"{'this package, one core':34} {ours / 1e6:9.2f} M machine-cycles/s; {made.mean:.4f} parts a cycle")
    for name, peer in (("simpy", with_simpy), ("simantha", with_simantha), ("salabim", with_salabim)):
        if importlib.util.find_spec(name) is None:
            print(f"{name:34} not installed")
            continue
        began = time.perf_counter()
        rate = peer(asked.peer_parts)
        theirs = MACHINES * asked.peer_parts * (rate if name == "simantha" else 1.0) / (time.perf_counter() - began)
        print(f"{name:34} {theirs / 1e6:9.4f} M machine-cycles/s; {rate:.4f} parts a cycle; {ours / theirs:,.0f} times slower")
    paces = paces_of(line)
    decomposed(line, paces)
    quick = fastest(lambda: decomposed(line, paces))
    print(f"{'decomposition of 20 machines':34} {1e3 * quick:9.3f} ms")
    rng = np.random.default_rng(3)
    uneven = Line.of(
        "uneven", names, cycle_days=rng.uniform(0.9, 1.0, MACHINES), up_days=rng.uniform(60, 200, MACHINES),
        down_days=rng.uniform(4, 12, MACHINES), capacity=12,
    )  # fmt: skip
    effort = Effort(seed=2, lives=16, parts=10_000)
    target = 1.01 * live(uneven, seed=2, lives=16, parts=10_000).mean
    began = time.perf_counter()
    found = buffered(uneven, Goal(target=target / 24), effort=effort)
    took = time.perf_counter() - began
    said = f"{found.line.capacity.sum() - 2 * 19} places for {found.lives.mean:.4f} parts a cycle"
    print(f"{'allocation, decomposed and lived':34} {took:9.2f} s; {said}; {found.tried} tried, {found.rounds + 1} lived")

    def lived(capacity: np.ndarray) -> float:
        return live(replace(uneven, capacity=capacity), seed=2, lives=16, parts=10_000).mean

    began = time.perf_counter()
    alone = allocation.smallest_for(lived, target, np.full(19, 2), np.full(19, 200))
    slow = time.perf_counter() - began
    said = f"{alone.capacity.sum() - 2 * 19} places for {alone.throughput:.4f}; {alone.tried} lived; {slow / took:.0f} times slower"
    print(f"{'allocation, by lives alone':34} {slow:9.2f} s; {said}")


if __name__ == "__main__":
    main()
