"""
Make the bundled sample `bearings`: two years of an invented plant, the same every time it is made.

Run from the repository: ``python tools/make_bearings.py``. Every draw is seeded by the name of the
item, supplier or machine it belongs to, so adding an item leaves the others as they are.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import io
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from bearings_catalogue import BOM, ITEMS, SUPPLIERS, Item, Supplier
from bearings_floor import floor_tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEED = "bearings-1"
FIRST, LAST = dt.date(2024, 7, 1), dt.date(2026, 6, 30)
WARM_UP = 240  # days lived before FIRST, so that orders are already on their way
DAYS = (LAST - FIRST).days + 1
WORKSHOP = Supplier("", "", "", 0.2, 60.0, rejects=0.05)  # its orders are kept as receipts without a supplier
RECORDED = ("LAT-1", "MIL-1", "ASM-1")  # machines whose production orders are on record
HOLIDAYS = {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1), (5, 1)}
COVER_REORDER, COVER_MAX = 91.0, 122.0  # one rule for all: three months, and one more on order [days]
LOST_WEEK = [dt.date(2025, 10, 6) + dt.timedelta(days=k) for k in range(6)]  # nobody wrote down the small cartons
OUT = Path(__file__).parents[1] / "src" / "justenough" / "sources" / "bundled" / "bearings"
PLANT = """\
# The invented plant of `sample("bearings")`; made by tools/make_bearings.py.
currency = "EUR"
demand_period = "day"
returns = "undo_demand"
label = "Bearings: an invented plant"
"""

Rows = list[dict[str, Any]]


def rng_of(*name: str) -> np.random.Generator:
    """A generator that belongs to a name."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(":".join((SEED, *name)).encode()).digest()[:8], "big"))


def days() -> list[dt.date]:
    """Every day lived, warm-up first."""
    return [FIRST + dt.timedelta(days=k) for k in range(-WARM_UP, DAYS)]


def open_days() -> Floats:
    """1 on days the plant works (Monday to Saturday), else 0."""
    return np.array([day.weekday() < 6 and (day.month, day.day) not in HOLIDAYS for day in days()], dtype=np.float64)


def wanted(item: Item) -> Floats:
    """Units of an item wanted each day, before what the bill of materials adds."""
    rng, n, works = rng_of("demand", item.code), WARM_UP + DAYS, open_days()
    if item.kind in ("used", "never"):
        return np.zeros(n)
    if item.kind in ("rare", "lumpy"):
        times = rng.random(n) < item.rate / 304 * works
        sizes = np.ones(n) if item.kind == "rare" else 1 + rng.geometric(1 / item.size, n) * (1 + 3 * (rng.random(n) < 0.1))
        return np.asarray(times * np.floor(sizes))
    level = np.exp(np.cumsum(rng.normal(0, 0.006, n)))  # the market wanders
    mean = item.rate * works * level / level.mean()
    phase = np.array([day.timetuple().tm_yday for day in days()])
    today = np.arange(n)
    if item.kind == "seasonal":
        mean = mean * np.exp(1.1 * np.sin(2 * np.pi * (phase - 80) / 365.25))
    if item.kind == "new":
        mean = np.where(today >= n - 95, mean * np.minimum(1, (today - (n - 95)) / 60), 0)
    if item.kind == "ended":
        mean = np.where(today < n - 270, mean, 0)
    return np.asarray(rng.negative_binomial(4, 4 / (4 + mean)), dtype=np.float64)


def usage() -> dict[str, Floats]:
    """Units of every item wanted each day: sold, and used by what is built that day."""
    by_item = {item.code: wanted(item) for item in ITEMS}
    whole = {item.code: item.whole for item in ITEMS}
    for parent, component, quantity in BOM:  # parents stand before their components
        used = by_item[parent] * quantity
        scrap = rng_of("scrap", parent, component).poisson(0.01 * used)
        by_item[component] = by_item[component] + (np.ceil(used) if whole[component] else np.round(used, 2)) + scrap
    return by_item


@dataclass(frozen=True, slots=True)
class Life:
    """What happened to one bought item under today's rule."""

    receipts: Rows
    on_hand: Floats
    reorder_point: float
    maximum: float


def lived(item: Item, supplier: Supplier | None, demand: Floats) -> Life:
    """Order up to four months' cover whenever the position is at or below three, each Monday."""
    rng = rng_of("supply", item.code)
    rate = float(demand[: WARM_UP + 180].mean())  # set long ago, and forgotten since
    if item.kind == "new":
        rate = item.rate * 0.5
    if item.origin in RECORDED:
        supplier = WORKSHOP
    lot = item.lot_multiple or 1.0
    reorder, top = float(np.ceil(rate * COVER_REORDER)), float(np.ceil(rate * COVER_MAX))
    top = max(top, reorder + 1)
    shelf = position = top
    due: dict[int, float] = defaultdict(float)
    receipts: Rows = []
    on_hand = np.zeros(len(demand))
    planned = item.lead_time_days
    for k, day in enumerate(days()):
        shelf += due.pop(k, 0.0) - demand[k]
        position -= demand[k]
        on_hand[k] = max(0.0, shelf)
        stopped = item.kind == "ended" and k >= len(demand) - 270
        if day.weekday() or position > reorder or planned is None or stopped:
            continue
        quantity = max(item.moq or 0.0, float(np.ceil((top - position) / lot) * lot))
        position += quantity
        if supplier is None:
            due[k + int(planned)] += quantity
            continue
        number = f"{'PO' if supplier.name else 'MO'}{day:%y%m}-{item.code}-{len(receipts) + 1:02d}"
        for row in _delivered(rng, item, supplier, number, day, quantity):
            good = row["quantity_received"] - row["quantity_rejected"]
            due[k + (row["received"] - day).days] += good
            position -= row["quantity_rejected"]
            receipts.append(row)
    return Life(_seen([row for row in receipts if row["received"] >= FIRST]), on_hand, reorder, top)


def _delivered(rng: np.random.Generator, item: Item, supplier: Supplier, number: str, day: dt.date, quantity: float) -> Rows:
    planned = float(item.lead_time_days or 0)
    took = max(1, round(planned * float(np.exp(rng.normal(0.02, supplier.spread)))))
    arrives = _after_outages(supplier, day + dt.timedelta(days=took), took)
    row = {
        "order": number,
        "order_line": "10",
        "item": item.code,
        "supplier": supplier.name or None,
        "ordered": day,
        "promised": day + dt.timedelta(days=int(planned)),
        "received": arrives,
        "quantity_ordered": quantity,
        "quantity_received": quantity,
        "quantity_rejected": 0.0,
    }
    if rng.random() < supplier.rejects:
        row["quantity_rejected"] = float(np.ceil(quantity * rng.uniform(0.02, 0.2)))
    if quantity >= 2 and rng.random() < supplier.partial:
        first = float(np.ceil(quantity * rng.uniform(0.4, 0.8)))
        later = arrives + dt.timedelta(days=int(rng.integers(5, 25)))
        row["quantity_rejected"] = 0.0
        rest = {"order_line": "10.2", "received": later, "quantity_ordered": quantity - first, "quantity_received": quantity - first}
        return [row | {"quantity_received": first}, row | rest]
    return [row]


def _after_outages(supplier: Supplier, arrives: dt.date, took: int) -> dt.date:
    """What would have left the supplier in an outage leaves when it ends; what is on its way arrives."""
    leaves = arrives - dt.timedelta(days=took // 2)
    for start, end, _ in supplier.outages:
        first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end) if end else LAST + dt.timedelta(days=60)
        if first <= leaves <= last:
            arrives += last - leaves
            leaves = last
    return arrives


def _seen(rows: Rows) -> Rows:
    """The rows as the export of the last day shows them: what comes later is still open, and not yet split."""
    seen: Rows = []
    for row in rows:
        if row["received"] <= LAST:
            seen.append(row)
        elif seen and seen[-1]["order"] == row["order"] and seen[-1]["received"] is None:
            continue
        else:
            seen.append(row | {"received": None, "quantity_received": None, "quantity_rejected": None})
    return seen


def item_row(item: Item, supplier: Supplier | None, life: Life) -> dict[str, Any]:
    """One row of the items table."""
    cost, basis = item.stockout or (None, None)
    rate = life.reorder_point / COVER_REORDER
    planned = item.lead_time_days
    return {
        "item": item.code,
        "description": item.description,
        "location": "main store",
        "source": "buy" if supplier or not item.origin else "make",
        "supplier": supplier.name if supplier else None,
        "machine": item.origin if item.origin and not supplier else None,
        "line": item.line or None,
        "unit_cost": item.unit_cost,
        "holding_rate": 0.22,
        "ordering_cost": supplier.ordering_cost if supplier else 60.0,
        "stockout_cost": cost,
        "stockout_basis": basis,
        "criticality": item.criticality or None,
        "target_cycle_service": item.target_cycle_service,
        "target_fill_rate": item.target_fill_rate,
        "moq": item.moq,
        "lot_multiple": item.lot_multiple,
        "shelf_life_days": item.shelf_life_days,
        "volume": item.volume,
        "review_days": 7.0,
        "lead_time_days": planned,
        "on_hand": float(np.round(life.on_hand[-1], 2)),
        "current_safety_stock": None if planned is None else max(0.0, float(np.floor(life.reorder_point - rate * planned))),
        "current_reorder_point": life.reorder_point,
        "current_max": life.maximum,
        "last_reviewed": dt.date(2024, 6, 28) if item.kind != "new" else dt.date(2026, 3, 27),
    }


def tables() -> dict[str, Rows]:
    """Every canonical table of the plant."""
    named = {supplier.name: supplier for supplier in SUPPLIERS}
    demand, history = usage(), days()[WARM_UP:]
    out: dict[str, Rows] = defaultdict(list)
    for item in ITEMS:
        supplier, series = named.get(item.origin), demand[item.code]
        life = lived(item, supplier, series)
        out["items"].append(item_row(item, supplier, life))
        out["receipts"] += life.receipts
        recent = series[WARM_UP:]
        lost = LOST_WEEK if item.code == "BOX-S" else ()
        out["demand"] += [
            {"item": item.code, "date": day, "quantity": None if day in lost else float(q)}
            for day, q in zip(history, recent, strict=True)
            if q
        ]
        out["stock"] += [
            {"item": item.code, "date": day, "on_hand": float(np.round(q, 2))}
            for day, q in zip(history, life.on_hand[WARM_UP:], strict=True)
            if day.weekday() == 0
        ]
        out["demand"] += _returns(item, recent, history)
    out["suppliers"] = [{"supplier": s.name, "country": s.country, "mode": s.mode, "outages_since": s.since or None} for s in SUPPLIERS]
    out["disruptions"] = [{"supplier": s.name, "start": a, "end": b or None, "cause": why} for s in SUPPLIERS for a, b, why in s.outages]
    out["bom"] = [{"parent": parent, "component": component, "quantity": quantity} for parent, component, quantity in BOM]
    return dict(out) | floor_tables(rng_of, LAST)


def _returns(item: Item, recent: Floats, history: list[dt.date]) -> Rows:
    """Customers send back a few of what was sold."""
    rng = rng_of("returns", item.code)
    rows: Rows = []
    if item.code.startswith(("GMT", "PMP", "KIT")):
        for k in np.flatnonzero(recent):
            if rng.random() < 0.006 and k + 9 < len(history):
                rows.append({"item": item.code, "date": history[k + 9], "quantity": -1.0})
    return rows


def write(folder: Path, plant: dict[str, Rows], terms: str) -> None:
    """One CSV a table and ``terms`` beside them; the long ones gzipped without a time stamp, so that the bytes repeat."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plant.toml").write_text(terms, encoding="utf-8")
    for name, rows in sorted(plant.items()):
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _plain(value) for key, value in row.items()} for row in rows)
        content = text.getvalue().encode()
        if len(content) > 100_000:
            (folder / f"{name}.csv.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        else:
            (folder / f"{name}.csv").write_bytes(content)


def _plain(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


if __name__ == "__main__":
    write(OUT, tables(), PLANT)
