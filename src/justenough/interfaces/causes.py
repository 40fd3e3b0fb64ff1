"""Causes: complaints of a quarantine in groups, what caused others first."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from justenough.domain.figures import count

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Complaints of one file that say the same; ``see`` names quarantined rows without which they would not be."""

    file: str
    column: str
    expected: str
    remedy: str
    rows: tuple[int, ...]
    found: tuple[str, ...]
    items: tuple[str, ...]
    see: str = ""

    def __str__(self) -> str:
        if self.see:
            which = ", ".join(self.items[:EXAMPLES]) + (", ..." if len(self.items) > EXAMPLES else "")
            wait = "waits" if len(self.rows) == 1 else "wait"
            return (
                f"{self.file}: {count(len(self.rows), 'row')} of {count(len(self.items), 'item')} ({which}) only {wait} for "
                f"{self.see}: correct that first."
            )
        where = (
            f"{self.file} row {self.rows[0]}" if len(self.rows) == 1 else f"{self.file}, {count(len(self.rows), 'row')} ({self._some()})"
        )
        if len(self.items) == 1:
            where += f", item {self.items[0]}"
        seen = " or ".join(self.found[:EXAMPLES]) + (" or ..." if len(self.found) > EXAMPLES else "")
        return f"{where}: {self.column + ': ' if self.column else ''}found {seen}; expected {self.expected}.\n  {self.remedy}"

    def _some(self) -> str:
        return ", ".join(map(str, self.rows[:EXAMPLES])) + (", ..." if len(self.rows) > EXAMPLES else "")


def grouped(problems: pl.DataFrame) -> list[Group]:
    """The complaints in groups: causes first, then those that only follow from them; larger groups first."""
    causes = dict(
        problems.filter(pl.col("table") == "items", pl.col("item").is_not_null()).select("item", pl.struct("file", "row")).iter_rows()
    )
    follows = pl.col("expected").str.starts_with("an item of ") & (pl.col("table") != "items") & pl.col("item").is_in(list(causes))
    told = problems.with_columns(follows.fill_null(value=False).alias("follows"))
    keys = ["file", "column", "expected", "remedy", "follows"]
    gathered = told.group_by(keys, maintain_order=True).agg(
        pl.col("row").fill_null(0).unique(maintain_order=True),
        pl.col("found").fill_null("").unique(maintain_order=True),
        pl.col("item").filter(pl.col("item") != "").unique(maintain_order=True),  # a machine's row names none
    )
    groups = []
    for row in gathered.sort(pl.col("follows"), pl.col("row").list.len(), descending=[False, True], maintain_order=True).iter_rows(
        named=True
    ):
        see = _places([causes[item] for item in row["item"]]) if row["follows"] else ""
        texts = {name: row[name] or "" for name in keys[:4]}
        groups.append(Group(**texts, rows=tuple(row["row"]), found=tuple(row["found"]), items=tuple(row["item"]), see=see))
    return groups


def _places(places: list[dict[str, object]]) -> str:
    by_file: dict[str, list[str]] = {}
    for place in places:
        by_file.setdefault(str(place["file"]), []).append(str(place["row"]))
    return ", ".join(
        f"{file} {'row' if len(rows) == 1 else 'rows'} {', '.join(rows[:EXAMPLES])}{', ...' if len(rows) > EXAMPLES else ''}"
        for file, rows in by_file.items()
    )
