"""Write docs/lateness.md: lateness by vendor of a public record of deliveries, counted and shrunk, and judged later.

python tools/lateness_page.py FOLDER_OF_THE_EXPORT
"""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import numpy as np
import polars as pl

from justenough.estimation.lateness import Lateness, lateness_by

PAGE = Path(__file__).parents[1] / "docs" / "lateness.md"
FILE = "SCMS_Delivery_History_Dataset.csv.gz"
DEPOT = "SCMS from RDC"  # the programme's own depots, not a vendor
SEEN = 0.6
FLOOR = 1e-3  # least chance the counted share is given in the log score, where it would be infinite
FIRST = (1, 2, 3, 5, 10)
GROUPS = (("1 to 3", 1, 3), ("4 to 10", 4, 10), ("11 to 30", 11, 30), ("more", 31, 10**9))

HEAD = """# Lateness by vendor, and what three orders can tell

*This page is written by `python tools/lateness_page.py FOLDER`; no figure in it is typed by hand.*

The record is the delivery history of a public health supply programme (SCMS, 2006 to 2015, public domain; the half of
it by item that this project develops on). An order is a purchase order of one vendor; it is as late as
the last of its lines is after its scheduled day. Deliveries from the programme's own depots are left out. That leaves
{orders:,} orders of {vendors} vendors, {late:.1%} of them late.

`lateness_of` gives every vendor twice. *Counted*: the share of orders late with exact bounds (Clopper and Pearson), mean
days late with Student's bounds, the 95 % point with bounds by order statistics. *Shrunk*: the share is beta-binomial,
the days of a late order log-normal, and both are drawn to the other vendors by as much as the vendor's own orders
leave open. All bounds are at 95 %; an order in time is 0 days late; a dash is a figure that cannot be had.

## Vendors with {most} orders or more

| vendor | orders | late, counted | late, shrunk | mean days late, counted | shrunk | 95 % of orders within, counted | shrunk |
|---|---:|---:|---:|---:|---:|---:|---:|
{rows}
"""

FEW = """
## Vendors with one to three orders

{vendors} vendors have three orders or fewer. Counted, {never} of them are never late and {always} always; the exact bounds
are honest, and so wide ({width:.0%} on average) that nothing follows from them, while the bounds on the mean days are 0 to 0
for everybody who was in time. Shrunk, all lie between {least:.1%} and {top:.1%}; one late order of three moves the
believed share from {none:.1%} to {one:.1%}, three of three to {three:.1%}.

| orders | late | vendors | late, counted | late, shrunk | mean days late, shrunk |
|---:|---:|---:|---:|---:|---:|
{rows}

A vendor nobody has ordered from is believed late with {prior:.1%}, worth {weight:.0f} orders of its own.
"""

PROOF = """
## Judged on orders it had not seen

Everything was learned again from the first {seen:.0%} of orders by scheduled day (to {day}), and asked of each vendor's later
orders: will this one be late? The Brier score is the mean square of the error, the log score the mean of
minus the log of the chance given to what came; less is better in both. A counted share of 0 or 1 that turns out wrong
has an infinite log score; it is taken as {floor} here, which happened {infinite} times. *All alike* gives every vendor
the share of all earlier orders; where it wins, vendors did not stay as unlike as they had been.

| orders seen | vendors | later orders | late | Brier: counted | all alike | shrunk | log: counted | all alike | shrunk |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}

{verdict}

The shrunk distribution of the days was asked too: the later orders lay within its 95 % point {within:.1%} of the time
(counted: {within_raw:.1%}), {within_few:.1%} for vendors with up to ten orders seen (counted: {within_raw_few:.1%}).
"""


THREE = """
## What the first orders tell of the rest

So few late orders fall to small vendors that the split by time hardly judges them. Here each vendor in turn has only
its first orders, the others their whole record, and is asked of all its rest; every vendor counts the same, however
many orders it has. (The others' later orders are in what is learned, so this judges shrinkage, not foresight.)

| orders known | vendors | orders asked of | Brier: counted | all alike | shrunk | log: counted | all alike | shrunk |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}
"""


def orders_of(folder: Path) -> pl.DataFrame:
    """One row per order: vendor, scheduled day, days late."""
    text = gzip.decompress((folder / FILE).read_bytes()).decode("utf-8-sig").replace("\r", "\n")
    lines = pl.read_csv(io.StringIO(text), infer_schema_length=0)
    scheduled, came = (pl.col(name).str.to_date("%d-%b-%y") for name in ("Scheduled Delivery Date", "Delivered to Client Date"))
    return (
        lines.filter(pl.col("Vendor") != DEPOT)
        .with_columns(scheduled.alias("day"), (came - scheduled).dt.total_days().alias("days"))
        .group_by(pl.col("PO / SO #").alias("order"), pl.col("Vendor").alias("vendor"))
        .agg(pl.col("day").max(), pl.col("days").max())
        .sort("day", "order")
    )


def lateness(orders: pl.DataFrame, names: list[str]) -> Lateness:
    """Lateness of the named vendors from these orders, all of which have come."""
    return lateness_by(names, codes(orders, names), orders["days"].cast(pl.Float64).to_numpy(), np.zeros(orders.height, np.bool_))


def codes(orders: pl.DataFrame, names: list[str]) -> np.ndarray:
    """Row of each order's vendor in the names."""
    return orders["vendor"].replace_strict({name: k for k, name in enumerate(names)}, return_dtype=pl.Int64).to_numpy()


def number(value: float | None, digits: int = 1) -> str:
    """Write a figure, or a dash."""
    return "–" if value is None or np.isnan(value) else f"{value:.{digits}f}"


def share(row: dict[str, float], prefix: str) -> str:
    """Write a share and its bounds."""
    low, high = row[f"{prefix}share_lower"], row[f"{prefix}share_upper"]
    return f"{row[f'{prefix}share']:.1%} ({low:.0%} to {high:.0%})"


def days(row: dict[str, float], name: str, digits: int = 1) -> str:
    """Write days and their bounds."""
    low, high = (number(row[f"{name}_{side}_days"], digits) for side in ("lower", "upper"))
    return f"{number(row[f'{name}_days'], digits)} ({low} to {high})"


def vendor_rows(frame: pl.DataFrame) -> str:
    """One line of the table a vendor."""
    lines = []
    for row in frame.iter_rows(named=True):
        name = row["supplier"].title().split("(")[0].strip()
        figures = [share(row, ""), share(row, "shrunk_"), days(row, "mean"), days(row, "shrunk_mean")]
        figures += [days(row, "p95", 0), days(row, "shrunk_p95", 0)]
        lines.append(f"| {name} | {row['orders']} | {' | '.join(figures)} |")
    return "\n".join(lines)


def few_rows(few: pl.DataFrame) -> str:
    """Vendors of few orders by how many were late."""
    lines = []
    for key, rows in few.sort("orders", "late").group_by("orders", "late", maintain_order=True):
        row = rows.row(0, named=True)
        figures = [share(row, ""), share(row, "shrunk_"), number(rows["shrunk_mean_days"].mean())]
        lines.append(f"| {key[0]} | {key[1]} | {rows.height} | {' | '.join(figures)} |")
    return "\n".join(lines)


def scores(chance: np.ndarray, late: np.ndarray) -> tuple[float, float]:
    """Brier and log score of these chances."""
    held = np.clip(chance, FLOOR, 1.0 - FLOOR)
    return float(np.mean(np.square(chance - late))), float(-np.mean(np.where(late, np.log(held), np.log1p(-held))))


def proof(orders: pl.DataFrame, names: list[str]) -> str:
    """Learn from the earlier orders, ask of the later ones."""
    cut = int(SEEN * orders.height)
    past, later = orders[:cut], orders[cut:]
    known, vendor = lateness(past, names), codes(later, names)
    late, seen = later["days"].to_numpy() > 0, known.orders[vendor]
    common = np.full(later.height, known.late.sum() / known.orders.sum())
    chances = {"counted": known.raw.share[vendor], "alike": common, "shrunk": known.shrunk.share[vendor]}
    lines, better = [], []
    for label, least, most in (*GROUPS, ("all seen", 1, 10**9)):
        of = (seen >= least) & (seen <= most)
        told = {name: scores(chance[of], late[of]) for name, chance in chances.items()}
        brier, log = ([told[name][k] for name in chances] for k in (0, 1))
        better.append((label, brier, log))
        figures = " | ".join([*(f"{value:.4f}" for value in brier), *(f"{value:.3f}" for value in log)])
        lines.append(f"| {label} | {len(np.unique(vendor[of]))} | {of.sum():,} | {late[of].mean():.1%} | {figures} |")
    never = (seen > 0) & np.where(late, chances["counted"] <= 0, chances["counted"] >= 1)
    within = {}
    for name, figures in (("within", known.shrunk), ("within_raw", known.raw)):
        inside = np.maximum(later["days"].to_numpy(), 0) <= np.ceil(figures.p95_days[vendor])
        within[name], within[f"{name}_few"] = inside[seen > 0].mean(), inside[(seen > 0) & (seen <= 10)].mean()
    words = [
        f"{label}: {brier[0]:.4f} to {brier[2]:.4f} and {log[0]:.3f} to {log[2]:.3f}"
        for label, brier, log in better
        if brier[2] < brier[0] and log[2] < log[0]
    ]
    lost = [label for label, brier, log in better if not (brier[2] < brier[0] and log[2] < log[0])]
    verdict = "Shrinking lowers both scores against counting for these numbers of orders seen (Brier, log): " + "; ".join(words) + "."
    if lost:
        verdict += " It does not for: " + ", ".join(lost) + "."
    return PROOF.format(
        seen=SEEN, day=past["day"].max(), floor=FLOOR, infinite=int(never.sum()), rows="\n".join(lines), verdict=verdict, **within
    )  # fmt: skip


def first_orders(orders: pl.DataFrame, names: list[str]) -> str:
    """Give one vendor after the other only its first orders, and ask of its rest."""
    vendor, late = codes(orders, names), orders["days"].to_numpy() > 0
    place = orders.select(pl.int_range(pl.len()).over("vendor")).to_series().to_numpy()
    lines = []
    for first in FIRST:
        told: dict[str, list[tuple[float, float]]] = {"counted": [], "alike": [], "shrunk": []}
        asked = 0
        for k in range(len(names)):
            own, rest = (vendor == k) & (place < first), (vendor == k) & (place >= first)
            if not rest.any():
                continue
            known = lateness(orders.filter(pl.Series(own | (vendor != k))), names)
            prior = known.chance.prior_hits / (known.chance.prior_hits + known.chance.prior_misses)
            for name, chance in (("counted", known.raw.share[k]), ("alike", prior), ("shrunk", known.shrunk.share[k])):
                told[name].append(scores(np.full(int(rest.sum()), chance), late[rest]))
            asked += int(rest.sum())
        brier, log = ([np.mean([each[i] for each in told[name]]) for name in told] for i in (0, 1))
        figures = " | ".join([*(f"{value:.4f}" for value in brier), *(f"{value:.3f}" for value in log)])
        lines.append(f"| {first} | {len(told['shrunk'])} | {asked:,} | {figures} |")
    return THREE.format(rows="\n".join(lines))


def page(folder: Path) -> str:
    """Write the whole page."""
    orders = orders_of(folder)
    names = sorted(set(orders["vendor"]))
    found = lateness(orders, names)
    frame = found.frame()
    many, few = frame.filter(pl.col("orders") >= 20), frame.filter(pl.col("orders") <= 3)
    prior = found.chance
    weight = prior.prior_hits + prior.prior_misses
    believed = [(prior.prior_hits + late) / (weight + 3.0) for late in (0, 1, 3)]
    head = HEAD.format(
        orders=orders.height, vendors=len(names), late=found.late.sum() / found.orders.sum(), most=20, rows=vendor_rows(many)
    )  # fmt: skip
    told = FEW.format(
        vendors=few.height,
        never=few.filter(pl.col("late") == 0).height,
        always=few.filter(pl.col("late") == pl.col("orders")).height,
        width=(few["share_upper"] - few["share_lower"]).mean(),
        least=few["shrunk_share"].min(),
        top=few["shrunk_share"].max(),
        none=believed[0],
        one=believed[1],
        three=believed[2],
        rows=few_rows(few),
        prior=prior.prior_hits / weight,
        weight=weight,
    )
    return head + told + proof(orders, names) + first_orders(orders, names)


if __name__ == "__main__":
    PAGE.write_text(page(Path(sys.argv[1])), encoding="utf-8")
