"""
Live days: a week of a plant heard faster than it passes, and what is held of it: memory, rows, readings and files.

Run: python benchmarks/live_days.py [MACHINES] [DAYS]. The clock is put on by half hours; a silent weekend, the night the clocks go
back, late and doubled messages, and a restart each day are part of it. What is heard is compared with the same days from a file.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / place) for place in ("archive", "sources")]


def main(machines: float = 20, n_days: float = 7) -> None:
    from live_days import FRIDAY, Days, heard
    from live_messages import megabytes

    from justenough.archive.workspace import Workspace
    from justenough.domain.machine import DAY, HOUR, SECOND
    from justenough.estimation.oee import oee_of
    from justenough.sources.read import import_from

    def say(now: int, most: object) -> None:
        if (now - FRIDAY) % DAY == 0:
            print(f"{datetime.fromtimestamp(now / SECOND, UTC):%a %d %H:%M}  {megabytes():6.1f} MB; at most {most}", flush=True)

    days = Days(machines=int(machines), days=n_days)
    print(f"{len(days.said):,} messages of {machines:.0f} machines in {n_days:g} days, delivered {len(days.deliveries()):,} times")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Workspace.open(folder / "live") as kept:
            kept.import_(import_from(days.export(folder / "plant", told=False), "canonical"))
            begun = time.process_time()
            heard(kept, days, say=say)
            print(f"{time.process_time() - begun:.1f} core seconds; {dict(kept.live().journal.tally())}")
            live = kept.plant()
        with Workspace.open(folder / "file") as kept:
            kept.import_(import_from(days.export(folder / "told", told=True), "canonical"))
            told = kept.plant()
    since, until = FRIDAY, days.until - HOUR
    found, meant = (oee_of(plant, "machine", "day", "shift", since=since, until=until).frame() for plant in (live, told))
    numbers = [name for name, kind in found.schema.items() if kind.is_numeric()]
    apart = (found.select(numbers).fill_nan(0) - meant.select(numbers).fill_nan(0)).to_numpy()
    print(f"{found.height} rows by machine, day and shift: at most {abs(apart).max():.1e} from the same days as a file")


if __name__ == "__main__":
    main(*(float(one) for one in sys.argv[1:]))
