"""Censored lifetime fits with bounds a second, all machines in one call, beside surpyval one machine at a time.

python benchmarks/lifetime_fits.py --machines 10000 --lives 1000

Ours gives the fit and likelihood-ratio bounds of shape, scale, mean and early life. surpyval gives the fit, and in the
second column also normal-theory bounds of its survival function at one age, which is less. About a fifth of the lives
are censored. A sample of machines is compared, so that speed is not bought with digits.
"""

from __future__ import annotations

import argparse
import importlib.util
import time

import numpy as np

from justenough.estimation.lifetimes import Fits, Law, Lives, fit

PEER_SECONDS = 3.0  # how long the peer is let run
COMPARED = 5  # machines


def drawn(machines: int, lives: int, seed: int) -> Lives:
    """Weibull lives of shape 1.5, cut at uniform times."""
    rng = np.random.default_rng(seed)
    days, cut = 100.0 * rng.weibull(1.5, machines * lives), rng.uniform(50.0, 250.0, machines * lives)
    return Lives(np.minimum(days, cut), days <= cut, np.arange(machines + 1) * lives)


def best_of(rounds: int, lives: Lives, law: Law) -> tuple[float, float, Fits]:
    """Shortest time of several calls by the clock and of the processor, all cores added up [s], and the fits."""
    found, best, work = fit(lives.where(lives.machine < 2), law), float("inf"), float("inf")  # compiled before the clock starts
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        found = fit(lives, law)
        best, work = min(best, time.perf_counter() - began), min(work, time.process_time() - worked)
    return best, work, found


def surpyval_rates(lives: Lives, found: Fits) -> tuple[float, float, float] | None:
    """Machines a second without and with bounds, and the largest relative difference of a parameter; None without surpyval."""
    if importlib.util.find_spec("surpyval") is None:
        return None
    import surpyval

    done, off, spent = 0, 0.0, [0.0, 0.0]
    while sum(spent) < PEER_SECONDS and done < len(lives):
        rows = slice(lives.offsets[done], lives.offsets[done + 1])
        began = time.perf_counter()
        model = surpyval.Weibull.fit(lives.days[rows], c=(~lives.failed[rows]).astype(int))
        spent[0] += time.perf_counter() - began
        model.cb(np.array([50.0]), on="sf")
        spent[1] += time.perf_counter() - began
        if done < COMPARED:
            ours = np.array([found.best.scale[done], found.best.shape[done]])
            off = max(off, float(np.abs(np.array(model.params) / ours - 1.0).max()))
        done += 1
    return done / spent[0], done / spent[1], off


def main() -> None:
    """Print a row a law, and the ratio to the peer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--machines", type=int, default=10_000)
    parser.add_argument("--lives", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    lives = drawn(asked.machines, asked.lives, asked.seed)
    print(f"{asked.machines:,} machines of {asked.lives:,} lives, {1 - lives.failed.mean():.0%} censored; ours with bounds of four figures")
    seconds, work, weibull = best_of(3, lives, Law.WEIBULL)
    print(f"weibull      {asked.machines / seconds:12,.0f} machines/s; {work / asked.machines * 1e6:,.0f} us of one core each")
    part = max(asked.machines // 20, 1)
    fewer = Lives(lives.days[: part * asked.lives], lives.failed[: part * asked.lives], lives.offsets[: part + 1])
    some, effort, _ = best_of(1, fewer, Law.LOGNORMAL)
    print(f"lognormal    {part / some:12,.0f} machines/s; {effort / part * 1e6:,.0f} us of one core each")
    peer = surpyval_rates(lives, weibull)
    if peer is None:
        print("surpyval is not installed (pip install surpyval)")
        return
    print(f"surpyval     {peer[0]:12,.1f} machines/s the fit alone, {peer[1]:,.1f} with bounds at one age")
    print(f"ratio        {asked.machines / seconds / peer[1]:12,.0f}; parameters differ by {peer[2]:.0e} at most")


if __name__ == "__main__":
    main()
