"""The report: one file, nothing fetched, everything escaped, every number from the plan."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from justenough.interfaces import report


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def html(plan, bearings) -> str:
    return report.drawn(plan, bearings, items=4)


def test_it_is_one_file(html: str) -> None:
    outline = _Outline()
    outline.feed(html)
    assert outline.open == []
    assert not {"script", "link", "img", "iframe", "object"} & set(outline.tags)
    addresses = [value for name, value in outline.attributes if name in ("src", "href", "action", "xlink:href")]
    assert all(value and value.startswith("#") for value in addresses)
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_it_has_a_section_with_curve_and_demand_for_each_item_asked(plan, html: str) -> None:
    wanted = [one for one in report.page_of(plan, items=4).sections if one.item.decision != "ended"]  # a curve of what is still wanted
    assert wanted
    assert html.count('<section class="item"') == 4
    assert html.count("Cost a year [EUR] against money tied up") == len(wanted)
    assert html.count("Demand by day [units]") == 4
    assert "prefers-color-scheme: dark" in html
    for picture in re.findall(r"(<svg(?:(?!</figure>).)*</svg>)\s*</figure>", html, re.DOTALL):
        ET.fromstring(picture)  # well formed


def test_names_are_escaped(plan) -> None:
    evil = "<script>alert(1)</script>"
    rows = plan.rows.with_columns(pl.lit(evil).alias("description"), pl.lit([evil]).alias("reasons"))
    said = report.drawn(replace(plan, figures=rows, terms=replace(plan.terms, label=evil)), items=2)
    assert evil not in said
    assert "&lt;script&gt;" in said


def test_totals_are_the_summarys(plan) -> None:
    page = report.page_of(plan, items=0)
    from justenough.domain.figures import figure

    assert page.totals[0].today == figure(plan.summary().today_stock_value)
    assert page.totals[0].plan == figure(plan.summary().stock_value)
    assert page.totals[5].compared == figure(plan.summary().compared_total_cost)
    assert page.sections == ()


def test_stockouts_nobody_prices_are_not_said_to_cost_nothing(plan) -> None:
    """Under a promise alone no stockout has a cost: neither the plan's nor today's, and no change of it."""
    none = pl.lit(None, pl.Float64)
    rows = plan.rows.with_columns(none.alias("stockout_cost"), none.alias("today_stockout_cost"))
    (stockouts,) = (one for one in report.page_of(replace(plan, figures=rows), items=0).totals if one.name.startswith("Stockouts"))
    assert {stockouts.plan, stockouts.compared, stockouts.today, stockouts.change} == {"–"}
    (priced,) = (one for one in report.page_of(plan, items=0).totals if one.name.startswith("Stockouts"))
    assert "–" not in {priced.plan, priced.compared, priced.today, priced.change}


def test_the_service_of_the_picture_stands_in_the_table_too(plan) -> None:
    from justenough.domain.figures import percent

    page = report.page_of(plan, items=0)
    exchange = report.exchange_of(plan)
    assert percent(exchange.plan[1]) in page.exchange
    assert "weighed by its money" in page.totals[-1].name
    assert page.totals[-1].compared == percent(exchange.plan[1])


def test_a_percent_sign_stays_with_its_number(html: str) -> None:
    assert "\u00a0%" in html
    assert " %" not in html


def test_a_plan_that_decides_nothing_says_so(plan) -> None:
    rows = plan.rows.select("item", decision=pl.lit("cannot_decide"), missing=pl.lit(["no lead time"]))
    nothing = type(plan).of(rows, plan.curves.clear(), plan.terms, plan.settings)
    said = report.drawn(nothing)
    assert "None of 52 items can be decided yet." in said
    assert "no lead time" in said
    assert "<svg" not in said


def test_it_says_what_the_reserves_are_for(plan, html: str) -> None:
    page = report.page_of(plan, items=4)
    assert page.reserves in html.replace("\u00a0", " ")
    assert "Money in reserve [EUR] by what it is there for" in html
    held = [one for one in page.sections if one.anatomy]
    assert held
    assert html.count("What the reserve of ") == 2 * len(held)  # the caption and the picture's own title
    assert html.count("What would let you strip it, one at a time") == sum(bool(one.levers) for one in page.sections)
    for one in held:
        ET.fromstring(str(one.anatomy))


def test_it_opens_from_the_disk_and_is_printed_on_white(plan, tmp_path, chromium) -> None:
    """In a real browser: nothing is asked for, no name runs, no column is cut off, and ink is dark where the screen was."""
    evil = '"><img src=x onerror="document.title=1"><script>document.title=2</script>'
    told = replace(plan, figures=plan.figures.with_columns(description=pl.lit(evil)))
    path = tmp_path / "report.html"
    path.write_text(report.drawn(told, items=2), encoding="utf-8")
    page = chromium.new_context(viewport={"width": 1000, "height": 900}, color_scheme="dark").new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert page.title() not in ("1", "2")
    cut = "[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
    assert page.evaluate(cut) == 0
    ink = "getComputedStyle(document.body).color.match(/[0-9]+/g).map(Number)[0]"
    assert page.evaluate(ink) > 200
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ink) < 50
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_what_is_to_be_ordered_now_stands_with_its_money(plan) -> None:
    from justenough.strategy.in_hand import orders_of

    unknown = replace(plan, figures=plan.figures.with_columns(on_hand=pl.lit(None, pl.Float64)))
    assert "To be ordered now" not in report.drawn(unknown, items=1)
    empty = replace(plan, figures=plan.figures.with_columns(on_hand=pl.lit(0.0)))
    page, due = report.drawn(empty, items=1), orders_of(empty.rows)
    table = page.split("To be ordered now</h2>")[1].split("</table>")[0]
    assert re.findall(r'<td class="code">([^<]+)</td>', table) == due["item"].to_list() != []
    assert f"{due.height} of {due.height} items, by supplier" in table
    assert "Held today: 0 in stock" in page
