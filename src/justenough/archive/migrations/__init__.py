"""Revisions of the records' schema, run by Alembic when a workspace is opened."""
