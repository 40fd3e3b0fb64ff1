"""
Plans keep the anatomy of each reserve and its levers.

The records stay as they are. A workspace below this revision is brought up to date when it is opened,
which adds the columns and the table of levers to its Delta tables (`justenough.archive.plans`).
"""

from __future__ import annotations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing: the tables of plans are not SQL."""
