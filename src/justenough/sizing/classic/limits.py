"""Limits: what the inputs of a textbook model may be, and the words that refuse the others.

Each function takes columns by name and returns them as arrays in the order given, so that a model begins
with one line. NaN passes, and what is masked becomes NaN: one item of which nothing is known does not stop the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from justenough.domain.ragged import Floats

    Truths = NDArray[np.bool_] | np.bool_


def real(**columns: ArrayLike) -> tuple[Floats, ...]:
    """Columns of finite numbers of any sign."""
    return tuple(_kept(name, given, "a finite number", np.isfinite) for name, given in columns.items())


def positive(**columns: ArrayLike) -> tuple[Floats, ...]:
    """Columns of finite numbers above 0."""
    return tuple(_kept(name, given, "a finite number above 0", lambda x: np.isfinite(x) & (x > 0.0)) for name, given in columns.items())


def not_negative(**columns: ArrayLike) -> tuple[Floats, ...]:
    """Columns of finite numbers of at least 0."""
    return tuple(
        _kept(name, given, "a finite number of at least 0", lambda x: np.isfinite(x) & (x >= 0.0)) for name, given in columns.items()
    )


def fraction(**columns: ArrayLike) -> tuple[Floats, ...]:
    """Columns of numbers in [0, 1]."""
    return tuple(_kept(name, given, "a fraction in [0, 1]", lambda x: (x >= 0.0) & (x <= 1.0)) for name, given in columns.items())


def open_fraction(**columns: ArrayLike) -> tuple[Floats, ...]:
    """Columns of numbers in (0, 1), such as a service that some finite stock reaches."""
    return tuple(_kept(name, given, "a fraction in (0, 1)", lambda x: (x > 0.0) & (x < 1.0)) for name, given in columns.items())


def whole(**columns: ArrayLike) -> tuple[Floats, ...]:
    """Columns of whole numbers of any sign, such as a stock counted in pieces."""
    return tuple(_kept(name, given, "a whole number", lambda x: np.isfinite(x) & (x == np.round(x))) for name, given in columns.items())


def refuse(broken: Truths, message: str) -> None:
    """Raise ``message`` as a `ValueError` naming the first item it is true of, if any."""
    if broken.any():
        where = f" (item {int(np.argmax(broken.reshape(-1)))} of {broken.size})" if broken.size > 1 else ""
        raise ValueError(message + where)


def numbers(name: str, given: ArrayLike, expected: str) -> Floats:
    """The column as floating point; what is no number at all is refused under its name."""
    try:
        column = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be {expected}, got {given!r:.60}: {error}") from error
    return np.where(np.ma.getmaskarray(given), np.nan, column) if isinstance(given, np.ma.MaskedArray) else column


def _kept(name: str, given: ArrayLike, expected: str, holds: Callable[[Floats], Truths]) -> Floats:
    values = numbers(name, given, expected)
    broken = ~(holds(values) | np.isnan(values))
    if broken.any():
        first = int(np.argmax(broken.reshape(-1)))
        refuse(broken, f"{name} must be {expected}, got {values.reshape(-1)[first]:g}")
    return values
