"""Client: a running server asked from Python; the values are those of its pages, the refusals those of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

from justenough.domain.errors import JustenoughError, UnknownItem, UnknownPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justenough.interfaces.views.item_view import ItemView
    from justenough.interfaces.views.items_view import ItemLine, ItemsView
    from justenough.interfaces.views.people_view import AccountView, AuditView, PeopleView, Person
    from justenough.interfaces.views.plant_view import PlantView

Value = TypeVar("Value")
PER_PAGE = 200  # lines asked for at once


class Refused(JustenoughError):
    """The server refuses; ``status`` is the HTTP status, ``problem`` all it said (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(str(problem.get("detail") or problem.get("title") or f"HTTP status {status}"))


class Client:
    """
    A server of ``justenough serve``.

    Parameters
    ----------
    address
        Such as ``https://stock.example`` or ``http://127.0.0.1:8300``.
    key
        A key of the API; without one a server for one person answers only.
    timeout
        For an answer. [seconds]
    transport
        How requests travel, for tests; by default over the network.
    """

    def __init__(self, address: str, key: str = "", *, timeout: float = 60.0, transport: Any = None) -> None:
        import httpx2

        headers = {"Accept": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        self._http = httpx2.Client(base_url=address, headers=headers, timeout=timeout, transport=transport)

    def plant(self, plan: str = "latest") -> PlantView:
        """The plan as a whole."""
        from justenough.interfaces.views.plant_view import PlantView

        return self._get("/index.json", PlantView, plan=plan)

    def items(self, words: str = "", *, plan: str = "latest", page: int = 1, per_page: int = 50, **asked: str) -> ItemsView:
        """
        One page of the plan's items.

        Parameters
        ----------
        words
            Each must begin a word of the code, description or supplier.
        asked
            ``decision``, ``gate``, ``kind``, ``criticality``, ``supplier``, ``sort`` (a column, or ``move``), ``order`` (``up``, ``down``).
        """
        from justenough.interfaces.views.items_view import ItemsView

        return self._get("/items.json", ItemsView, plan=plan, q=words, page=page, per_page=per_page, **asked)

    def every_item(self, words: str = "", *, plan: str = "latest", **asked: str) -> Iterator[ItemLine]:
        """All the items asked for, fetched page by page; see `items`."""
        page, pages = 1, 1
        while page <= pages:
            found = self.items(words, plan=plan, page=page, per_page=PER_PAGE, **asked)
            yield from found.items
            page, pages, plan = page + 1, found.n_pages, found.plan.plan_id  # a plan made meanwhile does not mix in

    def item(self, code: str, *, plan: str = "latest", at: float | None = None) -> ItemView:
        """
        One item: what to hold, its curve, the evidence.

        Parameters
        ----------
        at
            A reorder point of one's own to be priced: `ItemView.tried`. [units]

        Raises
        ------
        UnknownItem
            The plan has no such item.
        """
        from justenough.interfaces.views.item_view import ItemView

        return self._get(f"/items/{quote(code, safe='')}.json", ItemView, plan=plan, at=at)

    def account(self) -> AccountView:
        """Whose key this is, and what it opens."""
        from justenough.interfaces.views.people_view import AccountView

        return self._get("/account.json", AccountView)

    def people(self) -> PeopleView:
        """Everybody, and all keys; for admins."""
        from justenough.interfaces.views.people_view import PeopleView

        return self._get("/people.json", PeopleView)

    def changes(self, before: int | None = None, subject: str = "") -> AuditView:
        """What was changed by whom, the latest first."""
        from justenough.interfaces.views.people_view import AuditView

        return self._get("/changes.json", AuditView, before=before, subject=subject)

    def add_user(self, name: str, role: str, password: str | None = None, *, idempotency_key: str = "") -> Person:
        """Add a user; sent again with the same key it is done once."""
        from justenough.interfaces.views.people_view import Person

        return self._send("POST", "/api/v1/users", Person, {"name": name, "role": role, "password": password}, idempotency_key)

    def change_user(self, name: str, *, idempotency_key: str = "", **values: Any) -> Person:
        """Change a user's ``role``, ``password`` or whether they are ``disabled``."""
        from justenough.interfaces.views.people_view import Person

        return self._send("PATCH", f"/api/v1/users/{quote(name, safe='')}", Person, values, idempotency_key)

    def revoke_key(self, key_id: str) -> None:
        """Let a key open nothing any more."""
        _answer(self._http.delete(f"/api/v1/keys/{quote(key_id, safe='')}"))

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get(self, path: str, kind: type[Value], **asked: Any) -> Value:
        given = {name: value for name, value in asked.items() if value not in (None, "")}
        return _value(kind, _answer(self._http.get(path, params=given)).content)

    def _send(self, method: str, path: str, kind: type[Value], body: dict[str, Any], idempotency_key: str) -> Value:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return _value(kind, _answer(self._http.request(method, path, json=body, headers=headers)).content)


def _value(kind: type[Value], body: bytes) -> Value:
    from pydantic import TypeAdapter

    return TypeAdapter(kind).validate_json(body)


def _answer(answer: Any) -> Any:
    if answer.is_success:
        return answer
    try:
        told = dict(answer.json())
    except ValueError:
        told = {"title": answer.reason_phrase}
    kinds: dict[str, type[JustenoughError]] = {"UnknownItem": UnknownItem, "UnknownPlan": UnknownPlan}
    kind = kinds.get(str(told.get("kind")))
    raise kind(str(told["detail"])) if kind else Refused(answer.status_code, told)
