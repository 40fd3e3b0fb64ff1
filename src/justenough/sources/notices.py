"""Notices: what an import accepts although a planner should know it, and what it cannot accept as a whole."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import Complaint
from justenough.domain.figures import count, typed
from justenough.domain.periods import end_of
from justenough.domain.schema import TABLES
from justenough.sources.arrivals import arrival_notices, deliveries_while_out
from justenough.sources.parsing import DOTTED, THOUSANDS
from justenough.sources.standstills import standstill_notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.domain.plant import Terms
    from justenough.sources.profiles import Profile

FAR_OFF = 20.0  # times that no discount and no rise of prices explains
_RECORDED = (("demand", "date"), ("receipts", "ordered"), ("receipts", "received"), ("stock", "date"))


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What notices need to know of rows of demand; that of two parts of a file adds up to that of both.

    Parameters
    ----------
    file
        The first they came from.
    rows
    least, most
        Of the quantities; None where there is none. [units]
    below
        Rows with a negative quantity.
    days
        ``date`` and ``wanted``: every day that is named, and its rows with a quantity that is not zero.
    """

    file: str
    rows: int
    least: float | None
    most: float | None
    below: int
    days: pl.DataFrame

    def __add__(self, other: Seen) -> Seen:
        least = min((one.least for one in (self, other) if one.least is not None), default=None)
        most = max((one.most for one in (self, other) if one.most is not None), default=None)
        days = pl.concat([self.days, other.days]).group_by("date").agg(pl.col("wanted").sum()).sort("date")
        return Seen(self.file, self.rows + other.rows, least, most, self.below + other.below, days)


def seen_in(demand: pl.DataFrame) -> Seen:
    """What notices need to know of rows of demand, of which there must be one."""
    quantity = pl.col("quantity")
    told = demand.select(least=quantity.min(), most=quantity.max(), below=(quantity < 0).sum())
    wanted = ((quantity != 0) & quantity.is_not_null()).sum().cast(pl.Int64)
    days = demand.group_by("date").agg(wanted=wanted).drop_nulls("date").sort("date")
    least, most, below = told.row(0)
    return Seen(str(demand.item(0, FILE)), demand.height, least, most, below, days)


def alarms(tables: Mapping[str, pl.DataFrame]) -> list[Complaint]:
    """Faults of a table as a whole that must stop the import."""
    demand = tables.get("demand")
    return [] if demand is None or not demand.height else alarms_of(seen_in(demand))


def alarms_of(seen: Seen) -> list[Complaint]:
    """`alarms` of demand whose rows are not at hand."""
    if seen.most is None:
        found, remedy = f"nothing in any of {seen.rows:,} rows", "Is this the right column? See `quantity` in the profile."
        return [Complaint(seen.file, 0, "quantity", found, "demand in at least one", remedy)]
    if seen.most <= 0 and seen.least is not None and seen.least < 0:
        remedy = 'If the export writes issues as negative, set demand_sign = "negative" in [tables.demand] of the profile.'
        found = f"no positive value in {seen.rows:,} rows"
        return [Complaint(seen.file, 0, "quantity", found, "demand positive and returns negative", remedy)]
    return []


def notices_of(tables: Mapping[str, pl.DataFrame], repeats: Mapping[str, int], terms: Terms) -> tuple[Complaint, ...]:
    """What was accepted but will be missed later: unknown prices, lead times of zero, too little history, returns, repeats."""
    notices: list[Complaint] = []
    items, demand = tables.get("items"), tables.get("demand")
    if items is not None:
        notices += _zeros(
            items, "unit_cost", "a price > 0", "Fill in the price; without one no cost can be reckoned and the item cannot be decided."
        )
        notices += _zeros(
            items,
            "lead_time_days",
            "a lead time > 0 days",
            "Is it really on the shelf the moment it is ordered? If it is not known, leave the cell empty.",
        )
        notices += _owed(items)
        notices += _off_orders(items, tables.get("receipts"))
    if "receipts" in tables:
        notices += arrival_notices(tables["receipts"])
    if "disruptions" in tables:
        notices += [*_planned(tables, terms), *deliveries_while_out(tables)]
    if demand is not None and demand.height:
        notices += demand_notices(seen_in(demand), terms)
    notices += _spellings({name: frame for name, frame in tables.items() if frame.height and "supplier" in frame.columns})
    events = tables.get("events")
    if events is not None and events.height:
        notices += _backwards(events)
    for name, frame in tables.items():
        if frame.height and (again := repeats.get(name, 0)):
            notices.append(repeats_notice(name, str(frame.item(0, FILE)), again))
    return tuple(notices)


def dotted_thousands(profile: Profile, raws: Mapping[str, pl.DataFrame]) -> list[Complaint]:
    """Columns of whole numbers, some with a dot before three digits, in files that declare no separator of thousands."""
    found: dict[tuple[str, str], Complaint] = {}
    for name, spec in profile.tables.items():
        numeric = [one for column, sources in spec.columns.items() if TABLES[name].column(column).kind == "number" for one in sources]
        for source in numeric:
            key, column = next(
                (
                    (join.file, source.column.removeprefix(f"{join.file}."))
                    for join in spec.joins
                    if source.column.startswith(f"{join.file}.")
                ),
                (spec.file, source.column),
            )
            raw, file = raws.get(key), profile.files.get(key)
            if raw is None or file is None or file.decimal != "." or file.thousands or raw.schema.get(column) != pl.String:
                continue
            values = raw[column].drop_nulls()
            dots = values.filter(values.str.contains(DOTTED))
            if 0 < len(dots) < len(values) and dots.str.contains(THOUSANDS).all():
                wrong = f"{len(dots):,} of {len(values):,} with a dot, all before three digits, such as {dots[0]!r}"
                remedy = (
                    "It was read as a decimal. If thousands are meant, set decimal = ',' and thousands = '.' for the file under [files]."
                )
                found[key, column] = _of(raw, column, wrong, "a declared separator of thousands", remedy)
    return list(found.values())


def _spellings(tables: Mapping[str, pl.DataFrame]) -> list[Complaint]:
    """Suppliers whose names differ by capitals, accents and blanks alone: nobody means two of them."""
    names = {name for frame in tables.values() for name in frame["supplier"].drop_nulls().unique().to_list()}
    alike: dict[str, list[str]] = {}
    for name in sorted(names):
        letters = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
        alike.setdefault("".join(letters.split()), []).append(name)
    double = [several for several in alike.values() if len(several) > 1]
    if not double:
        return []
    some = "; ".join(" and ".join(map(repr, several)) for several in double[:3]) + ("; ..." if len(double) > 3 else "")
    remedy = "Each spelling counts as a supplier of its own. Write them alike in the export; where capitals differ, case = 'upper' does it."
    found = f"{count(len(double), 'supplier')} in several spellings ({some})"
    return [_of(next(iter(tables.values())), "supplier", found, "one spelling of each", remedy)]


def repeats_notice(table: str, file: str, again: int) -> Complaint:
    """Rows of a table that are like an earlier one."""
    taken = "taken once" if TABLES[table].key else "counted"
    remedy = f'They are {taken}. If the export doubles rows, set repeats = "quarantine" in [tables.{table}] of the profile.'
    found = f"{count(again, 'row')} like an earlier one in every column"
    return Complaint(file, 0, "", found, "each row once", remedy)


def demand_notices(seen: Seen, terms: Terms) -> list[Complaint]:
    """What is said of accepted demand: none in it, one date only, returns, standstills, no weekends."""
    notices: list[Complaint] = []
    if seen.most == 0:
        remedy = "Is this the right column, and the right time?"
        notices.append(Complaint(seen.file, 0, "quantity", f"0 in all {seen.rows:,} rows", "demand in at least one", remedy))
    first, last = seen.days["date"].min(), seen.days["date"].max()
    if first == last:
        remedy = "Export a longer time; one period does not show how demand varies."
        notices.append(Complaint(seen.file, 0, "date", f"one date only, {first!s}", "several periods", remedy))
    if seen.below:
        rule = {"undo_demand": "they take back the latest earlier demand", "ignore": "they are left out"}[terms.returns]
        remedy = f'The rule used is returns = "{terms.returns}": {rule}. If that is not meant, set `returns` in the profile.'
        notices.append(Complaint(seen.file, 0, "quantity", f"{seen.below:,} negative of {seen.rows:,}", "a rule for returns", remedy))
    notices += standstill_notices(seen.file, seen.days, terms.demand_period)
    wanted = seen.days.filter(pl.col("wanted") > 0)
    if terms.demand_period == "day" and _no_weekends(wanted["date"], wanted["wanted"]):
        remedy = 'As days, weekends make every item look intermittent; set demand_period = "week" in the profile.'
        notices.append(Complaint(seen.file, 0, "date", "hardly any demand on Saturdays and Sundays", "demand on all days", remedy))
    return notices


def workdays_only(days: pl.Series) -> bool:
    """Whether the days of demand are hardly ever a Saturday or a Sunday; False of fewer than 20 different days."""
    known = days.drop_nulls().value_counts(name="n")
    return _no_weekends(known[days.name], known["n"])


def _no_weekends(days: pl.Series, rows: pl.Series) -> bool:
    """`workdays_only` of different days, each with its rows."""
    return len(days) >= 20 and int(rows.filter(days.dt.weekday() >= 6).sum()) < 0.02 * int(rows.sum())


def _backwards(events: pl.DataFrame) -> list[Complaint]:
    """Records that begin before the one above them in the file: not sorted, or a clock that was put back."""
    back = events.select((pl.col("start") < pl.col("start").shift(1).over(FILE, "machine", order_by=ROW)).sum()).item()
    if not back:
        return []
    remedy = "They are put in order of their start. If the export is sorted otherwise, check the machine's clock: was it set back?"
    return [
        _of(
            events,
            "start",
            f"{back:,} of {events.height:,} before the record above of the same machine",
            "records in order of time",
            remedy,
        )
    ]


def _zeros(items: pl.DataFrame, column: str, expected: str, remedy: str) -> list[Complaint]:
    if column not in items.columns:
        return []
    zeros = items.filter(pl.col(column) == 0)
    if not zeros.height:
        return []
    return [_of(items, column, f"0 in {zeros.height:,} of {items.height:,} items ({_some(zeros['item'])})", expected, remedy)]


def _off_orders(items: pl.DataFrame, receipts: pl.DataFrame | None) -> list[Complaint]:
    """Prices far from what the item's own orders say: cents for euros, or a price for a hundred."""
    if receipts is None or "unit_cost" not in items.columns or "unit_price" not in receipts.columns:
        return []
    paid = receipts.filter(pl.col("unit_price") > 0).group_by("item").agg(pl.col("unit_price").median().alias("paid"))
    both = items.filter(pl.col("unit_cost") > 0).join(paid, on="item", how="inner", maintain_order="left")
    share = pl.col("unit_cost") / pl.col("paid")
    off = both.filter((share > FAR_OFF) | (share < 1.0 / FAR_OFF))
    if not off.height:
        return []
    first = off.row(0, named=True)
    found = (
        f"more than {FAR_OFF:g} times off the item's own orders in {off.height:,} of {both.height:,} items ({_some(off['item'])}; "
        f"{first['item']} costs {typed(first['unit_cost'])} and is ordered at {typed(first['paid'])})"
    )
    remedy = "Is one in cents, or for 100 units? Say what a price is for: `per_units`, or `per` with its column, in the profile."
    return [_of(items, "unit_cost", found, "the price of one unit", remedy)]


def _owed(items: pl.DataFrame) -> list[Complaint]:
    """Stock below nothing: goods owed, or issues booked before their receipts."""
    owed = items.filter(pl.col("on_hand") < 0) if "on_hand" in items.columns else items.clear()
    if not owed.height:
        return []
    found = f"less than 0 in {owed.height:,} of {items.height:,} items ({_some(owed['item'])})"
    remedy = "Goods owed to customers count as such. If receipts were booked late, book them and import again."
    return [_of(items, "on_hand", found, "a stock of 0 or more", remedy)]


def _planned(tables: Mapping[str, pl.DataFrame], terms: Terms) -> list[Complaint]:
    """Outages that begin after the last period on record: a closure that is planned is no chance, and is not counted as one."""
    stops = tables["disruptions"]
    dates = [tables[name][column].max() for name, column in _RECORDED if name in tables and column in tables[name].columns]
    last = max((day for day in dates if isinstance(day, date)), default=None)
    announced = {"start", "end"} <= set(stops.columns)  # what has no end is going on
    begun = pl.col("start") <= end_of(last, terms.demand_period) if last else pl.lit(value=True)
    ahead = stops.filter(~begun & pl.col("end").is_not_null()) if announced else stops.clear()
    if not ahead.height:
        return []
    found = f"{ahead.height:,} of {stops.height:,} begin after {last}, the last day on record ({_some(ahead['supplier'])})"
    remedy = (
        "They are left aside until they have begun: a closure announced beforehand is no outage that may come at any time. "
        "What breaks in one: justenough whatif --outage SUPPLIER=DAYS --from DATE."
    )
    return [_of(stops, "start", found, "outages that happened", remedy)]


def _some(names: pl.Series) -> str:
    return ", ".join(names.head(3)) + (", ..." if len(names) > 3 else "")


def _of(frame: pl.DataFrame, column: str, found: str, expected: str, remedy: str) -> Complaint:
    return Complaint(str(frame.item(0, FILE)), 0, column, found, expected, remedy)
