"""Asking: how a program puts a question to a running server, and reads what it answers or why it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from justenough.domain.errors import JustenoughError, UnknownItem, UnknownPlan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Value = TypeVar("Value")


class Refused(JustenoughError):
    """The server refuses; ``status`` is the HTTP status, ``problem`` all it said (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(str(problem.get("detail") or problem.get("title") or f"HTTP status {status}"))


class Asking:
    """
    A server of ``justenough serve``, asked; see `justenough.interfaces.client.Client`.

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

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get(self, path: str, kind: type[Value], **asked: Any) -> Value:
        given = {name: value for name, value in asked.items() if value not in (None, "")}
        return value_of(kind, self._fetch("GET", path, params=given).content)

    def _send(self, method: str, path: str, kind: type[Value], body: dict[str, Any], idempotency_key: str) -> Value:
        return value_of(kind, self._told(method, path, body, idempotency_key).content)

    def _decided(self, path: str, body: dict[str, Any], idempotency_key: str, headers: Mapping[str, str] | None = None) -> list[str]:
        return list(self._told("POST", path, body, idempotency_key, headers).json()["decisions"])

    def _told(self, method: str, path: str, body: dict[str, Any], idempotency_key: str, headers: Mapping[str, str] | None = None) -> Any:
        sent = {**(headers or {}), **({"Idempotency-Key": idempotency_key} if idempotency_key else {})}
        return self._fetch(method, path, json=body, headers=sent)

    def _kept(self, place: Path, method: str, path: str, **how: Any) -> Path:
        place.write_bytes(self._fetch(method, path, **how).content)
        return place

    def _fetch(self, method: str, path: str, **how: Any) -> Any:
        return _answer(self._http.request(method, path, **how))


def value_of(kind: type[Value], body: bytes) -> Value:
    """An answer's JSON as the type it was made from."""
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
