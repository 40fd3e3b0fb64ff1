"""Improving: the command that ranks improvements of machines and suppliers by the stock they free."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.domain.figures import UNKNOWN, figure, in_currency, money, percent
from justenough.interfaces.answering import say, say_json, show, width, working
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    AddressOption,
    CertificatesOption,
    EngineOption,
    JsonOption,
    TopOption,
    WorkspaceOption,
    at,
    engine_over,
    opened,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from rich.table import Table

    from justenough.strategy.moves import Figure
    from justenough.strategy.roadmap import Roadmap

CostsOption = Annotated[
    Path | None,
    typer.Option(
        "--costs",
        help="TOML file of what improvements cost: [[improvement]] tables of figure, where, cost, perhaps factor.",
        dir_okay=False,
    ),
]
NOISE = 1e-6  # of all stock or a year's cost: less is what sizing twice leaves over, and is shown as 0
TOLD = (
    "Estimated: reckoned for all, to choose those that are sized again. Frees alone: sized again, if nothing else is done. Adds to those "
    "above: what it frees more when all rows above it are done."
)
TriedOption = Annotated[int, typer.Option("--tried", min=1, help="How many improvements are sized again, the most promising first.")]
OfOption = Annotated[
    list[str] | None,
    typer.Option(
        "--of",
        metavar="NAME",
        help="Only improvements of this machine, supplier or item, or of all machines or suppliers; may be repeated.",
    ),
]
DrawsOption = Annotated[int, typer.Option("--draws", min=0, help="Draws of what is not known, from which the bounds come; 0: no bounds.")]


def roadmap(
    costs: CostsOption = None,
    tried: TriedOption = 20,
    draws: DrawsOption = 20,
    of: OfOption = None,
    engine: EngineOption = None,
    address: AddressOption = None,
    certificates: CertificatesOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    top: TopOption = 12,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Rank what would free most stock: each machine and supplier, each improvement, with bounds and payback.

    Example: justenough roadmap --costs improvements.toml
    """
    from justenough.strategy.cluster import engaged
    from justenough.strategy.decide import decided
    from justenough.strategy.roadmap import RoadmapParams
    from justenough.strategy.roadmap import roadmap as ranked

    factors, prices = costs_from(costs) if costs is not None else ({}, {})
    params = RoadmapParams(at=factors, tried=tried, draws=draws, of=tuple(of or ()))
    with working("Ranking improvements", 7) as step:
        step("Opening the workspace")
        with opened(workspace) as kept:
            plant, settings = kept.plant(), kept.plan_entry().sized_by
        step(f"Sizing {len(plant):,} items")
        with engaged(replace(settings, engine=engine_over(settings.engine, engine, address, certificates))) as spread:
            made = decided(plant, settings, spread)
            found = ranked(made, plant, params, prices, progress=step, spread=spread)
    if as_json:
        say_json(roadmap_json(found))
        return
    if of and not found.rows.height:
        say(nothing_sentence(of))
        return
    if not found.rows.height:
        say(f"Nothing to improve: no item has a supplier's name or a measured machine. Import suppliers or events{at(workspace)}.")
        return
    for sentence in roadmap_sentences(found):
        say(sentence)
    say()
    show(roadmap_table(found, top, width()))
    say(TOLD)
    say(f"Next: justenough whatif, to try one with its cost{at(workspace)}")


def nothing_sentence(of: Sequence[str]) -> str:
    """
    Why nothing is known that would improve these items, or all machines or suppliers.

    Examples
    --------
    >>> nothing_sentence(["A", "B", "machines"])
    "No improvement is known: A, B have neither a supplier's name nor a measured machine; no item is made on a measured machine."
    """
    kinds = {"machines": "no item is made on a measured machine", "suppliers": "no item has a supplier's name"}
    items = [name for name in dict.fromkeys(of) if name not in kinds]
    lacking = f"{', '.join(items)} {'has' if len(items) == 1 else 'have'} neither a supplier's name nor a measured machine"
    whys = [*([lacking] if items else []), *(why for kind, why in kinds.items() if kind in of)]
    return f"No improvement is known: {'; '.join(whys)}."


def costs_from(path: Path) -> tuple[Mapping[tuple[Figure, str], float], Mapping[tuple[Figure, str], float]]:
    """
    Factors (the usual ones if not given) and costs by figure and place, from a TOML file.

    Raises
    ------
    SettingsError
        For a file that cannot be read, a figure that there is not, or a cost that is none.
    """
    import tomllib

    from justenough.domain.errors import SettingsError
    from justenough.strategy.moves import OF_MACHINE, OF_SUPPLIER
    from justenough.strategy.roadmap import USUAL_FACTORS

    known = {figure.label: figure for figure in (*OF_SUPPLIER, *OF_MACHINE)}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("improvement", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as TOML ({error}).") from None
    factors: dict[tuple[Figure, str], float] = {}
    prices: dict[tuple[Figure, str], float] = {}
    for number, table in enumerate(tables, start=1):
        name, where, cost = str(table.get("figure", "")).lower(), str(table.get("where", "")), table.get("cost")
        if name not in known:
            raise SettingsError(f"{path}, improvement {number}: no figure {name!r}; there are {', '.join(known)}.")
        if not isinstance(cost, int | float) or cost < 0:
            raise SettingsError(f"{path}, improvement {number}: cost must be an amount of money, got {cost!r}.")
        prices[known[name], where] = float(cost)
        factor = table.get("factor", USUAL_FACTORS[known[name]])
        if not isinstance(factor, int | float) or factor <= 0:
            raise SettingsError(f"{path}, improvement {number}: factor must be what is left of the figure, above 0, got {factor!r}.")
        factors[known[name], where] = float(factor)
    return factors, prices


def roadmap_json(found: Roadmap) -> dict[str, Any]:
    """A roadmap as the API returns it."""
    return {
        "stock_value": found.stock_value,
        "total_cost": found.stock_cost,
        "currency": found.currency,
        "together_value": found.together_value,
        "overlap_value": found.overlap_value,
        "holders": found.holders,
        "rows": found.rows,
    }


def together_sentence(tried: int, together: float, overlap: float, currency: str) -> str:
    """
    What all improvements free at once, beside the sum of each alone.

    Examples
    --------
    >>> together_sentence(3, 900.0, 100.0, "EUR")
    'All 3 tried free 900 EUR together; added one by one they would seem to free 100 EUR more, which is counted twice.'
    >>> together_sentence(3, 900.0, -181.0, "EUR")
    'All 3 tried free 900 EUR together, 181 EUR more than added one by one: some free stock only where others are made too.'
    """
    said = f"All {tried} tried free {money(together, currency)} together"
    if figure(abs(overlap)) == "0":
        return f"{said}, as much as one by one."
    if overlap < 0:
        return f"{said}, {money(-overlap, currency)} more than added one by one: some free stock only where others are made too."
    return f"{said}; added one by one they would seem to free {money(overlap, currency)} more, which is counted twice."


def roadmap_sentences(found: Roadmap) -> list[str]:
    """What comes first, what all of it comes to together, and who holds the stock."""
    from justenough.interfaces.parts import holders_sentence

    best, tried = found.rows.row(0, named=True), found.rows["released_value"].drop_nulls().len()
    sentences = []
    if best["released_value"] is not None and best["released_value"] > 0:
        sentences.append(
            f"Begin with {improvement_words(best)}: it frees {money(best['released_value'], found.currency)} of the "
            f"{money(found.stock_value, found.currency)} in stock ({between(best)}) and saves "
            f"{money(best['saved_cost'], found.currency)} a year."
        )
    else:
        sentences.append("Nothing tried frees stock.")
    if tried > 1:
        sentences.append(together_sentence(tried, found.together_value, found.overlap_value, found.currency))
    held = holders_sentence(found.holders, found.stock_value, found.currency)
    return [*sentences, held] if held else sentences


def roadmap_table(found: Roadmap, top: int, width: int) -> Table:
    """One row an improvement, best first."""
    from justenough.interfaces.tables import Column, laid_out

    rows = found.rows.head(top).to_dicts()
    unit = in_currency(found.currency, " [{}]")
    noise = NOISE * max(found.stock_value, found.stock_cost)

    def amount(value: float) -> str:
        return money(value if abs(value) >= noise else 0.0)

    columns = [
        Column("improvement", [improvement_words(row) for row in rows]),
        Column("items", [f"{row['items']:,}" for row in rows], number=True, rank=4),
        Column(f"estimated\n{unit}", [amount(row["promised_value"]) for row in rows], number=True, rank=3),
        Column(f"frees\nalone{unit}", [_or_dash(row["released_value"], amount) for row in rows], number=True),
        Column("95 % bounds\nof that", [between(row, noise) for row in rows], number=True, rank=1),
        Column(f"adds to\nthose above{unit}", [_or_dash(row["adds_value"], amount) for row in rows], number=True, rank=1),
        Column(f"saves\na year{unit}", [_or_dash(row["saved_cost"], amount) for row in rows], number=True),
        Column("fill rate\nthen", [_or_dash(row["fill_rate_then"], percent) for row in rows], number=True, rank=3),
    ]
    if found.rows["throughput_share"].is_not_null().any():
        columns.append(Column("makes\nmore", [_or_dash(row["throughput_share"], percent) for row in rows], number=True, rank=2))
    if found.rows["cost"].is_not_null().any():
        columns.append(Column("pays back\n[years]", [_or_dash(row["payback_years"], figure) for row in rows], number=True))
    return laid_out(f"What frees stock ({len(rows):,} of {found.rows.height:,})", tuple(columns), width)


_DONE = {
    "lead time": "{}: lead time {:.0%} shorter",
    "lead time spread": "{}: lead time {:.0%} steadier",
    "outages": "{}: {:.0%} fewer outages",
    "outage length": "{}: outages {:.0%} shorter",
    "MTTR": "{}: repairs {:.0%} shorter",
    "setup": "{}: set-ups {:.0%} shorter",
    "scrap": "{}: {:.0%} less scrap",
}


def improvement_words(row: Mapping[str, Any]) -> str:
    """An improvement in words: "press 4: repairs 50 % shorter"."""
    figure, where, by = str(row["figure"]), str(row["where"]), float(row["factor"])
    if figure == "second source":
        return f"{where}: a second source"
    if figure == "mtbf":
        return f"{where}: runs {by - 1:.0%} longer between failures".replace("%", "\u00a0%")
    if figure == "speed":
        return f"{where}: {by - 1:.0%} faster".replace("%", "\u00a0%")
    words = _DONE.get(figure) or _DONE.get(figure.upper()) or "{}: " + figure + " {:.0%} less"
    return words.format(where, 1.0 - by).replace("%", "\u00a0%")


def between(row: Mapping[str, Any], noise: float = 0.0) -> str:
    """Bounds in words, what is less than ``noise`` as nothing; a dash where they were not drawn."""
    if row["released_lower"] is None:
        return UNKNOWN
    low, high = (value if abs(value) >= noise else 0.0 for value in (row["released_lower"], row["released_upper"]))
    return f"{money(low)} to {money(high)}"


def _or_dash(value: float | None, write: Any) -> str:
    return UNKNOWN if value is None else str(write(value))
