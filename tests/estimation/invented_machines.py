"""Invented machines: what would be measured of machines that are known for certain, without their records."""

from __future__ import annotations

import numpy as np

from justenough.estimation.knobs import MachineParams
from justenough.estimation.lifetimes import Law
from justenough.estimation.machines_measured import Machines
from justenough.estimation.routes import Routes
from justenough.estimation.work_clock import ALWAYS


def machines_known(mtbf, mttr, scv=1.0, *, histories=20_000, law=Law.WEIBULL, quality=1.0, clocks=None):
    """Machines of these figures [days], each in as many histories; exponential up times."""
    mtbf = np.asarray(mtbf, dtype=float)
    k = len(mtbf)

    def every(values):
        return np.tile(np.broadcast_to(np.asarray(values, dtype=float), k)[:, None], (1, histories))

    ones = np.ones(k)
    return Machines(
        tuple(f"M{at}" for at in range(k)), (None,) * k, every(mtbf), every(mttr), every(scv), ones, np.full(k, int(law)), 0 * ones,
        quality * ones, ones, ones, tuple(clocks or [ALWAYS] * k), 0, 1, None, MachineParams(histories=histories),
    )  # fmt: skip


def stages_of(rows, places=None):
    """Routes of single machines from (item, machine, cycle days, set-up days, batch or NaN)."""
    item, machine, cycle, setup, batch = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    machine = machine.astype(np.int64)
    names = places or tuple(f"M{at}" for at in range(int(machine.max()) + 1))
    offsets = np.arange(len(rows) + 1)
    return Routes(names, item.astype(np.int64), machine, batch, offsets, machine, cycle, setup, 0 * cycle)


def line_stage(cycle, room, setup=None, batch=np.nan):
    """Routes of one item on one line of the machines 0, 1, ...: cycles [days] and places behind each."""
    k = len(cycle)
    room = np.append(np.asarray(room, dtype=float), 0.0)
    nothing = np.zeros(k) if setup is None else np.asarray(setup, dtype=float)
    first = np.zeros(1, dtype=np.int64)
    return Routes(("line",), first, first, np.array([batch]), np.array([0, k]), np.arange(k), np.asarray(cycle, dtype=float), nothing, room)
