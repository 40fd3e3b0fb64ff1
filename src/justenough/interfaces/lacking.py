"""Lacking: what kept items undecided, what the settings filled in for others, and what to say to decide them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from justenough.strategy.plan import Plan
    from justenough.strategy.settings import Settings

MOST_CLASSES = 4  # that are each given a flag
NAMED = 10  # items of one line that are named; more are only counted
_CLASS = "no target for criticality class "
_SHARES = ("holding_rate", "target_cycle_service", "target_fill_rate", "criticality_targets", "criticality_fill_rates")
_GROUPS = {"criticality_targets": "cycle service of class", "criticality_fill_rates": "fill rate of class"}
_FLAGS = {
    "no holding rate": "--holding-rate 0.2",
    "no stockout cost and no service target": "--target-cycle-service 0.98",
}


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing some items lack or were lent; ``items`` names the undecided ones where they are few."""

    what: str
    how: str
    n_items: int
    items: tuple[str, ...] = ()


def lacking(plan: Plan) -> tuple[Lack, ...]:
    """What the undecided items lack, then what was filled in: given for all items by a person, or assumed by us."""
    import polars as pl

    summary = plan.summary()
    lines = []
    for what, n in summary.undecided.items():
        few = n <= NAMED
        which = plan.figures.filter(pl.col("missing").list.contains(what))["item"].to_list() if few else ()
        lines.append(Lack(what, "cannot decide", n, tuple(which)))
    lines += [Lack(what, "given" if was_given(what, plan.settings) else "assumed", n) for what, n in summary.assumed.items()]
    return tuple(lines)


def was_given(what: str, settings: Settings) -> bool:
    """Whether a person set what was filled in; what equals a default counts as assumed."""
    from justenough.strategy.settings import Settings

    name = what.partition(" ")[0]
    if what.endswith(")") and "(class " in what:
        return True
    usual = Settings()
    return hasattr(usual, name) and getattr(settings, name) != getattr(usual, name)


def given_in(settings: Mapping[str, Any]) -> list[str]:
    """The settings that differ from the defaults, in words; ``settings`` as `Settings.to_dict` gives them."""
    from justenough.strategy.settings import Settings

    said = []
    for name, usual in Settings().to_dict().items():
        value = settings.get(name, usual)
        if isinstance(usual, dict):
            apart = {key: one for key, one in value.items() if _listed(one) != _listed(usual.get(key))}
            said += [f"{_GROUPS.get(name, name.replace('_', ' '))} {key}: {_worded(name, one)}" for key, one in apart.items()]
        elif value != usual:
            said.append(f"{name.replace('_', ' ')} {_worded(name, value)}")
    return said


def _worded(name: str, value: Any) -> str:
    if name in _SHARES:
        return f"{100 * value:.6g} %{' a year' if name == 'holding_rate' else ''}"
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def settings_decide(what: str) -> bool:
    """Whether what an item lacks can be said for all items; all else only the export can say."""
    return what in _FLAGS or what.startswith(_CLASS)


def flags_for(undecided: Iterable[str]) -> str:
    """The flags that would decide items which lack this; empty where only the export can.

    Examples
    --------
    >>> flags_for(["no holding rate", "no target for criticality class A", "no lead time"])
    '--holding-rate 0.2 and --class A=0.98'
    """
    lacks = list(undecided)
    classes = [what.removeprefix(_CLASS) for what in lacks if what.startswith(_CLASS)]
    said = [_FLAGS[what] for what in lacks if what in _FLAGS]
    each = [f'--class "{name}=0.98"' if " " in name else f"--class {name}=0.98" for name in classes]
    if len(classes) > MOST_CLASSES:  # product groups more likely than classes of harm
        every = _FLAGS["no stockout cost and no service target"]
        each = [f"{every} for all (a class of its own: {each[0]})"]
        said = [one for one in said if one != every]
    flags = [*said, *each]
    return " and ".join([", ".join(flags[:-1]), flags[-1]] if len(flags) > 1 else flags)
