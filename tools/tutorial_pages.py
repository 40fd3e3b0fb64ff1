"""Write the tutorials of docs/ from tools/tutorials/: run the code of each page, put in what it prints, its figures and its chart."""

from __future__ import annotations

import argparse
import contextlib
import doctest
import io
import re
import sys
from pathlib import Path
from typing import Any

from justenough.interfaces import drawing as d

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
FIGURE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
WIDTH, ROW, LEFT, RIGHT, TOP = 620, 40, 110, 96, 46  # of a chart and its margins [px]
# Okabe & Ito's colours, told apart in grey by their lightness.
FILLS = ("#0072B2", "#56B4E9", "#D55E00")
STYLE = """<style>
svg{background:#fff;color:#222;font:12px system-ui,sans-serif}text{fill:currentColor}.title{font-size:14px;font-weight:600}
.grid{stroke:#e4e4e4}.axis{stroke:#999}
@media (prefers-color-scheme:dark){svg{background:#161616;color:#ddd}.grid{stroke:#333}.axis{stroke:#777}}
</style>"""


def page_of(template: str) -> tuple[str, dict[str, Any]]:
    """The page with all that its code prints, and the names its code leaves behind."""
    names: dict[str, Any] = {"__name__": "page"}

    def run(match: re.Match[str]) -> str:
        return f"```python\n{_run(match[1], names)}\n```"

    page = BLOCK.sub(run, template)
    return FIGURE.sub(lambda match: str(eval(match[1], names)), page), names


def _run(code: str, names: dict[str, Any]) -> str:
    """The block with the output of each statement below it."""
    lines = []
    for example in doctest.DocTestParser().get_examples(code):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(example.source, "<page>", "single"), names)
        first, *rest = example.source.rstrip("\n").split("\n")
        lines += [f">>> {first}", *(f"... {line}".rstrip() for line in rest), *printed.getvalue().rstrip("\n").splitlines()]
    blank = {example.source.split("\n")[0] for example in doctest.DocTestParser().get_examples(code) if _after_blank(code, example)}
    spaced = [line for text in lines for line in (["", text] if text[4:] in blank and text.startswith(">>> ") else [text])]
    return "\n".join(spaced).lstrip("\n") + "\n"


def _after_blank(code: str, example: doctest.Example) -> bool:
    return example.lineno > 0 and not code.splitlines()[example.lineno - 1].strip()


def bars(title: str, rows: dict[str, tuple[float, ...]], parts: tuple[str, ...], unit: str) -> str:
    """Stacked bars from zero, one row a name, each with its total."""
    most = max(sum(values) for values in rows.values())
    x = d.Scale(0, most, LEFT, WIDTH - RIGHT)
    shapes = [STYLE]
    for place, (name, values) in enumerate(rows.items()):
        y, at = TOP + place * ROW, 0.0
        shapes.append(f'<text x="{LEFT - 8}" y="{y + 18}" text-anchor="end">{name}</text>')
        for fill, value in zip(FILLS, values, strict=False):
            shapes.append(f'<rect x="{x(at):.1f}" y="{y + 4}" width="{max(x(at + value) - x(at), 0):.1f}" height="20" fill="{fill}"/>')
            at += value
        shapes.append(f'<text x="{x(at) + 6:.1f}" y="{y + 18}">{at:,.0f}{unit}</text>')
    bottom = TOP + len(rows) * ROW
    shapes.append(f'<line class="axis" x1="{LEFT}" y1="{TOP}" x2="{LEFT}" y2="{bottom}"/>')
    left = LEFT
    for fill, part in zip(FILLS, parts, strict=False):
        shapes.append(f'<rect x="{left}" y="{bottom + 10}" width="10" height="10" fill="{fill}"/>')
        shapes.append(f'<text x="{left + 14}" y="{bottom + 19}">{part}</text>')
        left += 30 + 7 * len(part)
    head = f'<text class="title" x="8" y="22">{title}</text>'
    height = bottom + 32
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"><title>{title}</title>'
    return "\n".join([opening, shapes[0], head, *shapes[1:], "</svg>"]) + "\n"


def overseas_chart(names: dict[str, Any]) -> str:
    """Cost a year of each idea, by what it is for."""
    lived = names["lived"]
    rows = {
        policy: tuple(lived.of(policy, name)["mean"] for name in ("holding_cost", "ordering_cost", "stockout_cost"))
        for policy in ("pure JIT", "pure JIC", "one policy", "plan")
    }
    return bars("What each idea costs in a year [EUR]", rows, ("holding", "ordering", "stopped line"), "")


def press_chart(names: dict[str, Any]) -> str:
    """Parts an hour in each act."""
    return bars("What the line makes [parts an hour]", {name: (made,) for name, made in names["acts"].items()}, (), "")


PAGES = {"overseas": overseas_chart, "press": press_chart}


def main(words: list[str]) -> int:
    """Write the pages and charts, or with --check say which are not what the code prints now."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", default=list(PAGES))
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args(words)
    stale = []
    for name in asked.pages:
        page, names = page_of((HERE / "tutorials" / f"{name}.md").read_text(encoding="utf-8"))
        for path, text in ((DOCS / f"tutorial_{name}.md", page), (DOCS / f"tutorial_{name}.svg", PAGES[name](names))):
            if asked.check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
                stale.append(path.name)
            elif not asked.check:
                path.write_text(text, encoding="utf-8")
    if stale:
        print(f"{', '.join(stale)}: not what the code prints now; write again with python tools/tutorial_pages.py")
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
