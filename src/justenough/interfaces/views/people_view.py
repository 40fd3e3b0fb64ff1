"""People view: who may do what here, with which keys, and what was changed by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from justenough.interfaces.lacking import given_in

if TYPE_CHECKING:
    from justenough.archive.audit_log import AuditEntry
    from justenough.archive.people import User
    from justenough.archive.sessions import AccessKey

FEW = 3  # of a list that are named
IDS = ("decisions", "decision", "read")  # what programs find things again by; people are told the items
WORDS = {("names", "own"): "under the export's names", ("names", "plan"): "under the plan's names"}


@dataclass(frozen=True, slots=True)
class Person:
    """One user."""

    name: str
    role: str
    disabled: bool
    created: datetime
    signs_in: str


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key of the API."""

    key_id: str
    user: str
    label: str
    scope: str
    created: datetime
    ends: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change that was made."""

    seq: int
    at: datetime
    who: str
    through: str
    address: str
    action: str
    subject: str
    detail: dict[str, Any]

    @property
    def what(self) -> str:
        """Its detail in words; of a long list the first few and how many more."""
        return ", ".join(_told(name, value) for name, value in self.detail.items() if name not in IDS and value not in ("", None, [], {}))


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Everybody, and all keys."""

    people: tuple[Person, ...]
    keys: tuple[KeyLine, ...]


@dataclass(frozen=True, slots=True)
class AccountView:
    """The reader's own name, role and keys; ``fresh`` is a key just made, shown this once."""

    name: str
    role: str
    has_password: bool
    keys: tuple[KeyLine, ...]
    fresh: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True)
class AuditView:
    """Changes, the latest first; ``older`` is where the next page begins."""

    changes: tuple[Change, ...]
    older: int | None


def person_of(user: User) -> Person:
    """A user as they are listed."""
    ways = [*(["password"] if user.has_password else []), *([user.issuer] if user.issuer else [])]
    return Person(user.name, user.role.word, user.disabled, user.created, " or ".join(ways) or "key only")


def key_line(key: AccessKey, now: datetime) -> KeyLine:
    """A key as it is listed."""
    state = "revoked" if key.revoked else "ended" if key.ends <= now else "good"
    return KeyLine(key.key_id, key.user, key.label, key.scope.word, key.created, key.ends, state)


def audit_view(entries: list[AuditEntry], limit: int) -> AuditView:
    """One page of the audit log."""
    told = tuple(Change(one.seq, one.at, one.who, one.through, one.address, one.action, one.subject, dict(one.detail)) for one in entries)
    return AuditView(told, told[-1].seq if len(told) == limit else None)


def _told(name: str, value: Any) -> str:
    if name == "settings":
        return ", ".join(given_in(value))
    if isinstance(value, list | tuple):
        more = [f"{len(value) - FEW:,} more"] if len(value) > FEW else []
        value = ", ".join([*map(str, value[:FEW]), *more])
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:,}"
    return WORDS.get((name, value), f"{name} {value}")
