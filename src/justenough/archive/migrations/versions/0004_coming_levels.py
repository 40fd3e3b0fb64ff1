"""
Plans keep levels by coming period, and what rows say of expiry, rejects and outages.

The records stay as they are. A workspace below this revision is brought up to date when it is opened,
which adds the columns and the table of coming levels to its Delta tables (`justenough.archive.plans`).
"""

from __future__ import annotations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing: the tables of plans are not SQL."""
