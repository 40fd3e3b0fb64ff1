"""
Plans keep what each cause of a reserve costs a year, and say whether a time between two looks was declared.

The tables of plans get their columns when a workspace is opened (`justenough.archive.plans`). Until now a review nobody declared
was kept as 7 days; which of these were given on purpose is not known, and the plan is the same either way.
"""

from __future__ import annotations

import json

import sqlalchemy as sql
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ASSUMED = 7.0  # [days]


def upgrade() -> None:
    """Take a review of 7 days out of the settings of the plans that are there."""
    here = op.get_bind()
    for plan_id, kept in here.execute(sql.text("SELECT plan_id, settings FROM plans")).all():
        settings = json.loads(kept)
        if settings.get("review_days") == _ASSUMED:
            text = json.dumps({**settings, "review_days": None})
            here.execute(sql.text("UPDATE plans SET settings = :text WHERE plan_id = :plan_id"), {"text": text, "plan_id": plan_id})
