"""Hazards: the sentences, written out by hand."""

import polars as pl

from justenough.strategy.hazards import hazard_sentences

FACTS = pl.DataFrame(
    {
        "supplier": ["Osaka Seiki", None, "Nord", "Nord"],
        "survives": [0.786, 0.004, None, None],
        "survive_days": [12.4, 3.25, None, None],
        "recover_days": [10.4, 51.0, None, None],
        "recover_p95_days": [30.2, 153.3, None, None],
        "expiry_cost": [0.0, 1234.0, 88.0, None],
        "usable_share": [0.953, 0.9995, None, 0.87],
        "_on_hand": [40.0, None, None, None],
        "_life": [None, 90.0, 365.0, None],
        "review_days": [7.0, 7.0, 7.0, 7.0],
        "_lots": [41, 10, 0, 1],
        "_weighed": [False, True, False, None],
        "_out_since": [None] * 4,
        "_out_days": [None] * 4,
        "_over_since": [None, None, None, "2019-03-01"],
        "_over_days": [None, None, None, 12],
        "_shown": [None, None, None, "2019-04-02"],
    },
    schema_overrides={"_out_since": pl.String, "_out_days": pl.Int64},
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


def test_a_supplier_who_is_out_is_told_as_out():
    since = [pl.lit("2026-04-01").alias("_out_since"), pl.lit(40).alias("_out_days")]
    (said,) = hazard_sentences(FACTS.head(1).with_columns(since), "")["outlives"]
    assert said == (
        "Osaka Seiki is out since 2026-04-01 (40 days by the last day on record), and by what is known delivers again within 10 days "
        "on average, 30 with 95 %; the 40 on hand would last 12 days, and outlive that outage with 78.6 %."
    )
    bare = FACTS.head(1).with_columns(*since, pl.lit(0.0).alias("_on_hand"))
    assert hazard_sentences(bare, "")["outlives"][0].endswith("30 with 95 %; nothing is on hand to last.")


def test_a_forgotten_end_is_told_with_what_shows_it():
    told = (
        "No end is written down of Nord's outage that began on 2019-03-01; what was ordered since had come by 2019-04-02, "
        "so it is taken to have lasted 12 days."
    )
    assert hazard_sentences(FACTS, "")["forgotten_end"].to_list() == [None, None, None, told]
