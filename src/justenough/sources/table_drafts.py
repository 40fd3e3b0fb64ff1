"""Table drafts: one canonical table of a file as the profile's TOML says it, asking what its columns leave open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.figures import count
from justenough.domain.schema import TABLES
from justenough.sources.central_words import BASE_UNITS, LETTERS
from justenough.sources.declarations import DAYS, UNITS
from justenough.sources.looking import LOOKED_AT, day_of, quoted
from justenough.sources.notices import workdays_only
from justenough.sources.parsing import dates
from justenough.sources.postings import postings, signs_of
from justenough.sources.spans import letters_of
from justenough.sources.vocabulary import PRICE_OF, PRICE_UNIT, VALUE_CLASS, WORDS, plain_words, unit_said
from justenough.sources.wordings import MOST_ASKED, worded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.sources.looking import Look

TEN_FOLDS = r"10*([.,]0+)?"


def table_draft(look: Look, table: str, beside: Mapping[str, str] | None = None, joins: tuple[str, ...] = (), leave_out: str = "") -> str:
    """
    The TOML of one table of items, demand or receipts.

    Parameters
    ----------
    beside
        Further columns, as the TOML of where they stand in files joined to this one (`Besides`).
    joins
        The TOML of those joins.
    leave_out
        The TOML of rows of theirs that are not meant.
    """
    lines = [f"[tables.{table}]", f"file = {quoted(look.key)}"]
    if joins:
        lines.append(f"joins = [{', '.join(joins)}]")
    if leave_out:
        lines.append(leave_out)
    columns = {column: name for column, name in look.columns(table).items() if column not in (beside or {})}
    look.used |= {*columns.values(), *look.wide}
    wide = table == "demand" and bool(look.wide)
    if wide:
        columns = {"item": columns["item"]}
    if table == "demand":
        lines += postings(look, "" if wide else columns["quantity"])
        lines += _demand(look, [*look.wide] if wide else [columns["quantity"]])
    lines.append(f"[tables.{table}.columns]")
    words: list[str] = []
    for column, name in columns.items():
        lines.append(f"{column} = {column_draft(look, table, column, name)}")
        if TABLES[table].column(column).choices and column == "source":
            known = look.all_rows[name].cast(pl.String).str.strip_chars().drop_nulls().unique(maintain_order=True)
            words = worded(table, column, [word for word in known.head(MOST_ASKED) if word], look.ask)
    lines += [f"{column} = {said}" for column, said in (beside or {}).items()]
    if table == "items":
        _note_value_class(look)
    if wide:
        lines += _wide(look)
    return "\n".join([*lines, *words])


def column_draft(look: Look, table: str, column: str, name: str, prefix: str = "") -> str:
    """The TOML of one column's source; ``prefix`` goes before the names of a joined file's columns."""
    kind, unit = TABLES[table].column(column).kind, TABLES[table].column(column).unit
    source = quoted(f"{prefix}{name}")
    if unit == "days" and (letters := letters_of(look.all_rows[name])):
        return f"{{ column = {source}, letters = {{ {', '.join(_letter(look, column, one) for one in letters)} }} }}"
    if unit in UNITS:
        look.decimals(name)
        said = unit_said(name, tuple(UNITS[unit]))
        asked = look.ask(f"{column}_unit", f"In which unit is {name!r} of {look.name}?", tuple(UNITS[unit]), said)
        return f"{{ column = {source}, unit = {asked} }}"
    if table == "receipts" and (kind == "number" or column == "unit_price") and (bases := look.named(BASE_UNITS)):
        look.decimals(name)
        look.used.add(bases[0])
        turned = "per" if column == "unit_price" else "times"
        return f"{{ column = {source}, {turned} = {quoted(f'{prefix}{bases[0]}')} }}"
    if kind == "date":
        fit = look.dates(name)
        if table == "demand" and fit:
            # From first to last: the first rows of a ledger are a few days.
            some = look.all_rows[name].gather_every(max(1, look.all_rows.height // LOOKED_AT))
            look.workdays = workdays_only(dates(some, (), fit, moment=False).values)
    elif kind == "number":
        look.decimals(name)
    if column in ("unit_cost", "unit_price"):
        return _price(look, name, prefix)
    if column == "on_hand" and table == "items":
        return _stock_in_hand(look, name, prefix)
    return source


def _letter(look: Look, column: str, letter: str) -> str:
    """What a letter of formulas of time stands for, asked where the languages differ."""
    text = f"What does the letter {letter} stand for in times such as 3{letter} of {look.name}?"
    return f"{letter} = {look.ask(f'{column}_{letter}', text, tuple(DAYS), LETTERS.get(letter, ''))}"


def _price(look: Look, name: str, prefix: str) -> str:
    """A price, with the number of units it is for where the header or a column beside it says so."""
    source = quoted(f"{prefix}{name}")
    said = re.fullmatch(PRICE_OF, plain_words(name))
    if said:
        return f"{{ column = {source}, per_units = {re.sub('[.,]', '', said[1])} }}"
    for unit in look.named(PRICE_UNIT):
        values = look.rows[unit].cast(pl.String).str.strip_chars().drop_nulls()
        if values.len() and values.str.contains(f"^{TEN_FOLDS}$").all():
            look.used.add(unit)
            return f"{{ column = {source}, per = {quoted(f'{prefix}{unit}')} }}"
    return source


def _stock_in_hand(look: Look, name: str, prefix: str) -> str:
    """The stock in hand; where several columns could be meant, a person says which."""
    stocks = [one for one in look.named(f"on hand|{WORDS['items']['on_hand']}") if one not in look.columns("items").values() or one == name]
    if len(stocks) == 1 or prefix:
        return quoted(f"{prefix}{name}")
    look.used |= set(stocks)
    text = f"Which column of {look.name} is the stock in hand that is free to use?"
    return look.ask("on_hand_column", text, tuple(stocks))


def _note_value_class(look: Look) -> None:
    """ABC ranks items by value and XYZ by regularity; neither says how badly an item is missed."""
    for name in look.named(VALUE_CLASS):
        look.notes.append(
            f"{name!r} of {look.name} is not taken for criticality: ABC and XYZ rank by value and regularity, not by what a stockout harms"
        )


def _wide(look: Look) -> list[str]:
    days = [day_of(name, look.period_format) for name in look.wide]
    order = "newest_first" if len(days) > 1 and str(days[0]) > str(days[-1]) else "newest_last"
    alike = "|".join(re.sub(r"\d+", r"\\d+", re.escape(name).replace("\\ ", " ").replace("\\-", "-")) for name in look.wide)
    pattern = "|".join(dict.fromkeys(alike.split("|")))
    return [
        "[tables.demand.wide]",
        f"columns = {quoted(f'^({pattern})$')}",
        f"period_format = {quoted(look.period_format)}",
        f'order = "{order}"',
    ]


def _demand(look: Look, names: list[str]) -> list[str]:
    """What the table of demand says before its columns: empty cells, returns and the sign."""
    empty = sum(look.all_rows[name].null_count() for name in names)  # in all rows: the first may be whole
    lines = []
    if empty or len(names) > 1:
        text = f"{empty:,} cells of demand are empty. Was nothing used then, or did nobody record it?"
        look.ask("empty", text, ("zero", "unknown"))
        lines.append('empty = "<empty>"')
    signs = [signs_of(look.all_rows[name]) for name in names]  # in all rows: a return is rare
    below, above = (sum(int((one == sign).sum()) for one in signs) for sign in (-1, 1))
    rarer, sign = (above, "positive, while most are negative") if below > above else (below, "negative")
    if rarer:
        words = f"{count(rarer, 'quantity is', 'quantities are')} {sign}. Do returns take back earlier demand?"
        look.ask("returns", words, ("undo_demand", "ignore"))
    if below > above:
        look.ask("demand_sign", "Most quantities are negative. Which sign has demand?", ("positive", "negative"))
        lines.append('demand_sign = "<demand_sign>"')
    return lines
