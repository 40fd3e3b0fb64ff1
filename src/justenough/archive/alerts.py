"""Alerts: what somebody should know now, told once, and carried out of the house until it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sql

from justenough.archive.alert_records import ALERTS, DELIVERIES
from justenough.archive.decisions import Decisions
from justenough.archive.entries import stored, utc
from justenough.domain.figures import count, figure
from justenough.domain.item import Gate
from justenough.strategy.footing import Suspect
from justenough.strategy.shortage import running_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from justenough.archive.workspace import Workspace
    from justenough.strategy.plan import Plan

REVIEW, GATE, MACHINE, SHORTAGE, DOWN = "review", "gate", "machine", "shortage", "down"
MOST = 200  # items of a kind that are told one by one
LAST = 200  # alerts that are listed
WAITS = (60, 300, 1800, 7200, 28_800, 86_400)  # before each next try [seconds]; after the last it is given up


@dataclass(frozen=True, slots=True)
class Alert:
    """
    Something somebody should know.

    Parameters
    ----------
    key
        What is the same thing has the same key, and is told once.
    kind
        ``review``, ``gate``, ``machine``, ``shortage`` or ``down``.
    subject
        The item, machine or supplier it is about; empty where it is about many.
    """

    key: str
    kind: str
    subject: str
    said: str


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as it was told; ``seen_by`` is who put it away."""

    seq: int
    kind: str
    subject: str
    said: str
    created: datetime
    seen_by: str


class Channel(Protocol):
    """A way out of the house."""

    @property
    def name(self) -> str:
        """What it is called in the records."""

    def send(self, told: Told) -> None:
        """Carry one alert out; raises OSError where it did not arrive."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alerts of one workspace."""

    workspace: Workspace

    def look(self, today: date | None = None) -> list[Alert]:
        """What there is to tell now, told already or not."""
        workspace, found = self.workspace, list[Alert]()
        at, decisions = 0, Decisions(workspace)
        for review_id, n in decisions.waiting().items():
            first = decisions.queue(part=slice(at, at + min(n, 3)))["item"]
            at += n
            items = ", ".join(first) + (", ..." if n > 3 else "")
            said = f"{count(n, 'level waits', 'levels wait')} for an answer: what they were sized on has changed ({items})."
            found.append(Alert(f"review:{review_id}", REVIEW, "", said))
        plans = workspace.plans()
        if not plans:
            return found
        latest = workspace.plan(plans[-1].plan_id, drawn=False)
        if len(plans) > 1:
            found += _fallen(workspace.plan(plans[-2].plan_id, drawn=False), latest)
        plant, day = workspace.plant(("items", "receipts")), today or datetime.now(UTC).date()
        short = running_out(plant, latest, day)
        for row in short.head(MOST).iter_rows(named=True):
            comes = f"the next receipt is expected {row['next_receipt']:%d %b %Y}" if row["ordered"] else "nothing is on order"
            lasts = "is used up" if row["lasts_days"] <= 0 else f"lasts {row['lasts_days']:.1f} days"
            said = f"{row['item']}: stock {lasts} at mean demand, and {comes}."
            found.append(Alert(f"shortage:{row['item']}:{row['next_receipt']:%Y%m%d}:{row['ordered']}", SHORTAGE, row["item"], said))
        return found

    def stopped(self, running: pl.DataFrame) -> list[Alert]:
        """
        Machines that are down now, each told once a shift.

        Parameters
        ----------
        running
            From `justenough.archive.running.Running.oee`.
        """
        found = []
        for row in running.to_dicts():
            if row["state"] == "down":
                why = f" ({row['reason']})" if row["reason"] else ""
                said = f"{row['machine']}: is down{why}."
                found.append(Alert(f"down:{row['machine']}:{row['since']}", DOWN, row["machine"], said))
        return found

    def open(self) -> int:
        """How many alerts nobody put away yet."""
        wanted = sql.select(sql.func.count()).select_from(ALERTS).where(ALERTS.c.seen_by == "")
        with self.workspace.records.reading() as connection:
            return int(connection.execute(wanted).scalar_one())

    def tell(self, alerts: Sequence[Alert], channels: Sequence[str] = ()) -> list[Told]:
        """Write down those that were not told before, to be carried out by these channels; gives the new ones."""
        now = stored(datetime.now(UTC))
        with self.workspace.records.writing() as connection:
            keys = [one.key for one in alerts]
            known = set(connection.execute(sql.select(ALERTS.c.key)).scalars()) if keys else set()
            fresh = {one.key: one for one in alerts if one.key not in known}
            told = []
            for one in fresh.values():
                row = {"key": one.key, "kind": one.kind, "subject": one.subject, "said": one.said, "created": now, "seen_by": ""}
                made = connection.execute(sql.insert(ALERTS), row).inserted_primary_key
                assert made is not None
                seq = int(made[0])
                for channel in channels:
                    waits = {"alert": seq, "channel": channel, "tries": 0, "again": now, "done": None, "fault": ""}
                    connection.execute(sql.insert(DELIVERIES), waits)
                told.append(Told(seq, one.kind, one.subject, one.said, utc(now), ""))
        return told

    def deliver(self, channels: Sequence[Channel], now: datetime | None = None) -> tuple[int, int]:
        """
        Carry out what waits; gives how many arrived and how many did not.

        What does not arrive is tried again after longer and longer waits (`WAITS`), and then given up, with its fault kept.
        An alert may arrive twice where this process is killed between its arrival and the note of it; never not at all.
        """
        moment, by_name = now or datetime.now(UTC), {one.name: one for one in channels}
        due = sql.select(DELIVERIES.c.seq, DELIVERIES.c.channel, DELIVERIES.c.tries, ALERTS).join(
            ALERTS, ALERTS.c.seq == DELIVERIES.c.alert
        )
        due = due.where(DELIVERIES.c.done.is_(None), DELIVERIES.c.again <= stored(moment), DELIVERIES.c.channel.in_(list(by_name)))
        with self.workspace.records.reading() as connection:
            waiting = connection.execute(due.order_by(DELIVERIES.c.seq)).all()
        arrived = failed = 0
        for row in waiting:
            delivery, channel, tries, seq, _, kind, subject, said, created, seen_by = row
            try:
                by_name[channel].send(Told(seq, kind, subject, said, utc(created), seen_by))
                values = {"done": stored(moment), "again": None, "fault": ""}
                arrived += 1
            except OSError as error:
                again = stored(moment + timedelta(seconds=WAITS[tries])) if tries < len(WAITS) else None
                values = {"again": again, "fault": str(error)[:1000]}
                failed += 1
            with self.workspace.records.writing() as connection:
                connection.execute(sql.update(DELIVERIES).where(DELIVERIES.c.seq == delivery).values(tries=tries + 1, **values))
        return arrived, failed

    def told(self, *, every: bool = False) -> list[Told]:
        """Alerts nobody put away yet, or every one, newest first."""
        wanted = sql.select(ALERTS).order_by(ALERTS.c.seq.desc()).limit(LAST)
        if not every:
            wanted = wanted.where(ALERTS.c.seen_by == "")
        with self.workspace.records.reading() as connection:
            rows = connection.execute(wanted).all()
        return [Told(row.seq, row.kind, row.subject, row.said, utc(row.created), row.seen_by) for row in rows]

    def put_away(self, seqs: Sequence[int], who: str) -> int:
        """Put alerts away; gives how many were still there."""
        named = sql.update(ALERTS).where(ALERTS.c.seq.in_(list(seqs)), ALERTS.c.seen_by == "")
        with self.workspace.records.writing() as connection:
            return connection.execute(named.values(seen_by=who or "somebody")).rowcount

    def faults(self) -> list[tuple[str, str, int]]:
        """Channel, fault and tries of what did not arrive yet, newest first."""
        wanted = sql.select(DELIVERIES.c.channel, DELIVERIES.c.fault, DELIVERIES.c.tries).where(
            DELIVERIES.c.done.is_(None), DELIVERIES.c.tries > 0
        )
        with self.workspace.records.reading() as connection:
            return [tuple(row) for row in connection.execute(wanted.order_by(DELIVERIES.c.seq.desc()))]


def _fallen(before: Plan, latest: Plan) -> list[Alert]:
    """
    Items that could run just-in-time by the plan before and may not by the latest, with the sentence that names why.

    Where it is a machine whose bound fell, the machine is told once, with all the items that it takes along.
    """
    was = before.figures.select("item", was="gate")
    now = latest.figures.select("item", "gate", "gate_because", "gate_figure", "gate_estimate", "gate_bound").join(was, on="item")
    fallen = now.filter((now["was"] == Gate.PASSED.label) & (now["gate"] == Gate.NOT_YET.label))
    of_machines = fallen["gate_figure"].is_in([Suspect.MTBF.label, Suspect.MTTR.label])
    found = []
    for item in fallen.filter(~of_machines)["item"].head(MOST).to_list():
        because = next((said for said in latest[item].reasons if said.startswith("JIT:")), "JIT: not yet.")
        found.append(Alert(f"gate:{item}:{latest.plan_id}", GATE, item, f"{item}: {because}"))
    for (machine,), mine in fallen.filter(of_machines).group_by("gate_because", maintain_order=True):
        names = ", ".join(mine["item"].head(3)) + (", ..." if mine.height > 3 else "")
        first = mine.row(0, named=True)
        said = f"{machine}: its {first['gate_figure']} is {figure(first['gate_estimate'])} days, by its bound {figure(first['gate_bound'])}"
        said += f": {count(mine.height, 'item')} may no longer run just-in-time ({names})."
        found.append(Alert(f"machine:{machine}:{latest.plan_id}", MACHINE, str(machine), said))
    return found
