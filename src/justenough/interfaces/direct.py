"""Direct: exports planned without a workspace, here or in an object store, and where such a plan is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from justenough.domain.figures import count

if TYPE_CHECKING:
    from justenough.domain.address import Address
    from justenough.domain.plant import Plant
    from justenough.interfaces.advancing import Advance
    from justenough.strategy.plan import Plan
    from justenough.strategy.settings import Settings
    from justenough.strategy.spread import Spread


def target_of(folder: str | None, to: str | None) -> Path | Address | None:
    """Where to write; refused before any work is done."""
    from justenough.domain.address import folder_at
    from justenough.domain.errors import SettingsError

    if to is not None and folder is None:
        raise SettingsError("--to writes a plan made directly from an export; name the export, or leave --to out to save in the workspace.")
    return None if to is None else folder_at(to)


def planned_directly(folder: str, profile: str | None, settings: Settings, author: str, advance: Advance) -> Plan:
    """The plan of an export; one in an object store is read there by whoever does the work."""
    from justenough.domain.address import is_address
    from justenough.strategy import decide
    from justenough.strategy.cluster import engaged
    from justenough.strategy.engine import Engine

    with engaged(settings) as spread:
        advance.step("Reading the export")
        plant = _scanned(folder, profile, spread, advance) if is_address(folder) else directly(folder, profile)
        advance.step(f"Sizing {len(plant):,} items")
        return decide.recommend(plant, replace(settings, engine=Engine()), spread, author=author)


def _scanned(address: str, profile: str | None, spread: Spread, advance: Advance) -> Plant:
    from justenough.interfaces.answering import complain
    from justenough.sources.scanning import Unscannable, scan
    from justenough.strategy.spread import serially

    try:
        # Who reads alone reads it once; blocks would read rows in no order again and again.
        return scan(address, _profile_of(address, profile), told=advance.read, spread=None if spread is serially else spread)
    except Unscannable as why:
        complain(f"Fetched and read here as a whole, not by whoever sizes: {str(why).partition(';')[0]}.")
        return directly(address, profile)


def written(plan: Plan, target: Path | Address) -> None:
    """Write a plan as Delta tables."""
    from justenough.archive.plans import write_plan_to
    from justenough.domain.address import AddressError, said

    try:
        write_plan_to(target, plan)
    except OSError as error:
        raise AddressError(f"{target}: the plan cannot be written there ({said(error)}). Nothing that was there is changed.") from error


def _profile_of(folder: str | Path, profile: str | None) -> str:
    from justenough.domain.errors import ProfileError

    if profile is None:
        raise ProfileError(f"{folder}: say how to read it with --profile; `justenough profiles` lists those that come with the package.")
    return profile


def directly(folder: str | Path, profile: str | None) -> Plant:
    """An export as a plant, without a workspace; one in an object store is fetched first."""
    from justenough.domain.address import Address, folder_at
    from justenough.interfaces.answering import complain
    from justenough.sources.profiles import Profile
    from justenough.sources.read import import_from
    from justenough.sources.store import fetched

    how, place = Profile.load(_profile_of(folder, profile)), folder_at(folder)
    if isinstance(place, Address):
        with fetched(place, how, demand=True) as here:
            imported = import_from(here, how)
    else:
        imported = import_from(place, how)
    if imported.quarantine.height:
        left = [f"{one.quarantined:,} of {one.file}" for one in imported.files if one.quarantined]
        rows = sum(one.quarantined for one in imported.files)
        text = f"{count(rows, 'row')} left out as not to be believed ({', '.join(left)}); "
        complain(f"{text}justenough import keeps them in quarantine to list and correct.")
    for line in imported.cannot_know:
        complain(line)
    return imported.plant()
