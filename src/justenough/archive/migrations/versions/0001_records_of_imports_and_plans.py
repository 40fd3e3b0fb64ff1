"""Records of imports, their files, tables and quarantine, and of plans."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table; written out, because a revision must not change when the records do."""
    op.create_table(
        "imports",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("import_id", sql.String(40), nullable=False, unique=True),
        sql.Column("source", sql.String(200), nullable=False),
        sql.Column("status", sql.String(12), nullable=False),
        sql.Column("corrects", sql.String(40), sql.ForeignKey("imports.import_id")),
        sql.Column("digest", sql.String(64), nullable=False),
        sql.Column("profile", sql.Text, nullable=False),
        *_terms(),
        *_counts(),
        sql.Column("author", sql.Text, nullable=False),
        sql.Column("created", sql.DateTime, nullable=False),
        sql.Column("version", sql.String(40), nullable=False),
        sql.Index("ix_imports_source_status", "source", "status"),
    )
    op.create_table(
        "import_files",
        _of_import(primary_key=True),
        sql.Column("file", sql.Text, primary_key=True),
        sql.Column("sha256", sql.String(64), nullable=False, index=True),
        *_counts(),
    )
    op.create_table(
        "import_tables",
        _of_import(primary_key=True),
        sql.Column("table_name", sql.String(40), primary_key=True),
        sql.Column("n_rows", sql.Integer, nullable=False),
    )
    op.create_table(
        "quarantine",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        _of_import(nullable=False, index=True),
        sql.Column("corrected_by", sql.String(40), sql.ForeignKey("imports.import_id")),
        sql.Column("table", sql.String(40)),
        sql.Column("file", sql.Text),
        sql.Column("row", sql.Integer),
        *(sql.Column(name, sql.Text) for name in ("item", "column", "found", "expected", "remedy", "raw")),
    )
    op.create_table(
        "plans",
        sql.Column("seq", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column("plan_id", sql.String(60), nullable=False, unique=True),
        sql.Column("created", sql.DateTime, nullable=False),
        sql.Column("author", sql.Text, nullable=False),
        sql.Column("version", sql.String(40), nullable=False),
        sql.Column("settings", sql.Text, nullable=False),
        *_terms(),
        sql.Column("n_items", sql.Integer, nullable=False),
    )
    op.create_table(
        "plan_imports",
        sql.Column("plan_id", sql.String(60), sql.ForeignKey("plans.plan_id"), primary_key=True),
        _of_import(primary_key=True),
    )


def _of_import(*, primary_key: bool = False, nullable: bool = True, index: bool = False) -> sql.Column[str]:
    place = sql.ForeignKey("imports.import_id")
    return sql.Column("import_id", sql.String(40), place, primary_key=primary_key, nullable=nullable and not primary_key, index=index)


def _terms() -> list[sql.Column[str]]:
    return [
        sql.Column("currency", sql.String(10), nullable=False),
        sql.Column("demand_period", sql.String(10), nullable=False),
        sql.Column("returns", sql.String(20), nullable=False),
        sql.Column("label", sql.Text, nullable=False),
    ]


def _counts() -> list[sql.Column[int]]:
    return [sql.Column(name, sql.Integer, nullable=False) for name in ("rows_in", "rows_accepted", "rows_quarantined")]
