"""Until: how a test waits for what is done in the background, and for how long at most."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")


def until(condition: Callable[[], Found], seconds: float = 60.0, pause: float = 0.02) -> Found:
    """What the condition gives once it is true; a test fails that waits longer."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"it did not come true within {seconds:.0f} seconds"
        time.sleep(pause)
    return found
