"""justenough decides, item by item, how little stock a plant can safely hold.

The face of the package: everything a user needs is here, and is loaded when first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from justenough.archive.workspace import Workspace
    from justenough.domain.errors import ImportFailed, JustenoughError, UnknownItem
    from justenough.domain.network import Network
    from justenough.domain.plant import Plant, Terms
    from justenough.sources.chain_file import read_chain
    from justenough.sources.profiles import Profile
    from justenough.sources.read import Imported, import_from, read
    from justenough.sources.samples import sample
    from justenough.sources.scanning import scan
    from justenough.strategy.chaining import chained, network
    from justenough.strategy.decide import decided, recommend
    from justenough.strategy.moves import Figure, Move
    from justenough.strategy.plan import Plan
    from justenough.strategy.plan_diff import PlanDiff
    from justenough.strategy.recommendation import Recommendation
    from justenough.strategy.rehearse import Rehearsal, rehearse
    from justenough.strategy.roadmap import roadmap
    from justenough.strategy.settings import Settings
    from justenough.strategy.spread import Pool, serially
    from justenough.strategy.summary import Summary
    from justenough.strategy.whatif import Outage, Scenario, whatif

__version__ = "0.1.0"

_FACE = {
    "Figure": "strategy.moves",
    "ImportFailed": "domain.errors",
    "Imported": "sources.read",
    "JustenoughError": "domain.errors",
    "Move": "strategy.moves",
    "Network": "domain.network",
    "Outage": "strategy.whatif",
    "Plan": "strategy.plan",
    "PlanDiff": "strategy.plan_diff",
    "Plant": "domain.plant",
    "Pool": "strategy.spread",
    "Profile": "sources.profiles",
    "Recommendation": "strategy.recommendation",
    "Rehearsal": "strategy.rehearse",
    "Scenario": "strategy.whatif",
    "Settings": "strategy.settings",
    "Summary": "strategy.summary",
    "Terms": "domain.plant",
    "UnknownItem": "domain.errors",
    "Workspace": "archive.workspace",
    "chained": "strategy.chaining",
    "decided": "strategy.decide",
    "import_from": "sources.read",
    "network": "strategy.chaining",
    "read": "sources.read",
    "read_chain": "sources.chain_file",
    "recommend": "strategy.decide",
    "rehearse": "strategy.rehearse",
    "roadmap": "strategy.roadmap",
    "sample": "sources.samples",
    "scan": "sources.scanning",
    "serially": "strategy.spread",
    "whatif": "strategy.whatif",
}

__all__ = [
    "Figure",
    "ImportFailed",
    "Imported",
    "JustenoughError",
    "Move",
    "Network",
    "Outage",
    "Plan",
    "PlanDiff",
    "Plant",
    "Pool",
    "Profile",
    "Recommendation",
    "Rehearsal",
    "Scenario",
    "Settings",
    "Summary",
    "Terms",
    "UnknownItem",
    "Workspace",
    "chained",
    "decided",
    "import_from",
    "network",
    "read",
    "read_chain",
    "recommend",
    "rehearse",
    "roadmap",
    "sample",
    "scan",
    "serially",
    "whatif",
]


def __getattr__(name: str) -> Any:
    if name not in _FACE:
        raise AttributeError(f"module 'justenough' has no attribute {name!r}")
    value = getattr(import_module(f"justenough.{_FACE[name]}"), name)
    globals()[name] = value  # asked for once, looked up once
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_FACE])
