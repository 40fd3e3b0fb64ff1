"""Insights: the audit, the roadmap and scenarios of the latest plan, worked out in the background for the pages that show them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from justenough.archive.apart import apart, is_small
from justenough.archive.errands import Errands, Found
from justenough.archive.scenarios import Scenarios
from justenough.strategy.audit import Audit, audit
from justenough.strategy.decide import Decided, decided
from justenough.strategy.roadmap import Roadmap, roadmap
from justenough.strategy.settings import Settings
from justenough.strategy.whatif import whatif

if TYPE_CHECKING:
    from collections.abc import Hashable

    from justenough.archive.workspace import Workspace
    from justenough.domain.plant import Plant
    from justenough.strategy.whatif import Scenario, WhatIf

SEED = 0  # of the audit's shuffles, so that the same plant gives the same page
TRIED = "tried"  # the scenario somebody is trying


class Insights:
    """What can be asked of one workspace's latest plan; safe to ask from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._errands = Errands()
        self._turn = threading.Lock()
        self._made: tuple[Hashable, Plant, Decided, Settings] | None = None

    @property
    def scenarios(self) -> Scenarios:
        """Those that are kept."""
        return Scenarios(self._workspace.path / "scenarios")

    def audit(self, *, wait: bool = False) -> Found:
        """A `justenough.strategy.audit.Audit` of today's levels against the latest plan."""
        return self._errands.ask("audit", self._state(), self._audit, wait=wait)

    def roadmap(self, *, wait: bool = False) -> Found:
        """A `justenough.strategy.roadmap.Roadmap`."""
        return self._errands.ask("roadmap", self._state(), self._roadmap, wait=wait)

    def suppose(self, scenario: Scenario, *, wait: bool = False) -> bool:
        """Begin to work a scenario out, which `supposed` gives; False where another is being worked out, and nothing was begun."""
        return self._errands.begin(TRIED, lambda: self._suppose(scenario), wait=wait)

    def supposed(self) -> Found:
        """A `justenough.strategy.whatif.WhatIf`: the scenario supposed last since the server started."""
        return self._errands.last(TRIED)

    def _state(self) -> Hashable:
        latest = self._workspace.latest()
        live = tuple((one.import_id, one.rows_accepted) for one in self._workspace.imports() if one.status == "live")
        return latest, live

    def _audit(self) -> object:
        return apart(self._workspace, _audited)

    def _roadmap(self) -> object:
        if not is_small(self._workspace):
            return apart(self._workspace, _improved)
        plant, made, _ = self._decided()
        return roadmap(made, plant)

    def _suppose(self, scenario: Scenario) -> WhatIf:
        if not is_small(self._workspace):
            return apart(self._workspace, _supposed, scenario)
        plant, made, settings = self._decided()
        return whatif(made, plant, scenario, settings)

    def _decided(self) -> tuple[Plant, Decided, Settings]:
        """The plant as it is, and the latest plan's settings made into a plan again, with what it rests on."""
        with self._turn:
            state = self._state()
            if self._made is None or self._made[0] != state:
                self._made = (state, *_made_again(self._workspace))
            return self._made[1:]


def _made_again(workspace: Workspace) -> tuple[Plant, Decided, Settings]:
    plant, meant = workspace.plant(), workspace.plan_entry().sized_by
    return plant, decided(plant, meant), meant


def _audited(workspace: Workspace) -> Audit:
    return audit(workspace.plant(), workspace.plan(), seed=SEED)


def _improved(workspace: Workspace) -> Roadmap:
    plant, made, _ = _made_again(workspace)
    return roadmap(made, plant)


def _supposed(workspace: Workspace, scenario: Scenario) -> WhatIf:
    plant, made, settings = _made_again(workspace)
    return whatif(made, plant, scenario, settings)
