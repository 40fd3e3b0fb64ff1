"""Client: a running server asked from Python; the values are those of its pages, the refusals those of the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from justenough.interfaces.asking import Refused, value_of
from justenough.interfaces.facts_client import FactsClient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from justenough.interfaces.views.audit_view import AuditView as MistakesView
    from justenough.interfaces.views.item_view import ItemView
    from justenough.interfaces.views.items_view import ItemLine, ItemsView
    from justenough.interfaces.views.people_view import AccountView, AuditView, PeopleView, Person
    from justenough.interfaces.views.planning_view import PlanningView
    from justenough.interfaces.views.plant_view import PlantView
    from justenough.interfaces.views.review_view import ReviewView
    from justenough.interfaces.views.roadmap_view import RoadmapView
    from justenough.interfaces.views.scenarios_view import ScenariosView
    from justenough.interfaces.web.plans_api import LevelInForce, PlansView

__all__ = ["PER_PAGE", "Client", "Refused"]
PER_PAGE = 200  # lines asked for at once


class Client(FactsClient):
    """
    A server of ``justenough serve``: its plan, decisions and people, and what `FactsClient` brings in.

    ``Client("https://stock.example", key)``; without a key a server for one person answers only.
    """

    def plant(self, plan: str = "latest") -> PlantView:
        """The plan as a whole."""
        from justenough.interfaces.views.plant_view import PlantView

        return self._get("/index.json", PlantView, plan=plan)

    def items(self, words: str = "", *, plan: str = "latest", page: int = 1, per_page: int = 50, **asked: str) -> ItemsView:
        """
        One page of the plan's items.

        Parameters
        ----------
        words
            Each must begin a word of the code, description or supplier.
        asked
            ``decision``, ``gate``, ``kind``, ``criticality``, ``supplier``, ``sort`` (a column, or ``move``), ``order`` (``up``, ``down``).
        """
        from justenough.interfaces.views.items_view import ItemsView

        return self._get("/items.json", ItemsView, plan=plan, q=words, page=page, per_page=per_page, **asked)

    def every_item(self, words: str = "", *, plan: str = "latest", **asked: str) -> Iterator[ItemLine]:
        """All the items asked for, fetched page by page; see `items`."""
        page, pages = 1, 1
        while page <= pages:
            found = self.items(words, plan=plan, page=page, per_page=PER_PAGE, **asked)
            yield from found.items
            page, pages, plan = page + 1, found.n_pages, found.plan.plan_id if found.plan else plan  # a plan made meanwhile does not mix in

    def item(self, code: str, *, plan: str = "latest", at: float | None = None) -> ItemView:
        """
        One item: what to hold, its curve, the evidence.

        Parameters
        ----------
        at
            A reorder point of one's own to be priced: `ItemView.tried`. [units]

        Raises
        ------
        UnknownItem
            The plan has no such item.
        """
        from justenough.interfaces.views.item_view import ItemView

        return self._get(f"/items/{quote(code, safe='')}.json", ItemView, plan=plan, at=at)

    def review(self, page: int = 1) -> ReviewView:
        """What waits for an answer, the plan's moves not in force, the last decisions."""
        from justenough.interfaces.views.review_view import ReviewView

        return self._get("/review.json", ReviewView, page=page)

    def look_again(self) -> None:
        """Begin to test the latest plan on what came since; `review` is ``working`` until it is done."""
        self._told("POST", "/api/v1/reviews", {}, "")

    def decide(
        self, action: str, which: Sequence[str], *, reason: str = "", until: date | None = None, idempotency_key: str = ""
    ) -> list[str]:
        """``approve``, ``reject`` or ``defer`` proposals by id or item, all or none; gives the decisions' ids."""
        body = {"action": action, "which": list(which), "reason": reason, "until": None if until is None else until.isoformat()}
        return self._decided("/api/v1/decisions", body, idempotency_key)

    def adopt(self, items: Sequence[str], *, plan: str = "latest", reason: str = "", idempotency_key: str = "") -> list[str]:
        """Put a plan's levels of these items in force; gives the decisions' ids."""
        return self._decided("/api/v1/adoptions", {"plan": plan, "items": list(items), "reason": reason}, idempotency_key)

    def undo(self, decision_id: str, *, idempotency_key: str = "") -> list[str]:
        """Take a decision back."""
        return self._decided(f"/api/v1/decisions/{quote(decision_id, safe='')}/undo", {}, idempotency_key)

    def plans(self, page: int = 1) -> PlansView:
        """The saved plans, newest first, and whether one is being made."""
        from justenough.interfaces.web.plans_api import PlansView

        return self._get("/api/v1/plans", PlansView, page=page)

    def planning(self) -> PlanningView:
        """What a new plan is asked by, what waits to leave, and what left."""
        from justenough.interfaces.views.planning_view import PlanningView

        return self._get("/plans.json", PlanningView)

    def make_plan(self, settings: Mapping[str, Any] | None = None, *, idempotency_key: str = "") -> None:
        """Begin to make a plan; `plans` says when it is saved."""
        self._told("POST", "/api/v1/plans", {"settings": dict(settings or {})}, idempotency_key)

    def download(self, path: str | Path, plan: str = "latest") -> Path:
        """Write a plan to a file: ``.csv``, ``.xlsx``, ``.parquet``, or the report as ``.html``."""
        place = Path(path)
        return self._kept(place, "GET", f"/api/v1/plans/{quote(plan, safe='')}/plan{place.suffix.lower()}")

    def export(self, path: str | Path, what: str = "news", *, names: str = "plan", decimal: str = ".", plan: str = "latest") -> Path:
        """
        Take levels away to a file, ``.csv``, ``.xlsx`` or ``.parquet``, for the ERP; that they were taken is on record.

        Parameters
        ----------
        what
            ``news`` (decided since the last time), ``approved`` or ``plan``.
        names
            ``own``: the export's column names, item and levels only.
        """
        place = Path(path)
        body = {"what": what, "names": names, "form": place.suffix.lower().removeprefix("."), "decimal": decimal, "plan": plan}
        return self._kept(place, "POST", "/api/v1/exports", json=body)

    def levels(self, path: str | Path, *, decimal: str = ".", delimiter: str = ",") -> Path:
        """Write the levels in force to a file, ``.csv``, ``.xlsx`` or ``.parquet``; that they were taken is on record."""
        place = Path(path)
        asked = {"decimal": decimal, "delimiter": delimiter}
        return self._kept(place, "GET", f"/api/v1/levels{place.suffix.lower()}", params=asked)

    def level(self, item: str) -> tuple[LevelInForce, str]:
        """The level of an item that counts today, and its tag for `override`."""
        from justenough.interfaces.web.plans_api import LevelInForce

        answer = self._fetch("GET", f"/api/v1/levels/{quote(item, safe='')}")
        return value_of(LevelInForce, answer.content), str(answer.headers["etag"])

    def override(
        self, item: str, reorder_point: float, order_up_to: float, *, reason: str, seen: str = "", idempotency_key: str = ""
    ) -> list[str]:
        """
        Set an item's levels by hand [units].

        Parameters
        ----------
        seen
            Tag of `level`: refused (412) where somebody decided since.
        """
        body = {"item": item, "reorder_point": reorder_point, "order_up_to": order_up_to, "reason": reason}
        return self._decided("/api/v1/overrides", body, idempotency_key, {"If-Match": seen} if seen else {})

    def audit(self) -> MistakesView:
        """The four mistakes in today's levels; ``working`` while they are looked for."""
        from justenough.interfaces.views.audit_view import AuditView as MistakesView

        return self._get("/audit.json", MistakesView)

    def roadmap(self) -> RoadmapView:
        """What would free most stock; ``working`` while it is worked out."""
        from justenough.interfaces.views.roadmap_view import RoadmapView

        return self._get("/roadmap.json", RoadmapView)

    def suppose(self, name: str = "what if", **supposed: Any) -> None:
        """
        Begin to suppose something; `scenarios` gives what comes of it.

        Parameters
        ----------
        supposed
            ``outages`` (``[{"supplier": ..., "days": ...}]``), ``demand`` and ``availability`` (``[{"where": ..., "percent": ...}]``),
            ``holding_percent``, ``second_sources``.
        """
        self._told("POST", "/api/v1/scenarios", {"name": name, **supposed}, "")

    def scenarios(self) -> ScenariosView:
        """What was supposed last, beside the plan as it is and the scenarios that are kept."""
        from justenough.interfaces.views.scenarios_view import ScenariosView

        return self._get("/scenarios.json", ScenariosView)

    def account(self) -> AccountView:
        """Whose key this is, and what it opens."""
        from justenough.interfaces.views.people_view import AccountView

        return self._get("/account.json", AccountView)

    def people(self) -> PeopleView:
        """Everybody, and all keys; for admins."""
        from justenough.interfaces.views.people_view import PeopleView

        return self._get("/people.json", PeopleView)

    def changes(self, before: int | None = None, subject: str = "") -> AuditView:
        """What was changed by whom, the latest first."""
        from justenough.interfaces.views.people_view import AuditView

        return self._get("/changes.json", AuditView, before=before, subject=subject)

    def add_user(self, name: str, role: str, password: str | None = None, *, idempotency_key: str = "") -> Person:
        """Add a user; sent again with the same key it is done once."""
        from justenough.interfaces.views.people_view import Person

        return self._send("POST", "/api/v1/users", Person, {"name": name, "role": role, "password": password}, idempotency_key)

    def change_user(self, name: str, *, idempotency_key: str = "", **values: Any) -> Person:
        """Change a user's ``role``, ``password`` or whether they are ``disabled``."""
        from justenough.interfaces.views.people_view import Person

        return self._send("PATCH", f"/api/v1/users/{quote(name, safe='')}", Person, values, idempotency_key)

    def revoke_key(self, key_id: str) -> None:
        """Let a key open nothing any more."""
        self._fetch("DELETE", f"/api/v1/keys/{quote(key_id, safe='')}")
