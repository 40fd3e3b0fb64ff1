"""Replies: what was answered to a write, kept so that the same write sent again is not done again."""

from __future__ import annotations

import hashlib
import os
import socket
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
_OWNER = "{host} {process}"  # of a write that is being done, in place of its reply's kind


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
    """
    The replies of one workspace.

    A write that is one transaction keeps its reply in it (`given`, `keep`), so that no kill can part them. One that takes long
    (an import) may not hold up every other writer: it is marked `begun`, and `done` when its reply is known.
    """

    records: Records

    def given(self, who: str, where: str, key: str, body: bytes) -> Reply | None:
        """
        The reply that was given to this write; None where none was.

        Raises
        ------
        RepeatedWrite
            The key was used for another body, or the write is being done at this moment.
        """
        now = datetime.now(UTC)
        with self.records.writing() as connection:
            connection.execute(sql.delete(REPLIES).where(REPLIES.c.created < stored(now - KEPT)))
            connection.execute(sql.delete(REPLIES).where(REPLIES.c.status == PENDING, REPLIES.c.created < stored(now - DOING)))
            row = connection.execute(sql.select(REPLIES).where(REPLIES.c.key == _key(who, where, key))).first()
        if row is None:
            return None
        if row.digest != hashlib.sha256(body).digest():
            raise RepeatedWrite("This Idempotency-Key was used for another request. Take a new one for every write.")
        if row.status == PENDING:
            raise RepeatedWrite("The same write is being done at this moment. Ask again in a while.")
        return Reply(row.status, row.kind, row.body)

    def keep(self, who: str, where: str, key: str, body: bytes, reply: Reply) -> None:
        """Keep the reply to a write."""
        name = _key(who, where, key)
        row = {"key": name, "digest": hashlib.sha256(body).digest(), "status": reply.status, "kind": reply.kind, "body": reply.body}
        with self.records.writing() as connection:
            connection.execute(sql.delete(REPLIES).where(REPLIES.c.key == name))
            connection.execute(sql.insert(REPLIES), {**row, "created": stored(datetime.now(UTC))})

    def begun(self, who: str, where: str, key: str, body: bytes) -> Reply | None:
        """`given`; where none was, the write is to be done now, by whoever asked first."""
        with self.records.writing():
            known = self.given(who, where, key, body)
            if known is None:
                self.keep(who, where, key, body, Reply(PENDING, _OWNER.format(host=_host(), process=os.getpid()), b""))
        return known

    def failed(self, who: str, where: str, key: str) -> None:
        """Let a write that was begun be tried again: nothing came of it."""
        with self.records.writing() as connection:
            connection.execute(sql.delete(REPLIES).where(REPLIES.c.key == _key(who, where, key), REPLIES.c.status == PENDING))

    def forget_begun(self) -> None:
        """
        Let whatever a server that was killed had begun be begun again; doing an import twice changes nothing.

        To be called before this process begins anything: what bears its number was begun by one before it. What a process
        that lives has begun stays, and what was begun on another computer stays until its time is over (`DOING`).
        """
        with self.records.writing() as connection:
            owners = connection.execute(sql.select(REPLIES.c.kind).where(REPLIES.c.status == PENDING).distinct()).scalars().all()
            ended = [owner for owner in owners if _ended(owner)]
            connection.execute(sql.delete(REPLIES).where(REPLIES.c.status == PENDING, REPLIES.c.kind.in_(ended)))


def _ended(owner: str) -> bool:
    """Whether the process that began a write is known to have ended: one of this computer that is not there, or was here before us."""
    host, _, process = owner.rpartition(" ")
    if host != _host() or not process.isdigit():
        return False
    if int(process) == os.getpid():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def _host() -> str:
    return socket.gethostname()


def _key(who: str, where: str, key: str) -> bytes:
    return hashlib.sha256(f"{who}\0{where}\0{key}".encode("utf-8", "surrogatepass")).digest()
