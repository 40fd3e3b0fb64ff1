"""The calibration benchmark: rivals by other means, no look ahead, windows counted by hand, any export by its options."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest
from scipy.stats import nbinom, norm, poisson

from justenough.domain.item import Form
from justenough.domain.plant import Plant
from justenough.domain.ragged import Ragged

for folder in ("benchmarks", "tools"):
    sys.path.insert(0, str(Path(__file__).parents[2] / folder))

import calibration  # noqa: E402
from calibrated.answers import Answer  # noqa: E402
from calibrated.frontier import Frontier, equal_service  # noqa: E402
from calibrated.lives import _without, judged, lived_through  # noqa: E402
from calibrated.methods import METHODS  # noqa: E402
from calibrated.resized import along, resized  # noqa: E402
from calibrated.samples import DRAWS, _draw  # noqa: E402
from calibrated.sets import inner, split_of  # noqa: E402
from calibrated.together import Law, together  # noqa: E402
from calibration_chart import frontier_chart  # noqa: E402
from calibration_page import page  # noqa: E402

MONTHS, ITEMS, LEAD_MONTHS = 40, 30, 2


@pytest.fixture(scope="module")
def plant() -> Plant:
    rng = np.random.default_rng(5)
    starts = [date(2022 + k // 12, k % 12 + 1, 1) for k in range(MONTHS)]
    items = [f"I{i:02d}" for i in range(ITEMS)]
    wanted = rng.random((ITEMS, MONTHS)) < rng.uniform(0.2, 1.0, ITEMS)[:, None]
    demand = pl.DataFrame(
        {
            "item": np.repeat(items, MONTHS),
            "date": starts * ITEMS,
            "quantity": (wanted * rng.negative_binomial(2, 0.3, (ITEMS, MONTHS))).ravel().astype(float),
        }
    )
    frame = pl.DataFrame({"item": items, "unit_cost": rng.uniform(1, 9, ITEMS), "lead_time_days": [61.0] * ITEMS})
    return Plant.from_frames(items=frame, demand=demand, currency="EUR", demand_period="month")


@pytest.fixture(scope="module")
def split(plant):
    return split_of("invented", plant)


def test_the_cut_leaves_three_fifths_to_fit_on(split):
    assert split.history.n_periods == 24
    assert split.held_back == 16
    assert split.lead.tolist() == [LEAD_MONTHS] * len(split.rows)
    assert all(len(series) == split.warm + 16 for series in split.later)


def test_nothing_later_reaches_a_method(plant, split):
    later = pl.when(pl.col("date") >= split.history.starts[-1].replace(day=28)).then(pl.col("quantity") * 50).otherwise("quantity")
    grown = replace(plant, tables={**plant.tables, "demand": plant.demand.with_columns(later.alias("quantity"))})
    again = split_of("invented", grown)
    assert np.nansum(again.later.values) > 5 * np.nansum(split.later.values)
    for name in ("ours", "textbook normal", "negative binomial", "own windows", "bootstrap"):
        before, after = (METHODS[name](each, 1)("cycle", 0.95) for each in (split, again))
        assert before.level.tolist() == after.level.tolist(), name


def test_inner_ends_where_the_outer_cut_is(plant, split):
    part = inner(plant)
    assert part.demand["date"].max() == split.history.starts[-1]
    assert split_of("invented", part).history.n_periods == round(24 * 0.6)


def test_windows_are_the_sums_of_recorded_periods(split):
    """Each start's demand over lead time + review summed by a plain loop; fill rate by a plain stock account."""
    answer = METHODS["negative binomial"](split, 0)("cycle", 0.9)
    lived = lived_through(split, answer.level, seed=0)
    for i in range(len(split.rows)):
        series, level = split.later[i].tolist(), answer.level[i]
        held = series[split.warm :]
        sums = [sum(held[t : t + LEAD_MONTHS + 1]) for t in range(len(held) - LEAD_MONTHS)]
        assert (lived.windows[i], lived.windows_covered[i]) == (len(sums), sum(each <= level for each in sums))
        short = asked = 0.0
        for t in range(split.warm, len(series)):
            # What was asked for since the review whose order has just come is still missing from the level.
            on_shelf = max(level - sum(series[t - LEAD_MONTHS : t]), 0.0)
            short += max(series[t] - on_shelf, 0.0)
            asked += series[t]
        assert lived.units[i] - lived.units_short[i] == pytest.approx(asked - short)


def test_textbook_levels_are_scipys(split):
    seen = split.seen
    mean, var = (np.array([f(series) for series in seen]) for f in (np.mean, lambda x: np.var(x, ddof=1)))
    h = LEAD_MONTHS + 1
    normal = METHODS["textbook normal"](split, 0)("cycle", 0.98)
    assert normal.level == pytest.approx(np.ceil(norm.ppf(0.98, mean * h, np.sqrt(var * h))))
    assert normal.stated == pytest.approx(norm.cdf(normal.level, mean * h, np.sqrt(var * h)))
    wide = var > mean * 1.001
    found = METHODS["negative binomial"](split, 0)("cycle", 0.98)
    p = mean[wide] / var[wide]
    size = mean[wide] * h * p / (1 - p)
    assert found.level[wide] == pytest.approx(nbinom.ppf(0.98, size, p))
    assert found.stated[wide] == pytest.approx(nbinom.cdf(found.level[wide], size, p), abs=1e-9)


def test_own_windows_are_numpys_quantile(split):
    answer = METHODS["own windows"](split, 0)("cycle", 0.9)
    for series, level, stated in zip(split.seen, answer.level, answer.stated, strict=True):
        sums = np.lib.stride_tricks.sliding_window_view(series, LEAD_MONTHS + 1).sum(axis=1)
        assert level == np.quantile(sums, 0.9, method="inverted_cdf")
        assert stated == np.mean(sums <= level)


def test_the_bootstrap_follows_its_chain():
    """Without idle periods and of constant size 100, the mean is 3 periods and the jitter Poisson-like (sd 10)."""
    record = Ragged.of([[100.0] * 400, [4.0, 0.0] * 200])
    exposed, during = np.empty((2, 2, DRAWS))
    _draw(record.values, record.offsets, np.array([2, 2]), np.array([1, 2]), exposed, during)
    assert exposed[0].mean() == pytest.approx(3 * 100.5, rel=0.01)  # 1 + int(x + e) is half a unit above x
    assert exposed[0].std() == pytest.approx(np.sqrt(3) * 10, rel=0.1)
    # The other record alternates and ended idle: of three periods the first and the third are busy, nearly always.
    assert exposed[1].mean() == pytest.approx(2 * 4.5, rel=0.08)
    assert during[1].mean() == pytest.approx(4.5, rel=0.08)


def test_levels_rise_with_the_service_asked_for_and_stated_keeps_it(split):
    for name, method in METHODS.items():
        if name == "conformal":
            continue
        answers = method(split, 0)
        for measure in ("cycle", "fill"):
            rising = [answers(measure, target) for target in (0.8, 0.9, 0.95, 0.99)]
            assert all((a.level <= b.level).all() for a, b in zip(rising, rising[1:], strict=False)), (name, measure)
            assert name.endswith("together") or (rising[2].stated >= 0.95 - 1e-9).all(), (name, measure)


def test_together_no_other_levels_keep_the_promise_with_less_stock():
    """Three items, the promise kept over all: every choice of levels from 0 to 12 tried; Poisson demand, cost 1, 3 and 10."""
    mean, cost = np.array([1.0, 2.0, 0.5]), np.array([1.0, 3.0, 10.0])
    zero = np.zeros((3, 2))
    times = np.stack([mean, 2.0 * mean], axis=1)
    law = Law(np.full(3, int(Form.NEGATIVE_BINOMIAL)), np.ones(3), times, times, zero)
    levels = np.arange(13.0)
    covered = poisson.cdf(levels, times[:, 1:])
    stock = np.array([[np.maximum(k - np.arange(60), 0) @ poisson.pmf(np.arange(60), m) for k in levels] for m in mean])
    found = together(law, cost)("cycle", 0.9)
    assert found.stated.mean() >= 0.9
    at = found.level.astype(int)
    np.testing.assert_allclose(found.stated, covered[range(3), at], atol=1e-12)
    bought = (stock[range(3), at] * cost).sum()
    for choice in product(range(13), repeat=3):
        if covered[range(3), choice].mean() >= found.stated.mean() - 1e-12:
            assert (stock[range(3), choice] * cost).sum() >= bought - 1e-9


def test_a_conformal_interval_is_the_quantile_of_its_past_errors(split):
    pytest.importorskip("statsforecast")
    answer = METHODS["conformal"](split, 0)("cycle", 0.9)
    series = np.convolve(split.seen[0], np.ones(3), "valid")

    def smoothed(part):
        level = part[0]
        for value in part[1:]:
            level += 0.1 * (value - level)
        return level

    past = [len(series) - 3 * k for k in range(min(10, (len(series) - 1) // 3), 0, -1)]
    errors = np.abs([smoothed(series[:end]) - series[end + 2] for end in past])
    ahead = smoothed(series)
    assert answer.level[0] == np.ceil(np.quantile([*(ahead - errors), *(ahead + errors)], 0.9))


def test_equal_service_reads_both_lines_at_the_same_height():
    """Two straight lines, ours twice the stock at every service: the ratio is 2, and of identical items it is certain."""
    targets = np.array([0.5, 0.9, 0.99])
    weight, served = np.full((3, 8), 10.0), np.array([8.0, 9.5, 10.0])[:, None] * np.ones((1, 8))
    stock = np.array([1.0, 4.0, 8.0])[:, None] * np.ones((1, 8))
    lines = [Frontier("s", name, "cycle", targets, weight, served, stock * times) for name, times in (("ours", 2.0), ("other", 1.0))]
    found = {(each.method, each.achieved): each for each in equal_service(lines, (0.7, 0.875, 0.95))}
    half = found["other", 0.875]
    assert (half.mean_stock_value, half.ratio, half.ratio_low, half.ratio_high) == pytest.approx((8 * 2.5, 2.0, 2.0, 2.0))
    assert found["other", 0.95].mean_stock_value == pytest.approx(32.0)
    assert found["other", 0.7].why == "ours leanest"


@pytest.fixture(scope="module")
def again(plant, split):
    return resized(split, plant, 5 * split.history.period_days)


def test_levels_made_again_know_what_had_come_by_then_and_no_more(plant, split, again):
    """The textbook's levels at each moment are scipy's on the record until then; so are ours where all later demand is changed."""
    assert [each.history.n_periods for each in again] == [24, 29, 34, 39]
    seen = np.array([plant.demand.filter(pl.col("item") == item)["quantity"].to_numpy() for item in split.items])
    answers = [METHODS["textbook normal"](each, 0) for each in again]
    level = along(again, answers, "cycle", 0.95).level
    for period in range(split.held_back):
        known = seen[:, : 24 + period // 5 * 5]
        mean, var = known.mean(axis=1) * 3, known.var(axis=1, ddof=1) * 3
        assert level[:, period] == pytest.approx(np.ceil(norm.ppf(0.95, mean, np.sqrt(var))))
    later = pl.when(pl.col("date") >= again[2].history.starts[-1].replace(day=28)).then(0.0).otherwise("quantity")
    ceased = replace(plant, tables={**plant.tables, "demand": plant.demand.with_columns(later.alias("quantity"))})
    for before, after in zip(again[:3], resized(split_of("invented", ceased), ceased, 5 * split.history.period_days)[:3], strict=True):
        ours = [METHODS["ours"](each, 1)("cycle", 0.95).level.tolist() for each in (before, after)]
        assert ours[0] == ours[1]


def test_a_level_that_falls_sends_nothing_back(split, again):
    """Service, stock and what was stated, by a plain account of every period against levels that jump up and down."""
    rng = np.random.default_rng(2)
    shape = (len(split.rows), split.held_back)
    answer = Answer(np.floor(rng.uniform(0, 30, shape)), rng.random(shape))
    cycle, fill = (judged(split, ["any"] * shape[0], answer, measure, 0) for measure in ("cycle", "fill"))
    for i in range(shape[0]):
        series = split.later[i].tolist()
        levels = [answer.level[i, 0]] * split.warm + answer.level[i].tolist()
        position, arrivals, shelf = levels[0], [0.0] * (len(series) + LEAD_MONTHS + 1), levels[0]
        kept, said, short, asked, told, held = [], [], 0.0, 0.0, 0.0, []
        for t, wanted in enumerate(series):
            order = max(levels[t] - position, 0.0)
            position += order
            arrivals[t + LEAD_MONTHS] += order
            shelf += arrivals[t]
            if t >= split.warm:
                if t + LEAD_MONTHS < len(series):
                    kept.append(sum(series[t : t + LEAD_MONTHS + 1]) <= levels[t])
                    said.append(answer.stated[i, t - split.warm])
                short += max(wanted - max(shelf, 0.0), 0.0)
                asked += wanted
                told += wanted * answer.stated[i, max(t - split.warm - LEAD_MONTHS, 0)]
                held.append((max(shelf, 0.0) + max(shelf - wanted, 0.0)) / 2.0)
            shelf -= wanted
            position -= wanted
        assert (cycle.achieved[i], cycle.stated[i]) == pytest.approx((np.mean(kept), np.mean(said)))
        assert (fill.achieved[i], fill.stated[i]) == pytest.approx((1.0 - short / asked, told / asked))
        assert fill.stock_units[i] == pytest.approx(np.mean(held))


@pytest.fixture(scope="module")
def export(plant, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    plant.items.select("item", "unit_cost").write_csv(folder / "items.csv")
    plant.demand.write_csv(folder / "demand.csv")
    (folder / "plant.toml").write_text('currency = "EUR"\ndemand_period = "month"\nreturns = "undo_demand"\nlabel = "invented"\n')
    return folder


@pytest.fixture
def run(monkeypatch):
    def asked(*options: str) -> None:
        monkeypatch.setattr(sys, "argv", ["calibration.py", *options])
        calibration.main()

    return asked


def test_any_export_with_a_profile_and_a_lead_time(run, export, tmp_path, capsys):
    out = tmp_path / "out.json"
    run("--set", f"mine={export}", "--lead-time-days", "61", "--methods", "ours,negative binomial", "--json", str(out))
    found = json.loads(out.read_text())
    assert found["about"]["sets"]["mine"]["periods_lived"] == 16
    rows = [row for row in found["rows"] if row["kind"] == "all"]
    expected = product(("ours", "negative binomial"), ("cycle", "fill"), (0.9, 0.95, 0.98, 0.99))
    assert {(row["method"], row["measure"], row["target"]) for row in rows} == set(expected)
    assert all(row["gap"] == pytest.approx(row["achieved"] - row["stated"]) for row in rows)
    assert {each["method"] for each in found["equal_service"]} == {"ours", "negative binomial"}
    assert "mine: 30 items, fitted on 24 periods, lived 16" in capsys.readouterr().err


def test_the_page_and_its_charts_say_what_the_run_found(run, export, tmp_path):
    out = tmp_path / "out.json"
    run("--set", f"mine={export}", "--lead-time-days", "61", "--methods", "ours,own windows", "--json", str(out))
    found = json.loads(out.read_text())
    run(
        "--set",
        f"mine={export}",
        "--lead-time-days",
        "61",
        "--methods",
        "ours,conformal",
        "--targets",
        "0.95",
        "--resize",
        "91",
        "--json",
        str(out),
    )
    again = json.loads(out.read_text())
    text = page(found, [again])
    ours = next(row for row in found["rows"] if (row["method"], row["kind"], row["target"]) == ("ours", "all", 0.98))
    assert f"{100 * ours['stated']:.1f} → {100 * ours['achieved']:.1f}" in text
    quarterly = next(row for row in again["rows"] if (row["measure"], row["kind"]) == ("fill", "all"))
    assert f"| mine (every quarter) | fill rate | ours | {100 * quarterly['gap']:+.1f} |" in text
    assert "Not run with levels made again: conformal" in text
    assert f"{100 * chosen_row(found)['gap_without_ten']:+.1f}" in text
    assert "| mine | 30 of 30 | 24 months | 16 | EUR |" in text
    assert "nan" not in text
    for measure in ("cycle", "fill"):
        drawn = ET.fromstring(frontier_chart(found["frontier"], measure))
        assert {"mine", "ours"} <= {each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")}


def chosen_row(found):
    return next(row for row in found["rows"] if (row["method"], row["measure"], row["kind"]) == ("ours", "fill", "all"))


def test_without_the_ten_that_weigh_most():
    """Twelve items: two of weight 1 miss by 1 and 0, ten of weight 9 keep what they say."""
    weight, missed = np.array([1.0, 1.0] + [9.0] * 10), np.array([-1.0] + [0.0] * 11)
    share, gap = _without(10, np.ones(12), 1.0 + missed, weight)
    assert (share, gap) == pytest.approx((90 / 92, -0.5))


def test_an_export_without_lead_times_is_asked_for_them(run, export):
    with pytest.raises(SystemExit, match="mine: no item can be compared; .*see --lead-time-days"):
        run("--set", f"mine={export}")
    with pytest.raises(SystemExit, match="mine: nonesuch: no such profile"):
        run("--set", f"mine={export}", "--profile", "nonesuch")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--set", "mine=nowhere"], "must be NAME=PATH of an export that is there"),
        (["--data", "nowhere"], "there is no such folder"),
        (["--methods", "guess"], "there is no method guess; there are ours"),
        (["--targets", "95"], "write 98 % as 0.98"),
        (["--sets", "mine"], "mine not found; found are retail sample"),
        (["--resize", "-7"], "--resize must be 0 or a number of days, got -7"),
    ],
)
def test_what_cannot_be_done_is_said(run, options, said, capsys):
    with pytest.raises(SystemExit):
        run(*options)
    assert said in capsys.readouterr().err
