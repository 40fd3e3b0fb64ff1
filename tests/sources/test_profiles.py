"""What must not be guessed is asked for, by name, with what may be written there."""

from __future__ import annotations

import dataclasses

import pytest

from justenough.domain.errors import ProfileError
from justenough.sources.profiles import Profile, shipped
from justenough.sources.read import import_from

TOP = 'currency = "EUR"\ndemand_period = "day"\n'
FILES = '[files]\nf = "*.csv"\n'
ITEMS = '[tables.items]\nfile = "f"\n[tables.items.columns]\nitem = "a"\n'


@pytest.mark.parametrize("name", shipped())
def test_shipped_profiles_load_and_say_what_they_are_for(name):
    profile = Profile.load(name)
    assert profile.name == name
    assert profile.about


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../other/items.csv", "a/../../b.csv", "..", "C:/items.csv", "\\\\host\\items.csv", "a\\..\\b"]
)
def test_a_file_lies_below_the_exports_folder(path):
    """A profile is text that a browser sends; it must not find out what else lies on the computer that reads it."""
    text = TOP + f"[files]\nf = '{path}'\n" + ITEMS
    with pytest.raises(ProfileError, match=r"below the export's folder, such as demand_\*\.csv\. Put the file"):
        Profile.from_toml(text, "p.toml")
    assert Profile.from_toml(TOP + "[files]\nf = 'below/v1..2/*.csv'\n" + ITEMS).files["f"].path == "below/v1..2/*.csv"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FILES + ITEMS, 'p.toml: currency is missing; write currency = "EUR" (or the like), or "unknown" where nobody can say.'),
        ('currency = "EUR"\n' + FILES + ITEMS, 'p.toml: demand_period is missing; write demand_period = "day", "week" or "month".'),
        ('currency = "euro"\n' + FILES + ITEMS, "p.toml: currency is 'euro'; expected three capital letters such as EUR, or unknown."),
        (
            TOP + FILES + ITEMS + 'lead_time_days = "lt"\n',
            (
                "p.toml: tables.items.columns.lead_time_days: unit is missing; "
                'write { column = "lt", unit = "..." } with one of days, weeks, months, years, hours.'
            ),
        ),
        (
            TOP + FILES + ITEMS + 'lead_time_days = { column = "lt", unit = "fortnights" }\n',
            "p.toml: tables.items.columns.lead_time_days.unit is 'fortnights'; expected days or weeks or months or years or hours.",
        ),
        (
            TOP + FILES + ITEMS + '[tables.demand]\nfile = "f"\ncolumns = { item = "a" }\n'
            'wide = { columns = "2", period_format = "%Y", order = "newest_last" }\n',
            'p.toml: tables.demand: empty is missing; write empty = "zero" (nothing was used) or empty = "unknown" (nobody recorded it).',
        ),
        (TOP + FILES + ITEMS + 'colour = "c"\n', "p.toml: tables.items.columns.colour: no such column; items has item, description"),
        (
            TOP + FILES + '[tables.items]\nfile = "f"\n',
            "p.toml: tables.items.columns: item missing; say which column of the file holds it.",
        ),
        (TOP + FILES + ITEMS.replace('"f"', '"g"'), "p.toml: tables.items: file 'g' is not declared; expected one of f."),
        (TOP + "colour = 1\n" + FILES + ITEMS, "p.toml: 'colour' is not known; expected name, about"),
        ("currency = ", "p.toml: not a TOML file:"),
        (
            TOP + "[constants]\nholding_rate = 'x'\n" + FILES + ITEMS,
            "p.toml: constants.holding_rate is 'x'; expected a number > 0 <= 5 [1/year].",
        ),
    ],
)
def test_what_a_profile_leaves_out_is_named(text, message):
    with pytest.raises(ProfileError) as caught:
        Profile.from_toml(text, "p.toml")
    assert str(caught.value).startswith(message)


def test_no_such_profile():
    with pytest.raises(ProfileError, match=r"sap: no such profile; expected a TOML file or one of adventureworks_erp, .*canonical"):
        Profile.load("sap")


def test_of_machines_alone_no_period_of_demand_is_asked(tmp_path):
    (tmp_path / "machines.csv").write_text("machine\nM\n")
    (tmp_path / "events.csv").write_text("machine,start,end,state\nM,2026-03-02T06:00:00,2026-03-02T07:00:00,running\n")
    with pytest.raises(ProfileError, match=r'currency = "EUR" \(or the like\)\.$'):
        import_from(tmp_path, "machines")
    (tmp_path / "plant.toml").write_text('currency = "EUR"\n')
    assert import_from(tmp_path, "machines").plant().tables["events"].height == 1
    asked = import_from(tmp_path, dataclasses.replace(Profile.load("machines"), cannot_know=("Why it stood.",)))
    assert str(asked).endswith("What cannot be known from it:\n  - Why it stood.")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sme_machine_states", ("no calendar", "rejects are not counted", "no ideal cycle", "no reason")),
        ("bottling_line_downtime", ("no calendar", "laid end to end", "how many were good")),
        ("azure_pdm", ("how long a repair took", "no calendar", "whether a machine ran")),
        ("job_shop_event_log", ("is a worker", "no calendar", "no counts")),
    ],
)
def test_each_export_of_machines_says_what_cannot_be_known_from_it(name, words):
    told = " ".join(Profile.load(name).cannot_know).lower()
    assert all(word in told for word in words)


def test_terms_missing(export):
    with pytest.raises(ProfileError, match=r"plant\.toml: no such file beside the tables; write one with currency"):
        import_from(export(plant=None))
    with pytest.raises(ProfileError, match=r'plant\.toml: currency is missing; write currency = "EUR" \(or the like\), or "unknown"'):
        import_from(export(plant='demand_period = "day"\n'))
