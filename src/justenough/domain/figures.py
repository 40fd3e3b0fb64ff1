"""Figures: how a number is written for people, in a reason, on a terminal and on a page alike."""

from __future__ import annotations

import math

UNKNOWN = "–"
ROUNDING = 1e-12  # what sums of shares are off by
LEAST_RESERVE = 0.5e-3  # less is what rounding leaves of a level less a mean [units]


def known(value: float | None) -> bool:
    """Whether there is a number to show: neither missing nor NaN nor infinite."""
    return value is not None and math.isfinite(value)


def figure(value: float | None, digits: int = 3) -> str:
    """
    A measured or estimated quantity: significant digits, thousands separated.

    Parameters
    ----------
    value
        Any quantity; None and NaN are shown as a dash.
    digits
        Significant digits kept.

    Examples
    --------
    >>> figure(41_237.0), figure(0.012345), figure(12.0), figure(-0.0), figure(9.11e-16)
    ('41,200', '0.0123', '12', '0', '0')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if abs(value) < ROUNDING:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    if places <= 0:
        return f"{rounded:,.0f}"
    text = f"{rounded:,.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def typed(value: float) -> str:
    """
    A quantity as it is typed into a field: every digit, nothing between thousands.

    Examples
    --------
    >>> typed(1250.0), typed(98.125)
    ('1250', '98.125')
    """
    return f"{value:.15g}"


def units(value: float | None) -> str:
    """
    A level that is typed into another system: every digit of a whole number, three of any other.

    Examples
    --------
    >>> units(12_345.0), units(3.14159)
    ('12,345', '3.14')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{round(value):,}" if value == round(value) or abs(value) >= 1000 else figure(value)


def in_currency(currency: str, form: str = "{}", unnamed: str = "") -> str:
    """
    A plant's currency as a head or a sentence has it; ``unnamed`` where nobody declared one.

    Examples
    --------
    >>> in_currency("EUR", " [{}]"), in_currency("unknown", " [{}]"), in_currency("", "[{}]", "[money]")
    (' [EUR]', '', '[money]')
    """
    return unnamed if currency in ("", "unknown") else form.format(currency)


def money(value: float | None, currency: str = "") -> str:
    """
    An amount with its currency, three significant digits.

    Examples
    --------
    >>> money(41_237.0, "EUR"), money(12.0, "unknown")
    ('41,200 EUR', '12')
    """
    return figure(value) + (in_currency(currency, " {}") if known(value) else "")


def signed(value: float | None, digits: int = 3) -> str:
    """
    A difference, its sign always written.

    Examples
    --------
    >>> signed(6_612.0), signed(-0.5), signed(0.0)
    ('+6,610', '-0.5', '0')
    """
    text = figure(value, digits)
    return f"+{text}" if value is not None and known(value) and value > 0 and text != "0" else text


def percent(value: float | None) -> str:
    """
    A service or share as percent, finer the nearer it comes to all, never rounded up.

    Examples
    --------
    >>> percent(0.816), percent(0.9469), percent(0.9), percent(0.9995), percent(0.999999), percent(1.0), percent(1.263)
    ('81.6 %', '94.6 %', '90 %', '99.95 %', '>99.99 %', '100 %', '126.3 %')
    >>> percent(0.0), percent(0.0003)
    ('0 %', '<0.1 %')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if abs(value - 1) < ROUNDING:
        return "100 %"
    if value > 1:
        return ">100 %" if value < 1.001 else f"{100 * value:,.1f}".removesuffix(".0") + " %"
    if value <= 0:
        return f"{figure(100 * value)} %"
    if value > 0.9999:
        return ">99.99 %"
    if value < 0.001:
        return "<0.1 %"
    places = 4 if value >= 0.99 else 3
    cut = math.floor(round(value, 9) * 10**places + 1e-6) / 10**places  # a promise is never rounded up
    return f"{100 * cut:.{places - 2}f}".rstrip("0").rstrip(".") + " %"


def count(n: float, noun: str, plural: str = "") -> str:
    """
    A number of things or an amount of a unit, in the right number.

    Examples
    --------
    >>> count(1, "item"), count(12_345, "item"), count(2, "delivery", "deliveries"), count(3.52, "day")
    ('1 item', '12,345 items', '2 deliveries', '3.52 days')
    """
    said = units(n)
    return f"{said} {noun if said == '1' else plural or noun + 's'}"
