"""Writing: a change asked for by a program is done once, however often it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Header, Response

from justenough.archive.replies import Replies, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.interfaces.web.callers import Caller
    from justenough.interfaces.web.house import House

IdempotencyKey = Annotated[
    str | None, Header(max_length=200, description="A word of your own; the same write with the same word is done once.")
]


def once(house: House, caller: Caller, where: str, key: str | None, body: bytes, do: Callable[[], Response]) -> Response:
    """
    Do a write and give its reply, or the reply it was given before.

    What is written, the note of who did it and the reply are one transaction: whenever the server is killed, all of it is
    there or nothing is.

    Parameters
    ----------
    where
        Method and address.
    key
        The request's ``Idempotency-Key``; without one the write is simply done.
    body
        What was asked; another body under the same key is refused.
    do
        Does it; a refusal it raises is not kept.
    """
    replies = Replies(house.workspace.records)
    with house.workspace.records.writing():
        known = replies.given(caller.name, where, key, body) if key else None
        if known is not None:
            return _again(known)
        answer = do()
        if key:
            replies.keep(caller.name, where, key, body, _reply(answer))
        return answer


def once_at_length(house: House, caller: Caller, where: str, key: str | None, body: bytes, do: Callable[[], Response]) -> Response:
    """`once` of a write that takes long, and changes nothing where it is done again: others may write meanwhile."""
    if not key:
        return do()
    replies = Replies(house.workspace.records)
    known = replies.begun(caller.name, where, key, body)
    if known is not None:
        return _again(known)
    try:
        answer = do()
    except BaseException:
        replies.failed(caller.name, where, key)
        raise
    replies.keep(caller.name, where, key, body, _reply(answer))
    return answer


def _again(known: Reply) -> Response:
    return Response(known.body, known.status, {"Idempotency-Replayed": "true"}, media_type=known.kind)


def _reply(answer: Response) -> Reply:
    return Reply(answer.status_code, answer.headers["content-type"], bytes(answer.body))
