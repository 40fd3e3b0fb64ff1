"""Replies: what was answered to a write, kept so that the same write sent again is not done again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sql

from justenough.archive.entries import stored
from justenough.archive.people_records import REPLIES
from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from justenough.archive.records import Records

KEPT = timedelta(days=2)
DOING = timedelta(minutes=10)  # after which a write nobody finished may be begun again
PENDING = 0


class RepeatedWrite(JustenoughError):
    """A write whose key was used for another one, or is being done."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer as it was given."""

    status: int
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Replies:
    """The replies of one workspace."""

    records: Records

    def begun(self, who: str, where: str, key: str, body: bytes) -> Reply | None:
        """
        The reply that was given to this write; None where it is to be done now, by whoever asked first.

        Raises
        ------
        RepeatedWrite
            The key was used for another body, or the write is being done at this moment.
        """
        name, digest, now = _key(who, where, key), hashlib.sha256(body).digest(), datetime.now(UTC)
        with self.records.writing() as connection:
            connection.execute(sql.delete(REPLIES).where(REPLIES.c.created < stored(now - KEPT)))
            stale = (REPLIES.c.status == PENDING) & (REPLIES.c.created < stored(now - DOING))
            connection.execute(sql.delete(REPLIES).where(REPLIES.c.key == name, stale))
            row = connection.execute(sql.select(REPLIES).where(REPLIES.c.key == name)).first()
            if row is None:
                fresh = {"key": name, "digest": digest, "status": PENDING, "kind": "", "body": b"", "created": stored(now)}
                connection.execute(sql.insert(REPLIES), fresh)
                return None
        if row.digest != digest:
            raise RepeatedWrite("This Idempotency-Key was used for another request. Take a new one for every write.")
        if row.status == PENDING:
            raise RepeatedWrite("The same write is being done at this moment. Ask again in a while.")
        return Reply(row.status, row.kind, row.body)

    def done(self, who: str, where: str, key: str, reply: Reply) -> None:
        """Keep the reply."""
        values = {"status": reply.status, "kind": reply.kind, "body": reply.body}
        with self.records.writing() as connection:
            connection.execute(sql.update(REPLIES).where(REPLIES.c.key == _key(who, where, key)).values(**values))

    def failed(self, who: str, where: str, key: str) -> None:
        """Let the write be tried again: nothing came of it."""
        with self.records.writing() as connection:
            connection.execute(sql.delete(REPLIES).where(REPLIES.c.key == _key(who, where, key), REPLIES.c.status == PENDING))


def _key(who: str, where: str, key: str) -> bytes:
    return hashlib.sha256(f"{who}\0{where}\0{key}".encode("utf-8", "surrogatepass")).digest()
