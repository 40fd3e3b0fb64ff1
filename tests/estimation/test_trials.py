"""Trials: past forecasts of a small ragged record counted by hand, and scores beside scipy's."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import DemandKind, Form
from justenough.domain.ragged import Ragged
from justenough.estimation.history import History
from justenough.estimation.knobs import DemandParams
from justenough.estimation.trials import clear_winner, missed_promises, tail_scores, trial_of

NAN = float("nan")
WEEK = 7.0
# Half of each record is the past; two windows follow it while the plan stands, 4 weeks.
PARAMS = DemandParams(origins=(0.5,), windows=2, plan_days=28.0, new_periods=4, least_windows=1)
RECORD = {
    "steady": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0],
    "seldom": [0.0, 2.0, 0.0, 2.0, 5.0, 0.0, NAN, 1.0],
    "young": [5.0, 5.0],
    "late": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0],
    "silent": [],
}


def history_of_record(record):
    packed = Ragged.of(record.values())
    longest = int(packed.lengths.max())
    starts = tuple(date(2024, 1, 1) + timedelta(days=7 * k) for k in range(longest))
    return History(tuple(record), packed, longest - packed.lengths, starts, WEEK, np.zeros(len(record)))


def trial_of_record(record, params=PARAMS, days=14.0):
    return trial_of(history_of_record(record), params, None if days is None else np.full(len(record), days))


def rows_of(trial):
    """What a trial says, row by row, in an order of its own."""
    columns = (trial.past.known, trial.past.positive, trial.past.mean, trial.past.variance, trial.kind, trial.periods, trial.wanted)
    return sorted(zip(*(np.asarray(column).tolist() for column in columns), strict=True))


def test_windows_counted_by_hand():
    """
    Two weeks exposed. "steady" knows 6 weeks and is judged on weeks 7-8 and 8-9; "seldom" knows 4, is judged on
    5-6, and on 6-7 not, where a week is unknown. "young" knows too little, "late" was never wanted till then.
    """
    trial, _ = trial_of_record(RECORD)
    assert trial.wanted.tolist() == [7.0 + 8.0, 5.0 + 0.0, 8.0 + 9.0]
    assert trial.periods.tolist() == [2.0, 2.0, 2.0]
    assert trial.past.known.tolist() == [6.0, 4.0, 6.0]
    assert trial.past.mean.tolist() == [3.5, 1.0, 3.5]
    assert trial.past.adi.tolist() == [1.0, 2.0, 1.0]
    assert trial.kind.tolist() == [DemandKind.SMOOTH, DemandKind.INTERMITTENT, DemandKind.SMOOTH]


def test_first_demands_of_what_was_never_wanted_counted_by_hand():
    """ "late" is watched twice for 2 weeks and wakes once, for 3: (1 + 1/2) / (4 + 4 known + 1)."""
    _, unseen = trial_of_record(RECORD)
    assert unseen.chance == pytest.approx(1.5 / 9.0)
    assert (unseen.size, unseen.square) == (pytest.approx(3.0), pytest.approx(9.0))


def test_too_few_first_demands_borrow_the_sizes_of_the_others():
    """Mean sizes 6.5, 2.5, 5 and 3 of the four items ever wanted, 12, 4, 2 times and once; lognormal by their logs, rare ones louder."""
    _, unseen = trial_of_record(RECORD, replace(PARAMS, least_windows=2))
    logs, weight = np.log([78 / 12, 10 / 4, 10 / 2, 3.0]), np.array([1 / 12, 1 / 4, 1 / 2, 1.0]) ** 2
    middle = (weight * logs).sum() / weight.sum()
    variance = (weight * (logs - middle) ** 2).sum() / weight.sum()
    assert unseen.size == pytest.approx(np.exp(middle + variance / 2))
    assert unseen.square == pytest.approx(np.exp(2 * middle + 2 * variance))


def test_a_plant_where_nothing_was_ever_wanted_still_gets_an_answer():
    trial, unseen = trial_of_record({"a": [0.0] * 12, "b": [0.0] * 8})
    assert len(trial.wanted) == 0
    assert 0.0 < unseen.chance < 0.1
    assert (unseen.size, unseen.square) == (1.0, 1.0)


def test_without_an_exposed_time_an_eighth_of_the_record_is_judged():
    trial, _ = trial_of_record({"long": list(range(1, 33))}, days=None)
    assert trial.periods.tolist() == [4.0, 4.0]
    assert trial.wanted[0] == 17 + 18 + 19 + 20


@pytest.mark.parametrize("days", [NAN, 1.0, 1e6, float("inf")])
def test_an_exposed_time_is_at_least_a_period_and_at_most_a_quarter_of_the_record(days):
    trial, _ = trial_of_record({"long": list(range(1, 33))}, days=days)
    assert set(trial.periods) == {8.0 if days == 1e6 else 1.0}


def test_a_forecast_never_sees_past_its_cut():
    """Whatever comes after the cut, what was known at it stays the same."""
    before, _ = trial_of_record(RECORD)
    changed = {**RECORD, "steady": [*RECORD["steady"][:6], 900.0, 0.0, 900.0, 0.0, 900.0, 0.0]}
    after, _ = trial_of_record(changed)
    for name in ("known", "positive", "silent", "whole", "mean", "variance", "adi", "cv2"):
        assert getattr(after.past, name).tolist() == getattr(before.past, name).tolist(), name
    assert after.kind.tolist() == before.kind.tolist()
    assert after.wanted.tolist() == [900.0, 5.0, 900.0]


@pytest.mark.parametrize("plan_days", [70.0, 365.0, 3650.0])
def test_no_week_of_the_record_is_judged_over_and_over(plan_days):
    """
    104 weeks, each wanted as its number, one exposed, 12 forecasts: none of the weeks speaks more than twice, the last tenth no
    more than five times (seven, five of them by the same week, where plans outlasted the record), and plans are as often younger as
    older than half of what they can be.
    """
    trial, _ = trial_of_record({"long": list(range(1, 105))}, DemandParams(plan_days=plan_days), days=7.0)
    begin, cut = trial.wanted - 1.0, trial.past.known
    assert len(begin) == 12
    assert np.unique(begin, return_counts=True)[1].max() <= 2
    assert (begin >= 0.9 * 104.0).sum() <= 5
    oldest = np.minimum(104.0 - cut, round(plan_days / 7.0)) - 1.0
    assert ((begin >= cut) & (begin - cut <= oldest)).all()
    assert np.mean((begin - cut) / oldest) == pytest.approx(0.5, abs=0.06)


def test_no_window_reaches_beyond_the_life_of_the_plan():
    """Weeks 11 and 12 of "steady" lie after the four weeks its plan stands."""
    before, _ = trial_of_record(RECORD)
    after, _ = trial_of_record({**RECORD, "steady": [*RECORD["steady"][:10], 900.0, 900.0]})
    assert rows_of(after) == rows_of(before)


@pytest.mark.parametrize("sample", [1000, 25], ids=["all", "sampled"])
@pytest.mark.parametrize("seed", range(3))
def test_shuffled_items_are_tried_the_same(sample, seed):
    random = np.random.default_rng(7)
    record = {
        f"I{k:03}": np.where(random.random(m) < 0.4, random.integers(1, 9, m), 0.0).tolist()
        for k, m in enumerate(random.integers(0, 60, 80))
    }
    params = DemandParams(sample=sample)
    first, unseen = trial_of_record(record, params)
    names = list(record)
    np.random.default_rng(seed).shuffle(names)
    second, unseen_again = trial_of_record({name: record[name] for name in names}, params)
    assert rows_of(second) == rows_of(first)
    assert len(first.wanted) > 100
    assert (unseen_again.chance, unseen_again.size, unseen_again.square) == pytest.approx((unseen.chance, unseen.size, unseen.square))


def test_every_trial_starts_within_its_own_series():
    """Windows of neighbours in the flat record never mix: an item of 1000s beside one of 1s."""
    trial, _ = trial_of_record({"small": [1.0] * 16, "large": [1000.0] * 16}, DemandParams())
    assert set(trial.wanted / trial.periods) == {1.0, 1000.0}
    assert (trial.wanted / trial.periods == trial.past.mean).all()


MEAN, VARIANCE = 4.0, 10.0
COUNT = stats.nbinom(MEAN**2 / (VARIANCE - MEAN), MEAN / VARIANCE)


def one_forecast(n):
    return np.full(n, MEAN), np.full(n, VARIANCE), np.zeros(n)


def test_tail_scores_of_counts_are_log_chances_above_the_start():
    """Above the start log P(X = wanted), below only log P(X <= start) (Diks, Panchenko & van Dijk 2011)."""
    wanted, start = np.array([0.0, 5.0, 6.0, 11.0]), np.full(4, 5.0)
    found = tail_scores(one_forecast(4), int(Form.NEGATIVE_BINOMIAL), wanted, start, np.ones(4, dtype=bool))
    expected = [COUNT.logcdf(5), COUNT.logcdf(5), COUNT.logpmf(6), COUNT.logpmf(11)]
    assert found == pytest.approx(expected, rel=1e-9)


def test_tail_scores_of_divisible_demand_are_log_chances_of_a_hundredth():
    form = stats.gamma(MEAN**2 / VARIANCE, scale=VARIANCE / MEAN)
    found = tail_scores(one_forecast(2), int(Form.GAMMA), np.array([2.0, 9.5]), np.full(2, 5.0), np.zeros(2, dtype=bool))
    assert found == pytest.approx([form.logcdf(5.0), np.log(form.cdf(9.52) - form.cdf(9.48))], rel=1e-8)


def test_the_impossible_is_fined_once():
    found = tail_scores(one_forecast(1), int(Form.NEGATIVE_BINOMIAL), np.array([1e5]), np.array([5.0]), np.ones(1, dtype=bool))
    assert found[0] == pytest.approx(np.log(1e-6))


def test_missed_promises_by_hand():
    """scipy's F(3) to F(4) holds what was wanted, 4: a promise below it is broken, one above kept, one inside in part."""
    params = replace(DemandParams(), promises=(0.2, 0.6, 0.99))
    low, high = COUNT.cdf(3), COUNT.cdf(4)
    assert low < 0.6 < high
    found = missed_promises(one_forecast(1), int(Form.NEGATIVE_BINOMIAL), np.array([4.0]), np.ones(1, dtype=bool), params)
    assert found[:, 0] == pytest.approx([-0.2, (0.6 - low) / (high - low) - 0.6, 0.01], rel=1e-9)


def test_promises_of_a_true_forecast_are_kept():
    """Demand drawn from the forecast itself: the mean miss is zero within four standard errors."""
    n, params = 20_000, DemandParams()
    wanted = COUNT.rvs(n, random_state=np.random.default_rng(3)).astype(float)
    found = missed_promises(one_forecast(n), int(Form.NEGATIVE_BINOMIAL), wanted, np.ones(n, dtype=bool), params)
    assert (np.abs(found.mean(axis=1)) < 4.0 * found.std(axis=1) / n**0.5).all()


def test_the_first_candidate_wins_unless_another_is_better_beyond_doubt():
    draws = np.random.default_rng(4)
    usual = draws.gamma(2.0, 1.0, 500)
    lucky, better = usual + draws.normal(-0.001, 1.0, 500), usual - 0.2 + draws.normal(0.0, 1.0, 500)
    assert clear_winner(np.array([usual, lucky])) == 0
    assert clear_winner(np.array([usual, lucky, better])) == 2
