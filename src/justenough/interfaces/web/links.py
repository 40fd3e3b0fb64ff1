"""Links: the address of a page of a table with one thing asked differently."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from starlette.datastructures import URL

UP_FIRST = ("item", "supplier", "decision", "criticality")  # columns whose first click sorts upwards


@dataclass(frozen=True)
class Links:
    """Where the heads and pages of a sorted table lead to."""

    path: str
    asked: dict[str, str]
    by: str
    descending: bool
    sortable: tuple[str, ...]

    @cached_property
    def links(self) -> dict[str, str]:
        """Address that sorts by each column; the column it is sorted by turns round."""
        return {name: self._to(sort=name, order=self._order(name), page="1") for name in self.sortable}

    @property
    def json(self) -> str:
        """Address of the same page as JSON."""
        return f"{self.path}.json" + (f"?{urlencode(self.asked)}" if self.asked else "")

    def page(self, number: int) -> str:
        """Address of another page."""
        return self._to(page=str(number))

    def _order(self, name: str) -> str:
        return ("up" if self.descending else "down") if name == self.by else "up" if name in UP_FIRST else "down"

    def _to(self, **other: str) -> str:
        return f"{self.path}?{urlencode({**self.asked, **other})}"


def links_of(address: URL, by: str, sortable: tuple[str, ...], *, descending: bool) -> Links:
    """Links of a page at an address."""
    return Links(address.path, {name: value for name, value in parse_qsl(address.query) if value}, by, descending, sortable)
