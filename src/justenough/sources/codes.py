"""Codes: rows of a file that name no item, and whether they would if zeros, case and blanks were written as the items' are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import Complaint
from justenough.sources.parsing import text
from justenough.sources.problems import PROBLEM, problems_at, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.sources.declarations import TableSpec
    from justenough.sources.profiles import Profile

SHOWN = 3  # codes that are named
_SUM = r"((grand|sub|eind)[ -]?)?(total\w{0,2}|totaal|gesamt(summe)?|summe|suma|razem|somme|soma)"
# A word or two more only before a colon: "Razem pozycji: 421" is no item, "Total station" may be one.
TOTAL = rf"(?i)^\s*({_SUM}( general\w?)?\s*:?|({_SUM}|anzahl|count|number|liczba|nombre|numero|ilosc|ilość)( [^\s:]+){{1,2}}\s*:\s*\d*)\s*$"
ALIKE = "once zeros before the code, capitals and blanks are as there"


def spelled_plainly(code: pl.Expr) -> pl.Expr:
    """A code without what a spreadsheet loses or a person adds: zeros before it, capitals, blanks."""
    return code.str.to_lowercase().str.replace_all(r"\s+", "").str.replace(r"^0+(.)", "${1}")


def alike(strange: pl.Series, known: pl.Series) -> pl.Series:
    """Those of the strange codes that are spelled as one known code is but for zeros before it, capitals and blanks."""
    plain = known.drop_nulls().unique().to_frame("code").select(plain=spelled_plainly(pl.col("code")))
    one = plain.filter(pl.col("plain").is_unique())  # of two it could be, nobody knows which
    return strange.to_frame("code").filter(spelled_plainly(pl.col("code")).is_in(one["plain"].implode()))["code"]


def totals(items: pl.DataFrame) -> pl.DataFrame:
    """The problem of a list's last row that adds the others up; without rows where there is none."""
    if not items.height or "item" not in items.columns:
        return pl.DataFrame(schema=PROBLEM)
    last = (pl.col(ROW) == pl.col(ROW).max().over(FILE)) & (pl.len().over(FILE) > 1)
    rows = items.filter(last & pl.col("item").str.contains(TOTAL).fill_null(value=False))
    remedy = (
        "Leave it here, or leave such rows out in the profile (leave_out). If it is an item after all, import it from quarantine as it is."
    )
    return problems_at("items", rows, pl.col("item"), "item", shown(pl.col("item")), "an item, not the sum of the list", remedy)


def without_items(spec: TableSpec, others: Mapping[str, pl.DataFrame], profile: Profile) -> list[Complaint]:
    """What is said of files joined to the list of items that have rows for codes it lacks: none of these rows counts."""
    found = []
    for join in spec.joins:
        main, other, to = others[spec.file], others[join.file], join.to or join.on
        known, codes = text(main[join.on], profile.nulls).values, text(other[to], profile.nulls).values
        if "." in join.on or not (strange := codes.filter(codes.is_not_null() & ~codes.is_in(known.implode()))).len():
            continue
        items, file = str(main.item(0, FILE)), str(other.item(0, FILE))
        few = ", ".join(strange.unique(maintain_order=True).head(SHOWN)) + (", ..." if strange.n_unique() > SHOWN else "")
        near = len(alike(strange, known))
        remedy = f"Add the items to {items}, or leave it so where they are not meant."
        if near:
            remedy = f"{near:,} of them would match {ALIKE}: export the codes as text, the same in both files."
        rows = f"{len(strange):,} of {other.height:,} rows match no item of {items} ({few})"
        found.append(Complaint(file, 0, to, rows, "codes of items", f"These rows count for nothing. {remedy}"))
    return found
