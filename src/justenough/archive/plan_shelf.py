"""Shelf: a saved plan laid out on disk so that any page of it, or any item, is found at once."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.ipc

from justenough.archive.words import Words, mapped, place_of
from justenough.domain.errors import UnknownItem
from justenough.strategy.in_hand import with_orders
from justenough.strategy.plan import points_of
from justenough.strategy.recommendation import row_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from justenough.strategy.plan import Plan

LAYOUT = 5  # of the files; a shelf of another layout is laid out again
TEXTS = ("item", "description", "supplier")  # searched
LISTED = (
    "item", "description", "kind", "decision", "gate", "supplier", "criticality", "safety_stock", "reorder_point", "order_quantity",
    "days_of_cover", "lead_time_days", "stated_cycle_service", "mean_stock_value", "total_cost", "today_reorder_point",
    "today_stated_cycle_service", "today_mean_stock_value", "change_value", "change_total_cost", "on_hand", "on_order",
    "this_week", "order_now", "order_now_value",
)  # fmt: skip
KEYS = ("this_week", "decision", "gate", "kind", "criticality", "supplier")  # filtered by
SORTS = (
    "supplier", "decision", "criticality", "reorder_point", "safety_stock", "days_of_cover", "lead_time_days", "stated_cycle_service",
    "mean_stock_value", "total_cost", "change_value", "change_total_cost", "order_now_value", "move",
)  # fmt: skip
TOGETHER = 256  # rows that are packed together
WRITTEN = 80 * TOGETHER  # rows that are put into words and written at once: a plan of a million items is never there twice
NEAR = 3  # codes named beside one that is not there
COMMON = 300  # values of a key that are offered, the most frequent ones


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which rows of a plan, in which order.

    Parameters
    ----------
    words
        Every one of them must begin a word of the item's code, description or supplier.
    where
        Value of a column of `KEYS`.
    sort
        ``item`` or one of `SORTS`; ``move`` is the size of the change of money tied up.
    """

    words: str = ""
    where: tuple[tuple[str, str], ...] = ()
    sort: str = "move"
    descending: bool = True
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the rows wanted, and how many there are of them."""

    rows: pl.DataFrame
    n_found: int


@dataclass(frozen=True)
class Shelf:
    """One plan, looked up; the files stay on disk and only what is asked for is read."""

    folder: Path
    about: dict[str, Any]
    listing: pl.DataFrame = field(repr=False)
    words: Words = field(repr=False)
    _packed: dict[str, pa.ipc.RecordBatchFileReader] = field(repr=False)
    _orders: dict[str, NDArray[np.uint32]] = field(repr=False)
    _beside: dict[str, pl.DataFrame] = field(repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def n_items(self) -> int:
        """Items of the plan."""
        return self.listing.height

    def find(self, wanted: Wanted) -> Found:
        """One page of the rows wanted."""
        held = self._held(wanted)
        order = self._order(wanted.sort, descending=wanted.descending)
        hits = order if held is None else order[held[order]]
        page = hits[wanted.offset : wanted.offset + wanted.limit]
        return Found(self.listing[page.astype(np.int64)], len(hits))

    def beside(self, item: str) -> tuple[str | None, str | None]:
        """The items before and after one, by code."""
        at = self._at(item)
        codes = self.listing["item"]
        return (codes[at - 1] if at else None, codes[at + 1] if at + 1 < len(codes) else None)

    def row(self, item: str) -> dict[str, Any]:
        """All the plan says of one item, with its reasons."""
        return self._read("rows", self._at(item)).row(0, named=True)

    def curve(self, item: str, row: dict[str, Any] | None = None) -> pl.DataFrame:
        """The item's curve, one row a point; no rows where it could not be drawn. Its ``row`` is looked up where it is not at hand."""
        at = self._at(item)
        return points_of(self._read("curves", at), row or self._read("rows", at).row(0, named=True))

    def of_item(self, name: str, item: str) -> pl.DataFrame:
        """The item's rows of ``levers`` or ``coming``."""
        whole = self._beside[name]
        return whole.filter(pl.col("item") == item).drop("item") if whole.height else whole.drop("item")

    def _at(self, item: str) -> int:
        at = _place(self.listing["item"], item)
        if at is None:
            near = self.find(Wanted(item, sort="item", descending=False, limit=NEAR)).rows["item"].to_list() if item.strip() else []
            raise UnknownItem(
                f"{item!r} is not in this plan of {self.n_items:,} items.{' Near it: ' + ', '.join(near) + '.' if near else ''}"
            )
        return at

    def _held(self, wanted: Wanted) -> NDArray[np.bool_] | None:
        parts = [self.words.holding(wanted.words)] if wanted.words.strip() else []
        if parts and not parts[0].any():  # no word begins so; perhaps it is the middle of a code
            inside = pl.col("item").str.to_lowercase().str.contains(wanted.words.strip().lower(), literal=True)
            parts = [self.listing.select(inside).to_series().to_numpy()]
        parts += [(self.listing[column] == value).fill_null(value=False).to_numpy() for column, value in wanted.where]
        if not parts:
            return None
        held: NDArray[np.bool_] = np.logical_and.reduce(parts)
        return held

    def _order(self, sort: str, *, descending: bool) -> NDArray[np.uint32]:
        if sort == "item":
            plain = np.arange(self.n_items, dtype=np.uint32)
            return plain[::-1] if descending else plain
        order, known = self._orders[sort], self.about["known"][sort]
        return np.concatenate([order[:known][::-1], order[known:]]) if descending else order

    def _read(self, name: str, at: int) -> pl.DataFrame:
        with self._turn:
            packed = self._packed[name].get_batch(at // TOGETHER)
        found = pl.from_arrow(pa.Table.from_batches([packed.slice(at % TOGETHER, 1)]))
        assert isinstance(found, pl.DataFrame)
        return found


def lay_out(plan: Plan, about: dict[str, Any], folder: Path) -> None:
    """
    Write a plan's shelf; it is there as a whole or not at all.

    Parameters
    ----------
    plan
        The plan.
    about
        What else is to be kept of it, as JSON; its settings and terms at least.
    folder
        Where; what is there already is left.
    """
    making = folder.with_name(f"{folder.name}.{threading.get_ident()}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    rows = with_orders(plan.figures)
    rows.select(*LISTED).write_ipc(making / "listing.arrow")
    Words.of(rows.select(*TEXTS)).save(making)
    known = {}
    for name in SORTS:
        key = rows["change_value"].abs() if name == "move" else rows[name]
        key = key.fill_nan(None) if key.dtype.is_float() else key
        known[name] = len(key) - key.null_count()
        np.save(making / f"order_{name}.npy", key.arg_sort(nulls_last=True).to_numpy().astype(np.uint32))
    _pack(_worded(plan), making / "rows.arrow")
    _pack(_drawn(plan), making / "curves.arrow")
    plan.levers.write_ipc(making / "levers.arrow")
    plan.coming.write_ipc(making / "coming.arrow")
    values = {name: rows[name].drop_nulls().value_counts(sort=True).head(COMMON)[name].to_list() for name in KEYS}
    (making / "about.json").write_text(json.dumps({**about, "layout": LAYOUT, "known": known, "values": values}), encoding="utf-8")
    try:
        making.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(making, ignore_errors=True)
        if not folder.is_dir():
            raise


def opened_shelf(folder: Path) -> Shelf | None:
    """The shelf of a folder; None where there is none, or one of another version."""
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if about.get("layout") != LAYOUT:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    listing = mapped(folder / "listing.arrow")
    packed = {name: pa.ipc.open_file(pa.memory_map(str(folder / f"{name}.arrow"))) for name in ("rows", "curves")}
    orders = {name: np.load(folder / f"order_{name}.npy", mmap_mode="r") for name in SORTS}
    beside = {name: mapped(folder / f"{name}.arrow") for name in ("levers", "coming")}
    return Shelf(folder, about, listing, Words.load(folder, listing.height), packed, orders, beside)


def _worded(plan: Plan) -> Iterator[pl.DataFrame]:
    """The plan's rows with their reasons, part by part."""
    for part in _parts(plan.figures):
        if "reasons" in part.columns:
            yield part.select(list(row_schema()))
            continue
        from justenough.strategy.explain import reasons_of

        levers, coming = (frame.filter(pl.col("item").is_in(part["item"].implode())) for frame in (plan.levers, plan.coming))
        words = reasons_of(part, levers, coming, plan.settings, plan.terms.currency)
        yield part.with_columns(words.alias("reasons")).select(list(row_schema()))


def _drawn(plan: Plan) -> Iterator[pl.DataFrame]:
    """The curve of every row, part by part; nulls where there is none."""
    places = plan.figures.select("item").join(plan.curves.select("item").with_row_index("at"), on="item", how="left", maintain_order="left")
    for part in _parts(places):
        yield part.select("item").hstack(plan.curves.drop("item").select(pl.all().gather(part["at"])))


def _parts(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A frame cut where packs end; one part, though without rows, of a frame without any."""
    for at in range(0, max(1, frame.height), WRITTEN):
        yield frame[at : at + WRITTEN]


def _pack(parts: Iterable[pl.DataFrame], path: Path) -> None:
    """Write frames one after the other, packed; each but the last has a multiple of `TOGETHER` rows."""
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    writer = None
    with pa.OSFile(str(path), "wb") as sink:
        for part in parts:
            table = part.to_arrow()
            writer = writer or pa.ipc.new_file(sink, table.schema, options=options)
            writer.write_table(table.combine_chunks(), max_chunksize=TOGETHER)
        if writer:
            writer.close()


def _place(codes: pl.Series, item: str) -> int | None:
    at = place_of(codes, item)
    return at if at < len(codes) and codes[at] == item else None
