"""Settings: defaults, bounds, TOML and back."""

from __future__ import annotations

from dataclasses import fields

import pytest

from justenough.domain.errors import SettingsError
from justenough.estimation.knobs import DemandParams
from justenough.strategy.settings import Settings


def test_defaults_promise_and_price_nothing():
    settings = Settings()
    silent = (settings.holding_rate, settings.ordering_cost, settings.target_cycle_service, settings.target_fill_rate)
    assert silent == (None, None, None, None)
    assert (settings.review_days, settings.usual_review_days, settings.holdout, settings.seed) == (None, 7.0, 0.4, 0)
    assert (settings.jit_cover_reviews, settings.lean_cover_days, settings.jic_outage_share, settings.jic_cycle_service) == (
        1.0,
        45.0,
        0.5,
        0.999,
    )


def test_every_knob_is_documented():
    words = (Settings.__doc__ or "").replace(",", " ").split()
    assert [field.name for field in fields(Settings) if field.name not in words] == []


def test_every_impossible_value_is_named_at_once():
    with pytest.raises(SettingsError) as refused:
        Settings(holding_rate=25.0, review_days=0.0, target_cycle_service=98.0, criticality_targets={"A": 1.0})
    assert str(refused.value).splitlines() == [
        "holding_rate must be above 0 and at most 5 [1/year], got 25.0: 0.25 means 25 % a year.",
        "review_days must be above 0, got 0.0.",
        "target_cycle_service must be between 0 and 1, both excluded, got 98.0: write 98 % as 0.98.",
        "criticality_targets.A must be between 0 and 1, both excluded, got 1.0: write 98 % as 0.98.",
    ]


def test_a_number_of_items_to_split_is_whole_and_not_below_none():
    assert Settings().anatomy_items == 5_000
    assert Settings(anatomy_items=0).anatomy_items == 0
    for wrong in (-1, 2.5):
        with pytest.raises(SettingsError, match=f"anatomy_items must be a whole number of items, 0 or more, got {wrong}"):
            Settings(anatomy_items=wrong)


def test_toml_gives_what_it_says_and_the_rest_stays(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("holding_rate = 0.2\n[criticality_targets]\nA = 0.98\n[demand]\nnew_periods = 12\nsmoothings = [0.1, 0.2]\n")
    settings = Settings.from_toml(file)
    assert settings.holding_rate == 0.2
    assert settings.criticality_targets == {"A": 0.98}
    assert settings.demand == DemandParams(new_periods=12, smoothings=(0.1, 0.2))
    assert settings.usual_review_days == 7.0


def test_settings_go_to_plain_values_and_back():
    settings = Settings(holding_rate=0.2, criticality_targets={"A": 0.98}, seed=5)
    assert Settings.from_dict(settings.to_dict()) == settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = 1", "settings: colour not known; known are holding_rate"),
        ("[demand]\ncolour = 1", r"\[demand\]: colour not known; known are adi_cutoff"),
        ("holding_rate = ", "cannot be read as TOML"),
        ("holding_rate = 'a lot'", "A setting is not of its type"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, text, message):
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=message):
        Settings.from_toml(file)


def test_a_missing_file_is_said_so(tmp_path):
    with pytest.raises(SettingsError, match="No such file"):
        Settings.from_toml(tmp_path / "none.toml")


def test_what_another_version_saved_is_read_without_the_knobs_that_are_gone():
    saved = Settings(holding_rate=0.2).to_dict()
    saved["demand"] |= {"drift_prior": 100.0}
    assert Settings.from_saved(saved | {"gone": 3}) == Settings(holding_rate=0.2)
    with pytest.raises(SettingsError, match="drift_prior not known"):
        Settings.from_dict(saved)
