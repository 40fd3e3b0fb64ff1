"""Chain references: random networks, and the cheapest service times by trying them all."""

from __future__ import annotations

import math

import numpy as np

from justenough.domain.network import Network


def random_network(rng: np.random.Generator, stages: int, *, tree: bool = False, spread: bool = True) -> Network:
    """A small chain with every feature: quantities, inbound times, promises, inner demand, times that vary or are no whole number."""
    if tree:
        links = [(i, int(rng.integers(0, i)))[:: int(rng.choice([-1, 1]))] for i in range(1, stages)]
    else:
        dense = rng.choice([0.3, 0.5, 0.8])
        links = [(i, j) for i in range(stages) for j in range(i + 1, stages) if rng.random() < dense]
    suppliers = {giver for giver, _ in links}
    outside = np.array([i not in suppliers or rng.random() < 0.15 for i in range(stages)])
    mean, sd = np.where(outside, rng.uniform(1, 20, stages), 0.0), np.where(outside, rng.uniform(0, 10, stages), 0.0)
    return Network.of(
        "random",
        [f"s{i}" for i in range(stages)],
        links=links,
        per=rng.choice([0.5, 1.0, 1.0, 2.0], len(links)),
        time_days=rng.integers(0, 4, stages) + (rng.random(stages) if rng.random() < 0.3 else 0.0),
        time_sd_days=rng.uniform(0, 1.5, stages) if spread and rng.random() < 0.4 else 0.0,
        cost_added=rng.choice([0.0, 0.1, 1.0, 5.0, 20.0], stages),
        demand_mean=mean,
        demand_sd=sd,
        inbound_days=rng.integers(0, 3, stages) if rng.random() < 0.5 else 0.0,
        promise_days=np.where(outside, rng.integers(0, 4, stages), np.inf),
        service=np.where(outside, rng.choice([0.9, 0.99]), np.nan),
    )


def demand_of(network: Network) -> tuple[list[float], list[float], list[float]]:
    """Mean, spread and factor of each stage, all ways to each customer walked one by one."""
    k = len(network.stages)
    after = {i: [(int(t), float(p)) for (g, t), p in zip(network.links, network.per, strict=True) if g == i] for i in range(k)}

    def units(stage, outer):
        return (1.0 if stage == outer else 0.0) + sum(per * units(taker, outer) for taker, per in after[stage])

    from statistics import NormalDist

    mean, sd, factor = [], [], []
    for i in range(k):
        needs = {o: units(i, o) for o in network.outer.tolist()}
        z = {o: NormalDist().inv_cdf(network.service[o]) for o in needs}
        mean.append(sum(n * network.demand_mean[o] for o, n in needs.items()))
        sd.append(math.sqrt(sum((n * network.demand_sd[o]) ** 2 for o, n in needs.items())))
        pooled = math.sqrt(sum((n * z[o] * network.demand_sd[o]) ** 2 for o, n in needs.items()))
        own = network.service[i]
        factor.append(NormalDist().inv_cdf(own) if own == own else pooled / sd[i] if sd[i] else 0.0)
    return mean, sd, factor


def cheapest(network: Network, holding_rate: float = 0.25) -> float:
    """Least holding cost over all whole service times, tried one by one."""
    mean, sd, factor = demand_of(network)
    order, k = network.order.tolist(), len(network.stages)
    givers = {j: [int(g) for g, t in network.links if t == j] for j in range(k)}
    yearly, seen = holding_rate * network.total_cost, {}

    def cost(j, ahead):
        if (j, ahead) not in seen:
            exposed = [max(0.0, ahead + t) for t in network.times[j]]
            first = sum(w * x for w, x in zip(network.shares[j], exposed, strict=True))
            second = sum(w * x * x for w, x in zip(network.shares[j], exposed, strict=True))
            variance = sd[j] ** 2 * first + mean[j] ** 2 * max(second - first**2, 0.0)
            seen[j, ahead] = yearly[j] * factor[j] * math.sqrt(variance)
        return seen[j, ahead]

    best, promised = math.inf, [0] * k

    def place(turn, spent):
        nonlocal best
        if spent >= best or turn == k:
            best = min(best, spent)
            return
        j = order[turn]
        inbound = max([math.ceil(network.inbound_days[j]), *(promised[g] for g in givers[j])])
        longest = min(network.promise_days[j], math.floor(inbound + max(network.times[j]) + 1e-9))
        for days in range(int(longest) + 1):
            promised[j] = days
            place(turn + 1, spent + cost(j, inbound - days))

    place(0, 0.0)
    return best
