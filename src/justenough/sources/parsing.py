"""Parsing: text as numbers, dates and flags, and which of it is none."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from justenough.sources.folder import WORKBOOKS, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justenough.sources.declarations import FileSpec

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)  # %Y reads "06" as the year 6
NEAR = f"a day from {EARLIEST} to {LATEST}"
CELL = "%Y-%m-%d %H:%M:%S%.f"  # a date cell of a workbook as text, however the workbook shows it
THOUSANDS = r"^\s*-?[1-9]\d{0,2}(\.\d{3})+-?\s*$"  # 1.250, which may be a thousand or one and a quarter
DOTTED = r"^\s*[-+]?\d[\d.,]*\.\d[\d.,]*\s*-?\s*$"  # a number with a dot, and no word such as n.d.
BLANKS = r"[ \u00a0\u202f]"  # plain, no-break and narrow: what stands between thousands in French, Polish, Czech, Swedish ...
SPACED = rf"^\s*-?\d{{1,3}}({BLANKS}\d{{3}})+([.,]\d+)?\s*-?\s*$"  # 1 250,50
CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp][Mm])?"  # a time of day beside its day
CLOCKS = ("%H", "%I", "%k", "%l", "%T", "%R", "%X", "%r")  # of 24 and of 12 hours
COMMAS = r"^\s*-?\d{1,3}(,\d{3})+\.\d+\s*-?\s*$"  # 1,250.50, which can be nothing else
FLAGS = dict.fromkeys(("true", "yes", "y", "1", "x", "ja", "sì", "si", "sí", "oui", "tak"), True)
FLAGS |= dict.fromkeys(("false", "no", "n", "0", "nein", "nee", "non", "nie"), False)


@dataclass(frozen=True, slots=True)
class Parsed:
    """
    Values, null where empty or wrong; ``bad`` marks the wrong ones (None: there are none), ``why`` says more of them.

    ``far`` marks days that were understood, but before or after anything a plant keeps records of; they are not ``bad`` too.
    """

    values: pl.Series
    bad: pl.Series | None = None
    why: str | None = None
    far: pl.Series | None = None

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return self.bad is None and self.far is None


def text(raw: pl.Series, nulls: tuple[str, ...]) -> Parsed:
    """Text without blanks around it; empty text and words for nothing become null."""
    if raw.dtype.is_float() and raw.drop_nulls().round().eq(raw.drop_nulls()).all():
        raw = raw.cast(pl.Int64)  # a code kept as 13085.0 is the code 13085
    words = raw if raw.dtype == pl.String else raw.cast(pl.String)
    words = words.str.strip_chars()
    nothing = words.is_in(["", *nulls])
    return Parsed(words.set(nothing, None) if nothing.any() else words)


def numbers(raw: pl.Series, nulls: tuple[str, ...], file: FileSpec) -> Parsed:
    """Numbers, with the file's decimal sign and separator of thousands."""
    if raw.dtype.is_numeric() or raw.dtype == pl.Boolean:
        return Parsed(raw.cast(pl.Float64))
    if not nulls and file.decimal == "." and not file.thousands and raw.dtype == pl.String:
        quick = raw.cast(pl.Float64, strict=False)
        if quick.null_count() == raw.null_count():
            return Parsed(quick)
    words = text(raw, nulls).values
    plain = words
    if file.thousands:
        blank = bool(re.fullmatch(BLANKS, file.thousands))  # people see one blank where there are three
        plain = words.str.replace_all(BLANKS if blank else file.thousands, "", literal=not blank)
    if file.decimal != ".":
        plain = plain.str.replace(file.decimal, ".", literal=True)
    plain = plain.str.replace(r"^([\d.]+)\s*-$", "-$1")  # SAP writes 10- for -10
    values = plain.cast(pl.Float64, strict=False)
    return _judged(words, values)


def separators_hint(found: pl.Series, file: FileSpec) -> str | None:
    """What to set where the numbers not understood have blanks between thousands, or a decimal comma; None where they have neither."""
    words, place = found.cast(pl.String), "for the file under [files] in the profile."
    spaced = words.str.contains(SPACED).fill_null(value=False)
    comma = file.decimal != "," and bool(words.filter(spaced).str.contains(",", literal=True).any())
    if spaced.any() and (comma or not re.fullmatch(BLANKS, file.thousands)):
        both = "decimal = ',' and " if comma else ""
        return f"This looks like thousands with a blank between: set {both}thousands = ' ' {place}"
    if file.thousands != "," and file.decimal == "." and words.str.contains(COMMAS).fill_null(value=False).any():
        return f"This looks like thousands with a comma between: set thousands = ',' {place}"
    # 1,234 may be a thousand: it proves nothing.
    commas = words.str.contains(r"^\s*-?(\d{1,3}([. ]\d{3})+,\d+|\d+,(\d{1,2}|\d{4,}))\s*-?\s*$").fill_null(value=False)
    if file.decimal != "." or not commas.any():
        return None
    return f"This looks like a decimal comma: set decimal = ',' and thousands = '.' {place}"


def timed(days: pl.Series, clocks: pl.Series, nulls: tuple[str, ...]) -> pl.Series:
    """Days with the times of day that stand beside them, as text; `timed_formats` are how they are then written."""
    return text(days, nulls).values + " " + text(clocks, nulls).values.str.extract(f"({CLOCK})$")


def timed_formats(date_formats: tuple[str, ...]) -> tuple[str, ...]:
    """Formats of days, each with every way to write a time of day beside it."""
    clocks = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
    return tuple(f"{one} {clock}" for one in date_formats if "%H" not in one for clock in clocks)


def example(date_format: str) -> str:
    """A day as this format writes it."""
    return dt.datetime(2026, 1, 31, 14, 5).strftime(date_format.replace("%.f", ""))  # noqa: DTZ001 - an example


def cells_too(formats: tuple[str, ...], places: Iterable[str]) -> tuple[str, ...]:
    """The formats dates may be in, and that in which a workbook's own date cells are read where one of the places is a workbook."""
    return (*formats, CELL) if any(whole_file(one).lower().endswith(WORKBOOKS) for one in places) else formats


def flags(raw: pl.Series, nulls: tuple[str, ...]) -> Parsed:
    """True and false, in the usual words."""
    if raw.dtype == pl.Boolean:
        return Parsed(raw)
    words = text(raw, nulls).values
    return _judged(words, words.str.to_lowercase().replace_strict(FLAGS, default=None, return_dtype=pl.Boolean))


def dates(raw: pl.Series, nulls: tuple[str, ...], formats: tuple[str, ...], *, moment: bool) -> Parsed:
    """
    Days (or moments), by the first format that fits.

    A value that two formats read as different days is refused: 03/04/26 is the 3rd of April or the 4th of March.
    """
    kind: pl.DataType = pl.Datetime("us") if moment else pl.Date()
    if raw.dtype.is_temporal():
        return Parsed(raw.cast(kind))
    # Days repeat: each distinct text is read once.
    words = raw if raw.dtype == pl.String else raw.cast(pl.String)
    first = _read(words, formats[0], kind)
    alone = len(formats) == 1 or all(one.startswith("%Y-%m-%d") for one in formats)  # forms that cannot be mistaken for each other
    if alone and first.null_count() == words.null_count():
        return Parsed(first)
    words = text(words, nulls).values
    distinct = words.unique().drop_nulls()
    readings = pl.DataFrame([_read(distinct, one, kind).alias(str(at)) for at, one in enumerate(formats)])
    spread = readings.select(low=pl.min_horizontal(pl.all()), high=pl.max_horizontal(pl.all()))
    double = distinct.filter(spread.select(pl.col("low") != pl.col("high")).to_series().fill_null(value=False))
    known = pl.DataFrame({"words": distinct, "value": spread["low"]}).filter(~pl.col("words").is_in(double.to_list()))
    values = words.to_frame("words").join(known, on="words", how="left", maintain_order="left")["value"]
    parsed = _judged(words, values)
    if parsed.bad is not None:
        parsed = _with_far(parsed, words, formats)
    if parsed.bad is not None and len(double) and words.filter(parsed.bad).is_in(double.to_list()).all():
        return replace(parsed, why=", which two date_formats read as different days")
    return parsed


def _with_far(parsed: Parsed, words: pl.Series, formats: tuple[str, ...]) -> Parsed:
    """Tell days beyond all records from what is no day; a year below 1000 is two digits that the format takes for four."""
    wrong = words.filter(parsed.bad).unique()  # type: ignore[arg-type]
    days = pl.DataFrame([_understood(wrong, one, pl.Date()).alias(str(at)) for at, one in enumerate(formats)])
    outside = (pl.all().dt.year() >= 1000) & ((pl.all() < EARLIEST) | (pl.all() > LATEST))
    beyond = wrong.filter(days.select(pl.any_horizontal(outside)).to_series().fill_null(value=False))
    if not len(beyond):
        return parsed
    far = words.is_in(beyond.to_list()).fill_null(value=False)
    bad = parsed.bad & ~far
    return replace(parsed, bad=bad if bad.any() else None, far=far)


def _read(words: pl.Series, date_format: str, kind: pl.DataType) -> pl.Series:
    values = _understood(words, date_format, kind)
    low, high = values.min(), values.max()
    if low is None:
        return values
    edge = (dt.datetime.combine(EARLIEST, dt.time()), dt.datetime.combine(LATEST, dt.time())) if kind != pl.Date() else (EARLIEST, LATEST)
    if low < edge[0] or high > edge[1]:  # type: ignore[operator]
        return values.set((values < edge[0]) | (values > edge[1]), None)
    return values


def _understood(words: pl.Series, date_format: str, kind: pl.DataType) -> pl.Series:
    if "%d" not in date_format and "%j" not in date_format:  # a month or a week: its first day
        weekly = "%V" in date_format or "%W" in date_format
        words, date_format = words + ("-1" if weekly else "-01"), date_format + ("-%u" if weekly else "-%d")
    clock = any(sign in date_format for sign in CLOCKS)
    return words.str.strptime(pl.Datetime("us") if clock else pl.Date, date_format, strict=False).cast(kind)


def _judged(words: pl.Series, values: pl.Series) -> Parsed:
    bad = words.is_not_null() & values.is_null()
    return Parsed(values, bad if bad.any() else None)
