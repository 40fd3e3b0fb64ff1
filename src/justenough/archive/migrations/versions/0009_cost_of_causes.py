"""
Plans keep what each cause of a reserve costs a year.

The records stay as they are; the tables of plans get their columns when a workspace is opened (`justenough.archive.plans`).
"""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing: the tables of plans are not SQL."""
