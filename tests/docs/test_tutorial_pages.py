"""The writer of tutorials: what code prints is put below it, figures into the prose, and pages hold the code of their templates."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("tutorial_pages", REPOSITORY / "tools" / "tutorial_pages.py")
tutorial_pages = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tutorial_pages)

TEMPLATE = """Text with {{total + 1}} things.
```python
>>> total = 0
>>> for n in (1, 2):
...     total += n
...     print(n)

>>> total
```
"""
EXPECTED = """Text with 4 things.
```python
>>> total = 0
>>> for n in (1, 2):
...     total += n
...     print(n)
1
2

>>> total
3

```
"""


def test_outputs_and_figures_are_put_in(capsys):
    import sys

    hook, sys.displayhook = sys.displayhook, sys.__displayhook__
    try:
        page, names = tutorial_pages.page_of(TEMPLATE)
    finally:
        sys.displayhook = hook
    assert (page, names["total"]) == (EXPECTED, 3)


@pytest.mark.parametrize("name", tutorial_pages.PAGES)
def test_pages_hold_the_code_of_their_templates_and_a_chart(name):
    """What the code prints is compared by the test of all pages; here that nobody edited one of the two alone."""

    def code(text):
        return [line for block in tutorial_pages.BLOCK.findall(text) for line in block.splitlines() if line.startswith((">>>", "..."))]

    page = (REPOSITORY / "docs" / f"tutorial_{name}.md").read_text(encoding="utf-8")
    template = (REPOSITORY / "tools" / "tutorials" / f"{name}.md").read_text(encoding="utf-8")
    assert code(page) == code(template)
    assert "{{" not in page
    prose = [re.escape(part) for part in re.split(r"\{\{.*?\}\}", tutorial_pages.BLOCK.sub("\0", template), flags=re.DOTALL)]
    assert re.fullmatch("[^\n]*?".join(prose), tutorial_pages.BLOCK.sub("\0", page))
    assert "<svg" in (REPOSITORY / "docs" / f"tutorial_{name}.svg").read_text(encoding="utf-8")


def test_bars_are_as_long_as_their_figures():
    drawn = tutorial_pages.bars("t", {"a": (1.0, 3.0), "b": (2.0,)}, ("x", "y"), "")
    widths = [float(one) for one in re.findall(r'width="([\d.]+)" height="20"', drawn)]
    room = tutorial_pages.WIDTH - tutorial_pages.LEFT - tutorial_pages.RIGHT
    assert widths == pytest.approx([room / 4, 3 * room / 4, room / 2], abs=0.11)
