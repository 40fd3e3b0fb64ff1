"""Gate reasons: what a plan's rows say of the evidence for just-in-time, and the sentence a planner reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import Gate
from justenough.strategy.footing import Suspect
from justenough.strategy.gating import Because, because, promise_of
from justenough.strategy.reserves import said, said_share, said_whole
from justenough.strategy.spread import Spread, joined, part

if TYPE_CHECKING:
    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats
    from justenough.sizing.single import Outcome
    from justenough.strategy.trace import Known, Traced

BLOCK_ITEMS = 2_000  # named in one go
NAMED = ("gate_estimate", "gate_bound", "gate_needed", "gate_observations")
_OWN = {
    Suspect.LEAD_TIME: "the lead time may be {} days on average (believed {})",
    Suspect.SPREAD: "an order may stray {} days from the mean (believed {})",
    Suspect.OUTAGES: "the chance that an order meets an outage may be {} (believed {})",
    Suspect.RECOVERY: "an outage may hold an order up for {} days (believed {})",
    Suspect.MTBF: "it may run only {} days between failures (believed {})",
    Suspect.MTTR: "a repair may take {} days (believed {})",
}
_TOO_MUCH = {
    Suspect.LEAD_TIME: "a lead time of {} days on average is too long; it would have to be {}",
    Suspect.SPREAD: "orders stray {} days from the mean; it would have to be {}",
    Suspect.OUTAGES: "{} of orders meet an outage; it would have to be {}",
    Suspect.RECOVERY: "an outage holds an order up for {} days; it would have to be {}",
    Suspect.MTBF: "{} days from failure to failure is too little; it would have to be {}",
    Suspect.MTTR: "a repair takes {} days; it would have to be {}",
    Suspect.DEMAND: "a day's demand strays {} from its mean; it would have to be {}",
    Suspect.FORECAST: "its level can be told to {} only; it would have to be {}",
}
_MORE = {
    Suspect.LEAD_TIME: ("order line", "order lines"),
    Suspect.SPREAD: ("order line", "order lines"),
    Suspect.OUTAGES: ("year without an outage", "years without an outage"),
    Suspect.RECOVERY: ("outage come through", "outages come through"),
    Suspect.MTBF: ("failure", "failures"),
    Suspect.MTTR: ("repair", "repairs"),
}


def named(items: pl.Series, supplier: pl.Series, known: Known, traced: Traced, most: int, tolerance: float, spread: Spread) -> pl.DataFrame:
    """
    ``item, gate_because, gate_figure`` and `NAMED`, of items that may not run just-in-time yet.

    Parameters
    ----------
    items, supplier
        Names; rows as ``known`` and ``traced``.
    most
        Items at most: those first whose own stock is little enough, then those with most money in stock.
    """
    waits = np.flatnonzero(traced.gate == int(Gate.NOT_YET))
    fits = traced.chosen.safety_stock[waits] <= traced.jit_stock[waits]
    money = traced.chosen.outcome.mean_stock[waits] * np.nan_to_num(known.economics.unit_cost[waits])
    places = np.sort(waits[np.lexsort((waits, -money, ~fits))][:most])
    empty = pl.DataFrame(
        schema={"item": pl.String, "gate_because": pl.String, "gate_figure": pl.String, **dict.fromkeys(NAMED, pl.Float64)}
    )
    if not len(places) or known.bounds is None:
        return empty.with_columns(_suspect=pl.lit(None, pl.Int64), _alone=pl.lit(None, pl.Boolean))
    blocks = [places[start : start + BLOCK_ITEMS] for start in range(0, len(places), BLOCK_ITEMS)]
    asked = [
        _Asked(part(known, at), part(traced.chosen.levels, at), traced.jit_stock[at], part(traced.chosen.outcome, at), tolerance)
        for at in blocks
    ]
    found: Because = joined(spread(_because, asked))
    words = np.asarray(Suspect.labels(), dtype=object)[found.suspect]
    whose = _whose(supplier.gather(places).fill_null("its supplier"), part(known, places), found)
    demand = pl.Series(found.suspect >= int(Suspect.DEMAND))
    figures = (found.estimate, found.bound, found.needed, np.where(np.isinf(found.observations), np.nan, found.observations))
    return pl.DataFrame({"item": items.gather(places), "_because": whose, "_demand": demand}).select(
        "item",
        pl.when("_demand").then(pl.lit("demand")).otherwise("_because").alias("gate_because"),
        pl.Series("gate_figure", words, dtype=pl.String),
        *(pl.Series(name, values).fill_nan(None) for name, values in zip(NAMED, figures, strict=True)),
        pl.Series("_suspect", found.suspect),
        pl.Series("_alone", found.alone),
    )


def _whose(supplier: pl.Series, known: Known, found: Because) -> pl.Series:
    """The supplier's name or, where the figure is a machine's, the machine's."""
    machines = known.bounds.machines if known.bounds is not None else None
    if machines is None:
        return supplier
    names = np.array([*machines.names, ""], dtype=object)[machines.machine]
    of_machine = pl.Series(np.isin(found.suspect, [int(Suspect.MTBF), int(Suspect.MTTR)]))
    return pl.select(pl.when(of_machine).then(pl.Series(names, dtype=pl.String)).otherwise(supplier)).to_series()


class _Asked:
    """What one block is asked with; a plain carrier, so that it may travel to another process."""

    def __init__(self, known: Known, levels: Levels, least: Floats, stated: Outcome, tolerance: float) -> None:
        self.known, self.levels, self.least, self.stated, self.tolerance = known, levels, least, stated, tolerance


def _because(asked: _Asked) -> Because:
    promise = promise_of(asked.known.economics, asked.stated, asked.tolerance)
    return because(asked.known, asked.levels, asked.least, promise)


def gate_sentences(facts: pl.DataFrame) -> pl.Series:
    """
    What the evidence allows, a sentence an item.

    Parameters
    ----------
    facts
        A plan's rows and, with an underscore, the evidence they rest on (`justenough.strategy.decide`).
    """
    told = facts.select(
        "gate", "gate_because", "_suspect", "_alone", "gate_needed", "gate_observations",
        _figure(facts, "gate_estimate").alias("estimate"),
        _figure(facts, "gate_bound").alias("bound"),
        _figure(facts, "gate_needed").alias("needed"),
        said_whole(facts["gate_observations"]).alias("more"),
        _services(facts).alias("services"),
    )  # fmt: skip
    held = pl.format("JIT: the evidence allows it; with the whole supply at its 95 % bounds, {}.", "services")
    short = pl.lit("JIT: not yet, because with the whole supply at its 95 % bounds, ") + pl.col("services") + "."
    unseen = pl.lit("JIT: no evidence, because no receipt shows how long an order takes.")
    sentence = pl.when(pl.col("gate") == "passed").then(held).when(pl.col("gate") == "not yet").then(short).otherwise(unseen)
    for suspect, (own, too_much) in {one: (_OWN.get(one, ""), _TOO_MUCH[one]) for one in Suspect}.items():
        asked = pl.col("_suspect") == int(suspect)
        whose = pl.lit("demand") if suspect >= Suspect.DEMAND else pl.col("gate_because")
        rest = pl.when("_alone").then(pl.lit("")).otherwise(pl.lit(", and all else of its supply in proportion"))
        never = pl.format(
            f"JIT: not yet, because of {{}}: {too_much}{{}}. Never at this figure, however long it is watched.",
            whose, "estimate", "needed", rest,
        )  # fmt: skip
        at_all = pl.lit("JIT: not yet, because demand alone asks for more than just-in-time may hold, however good the supply.")
        sentence = pl.when(asked & pl.col("gate_observations").is_null() & pl.col("gate_needed").is_null()).then(at_all).otherwise(sentence)
        sentence = (
            pl.when(asked & pl.col("gate_observations").is_null() & pl.col("gate_needed").is_not_null()).then(never).otherwise(sentence)
        )
        if own:
            one, many = _MORE[suspect]
            least = "least" if suspect == Suspect.MTBF else "most"
            count = pl.when(pl.col("gate_observations") == 1).then(pl.lit(one)).otherwise(pl.lit(many))
            others = pl.when("_alone").then(pl.lit("")).otherwise(pl.lit(", and all else as much better"))
            why = pl.format(
                f"JIT: not yet, because of {{}}: {own}, and {{}}. It would have to be known to be at {least} {{}}{{}}; "
                "{} more {} would show that.",
                whose, "bound", "estimate", "services", "needed", others, "more", count,
            )  # fmt: skip
            sentence = pl.when(asked & pl.col("gate_observations").is_not_null()).then(why).otherwise(sentence)
    return told.select(sentence.alias("gate")).to_series()


def _figure(facts: pl.DataFrame, name: str) -> pl.Series:
    """A figure in words: a chance in percent, all else as an amount."""
    chance = said_share(facts[name].clip(0.0, 1.0))
    return pl.select(
        pl.when(facts["_suspect"].is_in([int(Suspect.OUTAGES), int(Suspect.FORECAST)])).then(chance).otherwise(said(facts[name]))
    ).to_series()


def _services(facts: pl.DataFrame) -> pl.Series:
    """The services that just-in-time would give at the bounds beside what is promised, or stated where nothing is."""
    free = facts["_cycle_target"].is_null() & facts["_fill_target"].is_null()
    parts = []
    for name, words in (("cycle", "cycle service"), ("fill", "fill rate")):
        service = f"gate_{name}_service" if name == "cycle" else "gate_fill_rate"
        stated = "stated_cycle_service" if name == "cycle" else "stated_fill_rate"
        would, promised, now = (said_share(facts[one].cast(pl.Float64).clip(0.0, 1.0)) for one in (service, f"_{name}_target", stated))
        frame = pl.DataFrame({"would": would, "promised": promised, "now": now, "free": free})
        asked = pl.format(f"the {words} would be {{}}, promised is {{}}", "would", "promised")
        else_ = pl.format(f"the {words} would be {{}}, stated is {{}}", "would", "now")
        parts.append(frame.select(pl.when("free").then(else_).otherwise(asked).alias(name)).to_series())
    return pl.DataFrame(parts).select(pl.concat_str(["cycle", "fill"], separator="; ", ignore_nulls=True)).to_series()
