"""Errands: slow work done in the background, once for each state of the facts, while what was found before stays shown."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from justenough.archive.aside import TurnsTaken
from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

PAUSE_SECONDS = 30.0  # before the same is done again for newer facts


@dataclass(frozen=True, slots=True)
class Found:
    """
    What is known of an errand.

    Parameters
    ----------
    value
        What it found last; None where nothing was found yet.
    why
        Why it found nothing, where it was refused; else empty.
    working
        Whether it is being done now.
    """

    value: Any = None
    why: str = ""
    working: bool = False


@dataclass(slots=True)
class _Errand:
    found: Found = field(default_factory=Found)
    state: Hashable = None
    ended: float = 0.0


class Errands:
    """Errands by name; safe to ask from several threads."""

    def __init__(self, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._pause = pause_seconds
        self._known: dict[Hashable, _Errand] = {}
        self._turn = threading.Lock()

    def ask(self, name: Hashable, state: Hashable, do: Callable[[], Any], *, wait: bool = False) -> Found:
        """
        What an errand found; begins it where it was not done for this state of the facts.

        Parameters
        ----------
        name
            Of the errand; what it found for an older state is given until it is done again.
        state
            Of the facts it rests on.
        do
            Finds it; a `JustenoughError` is told as why it cannot.
        wait
            Until it is done.
        """
        with self._turn:
            errand = self._known.setdefault(name, _Errand())
            rested = not errand.ended or time.monotonic() - errand.ended >= self._pause
            if errand.found.working or errand.state == state or not rested:
                return errand.found
            errand.found = Found(errand.found.value, errand.found.why, working=True)
        self._start(name, errand, state, do, wait=wait)
        return errand.found

    def begin(self, name: Hashable, do: Callable[[], Any], *, wait: bool = False) -> bool:
        """Do an errand now, whatever was found before; gives False where it is being done already, and begins nothing."""
        with self._turn:
            errand = self._known.setdefault(name, _Errand())
            if errand.found.working:
                return False
            errand.found = Found(errand.found.value, errand.found.why, working=True)
        self._start(name, errand, object(), do, wait=wait)
        return True

    def last(self, name: Hashable) -> Found:
        """What an errand found last, without beginning it."""
        with self._turn:
            errand = self._known.get(name)
            return errand.found if errand else Found()

    def _start(self, name: Hashable, errand: _Errand, state: Hashable, do: Callable[[], Any], *, wait: bool) -> None:
        worker = threading.Thread(target=self._do, args=(errand, state, do), name=f"errand {name}", daemon=True)
        worker.start()
        if wait:
            worker.join()

    def _do(self, errand: _Errand, state: Hashable, do: Callable[[], Any]) -> None:
        found = Found(errand.found.value, "It failed; the server's log says why. It is tried again when the facts change.")
        try:
            found = Found(do())
        except TurnsTaken as error:
            found, state = Found(errand.found.value, str(error)), object()  # whoever looks next begins it again
        except JustenoughError as error:
            found = Found(None, str(error))
        finally:
            with self._turn:
                errand.found, errand.state, errand.ended = found, state, time.monotonic()
