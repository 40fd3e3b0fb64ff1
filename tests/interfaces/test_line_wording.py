"""Sentences on lines say what is known and no more."""

import numpy as np

from justenough.domain.line import Line
from justenough.interfaces.line_wording import buffer_sentences, control_sentence, cut_sentence, line_sentences
from justenough.strategy.line_control import Controlled
from justenough.strategy.masking import Cut, Effort, study

LINE = Line.of("l", ("a", "b"), cycle_days=0.001, up_days=0.1, down_days=0.01, capacity=20, part_value=3.0)


def test_without_counts_of_stops_nothing_is_said_of_how_well_it_is_known():
    said = line_sentences(study(LINE, Effort(lives=16, parts=500)), None)
    assert "cannot be said" in said[-1]


def test_a_buffer_that_hides_nothing_visible_is_not_called_useless():
    idle = Line.of("i", ("a", "b"), cycle_days=[0.001, 0.0001], up_days=np.inf, down_days=0.0, capacity=20, part_value=3.0)
    (said,) = buffer_sentences(study(idle, Effort(lives=16, parts=500)), None, "EUR")
    assert "nothing that these lives can see" in said
    assert "before you strip it" in said


def test_a_cut_too_small_to_see_gives_how_fine_one_sees():
    cut = Cut(released=1.0, money=3.0, lost=0.001, lost_error=0.01, lost_share=1e-5)
    assert "below 0.02 parts an hour" in cut_sentence(LINE, 0, 17, cut, "EUR")


def test_a_larger_buffer_ties_up_and_gains():
    cut = Cut(released=-2.0, money=-6.0, lost=-0.5, lost_error=0.01, lost_share=-0.01)
    assert cut_sentence(LINE, 0, 40, cut, "EUR") == (
        "a to b, 18 to 40 places: ties up 2 parts (6 EUR) and gains 0.5 parts an hour, 1 % of output."
    )


def test_a_control_that_falls_behind_is_named():
    def row(name, throughput):
        return Controlled(name, "", throughput, 5.0, 5.0, 5.0, 0.5, 1.0, {})

    said = control_sentence([row("push", 50.0), row("kanban", 45.0), row("CONWIP", 50.0)], 50.0)
    assert "kanban cannot keep up with 50 an hour" in said
    assert "piles up" not in said
