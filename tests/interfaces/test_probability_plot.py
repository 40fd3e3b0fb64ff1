"""The probability plot: points rise to the right, the law is straight on its paper, bounds lie on both sides."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from justenough.estimation.findings import plotted
from justenough.estimation.lifetimes import Law, Lives
from justenough.estimation.reliability import ReliabilityParams, times_of
from justenough.interfaces.probability_plot import probability_plot


def drawn(law, scale=10.0):
    rng = np.random.default_rng(2)
    days = scale * (rng.weibull(2.5, 60) if law == Law.WEIBULL else np.exp(rng.normal(0, 0.6, 60)))
    times = times_of(Lives.of([(days, np.ones(60, bool))]), ReliabilityParams())
    one = plotted(times, 0, "Press <4>", confidence=0.95)
    assert one.law == law
    return one, ET.fromstring(probability_plot(one))


def points(path):
    return np.array([pair.split(",") for pair in re.findall(r"[-\d.]+,[-\d.]+", path)], float)


@pytest.mark.parametrize("law", [Law.WEIBULL, Law.LOGNORMAL])
def test_the_law_is_a_straight_line_between_its_bounds(law):
    one, picture = drawn(law)
    line, band = (points(picture.find(f".//{{*}}path[@class='{kind}']").get("d")) for kind in ("law", "band"))
    slopes = np.diff(line[:, 1]) / np.diff(line[:, 0])
    assert slopes == pytest.approx(np.full(len(slopes), slopes[0]), rel=0.03)
    half = len(line)
    assert (band[:half, 0] <= line[:, 0]).all()
    assert (band[half:][::-1, 0] >= line[:, 0]).all()
    dots = np.array([[float(dot.get("cx")), float(dot.get("cy"))] for dot in picture.findall(".//{*}circle")])
    assert len(dots) == len(one.days)
    assert (np.diff(dots[:, 0]) >= 0).all()
    assert (np.diff(dots[:, 1]) <= 0).all()


@pytest.mark.parametrize(("scale", "unit"), [(0.01, "[min]"), (3.0, "[h]"), (400.0, "[days]")])
def test_the_unit_follows_the_lives_and_the_picture_says_what_it_shows(scale, unit):
    _, picture = drawn(Law.WEIBULL, scale)
    said = " ".join(text.text for text in picture.findall(".//{*}text"))
    assert unit in said
    assert "weibull, 95 % bounds" in said
    assert "Press <4>: operating time to failure" in picture.get("aria-label")
