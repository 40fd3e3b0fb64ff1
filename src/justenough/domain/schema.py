"""Schema: the canonical tables of a plant, their columns, units and what a value must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "date", "moment", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column: its unit and the values it accepts.

    ``least``/``most`` are inclusive bounds, ``above`` an exclusive one; ``choices`` the words allowed.
    """

    name: str
    kind: Kind
    unit: str
    about: str
    required: bool = False
    least: float | None = None
    above: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def expects(self) -> str:
        """What a value must be, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        words = {"text": "text", "number": "a number", "date": "a date", "moment": "a date and time", "flag": "true or false"}
        bounds = [f"{sign} {bound:g}" for sign, bound in ((">=", self.least), (">", self.above), ("<=", self.most)) if bound is not None]
        unit = f" [{self.unit}]" if self.unit else ""
        return " ".join([words[self.kind], *bounds]) + unit


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table; ``key`` names the columns that tell its rows apart (empty: rows may repeat)."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name; KeyError lists the ones there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(c.name for c in self.columns)}")

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns without which there is no table."""
        return tuple(column.name for column in self.columns if column.required)


def _text(name: str, about: str, *, required: bool = False, choices: tuple[str, ...] = ()) -> Column:
    return Column(name, "text", "", about, required=required, choices=choices)


def _day(name: str, about: str, *, required: bool = False) -> Column:
    return Column(name, "date", "", about, required=required)


def _moment(name: str, about: str, *, required: bool = False) -> Column:
    return Column(name, "moment", "", about, required=required)


def _number(
    name: str,
    unit: str,
    about: str,
    *,
    required: bool = False,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
) -> Column:
    return Column(name, "number", unit, about, required=required, least=least, above=above, most=most)


STOCKOUT_BASES = ("per_unit", "per_unit_day", "per_occasion", "per_line_hour")
SIX_LOSSES = ("breakdown", "setup", "minor_stop", "speed", "startup_reject", "reject", "planned", "starved", "blocked")
MACHINE_STATES = ("running", "down", "idle", "starved", "blocked", "setup", "unknown", "engineering")

_ITEM = _text("item", "code of a stock-keeping unit at a location", required=True)
_MACHINE = _text("machine", "code of a machine", required=True)
_OWN_ZONE = _text("time_zone", "zone of this row's moments, such as UTC; empty: that of the machine")
_LINE = _text("line", "code of a line", required=True)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "items",
            "One row per item: what it costs, where it comes from, what is promised and what is held today.",
            (
                _ITEM,
                _text("description", "what people call it"),
                _text("location", "where it is held"),
                _text("source", "bought or made here", choices=("buy", "make")),
                _text("supplier", "who sends it, when bought"),
                _text("machine", "machine that makes it, when made"),
                _text("line", "line that uses it"),
                _number("unit_cost", "money/unit", "what one unit ties up; 0 means not known", least=0),
                _number("holding_rate", "1/year", "cost of holding one unit of money in stock for a year", above=0, most=5),
                _number("ordering_cost", "money/order", "cost of placing and receiving one order", least=0),
                _number("stockout_cost", "money per basis", "cost of a stockout, by its basis", above=0),
                _text("stockout_basis", "what stockout_cost is charged by", choices=STOCKOUT_BASES),
                _text("criticality", "class that Settings map to a target"),
                _number("target_cycle_service", "fraction", "promised probability of no stockout in a cycle", above=0, most=0.99999),
                _number("target_fill_rate", "fraction", "promised share of units from the shelf", above=0, most=0.99999),
                _number("moq", "units", "least quantity of one order", least=0),
                _number("lot_multiple", "units", "orders are multiples of this", above=0),
                _number("shelf_life_days", "days", "how long a unit may lie", above=0),
                _number("volume", "m3/unit", "space of one unit", least=0),
                _number("review_days", "days", "time between two looks at the stock", above=0),
                _number("lead_time_days", "days", "planned lead time", least=0),
                _number("on_hand", "units", "stock on hand today"),
                _number("current_safety_stock", "units", "today's safety stock"),
                _number("current_reorder_point", "units", "today's reorder point"),
                _number("current_max", "units", "today's order-up-to level"),
                _day("last_reviewed", "when today's parameters were last set"),
            ),
            ("item",),
        ),
        Table(
            "demand",
            "Usage, issues or sales. Returns are negative; an empty quantity is a period nobody recorded.",
            (
                _ITEM,
                _day("date", "day, or first day of the period", required=True),
                _number("quantity", "units", "units wanted", required=True),
            ),
        ),
        Table(
            "receipts",
            "Purchase-order lines: ordered, promised, received; an empty received is an open order.",
            (
                _text("order", "purchase order", required=True),
                _text("order_line", "line of the order"),
                _ITEM,
                _text("supplier", "who sends it"),
                _day("ordered", "day the order was placed", required=True),
                _day("promised", "day it was promised for"),
                _day("received", "day it arrived; empty: still open"),
                _number("quantity_ordered", "units", "units ordered", least=0),
                _number("quantity_received", "units", "units that arrived", least=0),
                _number("quantity_rejected", "units", "units sent back", least=0),
            ),
        ),
        Table(
            "stock",
            "Stock on hand by day; days at zero hide demand.",
            (_ITEM, _day("date", "day", required=True), _number("on_hand", "units", "units on the shelf", required=True)),
            ("item", "date"),
        ),
        Table(
            "forecasts",
            "A forecast of your own, for the coming periods and, so that its errors can be seen, for past ones.",
            (
                _ITEM,
                _day("date", "day, or first day of the period", required=True),
                _number("mean", "units", "units expected", required=True, least=0),
                *(
                    _number(f"q{share}", "units", f"units that {share} of 100 such periods stay within", least=0)
                    for share in (80, 90, 95, 98, 99)
                ),
            ),
            ("item", "date"),
        ),
        Table(
            "suppliers",
            "Who sends what.",
            (
                _text("supplier", "code", required=True),
                _text("country", "where from"),
                _text("mode", "how it travels"),
                _day("outages_since", "day from which its outages are on record; empty: its own first record of any sort"),
            ),
            ("supplier",),
        ),
        Table(
            "disruptions",
            "Times a supplier could not deliver; an empty end is still going on.",
            (
                _text("supplier", "code", required=True),
                _day("start", "first day", required=True),
                _day("end", "last day; empty: still going on"),
                _text("cause", "why"),
            ),
        ),
        Table(
            "machines",
            "Machines and their ideal speed.",
            (
                _MACHINE,
                _text("line", "line it stands in"),
                _number("ideal_cycle_seconds", "seconds/part", "time of one part at full speed", above=0),
                _number("hour_value", "money/hour", "what an hour of it is worth when it is missing", least=0),
                _text("time_zone", "zone of its clock, such as Europe/Berlin; empty: a clock that is never changed"),
            ),
            ("machine",),
        ),
        Table(
            "calendar",
            "Planned time: shifts, and the breaks and planned stops inside them.",
            (
                _text("machine", "machine; empty: all of them"),
                _moment("start", "first moment", required=True),
                _moment("end", "last moment", required=True),
                _text("kind", "what the time is for", required=True, choices=("shift", "break", "planned_stop")),
                _text("shift", "name of the shift, such as early"),
            ),
        ),
        Table(
            "events",
            "Machine states; an empty end is still going on.",
            (
                _MACHINE,
                _moment("start", "first moment", required=True),
                _moment("end", "last moment; empty: still going on"),
                _text("state", "what it did", required=True, choices=MACHINE_STATES),
                _text("reason", "why it stopped"),
                Column("planned", "flag", "", "whether the stop was planned"),
                _OWN_ZONE,
            ),
        ),
        Table(
            "counts",
            "Parts made.",
            (
                _MACHINE,
                _moment("start", "first moment", required=True),
                _moment("end", "last moment", required=True),
                _text("item", "what was made"),
                _number("total", "parts", "all parts made", required=True, least=0),
                _number("good", "parts", "parts fit for use", least=0),
                _number("rework", "parts", "parts to be worked again", least=0),
                _OWN_ZONE,
            ),
        ),
        Table(
            "reasons",
            "Which of the big losses a stop reason belongs to.",
            (_text("reason", "as written in events", required=True), _text("loss", "its loss", required=True, choices=SIX_LOSSES)),
            ("reason",),
        ),
        Table(
            "stations",
            "Machines of a line in order.",
            (_LINE, _number("position", "", "1 is first", required=True, least=1), _MACHINE),
            ("line", "position"),
        ),
        Table(
            "buffers",
            "Room between two stations of a line.",
            (
                _LINE,
                _number("position", "", "buffer 1 follows station 1", required=True, least=1),
                _number("capacity", "parts", "most parts it holds", required=True, least=0),
                _number("unit_value", "money/part", "money in one part", least=0),
            ),
            ("line", "position"),
        ),
        Table(
            "routing",
            "How a made item passes its machines.",
            (
                _ITEM,
                _MACHINE,
                _number("cycle_seconds", "seconds/unit", "time of one unit", required=True, above=0),
                _number("setup_minutes", "minutes/batch", "set-up of one batch", least=0),
                _number("batch", "units", "units of one batch", above=0),
            ),
            ("item", "machine"),
        ),
        Table(
            "bom",
            "What goes into what.",
            (
                _text("parent", "made item", required=True),
                _text("component", "item that goes into it", required=True),
                _number("quantity", "units/unit", "components in one parent", required=True, above=0),
            ),
            ("parent", "component"),
        ),
        Table(
            "spares",
            "Parts that repairs use up: where they are installed and which failures take them. Rows of one machine add up.",
            (
                _ITEM,
                _MACHINE,
                _number("installed", "units", "places in the machine that hold one; empty: 1", above=0),
                _text("reason", "failures that use it up, as written in events; empty: every breakdown"),
                _number("quantity", "units/failure", "units one such failure takes; empty: 1", above=0),
            ),
        ),
    )
}
