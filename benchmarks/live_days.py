"""
Live days: a week of a plant heard faster than it passes, and what is held of it: memory, rows, readings and files.

Run: python benchmarks/live_days.py [MACHINES] [DAYS]. The clock is put on by half hours; a silent weekend, the night the clocks go
back, late and doubled messages, and a restart each day are part of it. What is heard is compared with the same days from a file.

It says itself whether it grows: what is held at most on a day of the last half against the days of the first but one, and
whether every message was counted once. Memory is of one process that hears day after day.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / place) for place in ("archive", "sources")]

GROWS = (0.05, 0.2, 0.2)  # by which memory, rows and readings of a late day may lie above an early one; days and shifts differ


def main(machines: float = 20, n_days: float = 7) -> None:
    from days_on_end import FRIDAY, Days, Watched, heard
    from live_messages import megabytes

    from justenough.archive.workspace import Workspace
    from justenough.domain.machine import DAY, HOUR, SECOND
    from justenough.estimation.oee import oee_of
    from justenough.sources.read import import_from

    sizes: list[tuple[float, ...]] = []

    def say(now: int, most: Watched) -> None:
        if (now - FRIDAY) % DAY == 0:
            sizes.append((megabytes(), most.held, most.readings))
            print(f"{datetime.fromtimestamp(now / SECOND, UTC):%a %d %H:%M}  {sizes[-1][0]:6.1f} MB; at most {most}", flush=True)
            most.held = most.readings = 0  # each day tells its own

    days = Days(machines=int(machines), days=n_days)
    print(f"{len(days.said):,} messages of {machines:.0f} machines in {n_days:g} days, delivered {len(days.deliveries()):,} times")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Workspace.open(folder / "live") as kept:
            kept.import_(import_from(days.export(folder / "plant", told=False), "canonical"))
            begun = time.process_time()
            heard(kept, days, say=say)
            tally = dict(kept.live().journal.tally())
            print(f"{time.process_time() - begun:.1f} core seconds; {tally}")
            live = kept.plant()
        with Workspace.open(folder / "file") as kept:
            kept.import_(import_from(days.export(folder / "told", told=True), "canonical"))
            told = kept.plant()
    since, until = FRIDAY, days.until - HOUR
    found, meant = (oee_of(plant, "machine", "day", "shift", since=since, until=until).frame() for plant in (live, told))
    numbers = [name for name, kind in found.schema.items() if kind.is_numeric()]
    apart = (found.select(numbers).fill_nan(0) - meant.select(numbers).fill_nan(0)).to_numpy()
    print(f"{found.height} rows by machine, day and shift: at most {abs(apart).max():.1e} from the same days as a file")
    for name, grows, column in zip(("memory", "rows held", "readings kept"), GROWS, zip(*sizes, strict=True), strict=True):
        early, late = max(column[1 : len(column) // 2 + 1]), max(column[len(column) // 2 + 1 :])
        word = "flat" if late <= early * (1 + grows) else "GROWS"
        print(f"{name}: {word}, {early:,.0f} at most on days 2 to {len(column) // 2 + 1}, {late:,.0f} after ({late / early - 1:+.1%})")
    print(
        "every message counted once"
        if tally["kept"] == len(days.said)
        else f"LOST OR DOUBLED: kept {tally['kept']:,} of {len(days.said):,}"
    )


if __name__ == "__main__":
    main(*(float(one) for one in sys.argv[1:]))
