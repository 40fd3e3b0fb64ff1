"""Audit log: who changed what, when and through which door; written in the same transaction as the change."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sql

from justenough.archive.entries import stored, utc
from justenough.archive.people_records import AUDIT

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something: a name, the door (``command``, ``page``, ``key``, ``local``) and the address it came from."""

    name: str
    through: str = "command"
    address: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change that was made."""

    seq: int
    at: datetime
    who: str
    through: str
    address: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def note(connection: sql.Connection, by: Doer, action: str, subject: str, **detail: Any) -> None:
    """Write one change down; no secret belongs into ``detail``."""
    told = json.dumps(detail, default=str, sort_keys=True)
    row = {"who": by.name, "through": by.through, "address": by.address, "action": action, "subject": subject, "detail": told}
    connection.execute(sql.insert(AUDIT), {"at": stored(datetime.now(UTC)), **row})


def entries_of(
    connection: sql.Connection, *, before: int | None = None, limit: int = 50, subject: str = "", action: str = ""
) -> list[AuditEntry]:
    """The latest changes first; of one subject or action, or those before one entry."""
    wanted = sql.select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(AUDIT.c.seq < before)
    if subject:
        wanted = wanted.where(AUDIT.c.subject == subject)
    if action:
        wanted = wanted.where(AUDIT.c.action == action)
    return [
        AuditEntry(row.seq, utc(row.at), row.who, row.through, row.address, row.action, row.subject, json.loads(row.detail))
        for row in connection.execute(wanted)
    ]
