"""Sentences on what machines recorded: nothing that had to be settled, assumed or left out goes unsaid."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from justenough.domain.machine import Use
from justenough.domain.plant import Plant
from justenough.estimation.floor import floor_of
from justenough.estimation.losses import losses_of
from justenough.estimation.oee import oee_by
from justenough.interfaces.floor_tables import SIGNS, WORDS, caveats, strip_lines, whole_sentence

MONDAY = dt.datetime(2026, 3, 2)


def of(rows, **tables):
    """A floor of rows (machine, start, end, state) in hours."""
    at = [
        {"machine": m, "start": MONDAY + dt.timedelta(hours=a), "end": None if b is None else MONDAY + dt.timedelta(hours=b), "state": s}
        for m, a, b, s in rows
    ]
    events = pl.DataFrame(at, schema_overrides={"end": pl.Datetime})
    tables.setdefault("machines", pl.DataFrame({"machine": ["M"], "ideal_cycle_seconds": [60.0]}))
    return floor_of(Plant.from_frames(currency="EUR", demand_period="day", events=events, **tables))


def said(floor):
    whole = oee_by(floor)
    return " ".join([whole_sentence(whole), *caveats(whole, losses_of(floor))])


def counts(total, good=None):
    return pl.DataFrame(
        {"machine": ["M"], "start": [MONDAY], "end": [MONDAY + dt.timedelta(hours=4)], "total": [total], "good": [good]},
        schema_overrides={"good": pl.Float64},
    )


def unmapped(reason):
    stop = {"machine": "M", "start": MONDAY, "end": MONDAY + dt.timedelta(hours=1), "state": "down", "reason": reason}
    known = pl.DataFrame({"reason": ["jam"], "loss": ["minor_stop"]})
    machines = pl.DataFrame({"machine": ["M"]})
    return floor_of(Plant.from_frames(currency="EUR", demand_period="day", events=pl.DataFrame([stop]), machines=machines, reasons=known))


def test_a_reason_that_is_mapped_needs_no_word():
    assert unmapped("jam").unmapped == ()


@pytest.mark.parametrize(
    ("floor", "words"),
    [
        (lambda: of([("M", 0, 4, "running")]), "OEE cannot be said without counts of parts and ideal cycles"),
        (lambda: of([("M", 1, 1, "down")], counts=counts(200.0)), "says how long they ran or stood: there is no availability"),
        (lambda: of([("M", 0, 4, "running")], counts=counts(200.0)), "OEE cannot be said without counts of good parts"),
        (lambda: of([("M", 0, 4, "running")], counts=counts(300.0, 300.0)), "Performance is above 100 %"),
        (lambda: of([("M", 0, 8, "running")], counts=counts(200.0, 190.0)), "No timed parts were counted in 4 h of running time"),
        (lambda: of([("M", 6, 8, "running")], counts=counts(200.0, 190.0)), "1 count span no running time"),
        (lambda: of([("M", 0, 4, "running")]), "No shifts are declared for M: all their recorded time is taken as planned"),
        (lambda: of([("M", 0, 4, "running"), ("X", 0, 4, "running")]), "Not in the machines table: X."),
        (lambda: of([("M", 0, 4, "running"), ("M", 6, 8, "idle")]), "Nobody recorded 2 h of planned time (25 %)"),
        (lambda: unmapped("odd"), "The reasons table does not name odd: a stop for it counts as its state says."),
        (
            lambda: of([("M", 0, 4, "running")], counts=counts(200.0), machines=pl.DataFrame({"machine": ["M"]})),
            "OEE cannot be said without ideal cycles of what was counted",
        ),
        (lambda: of([("M", 0, 4, "running")] * 2), "1 record like another, which counts once"),
        (lambda: of([("M", 0, 4, "running"), ("M", 1, 1, "down")]), "1 record that ends as it begins"),
        (
            lambda: of([("M", 0, None, "running"), ("M", 1, None, "down")]),
            "1 record without an end, closed by the next; 1 record without an end, taken",
        ),
        (
            lambda: of([("M", 0, None, "running"), ("X", 0, None, "down"), ("X", 600, 601, "down"), ("X", 620, None, "running")]),
            "The last record of M (620 h) has no end and is taken to last until now. Was it switched off?",
        ),
    ],
)
def test_what_a_reader_must_know_is_said(floor, words):
    assert words in said(floor())


def test_every_use_has_a_word_and_a_sign_of_its_own():
    assert set(SIGNS) == set(WORDS) == set(Use)
    drawn = [sign for sign in SIGNS.values() if sign != " "]
    assert len(drawn) == len(set(drawn))


def test_the_strip_is_as_wide_as_there_is_room_and_explains_its_signs():
    lines = strip_lines(of([("M", 0, 18, "running"), ("M", 18, 24, "down")]), 51)
    assert lines[1] == "M  " + "█" * 36 + "x" * 12
    assert lines[-1] == "█ running  x down"
