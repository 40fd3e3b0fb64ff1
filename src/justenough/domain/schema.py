"""Schema: the canonical tables of a plant, their columns, units and what a value must be."""

from __future__ import annotations

from justenough.domain.columns import Column, Table, day, moment, number, text

STOCKOUT_BASES = ("per_unit", "per_unit_day", "per_occasion", "per_line_hour")
SIX_LOSSES = ("breakdown", "setup", "minor_stop", "speed", "startup_reject", "reject", "planned", "starved", "blocked")
MACHINE_STATES = ("running", "down", "idle", "starved", "blocked", "setup", "unknown", "engineering")

_ITEM = text("item", "code of a stock-keeping unit at a location", required=True)
_MACHINE = text("machine", "code of a machine", required=True)
_OWN_ZONE = text("time_zone", "zone of this row's moments, such as UTC; empty: that of the machine")
_LINE = text("line", "code of a line", required=True)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "items",
            "One row per item: what it costs, where it comes from, what is promised and what is held today.",
            (
                _ITEM,
                text("description", "what people call it"),
                text("location", "where it is held"),
                text("source", "bought or made here", choices=("buy", "make")),
                text("supplier", "who sends it, when bought"),
                text("machine", "machine that makes it, when made"),
                text("line", "line that uses it"),
                number("unit_cost", "money/unit", "what one unit ties up; 0 means not known", least=0),
                number("holding_rate", "1/year", "cost of holding one unit of money in stock for a year", above=0, most=5),
                number("ordering_cost", "money/order", "cost of placing and receiving one order", least=0),
                number("stockout_cost", "money per basis", "cost of a stockout, by its basis", above=0),
                text("stockout_basis", "what stockout_cost is charged by", choices=STOCKOUT_BASES),
                text("criticality", "class that Settings map to a target"),
                number("target_cycle_service", "fraction", "promised probability of no stockout in a cycle", above=0, most=0.99999),
                number("target_fill_rate", "fraction", "promised share of units from the shelf", above=0, most=0.99999),
                number("moq", "units", "least quantity of one order", least=0),
                number("lot_multiple", "units", "orders are multiples of this", above=0),
                number("shelf_life_days", "days", "how long a unit may lie", above=0),
                number("volume", "m3/unit", "space of one unit", least=0),
                number("review_days", "days", "time between two looks at the stock", above=0),
                number("lead_time_days", "days", "planned lead time", least=0),
                number("on_hand", "units", "stock on hand today"),
                number("current_safety_stock", "units", "today's safety stock"),
                number("current_reorder_point", "units", "today's reorder point"),
                number("current_max", "units", "today's order-up-to level"),
                day("last_reviewed", "when today's parameters were last set"),
            ),
            ("item",),
        ),
        Table(
            "demand",
            "Usage, issues or sales. Returns are negative; an empty quantity is a period nobody recorded.",
            (
                _ITEM,
                day("date", "day, or first day of the period", required=True),
                number("quantity", "units", "units wanted", required=True),
            ),
        ),
        Table(
            "receipts",
            "Purchase-order lines: ordered, promised, received; an empty received is an open order.",
            (
                text("order", "purchase order", required=True),
                text("order_line", "line of the order"),
                _ITEM,
                text("supplier", "who sends it"),
                day("ordered", "day the order was placed", required=True),
                day("promised", "day it was promised for"),
                day("received", "day it arrived; empty: still open"),
                number("quantity_ordered", "units", "units ordered", least=0),
                number("quantity_received", "units", "units that arrived", least=0),
                number("quantity_rejected", "units", "units sent back", least=0),
                number("unit_price", "money/unit", "price of one unit on the order; only held against `unit_cost`", least=0),
            ),
        ),
        Table(
            "stock",
            "Stock on hand by day; days at zero hide demand.",
            (_ITEM, day("date", "day", required=True), number("on_hand", "units", "units on the shelf", required=True)),
            ("item", "date"),
        ),
        Table(
            "forecasts",
            "A forecast of your own, for the coming periods and, so that its errors can be seen, for past ones.",
            (
                _ITEM,
                day("date", "day, or first day of the period", required=True),
                number("mean", "units", "units expected", required=True, least=0),
                *(
                    number(f"q{share}", "units", f"units that {share} of 100 such periods stay within", least=0)
                    for share in (80, 90, 95, 98, 99)
                ),
            ),
            ("item", "date"),
        ),
        Table(
            "suppliers",
            "Who sends what.",
            (
                text("supplier", "code", required=True),
                text("country", "where from"),
                text("mode", "how it travels"),
                day("outages_since", "day from which its outages are on record; empty: its own first record of any sort"),
            ),
            ("supplier",),
        ),
        Table(
            "disruptions",
            "Times a supplier could not deliver; an empty end is still going on.",
            (
                text("supplier", "code", required=True),
                day("start", "first day", required=True),
                day("end", "last day; empty: still going on"),
                text("cause", "why"),
            ),
        ),
        Table(
            "machines",
            "Machines and their ideal speed.",
            (
                _MACHINE,
                text("line", "line it stands in"),
                number("ideal_cycle_seconds", "seconds/part", "time of one part at full speed", above=0),
                number("hour_value", "money/hour", "what an hour of it is worth when it is missing", least=0),
                text("time_zone", "zone of its clock, such as Europe/Berlin; empty: a clock that is never changed"),
            ),
            ("machine",),
        ),
        Table(
            "calendar",
            "Planned time: shifts, and the breaks and planned stops inside them.",
            (
                text("machine", "machine; empty: all of them"),
                moment("start", "first moment", required=True),
                moment("end", "last moment", required=True),
                text("kind", "what the time is for", required=True, choices=("shift", "break", "planned_stop")),
                text("shift", "name of the shift, such as early"),
            ),
        ),
        Table(
            "events",
            "Machine states; an empty end is still going on.",
            (
                _MACHINE,
                moment("start", "first moment", required=True),
                moment("end", "last moment; empty: still going on"),
                text("state", "what it did", required=True, choices=MACHINE_STATES),
                text("reason", "why it stopped"),
                Column("planned", "flag", "", "whether the stop was planned"),
                _OWN_ZONE,
            ),
        ),
        Table(
            "counts",
            "Parts made.",
            (
                _MACHINE,
                moment("start", "first moment", required=True),
                moment("end", "last moment", required=True),
                text("item", "what was made"),
                number("total", "parts", "all parts made", required=True, least=0),
                number("good", "parts", "parts fit for use", least=0),
                number("rework", "parts", "parts to be worked again", least=0),
                _OWN_ZONE,
            ),
        ),
        Table(
            "reasons",
            "Which of the big losses a stop reason belongs to.",
            (text("reason", "as written in events", required=True), text("loss", "its loss", required=True, choices=SIX_LOSSES)),
            ("reason",),
        ),
        Table(
            "stations",
            "Machines of a line in order.",
            (_LINE, number("position", "", "1 is first", required=True, least=1), _MACHINE),
            ("line", "position"),
        ),
        Table(
            "buffers",
            "Room between two stations of a line.",
            (
                _LINE,
                number("position", "", "buffer 1 follows station 1", required=True, least=1),
                number("capacity", "parts", "most parts it holds", required=True, least=0),
                number("unit_value", "money/part", "money in one part", least=0),
            ),
            ("line", "position"),
        ),
        Table(
            "routing",
            "How a made item passes its machines.",
            (
                _ITEM,
                _MACHINE,
                number("cycle_seconds", "seconds/unit", "time of one unit", required=True, above=0),
                number("setup_minutes", "minutes/batch", "set-up of one batch", least=0),
                number("batch", "units", "units of one batch", above=0),
            ),
            ("item", "machine"),
        ),
        Table(
            "bom",
            "What goes into what.",
            (
                text("parent", "made item", required=True),
                text("component", "item that goes into it", required=True),
                number("quantity", "units/unit", "components in one parent", required=True, above=0),
            ),
            ("parent", "component"),
        ),
        Table(
            "spares",
            "Parts that repairs use up: where they are installed and which failures take them. Rows of one machine add up.",
            (
                _ITEM,
                _MACHINE,
                number("installed", "units", "places in the machine that hold one; empty: 1", above=0),
                text("reason", "failures that use it up, as written in events; empty: every breakdown"),
                number("quantity", "units/failure", "units one such failure takes; empty: 1", above=0),
            ),
        ),
    )
}
