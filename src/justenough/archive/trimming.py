"""Trimming: memory that was used and is free again, given back to the system by a process that works for days."""

from __future__ import annotations

import ctypes
import sys


def trimmed() -> bool:
    """
    Give the free memory of the C library back to the system; gives whether there was any.

    Several threads that read and write rows leave holes behind, each in a pool of its own. The GNU C library keeps them,
    so that a process seems to grow for hours though it holds no more. Elsewhere nothing is done.

    References
    ----------
    malloc_trim(3) of the GNU C library.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return bool(trim and trim(0))
