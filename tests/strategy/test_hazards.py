"""Hazards: the sentences, written out by hand."""

import polars as pl

from justenough.strategy.hazards import hazard_sentences

FACTS = pl.DataFrame(
    {
        "supplier": ["Osaka Seiki", None, "Nord", "Nord"],
        "survives": [0.786, 0.004, None, None],
        "survive_days": [12.4, 3.25, None, None],
        "recover_p95_days": [30.2, 153.3, None, None],
        "expiry_cost": [0.0, 1234.0, 88.0, None],
        "usable_share": [0.953, 0.9995, None, 0.87],
        "_on_hand": [40.0, None, None, None],
        "_life": [None, 90.0, 365.0, None],
        "review_days": [7.0, 7.0, 7.0, 7.0],
        "_lots": [41, 10, 0, 1],
        "_weighed": [False, True, False, None],
    }
)


def test_the_sentences_of_four_items():
    said = hazard_sentences(FACTS, " EUR")
    assert said["outlives"].to_list() == [
        (
            "If Osaka Seiki stopped today, the 40 on hand would last 12 days; 95 % of its outages are over within 30: "
            "78.6 % of them would be outlived."
        ),
        (
            "If its supplier stopped today, the plan's mean stock would last 3.25 days; 95 % of its outages are over within 153: "
            "under 1 % of them would be outlived."
        ),
        None,
        None,
    ]
    assert said["spoils"].to_list() == [
        None,
        "Shelf life: it keeps 90 days; what is thrown away costs 1,230 EUR a year, counted in its cost and weighed against running out.",
        "Shelf life: it keeps 365 days; what is thrown away costs 88 EUR a year, counted in its cost.",
        None,
    ]
    assert said["refused"].to_list() == [
        "Rejects: 95.3 % of what its supplier sends is fit for use (41 lots judged); no more than that of what is on order is counted on.",
        None,
        None,
        "Rejects: 87 % of what its supplier sends is fit for use (1 lot judged); no more than that of what is on order is counted on.",
    ]


def test_each_row_has_its_own_sentences_in_their_order():
    back = hazard_sentences(FACTS.reverse(), " EUR")
    assert back.reverse().equals(hazard_sentences(FACTS, " EUR"))


def test_stock_below_nothing_lasts_no_time():
    owed = FACTS.head(1).with_columns(pl.lit(-14.0).alias("_on_hand"))
    assert hazard_sentences(owed, "")["outlives"].to_list() == [
        "If Osaka Seiki stopped today, nothing is on hand to last; 95 % of its outages are over within 30."
    ]


def test_what_dies_before_the_next_delivery_leaves_the_shelf_bare():
    brief = FACTS.slice(1, 1).with_columns(pl.lit(5.0).alias("_life"))
    assert hazard_sentences(brief, " EUR")["spoils"].to_list() == [
        (
            "Shelf life: it keeps 5 days, and the shelf is then bare until the next comes; what is thrown away costs 1,230 EUR a year, "
            "counted in its cost and weighed against running out."
        )
    ]
