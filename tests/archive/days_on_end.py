"""Days of a plant heard faster than they pass: late, twice, through restarts; and the same days as a file would tell them."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from deltalake import DeltaTable
from until import until

from justenough.archive.listener import Listener
from justenough.domain.machine import DAY, HOUR, SECOND
from justenough.sources.live.acting import Act, Cast, tables_of
from justenough.sources.live.believing import Belief
from justenough.sources.live.endpoints import Message
from justenough.sources.live.listen_file import ListenFile, Patience
from justenough.sources.live.plain_json import JsonReader
from justenough.sources.live.readings import Heard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from justenough.archive.workspace import Workspace

MINUTE = 60 * SECOND
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
ZONE = "Europe/Berlin"
FRIDAY = 1_792_728_000_000_000  # 2026-10-23 04:00 UTC: six in the morning in Berlin; its clocks go back on the 25th at 01:00 UTC
AWAY = (FRIDAY + DAY + 8 * HOUR, FRIDAY + 3 * DAY + HOUR)  # from Saturday 14:00 to Monday 06:00 (an hour more, by UTC)
SILENT = 15 * MINUTE
REMEMBER_DAYS = 1.5
KINDS = {"state": "state", "count": "running", "alive": "alive"}


@dataclass(frozen=True, slots=True)
class Said:
    """One message: what a machine's topic said of a moment, and when it reached us. [microseconds]"""

    machine: str
    kind: str
    at: int
    told: dict[str, object]
    received: int


@dataclass
class Days:
    """
    A plant of machines from Friday morning on; every third machine is switched off over the weekend.

    Counts are told every ``thin``-th time only; one message in fifty comes up to 20 minutes late, one in a hundred again
    within three hours, and one in five hundred again after two days, which is longer than anything is remembered.
    """

    machines: int
    days: float
    seed: int = 5
    thin: int = 12
    cast: Cast = field(init=False)
    said: list[Said] = field(init=False)

    def __post_init__(self) -> None:
        self.cast = Cast.of(self.machines, self.seed)
        self.until = FRIDAY + round(self.days * DAY)
        self.said = sorted(self._all(), key=lambda one: (one.machine, one.at))

    def export(self, folder: Path, *, told: bool) -> Path:
        """Canonical files of the plant; with ``told``, its days as a file would tell them."""
        folder.mkdir()
        days = [f"{datetime.fromtimestamp((FRIDAY + at * DAY) / SECOND, UTC):%Y-%m-%d}" for at in range(-1, round(self.days) + 2)]
        files = tables_of(self.cast, days)
        head, *rows = files["machines.csv"].splitlines()
        files["machines.csv"] = "\n".join([f"{head},time_zone", *(f"{row},{ZONE}" for row in rows), ""])
        if told:
            files |= {"events.csv": _csv("machine,start,state,reason", self._events())}
            files |= {"counts.csv": _csv("machine,start,end,item,total,good", self._counts())}
        for name, text in files.items():
            (folder / name).write_text(text)
        return folder

    def deliveries(self) -> list[Said]:
        """Messages as they arrive."""
        draws, found = random.Random(self.seed), []
        for one in self.said:
            late = draws.randrange(20 * MINUTE) if draws.random() < 0.02 else draws.randrange(2 * SECOND)
            again = [(0.01, draws.randrange(3 * HOUR)), (0.002, 2 * DAY)]
            arrived = [one.at + late, *(one.at + late + after for share, after in again if draws.random() < share)]
            found += [Said(one.machine, one.kind, one.at, one.told, received) for received in arrived if received < self.until]
        return sorted(found, key=lambda one: one.received)

    def _all(self) -> list[Said]:
        found: list[Said] = []
        heard = Counter[str]()
        for one in Act(self.cast, self.seed, FRIDAY).until(self.until - HOUR):
            told: dict[str, object] = {"time": one.at, "n": heard[one.machine]}
            if one.state is not None:
                found.append(Said(one.machine, "state", one.at, told | {"state": one.state.label, "reason": one.reason}, 0))
            elif heard[one.machine] % self.thin == 0:
                found.append(Said(one.machine, "count", one.at, told | {"total": one.total, "good": one.good, "item": one.item}, 0))
            heard[one.machine] += 1
        for name in self.cast.machines:
            found += [Said(name, "alive", at, {"time": at}, 0) for at in range(FRIDAY, self.until - HOUR, 5 * MINUTE)]
        weekend = set(self.cast.machines[::3])
        on = [Said(name, "state", AWAY[1], {"time": AWAY[1], "state": "running"}, 0) for name in weekend if AWAY[1] < self.until]
        return on + [one for one in found if one.machine not in weekend or not AWAY[0] <= one.at <= AWAY[1]]

    def _events(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        for before, one in zip([None, *self.said], self.said, strict=False):
            if before and before.machine == one.machine and one.at - before.at > SILENT:
                rows.append((one.machine, before.at + SILENT, "unknown", ""))
            if one.kind == "state":
                rows.append((one.machine, one.at, one.told["state"], one.told.get("reason", "")))
        return rows

    def _counts(self) -> list[tuple[object, ...]]:
        counted = [one for one in self.said if one.kind == "count"]
        pairs = [(a, b) for a, b in zip(counted, counted[1:], strict=False) if a.machine == b.machine]
        return [
            (b.machine, a.at, b.at, b.told["item"], *(int(str(b.told[name])) - int(str(a.told[name])) for name in ("total", "good")))
            for a, b in pairs
        ]


@dataclass
class Watched:
    """The most there was at once while the days were heard."""

    held: int = 0
    readings: int = 0
    files: int = 0


def heard(kept: Workspace, days: Days, *, step: int = HOUR // 2, tidy: int = 6 * HOUR, say=lambda *_told: None) -> Watched:
    """Hear the days through collector, journal and settling, the clock put on by steps; the listener starts anew each day."""
    now, most = [FRIDAY], Watched()
    file = ListenFile(patience=Patience(settle_seconds=1e9, silent_seconds=SILENT / SECOND, remember_days=REMEMBER_DAYS))
    listener = _started(kept, file, now)
    belief = Belief(frozenset(days.cast.machines), {}, {}, file.patience)
    readers = {kind: _reader(kind, belief) for kind in KINDS}
    coming = iter([*days.deliveries(), Said("", "", 0, {}, days.until + DAY)])
    following = next(coming)
    while now[0] < days.until:
        now[0] += step
        n = listener.collector.tally.messages
        while following.received <= now[0]:
            listener.collector.put(_message(following, readers))
            following, n = next(coming), n + 1
        until(lambda wanted=n: listener.collector.tally.messages >= wanted, pause=0.001)
        listener.settle()
        listener.running.oee(now[0])
        most.held = max(most.held, listener.running.held)
        if (now[0] - FRIDAY) % tidy == 0:
            listener.tidy()
            most.readings = max(most.readings, kept.live().journal.since(0).height)
            most.files = max(most.files, *(len(DeltaTable(kept.live().facts.folder / name).file_uris()) for name in ("events", "counts")))
            say(now[0], most)
        if (now[0] - FRIDAY) % DAY == 0:
            listener.stop()
            listener = _started(kept, file, now)
    listener.stop()
    return most


def _started(kept: Workspace, file: ListenFile, now: list[int]) -> Listener:
    listener = Listener(kept, file, clock=lambda: now[0])
    listener.start()
    return listener


def _reader(kind: str, belief: Belief) -> JsonReader:
    return JsonReader(Message(f"plant/{{machine}}/{kind}", kind=KINDS[kind], time_form="us", sequence="n"), belief)


def _message(one: Said, readers: Mapping[str, JsonReader]) -> Heard:
    return Heard(f"mqtt:plant/{one.machine}/{one.kind}", json.dumps(one.told).encode(), one.received, readers[one.kind].readings)


def _csv(head: str, rows: list[tuple[object, ...]]) -> str:
    """Rows of CSV, whole numbers beyond the year 2000 [microseconds] written as moments in UTC."""
    texts = [",".join(_text(value) for value in row) + ",UTC" for row in rows]
    return "\n".join([f"{head},time_zone", *texts, ""])


def _text(value: object) -> str:
    if isinstance(value, int) and value > 946_684_800 * SECOND:
        return f"{EPOCH + timedelta(microseconds=value):%Y-%m-%dT%H:%M:%S.%f}"
    return str(value)
