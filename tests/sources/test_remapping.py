"""Changing which column is what, in the text of a draft."""

from __future__ import annotations

import pytest

from justenough.domain.errors import ProfileError
from justenough.sources.drafting import answered, draft
from justenough.sources.profiles import Profile
from justenough.sources.remapping import mapping_of, remapped
from justenough.sources.samples import sample_folder

ANSWERS = {
    "currency": "EUR", "demand_period": "week", "returns": "ignore", "empty": "zero",
    "lead_time_days_unit": "days", "shelf_life_days_unit": "days", "holding_rate_unit": "per_year", "ideal_cycle_seconds_unit": "seconds",
}  # fmt: skip


@pytest.fixture(scope="module")
def drafted():
    return draft(sample_folder("bearings"))


def test_what_is_taken_is_read_out(drafted):
    mapping = mapping_of(drafted.toml)
    assert set(mapping) == {"items", "demand", "receipts", "machines", "events", "counts"}
    assert (mapping["items"]["unit_cost"], mapping["items"]["lead_time_days"], mapping["items"]["volume"]) == (
        "unit_cost",
        "lead_time_days",
        "",
    )


def test_another_column_none_and_one_more(drafted):
    toml = remapped(drafted.toml, "items", {"unit_cost": "volume", "moq": "", "volume": "moq", "lead_time_days": "review_days"})
    mapping = mapping_of(toml)["items"]
    assert (mapping["unit_cost"], mapping["moq"], mapping["volume"], mapping["lead_time_days"]) == ("volume", "", "moq", "review_days")
    assert 'lead_time_days = { column = "review_days", unit = "<lead_time_days_unit>" }' in toml, "its unit is still asked"
    assert mapping_of(toml)["demand"] == mapping_of(drafted.toml)["demand"]
    columns = Profile.from_toml(answered(type(drafted)(toml, drafted.questions), ANSWERS)).tables["items"].columns
    assert "moq" not in columns
    assert columns["volume"][0].column == "moq"


def test_nothing_chosen_changes_nothing(drafted):
    same = remapped(drafted.toml, "receipts", mapping_of(drafted.toml)["receipts"])
    assert same == drafted.toml


def test_names_are_quoted(drafted):
    toml = remapped(drafted.toml, "demand", {"quantity": 'Menge "Stück"\\'})
    assert mapping_of(toml)["demand"]["quantity"] == 'Menge "Stück"\\'


def test_a_table_that_is_not_there_is_refused(drafted):
    with pytest.raises(ProfileError, match="not in this draft"):
        remapped(drafted.toml, "stock", {"item": "x"})
