"""People: who may use a workspace together, what each may do, and how they prove who they are."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sql

from justenough.archive.audit_log import AuditEntry, Doer, entries_of, note
from justenough.archive.entries import stored, utc
from justenough.archive.people_records import KEYS, SESSIONS, USERS
from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    import argon2

    from justenough.archive.records import Records

SHORTEST = 12  # signs of a password
LONGEST = 1000
NAME = 200
_turns = threading.BoundedSemaphore(4)  # passwords looked at at once: each takes 64 MB, and strangers may send any number


class PeopleError(JustenoughError):
    """A user, a password or a key that cannot be taken."""


class Role(IntEnum):
    """What a person may do; each may do all that is before it."""

    VIEWER = 1  # look
    PLANNER = 2  # import, plan, propose
    APPROVER = 3  # decide what is proposed
    ADMIN = 4  # say who may do what

    @property
    def word(self) -> str:
        """Its name as people write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class User:
    """One person."""

    user_id: str
    name: str
    role: Role
    disabled: bool
    created: datetime
    has_password: bool
    issuer: str


class People:
    """The users of a workspace."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def users(self) -> list[User]:
        """Everybody, by name."""
        with self.records.reading() as connection:
            return [_user(row) for row in connection.execute(sql.select(USERS).order_by(USERS.c.name))]

    def anybody(self) -> bool:
        """Whether there is a user who may sign in."""
        with self.records.reading() as connection:
            return connection.execute(sql.select(USERS.c.user_id).where(~USERS.c.disabled).limit(1)).first() is not None

    def add(self, name: str, role: str, by: Doer, *, password: str | None = None, issuer: str = "", subject: str = "") -> User:
        """
        Add a user.

        Raises
        ------
        PeopleError
            The name is taken or empty, the role unknown, or the password too short.
        """
        name = _name(name)
        given = _role(role)
        kept = None if password is None else hashed(password)
        user_id = f"u{secrets.token_hex(8)}"
        row = {"user_id": user_id, "name": name, "role": given.word, "password": kept, "issuer": issuer, "subject": subject}
        with self.records.writing() as connection:
            if connection.execute(sql.select(USERS.c.user_id).where(USERS.c.name == name)).first():
                raise PeopleError(f"There is a user {name!r} already; nothing was added. Take another name, or change that one.")
            connection.execute(sql.insert(USERS), {**row, "disabled": False, "created": stored(datetime.now(UTC))})
            note(connection, by, "add user", name, role=given.word, issuer=issuer)
        return self.named(name)

    def change(self, name: str, by: Doer, *, role: str | None = None, disabled: bool | None = None, password: str | None = None) -> User:
        """
        Change a user's role, password, or whether they may sign in; ends their sessions.

        Raises
        ------
        PeopleError
            No such user, or nobody would be left who may say who may do what.
        """
        user = self.named(name)
        values: dict[str, Any] = {}
        if role is not None:
            values["role"] = _role(role).word
        if disabled is not None:
            values["disabled"] = disabled
        if password is not None:
            values["password"] = hashed(password)
        if not values:
            return user
        with self.records.writing() as connection:
            connection.execute(sql.update(USERS).where(USERS.c.user_id == user.user_id).values(**values))
            left = connection.execute(sql.select(USERS.c.user_id).where(USERS.c.role == Role.ADMIN.word, ~USERS.c.disabled)).first()
            if user.role is Role.ADMIN and not left:
                raise PeopleError(f"{name!r} is the last admin; nobody could let people in any more. Add another admin first.")
            connection.execute(sql.delete(SESSIONS).where(SESSIONS.c.user_id == user.user_id))
            if disabled:
                connection.execute(sql.update(KEYS).where(KEYS.c.user_id == user.user_id).values(revoked=True))
            told = {key: ("changed" if key == "password" else value) for key, value in values.items()}
            note(connection, by, "change user", name, **told)
        return self.named(name)

    def named(self, name: str) -> User:
        """
        The user of a name.

        Raises
        ------
        PeopleError
            There is none.
        """
        with self.records.reading() as connection:
            row = connection.execute(sql.select(USERS).where(USERS.c.name == name)).first()
        if row is None:
            raise PeopleError(f"There is no user {name!r}. Those there are: justenough user list")
        return _user(row)

    def known_elsewhere(self, issuer: str, subject: str) -> User | None:
        """The user whom another house (OpenID Connect) vouches for."""
        with self.records.reading() as connection:
            row = connection.execute(sql.select(USERS).where(USERS.c.issuer == issuer, USERS.c.subject == subject)).first()
        return None if row is None else _user(row)

    def proved(self, name: str, password: str) -> User | None:
        """The user, if the password is theirs; takes as long where there is no such user."""
        with self.records.reading() as connection:
            row = connection.execute(sql.select(USERS).where(USERS.c.name == name)).first()
        kept = _decoy() if row is None or row.password is None else row.password
        right = _matches(kept, password)
        if row is None or row.password is None or not right or row.disabled:
            return None
        if _hasher().check_needs_rehash(row.password):
            with self.records.writing() as connection:
                connection.execute(sql.update(USERS).where(USERS.c.user_id == row.user_id).values(password=hashed(password)))
        return _user(row)

    def changes(self, *, before: int | None = None, limit: int = 50, subject: str = "") -> list[AuditEntry]:
        """What was changed by whom, the latest first."""
        with self.records.reading() as connection:
            return entries_of(connection, before=before, limit=limit, subject=subject)

    def note(self, by: Doer, action: str, subject: str, **detail: Any) -> None:
        """Write down a change that was made elsewhere than in the records."""
        with self.records.writing() as connection:
            note(connection, by, action, subject, **detail)


def hashed(password: str) -> str:
    """
    A password as it is kept: argon2id with a salt of its own.

    Raises
    ------
    PeopleError
        Too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PeopleError(f"A password has {SHORTEST} to {LONGEST:,} signs; this one has {len(password)}. A sentence is a good one.")
    return _hasher().hash(password.encode("utf-8", "surrogatepass"))


def _matches(kept: str, password: str) -> bool:
    from argon2.exceptions import VerifyMismatchError

    if len(password) > LONGEST:
        return False
    try:
        with _turns:
            return _hasher().verify(kept, password.encode("utf-8", "surrogatepass"))
    except VerifyMismatchError:
        return False


@cache
def _hasher() -> argon2.PasswordHasher:
    import argon2

    return argon2.PasswordHasher()


@cache
def _decoy() -> str:
    """What is compared with where there is no such user, so that the answer takes as long."""
    return _hasher().hash(secrets.token_bytes(32))


def _name(name: str) -> str:
    if not name.strip() or len(name) > NAME or not name.isprintable():
        raise PeopleError(f"A user's name has 1 to {NAME} printable signs, got {name[:40]!r}.")
    return name.strip()


def _role(role: str) -> Role:
    try:
        return Role[role.upper()]
    except KeyError:
        raise PeopleError(f"There is no role {role!r}. Roles: {', '.join(one.word for one in Role)}.") from None


def _user(row: Any) -> User:
    return User(row.user_id, row.name, Role[row.role.upper()], row.disabled, utc(row.created), row.password is not None, row.issuer)
