"""Runs the revisions on the connection `justenough.archive.records` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from justenough.archive.records import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
