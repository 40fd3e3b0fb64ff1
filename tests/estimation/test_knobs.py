"""Knobs: what cannot be meant is refused, and reading them costs nothing."""

import subprocess
import sys

import pytest

from justenough.estimation.knobs import MachineParams


def test_bad_knobs_are_refused():
    for knob in ({"histories": 0}, {"busiest": 1.0}, {"arrival_scv": -1.0}):
        with pytest.raises(ValueError, match=next(iter(knob))):
            MachineParams(**knob)


def test_settings_and_the_plans_list_load_nothing_that_calculates():
    """A command that only reads what is kept must not wait for a compiler: it takes half of its second and a half."""
    asked = "import sys, justenough.strategy.settings, justenough.archive.workspace, justenough.archive.plans, justenough.strategy.plan\n"
    asked += "justenough.strategy.settings.Settings.from_dict({}), justenough.archive.plans._tables()\n"
    told = subprocess.run([sys.executable, "-c", asked + "print({'numba', 'scipy'} & set(sys.modules))"], capture_output=True, check=True)
    assert told.stdout == b"set()\n"
