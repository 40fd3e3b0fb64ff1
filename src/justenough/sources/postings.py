"""Postings: which kinds of movements a file of demand holds, and the column that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.sources.looking import quoted
from justenough.sources.vocabulary import MOVEMENT
from justenough.sources.wordings import MOST_ASKED

if TYPE_CHECKING:
    from justenough.sources.looking import Look

OF_ONE_SIGN = 0.99  # rows whose sign is that of most of their kind
OF_BOTH_SIGNS = 0.02  # rows of the rarer sign: fewer are returns


def signs_of(quantities: pl.Series) -> pl.Series:
    """-1, 0 or 1 of each quantity as it is written, such as 10- or -1,5 or 1 250; 0 of what is no number."""
    raw = quantities.cast(pl.String).fill_null("")
    below = raw.str.contains(r"^\s*-\s*[\d.,\s]*[1-9]|\d\s*-\s*$")
    above = raw.str.contains(r"^\s*\+?[\d.,\s]*[1-9]") & ~below
    return above.cast(pl.Int8) - below.cast(pl.Int8)


def postings(look: Look, quantity: str) -> list[str]:
    """
    Which postings are demand, where a file holds several kinds: receipts and transfers are none.

    Parameters
    ----------
    quantity
        The column of quantities, whose sign tells kinds apart where no column is named after them; empty: several hold them.
    """
    for name in (*look.named(MOVEMENT), *(_by_sign(look, quantity) if quantity else [])):
        kinds = _words(look, name)
        if 1 < kinds.n_unique() <= MOST_ASKED:
            look.used.add(name)
            counted = kinds.value_counts(sort=True, name="rows").rows()
            there = ", ".join(f"{word} ({rows:,})" for word, rows in counted)
            which = "issues and their returns" if _signed(look, quantity) else "issues alone: without a sign a return would be added"
            text = f"Which kinds of {name!r} in {look.name} are demand ({which})? Commas between; there are {there}."
            return [f"only = [{{ column = {quoted(name)}, any_of = [{look.ask('movements', text)}] }}]"]
    return []


def _signed(look: Look, quantity: str) -> bool:
    """Whether both signs are common among the quantities; fewer of one are mistakes that were put right."""
    if not quantity:
        return True
    signs = signs_of(look.all_rows[quantity])
    rarer = min(int((signs == 1).sum()), int((signs == -1).sum()))
    return rarer > OF_BOTH_SIGNS * int((signs != 0).sum())


def _words(look: Look, name: str) -> pl.Series:
    return look.all_rows[name].cast(pl.String).str.strip_chars().drop_nulls()


def _by_sign(look: Look, quantity: str) -> list[str]:
    """Columns of a few words each of which goes with one sign, where both signs are common: receipts and issues in one file."""
    if not _signed(look, quantity):
        return []
    signs = signs_of(look.all_rows[quantity])
    signed, found = signs != 0, []
    for name in look.unused():
        kind = look.all_rows[name].cast(pl.String).str.strip_chars()
        if kind.null_count() > (1.0 - OF_ONE_SIGN) * kind.len() or not 1 < kind.n_unique() <= MOST_ASKED:
            continue
        sums = pl.DataFrame({"kind": kind, "sign": signs}).filter(signed).group_by("kind").agg(pl.col("sign").cast(pl.Int64).sum())["sign"]
        if abs(sums).sum() >= (2.0 * OF_ONE_SIGN - 1.0) * int(signed.sum()):
            found.append(name)
    return found
