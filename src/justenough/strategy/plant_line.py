"""Plant line: a line of an imported plant, with machines as fast as declared and as reliable as recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import LineError
from justenough.domain.line import LEAST_CAPACITY, Line
from justenough.domain.machine import Use
from justenough.estimation.floor import floor_of
from justenough.estimation.machines_measured import slowed_by_minor_stops, time_in
from justenough.estimation.oee import oee_by
from justenough.estimation.reliability import reliability_of
from justenough.estimation.uptimes import uptimes_of
from justenough.sources.line_file import DescribedLine

if TYPE_CHECKING:
    import polars as pl

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.floor import Floor

_SECONDS = 86_400.0
WORTH_SAYING = 0.02  # of a machine's parts: slower or rejected
NEEDS = (
    "`stations` (line, position, machine) and `buffers` (line, position, capacity) beside `machines` (ideal_cycle_seconds) and `events`, "
    "or a TOML file of the line, such as `justenough line show press_shop` reads"
)


def lines_of(plant: Plant) -> list[str]:
    """Names of the lines that an imported plant describes."""
    return sorted(str(name) for name in plant.tables["stations"]["line"].unique())


def line_of(plant: Plant, name: str) -> DescribedLine:
    """
    One line of an imported plant.

    Stations in order from ``stations``, places from ``buffers``, speeds from ``machines.ideal_cycle_seconds``. MTBF,
    MTTR and the variation of repairs are measured on ``events`` (`justenough.estimation.reliability`): breakdowns only.
    Minor stops make a machine slower by their share of its time; set-ups and planned stops are left out, and so are
    slow running and rejects, as the notes say.

    Parameters
    ----------
    plant
        With stations, buffers, machines and events.
    name
        Of the line, as in ``stations``.

    Raises
    ------
    LineError
        For a line that is not there, and for whatever a station or buffer of it lacks, by name.
    """
    import polars as pl

    stations = plant.tables["stations"].filter(pl.col("line") == name).sort("position")
    if not stations.height:
        if known := ", ".join(lines_of(plant)):
            raise LineError(name, "no such line among the stations", f"one of those imported ({known}), or a TOML file")
        raise LineError(name, "an import without a `stations` table", NEEDS)
    machines = [str(machine) for machine in stations["machine"]]
    for repeated in {one for one in machines if machines.count(one) > 1}:
        raise LineError(name, f"machine {repeated!r} at two stations", "a line that passes each machine once")
    cycle = _cycles(plant, name, machines)
    places, value = _buffers(plant, name, stations)
    floor = floor_of(plant)
    up, down, scv, failures = _reliability(floor, name, machines)
    slowed = slowed_by_minor_stops(floor)[[floor.machines.index(machine) for machine in machines]]
    line = Line.of(
        name,
        machines,
        cycle_days=cycle * (1.0 + slowed),
        up_days=up,
        down_days=down,
        repair_scv=scv,
        capacity=places + LEAST_CAPACITY,
        part_value=value,
    )
    most = np.full(len(places), -1)
    return DescribedLine(
        line, plant.terms.currency, failures, np.full(len(places), LEAST_CAPACITY), most, _notes(floor, machines, failures)
    )


def _cycles(plant: Plant, name: str, machines: list[str]) -> Floats:
    """Ideal cycle of each machine. [days]"""
    table = plant.tables["machines"]
    known = dict(zip(table["machine"], table["ideal_cycle_seconds"], strict=True))
    for machine in machines:
        if known.get(machine) is None:
            found = f"machine {machine!r} without an ideal cycle"
            raise LineError(name, found, "ideal_cycle_seconds in the `machines` table")
    return np.array([float(known[machine]) for machine in machines]) / _SECONDS


def _buffers(plant: Plant, name: str, stations: pl.DataFrame) -> tuple[Ints, Floats]:
    """Places of the buffer after each station but the last, and the value of a part there."""
    import polars as pl

    table = plant.tables["buffers"].filter(pl.col("line") == name)
    known = {int(row["position"]): row for row in table.iter_rows(named=True)}
    places, value = [], []
    for position, machine in zip(stations["position"][:-1], stations["machine"][:-1], strict=True):
        if int(position) not in known:
            expected = f"a row with position {int(position):d} in `buffers`; capacity 0 where there is no room"
            raise LineError(name, f"no buffer after station {int(position):d} ({machine})", expected)
        row = known[int(position)]
        if row["capacity"] != int(row["capacity"]):
            raise LineError(name, f"buffer {int(position):d} of {row['capacity']:g} parts", "a whole number of parts")
        places.append(int(row["capacity"]))
        value.append(np.nan if row["unit_value"] is None else float(row["unit_value"]))
    return np.array(places, dtype=np.int64), np.array(value)


def _reliability(floor: Floor, name: str, machines: list[str]) -> tuple[Floats, Floats, Floats, Ints]:
    """MTBF and MTTR [days], squared variation of repairs, and failures counted."""
    measured = reliability_of(uptimes_of(floor))
    for machine in machines:
        if machine not in measured.machines or not measured.uptimes.operated_days[measured.machines.index(machine)] > 0:
            raise LineError(name, f"machine {machine!r} without running time", "its states in the `events` table")
    at = [measured.machines.index(machine) for machine in machines]
    failures = measured.failures[at].astype(np.int64)
    never = failures == 0
    up, down, scv = np.where(never, np.inf, measured.mtbf[0][at]), np.where(never, 0.0, measured.mttr[0][at]), measured.repair_scv[0][at]
    for machine, mean in zip(machines, down, strict=True):
        if np.isnan(mean):
            raise LineError(name, f"machine {machine!r} whose only repair was not seen to end", "one repair that ended in `events`")
    return up, down, np.where(np.isfinite(scv), scv, 1.0), failures


def _notes(floor: Floor, machines: list[str], failures: Ints) -> tuple[str, ...]:
    """What the line leaves out or takes for granted."""
    said = []
    setup, running = time_in(floor, Use.SETUP), time_in(floor, Use.RUNNING)
    at = [floor.machines.index(machine) for machine in machines]
    if setup[at].sum() > 0:
        share = setup[at].sum() / (setup[at].sum() + running[at].sum())
        said.append(f"Set-ups, {100 * share:.1f} % of running and set-up time, are not in these figures: they speak of hours without them.")
    said += _by_counts(floor, machines)
    for machine, count in zip(machines, failures, strict=True):
        if count == 0:
            said.append(f"{machine}: no breakdown recorded, so it is taken never to fail; only its bounds know better.")
        elif count == 1:
            said.append(f"{machine}: one breakdown recorded; its figures hang on that one.")
    return tuple(said)


def _by_counts(floor: Floor, machines: list[str]) -> list[str]:
    """What counted parts say that the line's ideal speeds do not: slow running and rejects, of machines that have much of it."""
    found = oee_by(floor, "machine")
    at = [found.keys["machine"].to_list().index(machine) for machine in machines]
    slow = 1.0 - found.waterfall.performance[at] * (
        1.0 + slowed_by_minor_stops(floor)[[floor.machines.index(machine) for machine in machines]]
    )
    lost = 1.0 - found.quality[at]
    said = []
    if some := _shares(machines, slow):
        said.append(
            f"Machines are taken at their ideal speed. By the parts counted they ran slower: {some}. "
            "Unless that is waiting nobody recorded, the line makes less: write the speed they have into ideal_cycle_seconds."
        )
    if some := _shares(machines, lost):
        said.append(f"Rejects are not in these figures, which count all parts made: {some}.")
    return said


def _shares(machines: list[str], shares: Floats) -> str:
    return ", ".join(f"{machine} {100 * share:.1f} %" for machine, share in zip(machines, shares, strict=True) if share >= WORTH_SAYING)
