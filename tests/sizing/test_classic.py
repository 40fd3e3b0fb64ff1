"""The room of the textbook models as a whole: what it offers is documented, and every row of the page is there."""

import inspect
import re
from pathlib import Path

import pytest

from justenough.sizing import classic

PAGE = Path(__file__).parents[2] / "docs" / "classic.md"
FUNCTIONS = sorted(name for name in classic.__all__ if inspect.isfunction(getattr(classic, name)))


def test_the_page_names_every_model_and_no_other():
    rows = [
        line for line in PAGE.read_text(encoding="utf-8").split("## The models")[1].split("\n## ")[0].splitlines() if line.startswith("| `")
    ]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_model_says_its_units_and_its_source(name):
    said = inspect.getdoc(getattr(classic, name))
    as_of = re.findall(r"`(\w+)`", said)
    said += "".join(inspect.getdoc(getattr(classic, other)) for other in as_of if other in FUNCTIONS)
    assert re.search(r"\[[a-z0-9][^\]]*\]", said), "no unit in square brackets"
    assert re.search(r"\(?(1[89]|20)\d\d\)?|eqs?\. |Example|Problem|section|ch\. |C\.\d|Chopra & Meindl", said), "no source"


@pytest.mark.parametrize("name", [name for name in classic.__all__ if not inspect.isfunction(getattr(classic, name))])
def test_every_answer_is_a_frozen_value_of_columns(name):
    answer = getattr(classic, name)
    assert answer.__dataclass_params__.frozen
    assert all(field in inspect.getdoc(answer) for field in answer.__dataclass_fields__)
