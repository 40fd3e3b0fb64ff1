"""Budgeting: the command shows the exchange curve, keeps limits, saves the plan and refuses what cannot be kept."""

import json

import pytest

from justenough.archive.workspace import Workspace


def plans(folder):
    with Workspace.open(folder) as kept:
        return [entry.plan_id for entry in kept.plans()]


def test_without_a_limit_the_exchange_curve_is_shown_and_nothing_saved(demo, run, tmp_path):
    before, picture = plans(demo), tmp_path / "curve.svg"
    result = run("budget", "-w", demo, "--svg", picture)
    assert result.exit_code == 0, result.output
    assert "The same service could be had with" in result.output.replace("\n", " ")
    assert "○ today" in result.output
    assert picture.read_text(encoding="utf-8").startswith("<svg xmlns=")
    assert plans(demo) == before


def test_a_limit_on_money_makes_a_saved_plan_and_names_its_price(demo, run):
    before = plans(demo)
    result = run("budget", "-w", demo, "--money", 350000, "--aim", "service", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    (use,) = told["purse"]["uses"]
    assert use["used"] <= 350000
    assert use["price"] > 0
    assert told["plan"] in plans(demo)
    assert told["plan"] not in before
    with Workspace.open(demo) as kept:
        plan = kept.plan(told["plan"])
    assert plan.settings.limits.money == 350000
    assert sum("Limits: alone it would reorder at" in " ".join(row) for row in plan.rows["reasons"].to_list()) == told["purse"]["n_moved"]


def test_words_say_what_binds_and_what_it_costs(demo, run):
    result = run("budget", "-w", demo, "--money", 350000, "--aim", "service", "--floor", "A=0.9")
    assert result.exit_code == 0, result.output
    assert "what binds is stock" in result.output
    assert "would serve demand worth" in result.output
    assert "What the limits cost" in result.output
    assert "% from the best" in result.output.replace("\n", " ")


def test_it_goes_on_as_the_latest_plan_was_sized(run, refused, tmp_path):
    """A limit is laid over the plan's own rates and promises; with none of them nothing is fitted, and nothing saved as the latest."""
    (tmp_path / "items.csv").write_text("item,unit_cost,lead_time_days\nA,2,5\nB,9,9\n")
    days = "".join(f"{item},2026-{1 + day // 28:02d}-{1 + day % 28:02d},{3 + day % 4}\n" for day in range(168) for item in "AB")
    (tmp_path / "demand.csv").write_text("item,date,quantity\n" + days)
    (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\n')
    folder = tmp_path / "w"
    run("import", tmp_path, "-p", "canonical", "-w", folder)
    said = refused("budget", "-w", folder, "--money", 100)
    assert "none of 2 items can be decided, so nothing was fitted or saved. Add --holding-rate 0.2" in said
    assert not plans(folder)
    run("recommend", "-w", folder, "--holding-rate", "0.2", "--target-cycle-service", "0.98")
    result = run("budget", "-w", folder, "--money", 400, "--aim", "service")
    assert "(holding rate 20 % a year, target cycle service 98 %), but for limits" in " ".join(result.output.split())
    with Workspace.open(folder) as kept:
        plan = kept.plan()
        assert (plan.settings.holding_rate, plan.settings.target_cycle_service, plan.settings.limits.money) == (0.2, 0.98, 400.0)
        assert plan.figures["reorder_point"].null_count() == 0


def test_room_enough_moves_nothing(demo, run):
    result = run("budget", "-w", demo, "--money", 1e9)
    assert "All limits are kept without giving any item up" in result.output.replace("\n", " ")


def test_what_cannot_be_kept_is_refused_and_nothing_saved(demo, refused):
    before = plans(demo)
    said = refused("budget", "-w", demo, "--money", 1000, "--target-cycle-service", 0.95)
    assert "is the least that keeps every floor" in said
    assert plans(demo) == before


def test_a_floor_that_is_no_fraction_is_refused(demo, refused):
    assert "such as --floor A=0.99" in refused("budget", "-w", demo, "--money", 1000, "--aim", "service", "--floor", "A")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--floor", "A=0.9"], "how the limits given beside them are kept"),
        (["--aim", "service"], "how the limits given beside them are kept"),
        (["--floor", "A=0.9", "--money", 350000], "set aim service"),
        (["--floor", "Z=0.9", "--money", 350000, "--aim", "service"], "there is no class 'Z'; there are: A, B, C."),
    ],
)
def test_a_floor_that_nothing_would_keep_is_refused_and_nothing_saved(demo, refused, flags, said):
    before = plans(demo)
    assert said in " ".join(refused("budget", "-w", demo, *flags).split())
    assert plans(demo) == before


def test_no_item_changed_leaves_today_and_prices_one_change_at_what_it_saves(demo, run):
    told = json.loads(run("budget", "-w", demo, "--items-reviewed", 0, "--json").output)["purse"]
    (use,) = told["uses"]
    assert use["used"] == 0
    assert 0 < use["price"] < told["together"]["total_cost"] - told["alone"]["total_cost"]
