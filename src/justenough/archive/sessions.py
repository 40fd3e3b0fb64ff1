"""Sessions and keys: what a person shows instead of a password, kept only as digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sql

from justenough.archive.audit_log import Doer, note
from justenough.archive.entries import stored, utc
from justenough.archive.people import PeopleError, Role, User
from justenough.archive.people_records import KEYS, SESSIONS, TRIES, USERS

if TYPE_CHECKING:
    from justenough.archive.records import Records

LASTS = timedelta(hours=12)  # a session, however much it is used
IDLE = timedelta(hours=2)  # after which a session that nobody used ends
SEEN_EVERY = timedelta(minutes=5)  # how finely use is noted
LONGEST_KEY_DAYS = 366
TRIES_OF_ONE = 5  # wrong passwords of one name and address
TRIES_OF_ADDRESS = 50  # wrong passwords of one address, whatever the names
WITHIN = 15 * 60  # [seconds]
MARK = "je"  # begins every key, so that one that leaked is known for what it is


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key of the API, as it is listed; the secret itself is shown once and kept nowhere."""

    key_id: str
    user: str
    label: str
    scope: Role
    created: datetime
    ends: datetime
    revoked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Whom a session or key stands for, and the most that may be done with it."""

    user: User
    most: Role


class Sessions:
    """Sessions, keys and tries to sign in of one workspace."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def begin(self, user: User, by: Doer, now: datetime | None = None) -> str:
        """Begin a session; gives the token, which is kept nowhere else."""
        token, at = secrets.token_urlsafe(32), stored(now or datetime.now(UTC))
        with self.records.writing() as connection:
            connection.execute(sql.delete(SESSIONS).where(SESSIONS.c.ends < at))
            row = {"digest": _digest(token), "user_id": user.user_id, "created": at, "seen": at, "ends": at + LASTS}
            connection.execute(sql.insert(SESSIONS), row)
            note(connection, by, "sign in", user.name)
        return token

    def of_token(self, token: str, now: datetime | None = None) -> Shown | None:
        """Whose session it is; None where it ended or never was."""
        at = stored(now or datetime.now(UTC))
        wanted = sql.select(SESSIONS, USERS.c.name, USERS.c.role).join(USERS, USERS.c.user_id == SESSIONS.c.user_id)
        with self.records.reading() as connection:
            row = connection.execute(wanted.where(SESSIONS.c.digest == _digest(token), ~USERS.c.disabled)).first()
        if row is None or row.ends <= at or row.seen + IDLE <= at:
            return None
        if row.seen + SEEN_EVERY <= at:
            with self.records.writing() as connection:
                connection.execute(sql.update(SESSIONS).where(SESSIONS.c.digest == row.digest).values(seen=at))
        role = Role[row.role.upper()]
        return Shown(User(row.user_id, row.name, role, False, utc(row.created), True, ""), role)

    def end(self, token: str, by: Doer) -> None:
        """End a session."""
        with self.records.writing() as connection:
            if connection.execute(sql.delete(SESSIONS).where(SESSIONS.c.digest == _digest(token))).rowcount:
                note(connection, by, "sign out", by.name)

    def make_key(self, user: User, label: str, scope: str, days: float, by: Doer) -> tuple[AccessKey, str]:
        """
        Make a key; gives its entry and the key itself, which is shown this once.

        Raises
        ------
        PeopleError
            The scope is unknown or wider than the user's role, or it would last too long.
        """
        if scope.upper() not in Role.__members__ or Role[scope.upper()] > user.role:
            allowed = ", ".join(one.word for one in Role if one <= user.role)
            raise PeopleError(f"A key of {user.name} may have the scope {allowed}; got {scope!r}.")
        if not 0 < days <= LONGEST_KEY_DAYS:
            raise PeopleError(f"A key lasts more than 0 and at most {LONGEST_KEY_DAYS} days, got {days:g}.")
        if len(label) > 200 or not label.isprintable():
            raise PeopleError("A key's label has at most 200 printable signs.")
        key_id, secret, at = secrets.token_hex(6), secrets.token_urlsafe(32), datetime.now(UTC)
        row = {"key_id": key_id, "user_id": user.user_id, "label": label, "scope": Role[scope.upper()].word, "revoked": False}
        ends = at + timedelta(days=days)
        with self.records.writing() as connection:
            connection.execute(sql.insert(KEYS), {**row, "digest": _digest(secret), "created": stored(at), "ends": stored(ends)})
            note(connection, by, "make key", user.name, key=key_id, scope=scope.lower(), ends=ends.isoformat(timespec="seconds"))
        return AccessKey(key_id, user.name, label, Role[scope.upper()], at, ends, False), f"{MARK}_{key_id}_{secret}"

    def all_keys(self, user: User | None = None) -> list[AccessKey]:
        """The keys of one user, or all; the newest first."""
        wanted = (
            sql.select(KEYS, USERS.c.name).join(USERS, USERS.c.user_id == KEYS.c.user_id).order_by(KEYS.c.created.desc(), KEYS.c.key_id)
        )
        if user is not None:
            wanted = wanted.where(KEYS.c.user_id == user.user_id)
        with self.records.reading() as connection:
            return [
                AccessKey(row.key_id, row.name, row.label, Role[row.scope.upper()], utc(row.created), utc(row.ends), row.revoked)
                for row in connection.execute(wanted)
            ]

    def revoke(self, key_id: str, by: Doer) -> None:
        """
        Let a key open nothing any more.

        Raises
        ------
        PeopleError
            There is no such key.
        """
        with self.records.writing() as connection:
            row = connection.execute(
                sql.select(USERS.c.name).join(KEYS, USERS.c.user_id == KEYS.c.user_id).where(KEYS.c.key_id == key_id)
            ).first()
            if row is None:
                raise PeopleError(f"There is no key {key_id!r}.")
            connection.execute(sql.update(KEYS).where(KEYS.c.key_id == key_id).values(revoked=True))
            note(connection, by, "revoke key", row.name, key=key_id)

    def of_key(self, key: str, now: datetime | None = None) -> Shown | None:
        """Whose key it is and what it opens; None where it ended, was revoked or never was."""
        mark, _, rest = key.partition("_")
        key_id, _, secret = rest.partition("_")
        if mark != MARK or not key_id or not secret or len(key) > 200 or not key.isascii():
            return None
        wanted = sql.select(KEYS, USERS.c.name, USERS.c.role).join(USERS, USERS.c.user_id == KEYS.c.user_id)
        with self.records.reading() as connection:
            row = connection.execute(wanted.where(KEYS.c.key_id == key_id, ~KEYS.c.revoked, ~USERS.c.disabled)).first()
        right = row is not None and hmac.compare_digest(row.digest, _digest(secret))
        if row is None or not right or row.ends <= stored(now or datetime.now(UTC)):
            return None
        role = Role[row.role.upper()]
        return Shown(User(row.user_id, row.name, role, False, utc(row.created), True, ""), min(role, Role[row.scope.upper()]))

    def try_now(self, name: str, address: str, now: float) -> int:
        """
        Note a try to sign in, unless there were too many: how long until this name may be tried again from this address.

        Noted before the password is looked at, so that many at the same moment are not more than one after the other. [seconds]
        """
        subjects = ((_of_one(name, address), TRIES_OF_ONE), (address[:300], TRIES_OF_ADDRESS))
        with self.records.writing() as connection:
            wait = max(_until_below(connection, subject, most, now) for subject, most in subjects)
            if not wait:
                connection.execute(sql.delete(TRIES).where(TRIES.c.at < round(now) - WITHIN))
                connection.execute(sql.insert(TRIES), [{"subject": subject, "at": round(now)} for subject, _ in subjects])
        return wait

    def forgive(self, name: str, address: str) -> None:
        """Forget the wrong passwords of a name that was right at last, and that it was tried from this address."""
        last = sql.select(sql.func.max(TRIES.c.seq)).where(TRIES.c.subject == address[:300]).scalar_subquery()
        with self.records.writing() as connection:
            connection.execute(sql.delete(TRIES).where(TRIES.c.subject == _of_one(name, address)))
            connection.execute(sql.delete(TRIES).where(TRIES.c.seq == last))


def _until_below(connection: sql.Connection, subject: str, most: int, now: float) -> int:
    times = (
        sql.select(TRIES.c.at).where(TRIES.c.subject == subject, TRIES.c.at > round(now) - WITHIN).order_by(TRIES.c.at.desc()).limit(most)
    )
    found = list(connection.execute(times).scalars())
    return max(0, found[-1] + WITHIN - round(now)) if len(found) >= most else 0


def _of_one(name: str, address: str) -> str:
    # A digest: what people type as a name by mistake may be their password.
    return f"{address[:200]} {hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _digest(secret: str) -> bytes:
    # Plain SHA-256 is enough: the secrets are 256 random bits, nobody guesses them.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
