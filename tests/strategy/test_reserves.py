"""Reserves: sentences that can be checked against the row they speak of."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from justenough.domain.figures import figure, percent, units
from justenough.domain.item import Coded
from justenough.interfaces.wording import reserve_units
from justenough.strategy.lever import Lever, lever_schema
from justenough.strategy.levers import TRIED
from justenough.strategy.recommendation import CAUSES
from justenough.strategy.reserves import FOR, lever_words, once, reserve_sentences, said, said_reserve, said_share, said_whole


def rows(reserve: float, **parts: float) -> pl.DataFrame:
    whole = {f"anatomy_{cause}": [parts.get(cause, 0.0)] for cause in CAUSES}
    return pl.DataFrame({"item": ["A"], "safety_stock": [reserve], "order_quantity": [40.0], **whole})


def levers(*given: tuple[str, float, float, float, float]) -> pl.DataFrame:
    names = ("lever", "now", "then", "released_units", "saved_cost")
    frame = pl.DataFrame(list(given), schema=list(names), orient="row") if given else pl.DataFrame(schema=dict.fromkeys(names, pl.Float64))
    return pl.concat(
        [pl.DataFrame(schema=lever_schema()), frame.with_columns(item=pl.lit("A"), lever=pl.col("lever").cast(pl.String))],
        how="diagonal_relaxed",
    )


def told(*given) -> tuple[str | None, str | None]:
    return reserve_sentences(*given).select("reserve", "strip").row(0)


def test_the_largest_causes_are_named_first_and_small_ones_left_to_the_table():
    reserve, strip = told(rows(77.0, demand=20.0, lead_time=41.0, estimate=12.0, supplier=3.0), levers(), "")
    assert reserve == "Reserve of 77: 41 because the lead time varies, 20 because demand varies, 12 because the estimates are uncertain."
    assert strip is None


def test_a_lot_that_lets_the_item_hold_less_is_said():
    assert told(rows(60.0, demand=80.0, review_lot=-20.0), levers(), "")[0] == (
        "Reserve of 60: 80 because demand varies; the lot of 40 makes 20 less do."
    )
    assert told(rows(-0.5, demand=30.0, review_lot=-30.5), levers(), "")[0] == (
        "Reserve: none is needed; the lot of 40 covers the 30 that all else asks for."
    )
    assert told(rows(0.0), levers(), "")[0] is None


def test_the_lever_that_saves_most_is_told_with_units_and_money():
    tried = levers(("review", 7.0, 3.5, 12.0, 90.0), ("lead_time_spread", 8.0, 0.0, 41.0, 310.0), ("lot", 40.0, 20.0, -5.0, 999.0))
    assert told(rows(77.0, lead_time=77.0), tried, " EUR")[1] == (
        "To strip it: if every order took the same time, 41 of 77 would go (310 EUR a year)."
    )


@pytest.mark.parametrize(("lever", "remains"), TRIED)
def test_every_lever_has_words_of_its_own(lever: Coded, remains: float):
    words = lever_words(pl.DataFrame({"lever": [lever.label], "now": [8.0], "then": [8.0 * remains]})).item()
    assert words.startswith("if ")
    others = {lever_words(pl.DataFrame({"lever": [one.label], "now": [8.0], "then": [8.0 * r]})).item() for one, r in TRIED}
    assert len(others) == len(TRIED)
    assert words in others


def test_every_cause_has_words():
    assert set(FOR) == set(CAUSES)
    assert len(set(FOR.values())) == len(CAUSES)
    assert len(Lever.labels()) == len(Lever)


def test_amounts_are_said_with_three_digits_and_each_once():
    asked: list[float] = []

    def words(value: float) -> str:
        asked.append(value)
        return f"{value:g}"

    assert once(pl.Series("x", [1.0, 2.0, 1.0, None]), words).to_list() == ["1", "2", "1", None]
    assert sorted(asked) == [1.0, 2.0]
    assert said(pl.Series("x", [77.0, 1234.5, 0.012345, None])).to_list() == ["77", "1,230", "0.0123", None]


def test_columns_are_said_as_screens_say_single_numbers():
    """But for ties, which Polars rounds up and Python to the even digit."""
    drawn = np.random.default_rng(3).lognormal(4.0, 5.0, 500)
    values = [0.0, 1.0, 999.7, 1234.0, 12_345.6, 123_456.0, 1e7, -40.26, *drawn, *(2 * drawn.round())]
    assert said(pl.Series(values)).to_list() == [figure(value) for value in values]
    assert said_whole(pl.Series(values)).to_list() == [units(value) for value in values]
    assert said_whole(pl.Series([None, 1200], dtype=pl.Int64)).to_list() == [None, "1,200"]
    held = [value for value in values if value > 0]
    assert said_reserve(pl.Series(held)).to_list() == [reserve_units(value) for value in held]


def test_a_share_is_said_as_the_doors_say_it_and_never_rounded_up():
    ends = [0.0, 3e-5, 0.0004, 0.57, 0.9, 0.98, 0.98049, 0.9899999, 0.99, 0.9999, 0.99995, 0.999997, 1 - 1e-10, 1 - 1e-12, 1.0, 1.2634]
    shares = np.concatenate([ends, np.random.default_rng(3).random(500), 1 - 0.02 * np.random.default_rng(4).random(500)])
    assert said_share(pl.Series("share", shares)).to_list() == [percent(share) for share in shares]
    assert said_share(pl.Series("share", [None, 0.999])).to_list() == [None, "99.9 %"]
