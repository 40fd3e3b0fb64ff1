"""Past: records counted, and the kinds read off them."""

import numpy as np
import pytest

from justenough.domain.item import DemandKind
from justenough.domain.ragged import Ragged
from justenough.estimation.knobs import DemandParams
from justenough.estimation.past import cut_off, ended_chance, kinds_of, past_of, since_begun


def kind_of(series):
    packed = Ragged.of([series])
    return DemandKind(kinds_of(past_of(packed.values, packed.offsets[:-1], packed.offsets[1:]), DemandParams())[0])


@pytest.mark.parametrize(
    ("series", "kind"),
    [
        ([5.0, 6.0, 4.0, 5.0] * 5, DemandKind.SMOOTH),
        ([1.0, 9.0, 1.0, 1.0] * 5, DemandKind.ERRATIC),
        ([0.0, 5.0, 0.0, 6.0] * 5, DemandKind.INTERMITTENT),
        ([0.0, 1.0, 0.0, 9.0] * 5, DemandKind.LUMPY),
        ([1.0] * 7, DemandKind.NEW),
        ([0.0] * 20, DemandKind.ENDED),
        ([5.0, 6.0, 4.0, 5.0] * 5 + [0.0] * 8, DemandKind.ENDED),
    ],
)
def test_kinds(series, kind):
    assert kind_of(series) is kind


def test_the_cut_offs_are_those_of_syntetos_and_boylan():
    """ADI 1.32 and CV^2 0.49 (Syntetos, Boylan & Croston 2005, J. Opl Res. Soc. 56, p. 500)."""
    params = DemandParams()
    assert (params.adi_cutoff, params.cv2_cutoff) == (1.32, 0.49)
    often, seldom = [1.0] * 100 + [0.0] * 32, [1.0] * 100 + [0.0] * 33
    shuffle = np.random.default_rng(1).permutation
    assert kind_of(list(shuffle(often))) is DemandKind.SMOOTH
    assert kind_of(list(shuffle(seldom))) is DemandKind.INTERMITTENT
    assert kind_of([3.0, 17.0] * 20) is DemandKind.SMOOTH  # CV^2 = 0.49 exactly
    assert kind_of([2.9, 17.1] * 20) is DemandKind.ERRATIC


def test_ended_is_rarely_said_of_what_goes_on():
    """A steady chance p of demand: a false `ended` should be about as rare as `ended_chance` says."""
    draws = np.random.default_rng(2)
    values = (draws.random(20_000 * 60) < 0.15) * 4.0
    starts = np.arange(20_000) * 60
    kinds = kinds_of(past_of(values, starts, starts + 60), DemandParams())
    assert (kinds == DemandKind.ENDED).mean() < 0.012


def test_of_those_called_ended_few_live():
    """
    1,000 items wanted in 40 % of 60 periods: ten are silent as one in a hundred is, and nobody ended; then 200 have ended 30 periods ago.

    Of what is called ended a twentieth may live (Benjamini & Hochberg 1995): averaged over thirty plants.
    """
    draws, living = np.random.default_rng(5), []
    for plant in range(30):
        series = (draws.random((1_000, 60)) < 0.4) * 4.0
        ended = np.arange(1_000) < (200 if plant % 2 else 0)
        series[ended, 30:] = 0.0
        packed = Ragged.of(series)
        past = past_of(packed.values, packed.offsets[:-1], packed.offsets[1:])
        called = (past.positive > 0) & (kinds_of(past, DemandParams(ended_chance=ended_chance(past, DemandParams()))) == DemandKind.ENDED)
        living.append((called & ~ended).sum() / max(called.sum(), 1))
        if ended.any():
            assert called[ended].mean() > 0.95
        else:
            assert called.sum() <= 3
    assert np.mean(living[1::2]) < 0.05
    assert np.mean(living[::2]) < 0.2  # one plant in twenty is allowed to call one, all of which live


def test_the_cut_off_is_that_of_benjamini_and_hochberg():
    """
    Fifteen treatments of heart attacks, controlled at 5 %: the four least chances are called (Benjamini & Hochberg 1995, section 4.1).

    No item's own chance may be above 1 % beside that, whatever its plant allows.
    """
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    drawn = np.random.default_rng(2).permutation(chances)
    cut = cut_off(drawn, 0.05)
    assert (drawn <= cut).sum() == 4
    assert cut == pytest.approx(0.05 * 4 / 15)
    assert cut_off(np.array([0.9]), 0.05) == 0.05
    series = Ragged.of([[5.0] * 20 + [0.0] * silent for silent in (0, 0, 30)])
    past = past_of(series.values, series.offsets[:-1], series.offsets[1:])
    assert ended_chance(past, DemandParams(living_share=0.04, ended_chance=0.5)) == pytest.approx(0.04 / 3)
    assert ended_chance(past, DemandParams(living_share=0.04)) == 0.01
    assert ended_chance(past.at(np.array([], dtype=int)), DemandParams()) == 0.01


def test_a_record_begins_with_its_first_demand_where_the_silence_before_is_no_chance():
    """After 20 idle weeks wanted in ten of twelve: no chance. After two idle ones, or wanted once in all: chance."""
    late, early, once = [0.0] * 20 + [3.0, 4.0, 0.0, 5.0] * 3, [0.0] * 2 + [3.0, 4.0, 0.0, 5.0] * 7, [0.0] * 31 + [6.0]
    packed = Ragged.of([late, early, once, [0.0] * 32])
    past = past_of(packed.values, packed.offsets[:-1], packed.offsets[1:])
    assert past.before.tolist() == [20.0, 2.0, 31.0, 32.0]
    begun = since_begun(past, DemandParams())
    alone = past_of(np.array(late), np.array([20]), np.array([32]))
    for column in ("known", "positive", "silent", "whole", "before", "mean", "variance", "adi", "cv2"):
        assert getattr(begun, column)[0] == pytest.approx(getattr(alone, column)[0])
    for column in ("starts", "known", "mean", "variance", "adi"):
        np.testing.assert_array_equal(getattr(begun, column)[1:], getattr(past, column)[1:])
    assert begun.starts[0] == 20


def test_steady_records_seldom_begin_late():
    """20,000 items wanted in 15 % of 60 periods: as many as the 1 % allows, at most."""
    draws = np.random.default_rng(6)
    values = (draws.random(20_000 * 60) < 0.15) * 4.0
    starts = np.arange(20_000) * 60
    begun = since_begun(past_of(values, starts, starts + 60), DemandParams())
    assert 0.002 < (begun.starts > starts).mean() < 0.012


def test_some_of_the_items_are_counted_as_among_all():
    values = np.random.default_rng(4).poisson(0.7, 300).astype(float)
    starts = np.arange(0, 300, 30)
    whole, rows = past_of(values, starts, starts + 30), np.array([7, 2])
    alone = past_of(values, starts[rows], starts[rows] + 30)
    for column in ("known", "positive", "silent", "whole", "mean", "variance", "adi", "cv2"):
        np.testing.assert_array_equal(getattr(whole.at(rows), column), getattr(alone, column))


def test_the_first_idle_day_of_an_item_wanted_every_day_is_no_end():
    """Of 2,000 items of Poisson demand of 3 the last of sixty days is idle for 1 in 20, the last two for 1 in 400."""
    series = np.random.default_rng(7).poisson(3.0, (2_000, 60)).astype(float)
    packed = Ragged.of(series)
    kinds = kinds_of(past_of(packed.values, packed.offsets[:-1], packed.offsets[1:]), DemandParams())
    twice = (series[:, -2:] == 0.0).all(axis=1)
    assert 2 < twice.sum() < 10
    assert not (kinds[~twice] == DemandKind.ENDED).any()
    assert kind_of([5.0, 6.0, 4.0, 5.0] * 20 + [0.0]) is DemandKind.SMOOTH
    assert kind_of([5.0, 6.0, 4.0, 5.0] * 20 + [0.0, 0.0]) is DemandKind.ENDED
