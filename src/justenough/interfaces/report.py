"""Report: a plan as one HTML file that opens anywhere, without a network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from justenough.domain import figures
from justenough.interfaces import charts, parts, wording
from justenough.interfaces.lacking import Lack, lacking
from justenough.interfaces.parts import (
    ComingLine,
    LeverLine,
    coming_lines,
    holders_sentence,
    lever_lines,
    plant_shares,
    reserves_sentence,
    shares_of,
)
from justenough.interfaces.printing import biggest
from justenough.interfaces.undeclared import undeclared_sentences
from justenough.strategy.exchange import exchange_of
from justenough.strategy.holders import holders_of
from justenough.strategy.in_hand import orders_of, week_of

if TYPE_CHECKING:
    import jinja2

    from justenough.domain.plant import Plant
    from justenough.strategy.exchange import Exchange
    from justenough.strategy.plan import Plan
    from justenough.strategy.recommendation import Recommendation
    from justenough.strategy.summary import Summary

MOVES = 25  # rows of the table of biggest moves
ORDERS = 200  # rows of the table of what is to be ordered now


@dataclass(frozen=True, slots=True)
class Total:
    """One line of the totals: the plan's figure beside today's."""

    name: str
    plan: str
    compared: str
    today: str
    change: str


@dataclass(frozen=True, slots=True)
class Section:
    """One item of the report."""

    item: Recommendation
    decision: str
    hold: str
    today: str
    held: str
    price: str
    service: str
    beside: tuple[str, ...]
    curve: str
    anatomy: str
    coming: tuple[ComingLine, ...]
    levers: tuple[LeverLine, ...]
    strip: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the report says."""

    plan: Plan
    summary: Summary
    sentence: str
    undeclared: tuple[str, ...]
    reserves: str
    holders: str
    outages: str
    ends: str
    anatomy: str
    totals: tuple[Total, ...]
    week: str
    orders: tuple[dict[str, Any], ...]
    n_orders: int
    exchange: str
    n_exchange: int
    moves: tuple[Recommendation, ...]
    sections: tuple[Section, ...]
    n_decided: int
    lacks: tuple[Lack, ...]


def drawn(plan: Plan, plant: Plant | None = None, *, items: int = 20) -> str:
    """
    The report as HTML text.

    Parameters
    ----------
    plan
        The plan.
    plant
        Where its demand is drawn from; None leaves the demand out.
    items
        Items with a section of their own, biggest money first.
    """
    page = page_of(plan, plant, items=items)
    template = _environment().get_template("report.html")
    return template.render(page=page, f=figures, w=wording, p=parts).replace(" %", "\u00a0%")  # a percent sign stays with its number


def page_of(plan: Plan, plant: Plant | None = None, *, items: int = 20) -> Page:
    """What the report says, before it is drawn as HTML."""
    summary = plan.summary()
    moves = biggest(plan.figures, MOVES)["item"].to_list()
    shown = biggest(plan.figures, items)["item"].to_list()
    strips = _strips(plant, shown) if plant is not None else {}
    exchange, due = exchange_of(plan), orders_of(plan.figures)
    return Page(
        plan=plan,
        summary=summary,
        sentence=wording.summary_sentence(summary),
        undeclared=undeclared_sentences(summary),
        reserves=reserves_sentence(summary),
        holders=holders_sentence(holders_of(plan, plant), summary.stock_value, summary.currency) if plant is not None else "",
        outages=wording.outage_sentence(summary),
        ends=wording.end_sentence(summary),
        anatomy=Markup(_plant_bars(summary)),  # noqa: S704  drawing escapes every text
        totals=_totals(plan, summary, exchange),
        week=wording.week_sentence(week_of(plan.figures), summary.currency),
        orders=tuple(due.head(ORDERS).to_dicts()),
        n_orders=due.height,
        exchange=Markup(charts.exchange_chart(exchange)) if exchange else "",  # noqa: S704  drawing escapes every text
        n_exchange=exchange.n_items if exchange else 0,
        moves=tuple(plan[item] for item in moves),
        sections=tuple(_section(plan, item, strips.get(item, "")) for item in shown),
        n_decided=summary.n_items - summary.by_decision["cannot_decide"],
        lacks=lacking(plan),
    )


def _section(plan: Plan, item: str, strip: str) -> Section:
    one = plan[item]
    beside = (wording.neighbour_sentence(one, "leaner"), wording.neighbour_sentence(one, "safer"), parts.costs_sentence(one))
    return Section(
        item=one,
        decision=wording.gate_sentence(one),
        hold=wording.hold_sentence(one),
        today=wording.today_sentence(one),
        held=wording.held_sentence(one),
        price=wording.money_sentence(one),
        service=wording.service_sentence(one),
        beside=tuple(text for text in beside if text),
        curve=Markup(charts.curve_chart(one, plan.curve(item))),  # noqa: S704  drawing escapes every text
        anatomy=Markup(_bars(one)),  # noqa: S704
        coming=tuple(coming_lines(plan.coming_of(item))),
        levers=tuple(lever_lines(plan.levers_of(item))),
        strip=Markup(strip),  # noqa: S704
    )


def _bars(item: Recommendation) -> str:
    rows = [(share.words, share.amount, share.said) for share in shares_of(item)]
    return charts.bars_chart(f"What the reserve of {wording.reserve_units(item.safety_stock or 0.0)} is for", rows)


def _plant_bars(summary: Summary) -> str:
    rows = [(words, value, figures.figure(value)) for words, value in plant_shares(summary)]
    return charts.bars_chart("Money in reserve by what it is there for", rows)


def _strips(plant: Plant, items: list[str]) -> dict[str, str]:
    from justenough.estimation.history import history_of

    history = history_of(plant.only(items))
    strips = {}
    for i, item in enumerate(history.items):
        series = history.series[i]
        if len(series):
            first, last = history.starts[int(history.first_period[i])], history.starts[-1]
            strips[item] = charts.demand_strip(series.tolist(), f"{first:%b %Y}", f"{last:%b %Y}")
    return strips


def _totals(plan: Plan, summary: Summary, exchange: Exchange | None) -> tuple[Total, ...]:
    compared = plan.figures.filter((pl.col("decision") != "cannot_decide") & pl.col("today_mean_stock_value").is_not_null())
    decided = plan.figures.filter(pl.col("decision") != "cannot_decide")
    code = figures.in_currency(summary.currency, " [{}]")
    yearly = figures.in_currency(summary.currency, " [{}/year]", ", a year")

    def of(name: str, column: str) -> Total:
        ours, theirs = _sum(compared[column]), _sum(compared[f"today_{column}"])
        change = figures.UNKNOWN if ours is None or theirs is None else figures.signed(ours - theirs)
        return Total(name, figures.figure(_sum(decided[column])), figures.figure(ours), figures.figure(theirs), change)

    def mean(name: str, column: str) -> Total:
        here, there = _mean(compared[column]), _mean(compared[f"today_{column}"])
        change = figures.signed(100 * (here - there), 2) + " points" if here is not None and there is not None else figures.UNKNOWN
        return Total(name, figures.percent(_mean(decided[column])), figures.percent(here), figures.percent(there), change)

    return (
        of(f"Money tied up{code}", "mean_stock_value"),
        of(f"Holding{yearly}", "holding_cost"),
        of(f"Ordering{yearly}", "ordering_cost"),
        of(f"Stockouts, expected{yearly}", "stockout_cost"),
        *([of(f"Thrown away at the end of its shelf life{yearly}", "expiry_cost")] if summary.expiry_cost > 0 else []),
        of(f"All costs{yearly}", "total_cost"),
        mean("Cycles without a stockout, every item counting alike", "stated_cycle_service"),
        mean("Units from the shelf, every item counting alike", "stated_fill_rate"),
        *_weighed(exchange, n_decided=decided.height),
    )


def _weighed(exchange: Exchange | None, *, n_decided: int) -> tuple[Total, ...]:
    """The service the picture shows, where money weighs the items, so that table and picture cannot seem to disagree."""
    if exchange is None or exchange.today is None:
        return ()
    here, there = exchange.plan[1], exchange.today[1]
    alone = figures.percent(here) if exchange.n_items == n_decided else figures.UNKNOWN
    change = figures.signed(100 * (here - there), 2) + " points"
    return (Total("Demand from the shelf, weighed by its money", alone, figures.percent(here), figures.percent(there), change),)


def _sum(column: pl.Series) -> float | None:
    """What the column adds up to; None where it holds nothing, such as the cost of stockouts that nobody has priced."""
    return None if column.null_count() == len(column) else float(column.sum())


def _mean(column: pl.Series) -> float | None:
    mean: Any = column.drop_nulls().drop_nans().mean()
    return None if mean is None else float(mean)


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    loader = jinja2.PackageLoader("justenough.interfaces", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.globals["style"] = Markup(_style())  # noqa: S704  our own file
    return environment


def _style() -> str:
    from importlib.resources import files

    return (files("justenough.interfaces") / "static" / "report.css").read_text(encoding="utf-8")
