"""The face of the package: every name is there, and asking for none of them loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

import justenough


@pytest.mark.parametrize("name", justenough.__all__)
def test_every_name_is_there(name):
    assert getattr(justenough, name) is not None
    assert name in dir(justenough)


def test_a_name_that_is_not_there_is_said_so():
    with pytest.raises(AttributeError, match="module 'justenough' has no attribute 'optimise'"):
        justenough.optimise  # noqa: B018  asking is the test


def test_importing_loads_nothing_heavy():
    heavy = "import sys, justenough; print([name for name in ('numpy', 'polars', 'numba', 'scipy', 'sqlalchemy') if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_what_few_plants_need_is_not_loaded_for_all():
    asked = "import sys, justenough as je; je.scan, je.recommend, je.Workspace; print('scipy.stats' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
