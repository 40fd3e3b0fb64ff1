"""Explain: why an item got its levels, in sentences a planner can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.figures import LEAST_RESERVE, count, in_currency, units
from justenough.domain.item import Decision, StockoutBasis
from justenough.domain.policy import Reason
from justenough.strategy.coming_rows import moving_sentences
from justenough.strategy.gate_reasons import gate_sentences
from justenough.strategy.hazards import hazard_sentences
from justenough.strategy.made_here import crowded_sentence, failing_sentence, machine_sentence
from justenough.strategy.reserves import agreeing, reserve_sentences, said, said_reserve, said_share, said_whole

if TYPE_CHECKING:
    from justenough.strategy.settings import Settings

_CHARGED = {
    StockoutBasis.PER_UNIT: "for each unit short",
    StockoutBasis.PER_UNIT_DAY: "for each unit short and day waited",
    StockoutBasis.PER_OCCASION: "each time the shelf runs empty",
    StockoutBasis.PER_LINE_HOUR: "for each hour the line or machine stands",
}
_FIXED_BY = {
    Reason.COST: "Here one more unit would cost more to hold than the stockouts it saves.",
    Reason.CYCLE_SERVICE_FLOOR: "The cycle service promised asks for this much and no more.",
    Reason.FILL_RATE_FLOOR: "The fill rate promised asks for this much and no more.",
    Reason.SHELF_LIFE: "Shelf life allows no more.",
    Reason.LIMIT: "What all items share is limited.",
}
_FAR_FROM_PLAN = 1.5  # measured over planned lead time, or the inverse, beyond which the plan is named beside it


def reasons_of(facts: pl.DataFrame, levers: pl.DataFrame, coming: pl.DataFrame, settings: Settings, currency: str) -> pl.Series:
    """
    Sentences for every item: what to do, what it changes, the four factors, what the reserve is for, the label and the gate.

    Parameters
    ----------
    facts
        A plan's rows and, with an underscore, the evidence they rest on (`justenough.strategy.decide`).
    levers
        What would let reserves be stripped (`justenough.strategy.lever.lever_schema`).
    coming
        Levels by coming period (`justenough.strategy.coming_rows.coming_schema`).

    Returns
    -------
    pl.Series
        Lists of text; a sentence that has nothing to say is left out.
    """
    unsaid = [pl.lit(None, kind).alias(name) for name, kind in EVIDENCE.items() if name not in facts.columns]
    facts = facts.with_columns(unsaid)  # of what no item knows nothing is kept
    facts = facts.with_columns(_whole(name) for name in ("safety_stock", "today_safety_stock"))
    money = in_currency(currency, " {}")
    told = _worded(facts, settings)
    told = told.join(reserve_sentences(facts, levers, money), on="item", how="left", maintain_order="left")
    told = told.join(moving_sentences(coming), on="item", how="left", maintain_order="left")
    told = told.hstack(hazard_sentences(facts, money)).with_columns(gate_sentences(facts).alias("_gate"))
    agreed = [agreeing(sentence) for sentence in _sentences(settings, money)]
    return told.select(pl.concat_list(agreed).list.drop_nulls()).to_series()


def _worded(facts: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The facts, and beside them as ``said_*`` the figures of the sentences in words."""
    told = facts.with_columns(said(facts[name]).alias(f"said_{name}") for name in _ESTIMATES)
    told = told.with_columns(said_whole(facts[name]).alias(f"said_{name}") for name in _WHOLE)
    told = told.with_columns(said_reserve(facts[name]).alias(f"said_{name}") for name in ("safety_stock", "today_safety_stock"))
    told = told.with_columns(said_share(facts[name]).alias(f"said_{name}") for name in _SHARES)
    return told.with_columns(
        said((facts["change_value"].abs()).alias("v")).alias("said_change_value"),
        said((facts["change_total_cost"].abs()).alias("v")).alias("said_change_total_cost"),
        said((facts["lead_time_days"] + facts["review_days"]).alias("v")).alias("said_exposed_days"),
        said_whole((facts["review_days"] * settings.jit_cover_reviews).alias("v")).alias("said_jit_days"),
        said_whole((facts["reorder_point"] + facts["_step"]).alias("v")).alias("said_lowest"),
        said((facts["_charge"] * facts["_enough"]).alias("v")).alias("said_enough"),
    )


def _sentences(settings: Settings, money: str) -> list[pl.Expr]:
    """All that may be said of an item, in order; null where it has nothing to say."""
    sized, ended = pl.col("decision") != "cannot_decide", pl.col("decision") == Decision.ENDED.label
    undecided = pl.format("Cannot decide: {}.", pl.col("missing").list.join("; "))
    over = pl.format(
        "Do not reorder: wanted in {} of {} periods, and for longer than chance allows no more. Ask before a critical item is given up.",
        "_positive",
        "_periods",
    )
    wanted = pl.format("Demand: {}, {} a day, wanted in {} of {} periods.", "kind", "said_demand_per_day", "_positive", "_periods")
    exposed = pl.format(
        "Lead time: with the review it leaves {} days exposed, whose mean demand is {}.", "said_exposed_days", "said__exposed"
    )
    of_live = (
        _levels(), _change(money),
        _supply(), _forgotten(), machine_sentence(), crowded_sentence(), "refused", _outage(), "forgotten_end", "outlives",
        wanted, _read_as(), failing_sentence(), exposed, "moves", "spoils", _stockout(money), "_limited",
        pl.coalesce("reserve", _whole_reserve(settings)), "strip", _label(settings), "_gate",
    )  # fmt: skip
    return [
        pl.when(~sized).then(undecided),
        pl.when(sized & ended).then(over),
        *(pl.when(sized & ~ended).then(sentence) for sentence in of_live),
    ]


def _whole_reserve(settings: Settings) -> pl.Expr:
    """Why a reserve is not told by cause."""
    why = (
        pl.when(pl.col("_weighed"))
        .then(pl.lit("what would spoil was weighed with it"))
        .when(pl.col("_limited").is_not_null())
        .then(pl.lit("it was set together with other items'"))
        .when(settings.anatomy_items > 0)
        .then(pl.lit(f"it is none of the largest {count(settings.anatomy_items, 'reserve')} in money"))
    )
    left = (pl.col("safety_stock") > 0) & pl.col("anatomy_rounding").is_null()
    return pl.when(left).then(pl.format("Reserve of {}: not taken apart by cause, since {}.", "said_safety_stock", why))


EVIDENCE: dict[str, type[pl.DataType]] = {  # what sentences may rest on beside a plan's rows
    **dict.fromkeys(
        (
            "_planned_days", "_upper_days", "_late_share", "_outage_chance", "_outage_days", "_step", "_charge", "_lies", "_today_reorder",
            "_today_max", "_cycle_target", "_fill_target", "_on_hand", "_life", "_reserve_days", "_exposed", "_outage_share",
            "_work_days", "_stop_days", "_late_orders", "_late_days", "_asked", "_enough", "_hidden_days", "_undone", "_left_out",
        ),
        pl.Float64,
    ),
    **dict.fromkeys(("_receipts", "_lots", "_open", "_periods", "_positive", "_basis", "_why", "_suspect"), pl.Int64),
    **dict.fromkeys(("_failures", "_taken", "_forgotten_lines", "_forgotten_age_days", "_forgotten_longest_days"), pl.Int64),
    **dict.fromkeys(("_out_days", "_over_days"), pl.Int64),
    "_forgotten_units": pl.Float64,
    **dict.fromkeys(("_weighed", "_alone"), pl.Boolean),
    **dict.fromkeys(("_limited", "_made_on", "_crowded", "_fails", "_out_since", "_over_since", "_shown"), pl.String),
}  # fmt: skip
_ESTIMATES = (
    "lead_time_days", "lead_time_sd_days", "demand_per_day", "days_of_cover",
    "_outage_days", "_reserve_days", "_exposed", "_work_days", "_stop_days", "_late_days",
)  # fmt: skip
_WHOLE = (  # levels, what was declared, what was counted
    "reorder_point", "today_reorder_point", "order_quantity",
    "_planned_days", "_charge", "_hidden_days", "_undone", "_left_out", "_forgotten_units",
)  # fmt: skip
_SHARES = (
    "stated_cycle_service", "stated_fill_rate", "today_stated_cycle_service",
    "_late_share", "_outage_chance", "_cycle_target", "_fill_target", "_outage_share", "_late_orders", "_asked",
)  # fmt: skip


def _whole(name: str) -> pl.Expr:
    """A reserve is a level less a mean; of what is counted in whole units nobody holds a part."""
    return pl.when(pl.col("_step") > 0).then(pl.col(name).round()).otherwise(name).alias(name)


def _levels() -> pl.Expr:
    held = pl.when(pl.col("today_safety_stock") < LEAST_RESERVE).then(pl.lit("nothing")).otherwise("said_today_safety_stock")
    today = pl.format(" Today: {} and {}.", held, "said_today_reorder_point").fill_null(" Today's levels are not known.")
    whole = pl.format("Hold {} in reserve and reorder at {}.", "said_safety_stock", "said_reorder_point")
    none = pl.format("Hold nothing in reserve and reorder at {}.", "said_reorder_point")
    order = pl.lit("Hold nothing: order when it is asked for.")
    # The unit above the reorder point belongs to the reserve too, which can so be the larger; what is entered is `reserve_to_enter`.
    kept = pl.format(
        "Hold {} in reserve and reorder at {}, so that each review leaves {} or more on hand and on order.",
        pl.when(pl.col("reorder_point") > 0).then("said_reorder_point").otherwise(pl.lit("nothing")),
        "said_reorder_point",
        "said_lowest",
    )
    held_above = pl.col("safety_stock") > pl.col("reorder_point")
    some = pl.when(pl.col("safety_stock") < LEAST_RESERVE).then(none).when(held_above).then(kept).otherwise(whole)
    return pl.when(pl.col("reorder_point") < 0).then(order).otherwise(some) + today


def _change(money: str) -> pl.Expr:
    cost = pl.col("change_total_cost")
    more, less = pl.format(f"Ties up {{}}{money} more", "said_change_value"), pl.format(f"Frees {{}}{money}", "said_change_value")
    ties = pl.when(pl.col("change_value") >= 0).then(more).otherwise(less)
    moves = pl.when(cost <= 0).then(pl.lit("falls")).otherwise(pl.lit("rises"))
    services = pl.format("; stated cycle service {}, today {}.", "said_stated_cycle_service", "said_today_stated_cycle_service")
    return ties + pl.format("; the cost of a year {} by {}", moves, "said_change_total_cost") + services


def _supply() -> pl.Expr:
    ratio = pl.col("lead_time_days") / pl.col("_planned_days")
    off = (pl.col("_planned_days") > 0) & ((ratio > _FAR_FROM_PLAN) | (ratio < 1 / _FAR_FROM_PLAN))
    beside = pl.when(off).then(pl.format(" (planned: {})", "said__planned_days")).otherwise(pl.lit(""))
    taken = pl.format("lead time {} days{}, give or take {}", "said_lead_time_days", beside, "said_lead_time_sd_days")
    late = pl.format("; {} of promised lines came late", "said__late_share").fill_null("")
    open_orders = pl.when(pl.col("_open") > 0).then(pl.format(", {} still open", "_open")).otherwise(pl.lit(""))
    basis = pl.col("lead_time_basis")
    lines = pl.format("{} {}", "_receipts", pl.when(pl.col("_receipts") == 1).then(pl.lit("line")).otherwise(pl.lit("lines")))
    own = pl.format("Supply: {} received{}; {}{}.", lines, open_orders, taken, late)
    others = pl.format("Supply: nothing received yet; from its supplier's other items, {}.", taken)
    spread = pl.when(pl.col("lead_time_sd_days") > 0).then(pl.format(", give or take {}", "said_lead_time_sd_days")).otherwise(pl.lit(""))
    planned = pl.format("Supply: nothing received; the planned time of {} days is taken at its word{}.", "said_lead_time_days", spread)
    made = pl.format("Supply: made here; {}.", taken)
    known = pl.when(basis == "receipts").then(own).when(basis == "supplier").then(others)
    return known.when(basis == "machines").then(made).otherwise(planned)


def _forgotten() -> pl.Expr:
    """Orders that stay open in the books and are not counted on; null where there are none."""
    lines = pl.when(pl.col("_forgotten_lines") == 1).then(pl.lit("1 open line")).otherwise(pl.format("{} open lines", "_forgotten_lines"))
    units = pl.format("{} in ", "said__forgotten_units").fill_null("")
    return pl.format(
        "Not counted on: {}{}, ordered {} days ago or more; no order of its supplier took more than {}. "
        "Close what will not come, or chase it.",
        units, lines, "_forgotten_age_days", "_forgotten_longest_days",
    )  # fmt: skip


def _read_as() -> pl.Expr:
    """What the record hid and what came back, and by which rule either was read."""
    hidden = pl.format(
        "On {} days of the record the shelf was empty; what was wanted then is put back at the rate of the other days.", "said__hidden_days"
    )
    one = pl.col("said__undone") == "1"
    its, are = pl.when(one).then(pl.lit("its")).otherwise(pl.lit("their")), pl.when(one).then(pl.lit("is")).otherwise(pl.lit("are"))
    undone = pl.format("{} came back beyond what {} own period sold, and {} taken off the latest demand before.", "said__undone", its, are)
    are = pl.when(pl.col("said__left_out") == "1").then(pl.lit("is")).otherwise(pl.lit("are"))
    left_out = pl.format("{} came back and {} left out.", "said__left_out", are)
    told = pl.concat_str(hidden, pl.coalesce(undone, left_out), separator=" ", ignore_nulls=True)
    return pl.when(told != "").then(told)


def _outage() -> pl.Expr:
    said = pl.format("Supplier outages: {} of orders meet one and then wait {} days longer.", "said__outage_chance", "said__outage_days")
    return pl.when(pl.col("_outage_chance") > 0).then(said)


def _stockout(money: str) -> pl.Expr:
    charge = pl.lit(None, pl.String)
    for basis, words in _CHARGED.items():
        charge = (
            pl.when(pl.col("_basis") == int(basis)).then(pl.format(f" it costs {{}}{money} {words};", "said__charge")).otherwise(charge)
        )
    cycle = pl.format(" promised is {} cycle service", "said__cycle_target")
    fill = pl.format(" promised is a fill rate of {}", "said__fill_target")
    promise = pl.concat_str([cycle, fill], separator=" and", ignore_nulls=True)
    stated = pl.format(" stated is {} cycle service and a fill rate of {}.", "said_stated_cycle_service", "said_stated_fill_rate")
    promised = pl.when(promise != "").then(promise + pl.lit(";")).otherwise(pl.lit(""))
    # Without a charge nothing weighs against holding: the least stock that keeps the promise is the cheapest.
    uncharged = pl.lit(" The leanest point of the curve keeps what is promised.")
    fixed: pl.Expr = pl.when(pl.col("_basis") == int(StockoutBasis.NONE)).then(uncharged).otherwise(pl.lit(" " + _FIXED_BY[Reason.COST]))
    for reason, words in _FIXED_BY.items():
        if reason != Reason.COST:
            fixed = pl.when(pl.col("_why") == int(reason)).then(pl.lit(" " + words)).otherwise(fixed)
    beyond = pl.format(
        f" That is the safest point of the curve, 99.9 % of what may be asked for: from {{}}{money} on it would ask for more. "
        "To hold more, promise a cycle service above it.",
        "said_enough",
    )
    fixed = pl.when(pl.col("_why") == int(Reason.CURVE_END)).then(beyond).otherwise(fixed)
    return pl.lit("A stockout:") + charge.fill_null(" nobody has said what it costs;") + promised + stated + fixed


def _label(settings: Settings) -> pl.Expr:
    lean, outage, far = units(settings.lean_cover_days), settings.jic_outage_share, settings.jic_cycle_service
    by_outage = pl.format(
        f"JIC: {{}} of the reserve would go if the supplier never failed (from {100 * outage:g} %).", "said__outage_share"
    )
    by_service = pl.format(f"JIC: the stated service of {{}} is at the far end (from {100 * far:g} %).", "said_stated_cycle_service")
    of_lot = pl.format(
        " The shelf covers {} days on average, because an order is of {}: that is the lot, not the reserve.",
        "said_days_of_cover",
        "said_order_quantity",
    )
    covered = pl.col("days_of_cover") > pl.col("review_days") * settings.jit_cover_reviews
    words = {
        "JIT": _reserve("JIT", "at most", pl.col("said_jit_days")) + pl.when(covered).then(of_lot).otherwise(pl.lit("")),
        "lean": _reserve("Lean", "at most", pl.lit(lean)),
        "buffered": _reserve("Buffered", "more than", pl.lit(lean)),
        "JIC": pl.when(pl.col("_outage_share") >= outage).then(by_outage).otherwise(by_service),
    }
    label = pl.lit(None, pl.String)
    for word, sentence in words.items():
        label = pl.when(pl.col("decision") == word).then(sentence).otherwise(label)
    return label


def _reserve(label: str, bound: str, days: pl.Expr) -> pl.Expr:
    """The reserve in days of demand beside what the label allows; what is less than half a day is not told to the minute."""
    held = pl.col("_reserve_days")
    none = pl.format(f"{label}: there is no reserve, where {bound} {{}} days of demand may be held.", days)
    length = pl.when(held < 0.5).then(pl.lit("less than half a day")).otherwise(pl.format("{} days", "said__reserve_days"))
    return pl.when(held <= 0.0).then(none).otherwise(pl.format(f"{label}: the reserve is {{}} of demand, {bound} {{}}.", length, days))
