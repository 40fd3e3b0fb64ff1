"""Write the list of canonical tables in docs/domain.md from the schema.

python tools/canonical_tables.py
"""

from __future__ import annotations

from pathlib import Path

from justenough.domain.columns import Column, Table
from justenough.domain.schema import TABLES

PAGE = Path(__file__).parents[1] / "docs" / "domain.md"
FIRST, LAST = "<!-- tables: written by tools/canonical_tables.py -->\n", "<!-- end of tables -->\n"


def listing() -> str:
    """All tables in Markdown, one row a column."""
    return "\n".join(_table(table) for table in TABLES.values())


def page(text: str) -> str:
    """The page with its list of tables renewed."""
    before, rest = text.split(FIRST)
    _, after = rest.split(LAST)
    return f"{before}{FIRST}{listing()}{LAST}{after}"


def _table(table: Table) -> str:
    key = f" One row for each {' and '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    head = f"### {table.name}\n{table.about}{key}\n\n| column | must be | unit | needed | meaning |\n|---|---|---|---|---|\n"
    return head + "".join(_row(column) for column in table.columns)


def _row(column: Column) -> str:
    must = column.expects.split(" [")[0]
    needed = "yes" if column.required else ""
    return f"| `{column.name}` | {must} | {column.unit} | {needed} | {column.about} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
