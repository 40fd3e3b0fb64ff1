"""Alerts view: what somebody should know, and what did not get out of the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from justenough.archive.alerts import Alerts

KINDS = {
    "review": "levels to answer", "gate": "no longer just-in-time", "machine": "machine's bound fell", "shortage": "runs out",
    "down": "machine down",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert; ``seen_by`` is who put it away, empty where nobody did."""

    seq: int
    kind: str
    subject: str
    said: str
    created: datetime
    seen_by: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What did not arrive yet: through which channel, why, after how many tries."""

    channel: str
    fault: str
    tries: int


@dataclass(frozen=True, slots=True)
class AlertsView:
    """Alerts nobody put away, or every one, newest first."""

    every: bool
    alerts: tuple[AlertLine, ...]
    undelivered: tuple[Undelivered, ...]


def alerts_view(alerts: Alerts, *, every: bool) -> AlertsView:
    """What there is to know."""
    lines = tuple(
        AlertLine(one.seq, KINDS.get(one.kind, one.kind), one.subject, one.said, one.created, one.seen_by)
        for one in alerts.told(every=every)
    )
    return AlertsView(every, lines, tuple(Undelivered(*one) for one in alerts.faults()))
