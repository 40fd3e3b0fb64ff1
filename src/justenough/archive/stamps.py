"""Stamps: what tells one import from another, and who made it when."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from justenough.archive.entries import ImportEntry, PlanEntry, stored
from justenough.domain.plant import Terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.sources.profiles import Profile
    from justenough.sources.read import Imported
    from justenough.strategy.plan import Plan


def new_id() -> str:
    """An id that sorts by time and never repeats."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def signed(author: str) -> dict[str, Any]:
    """Who, when and with which version."""
    from justenough import __version__

    return {"author": author, "created": stored(datetime.now(UTC)), "version": __version__}


def profile_text(profile: Profile) -> str:
    """Everything a profile declares, as JSON."""
    return json.dumps(asdict(profile), default=str, sort_keys=True)


def digest_of(imported: Imported, profile: str) -> str:
    """What must be the same for two imports to be the same: the files' bytes, the profile and the terms."""
    files = sorted((one.file, one.sha256) for one in imported.files)
    said = json.dumps([files, profile, asdict(imported.terms)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def plan_row(plan: Plan) -> dict[str, Any]:
    """What is recorded of a plan."""
    return {
        "plan_id": plan.plan_id,
        "created": stored(plan.created),
        "author": plan.author,
        "version": plan.version,
        "settings": json.dumps(plan.settings.to_dict(), sort_keys=True),
        "n_items": len(plan),
        **asdict(plan.terms),
    }


def terms_of(entry: ImportEntry | PlanEntry) -> Terms:
    """The terms an import or a plan was recorded with."""
    given: dict[str, Any] = {name: getattr(entry, name) for name in ("currency", "demand_period", "returns", "label")}
    return Terms(**given)


def filled(heights: Mapping[str, int]) -> dict[str, int]:
    """Rows of every table that has any."""
    return {name: rows for name, rows in heights.items() if rows}
