"""what the queue filters and sorts by, on the case itself; pairs of letters; saved views"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0006'
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: Column, its type, whether it may be empty, and where the cases that exist take it from.
LISTED = (
    ("initiative_slug", sa.String(length=40), False, "s.initiative_slug"),
    ("kind", sa.String(length=32), False, "s.kind"),
    ("channel", sa.String(length=32), False, "s.channel"),
    ("municipality_code", sa.String(length=6), True, "s.municipality_code"),
    ("age_band", sa.String(length=32), True, "s.age_band"),
    ("received_at", sa.DateTime(timezone=True), False, "s.received_at"),
)
MARKS = (
    ("is_urgent", "is_urgent"),
    ("is_set_aside", "is_set_aside"),
    ("has_personal_data", "has_personal_data"),
)
FLAGS = (*(name for name, _ in MARKS), "has_unthemed", "leads", "leads_in_status")


def upgrade() -> None:
    for name, type_, _, _ in LISTED:
        op.add_column("cases", sa.Column(name, type_, nullable=True))
    for name in FLAGS:
        op.add_column("cases", sa.Column(name, sa.Boolean(), nullable=True))
    op.add_column("cases", sa.Column("lowest_confidence", sa.Double(), nullable=True))
    op.add_column("cases", sa.Column("campaign_id", IDENTIFIER, nullable=True))
    op.add_column("cases", sa.Column("copies", sa.Integer(), nullable=True))
    _fill_cases()
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_status")
        batch_op.drop_index("ix_cases_assignee_id")
        batch_op.drop_index("ix_cases_government_slug")
        for name, type_, may_be_empty, _ in LISTED:
            if not may_be_empty:
                batch_op.alter_column(name, existing_type=type_, nullable=False)
        for name in FLAGS:
            batch_op.alter_column(name, existing_type=sa.Boolean(), nullable=False)
    _create_indexes()
    _create_pairs()
    _create_saved_views()


def _fill_cases() -> None:
    sets = ", ".join(
        f"{name} = (SELECT {source} FROM submissions s WHERE s.id = cases.submission_id)"
        for name, _, _, source in LISTED
    )
    op.execute(f"UPDATE cases SET {sets}, leads = true, leads_in_status = true")
    for name, source in MARKS:
        op.execute(
            f"UPDATE cases SET {name} = coalesce((SELECT c.{source} FROM screenings c"
            " WHERE c.submission_id = cases.submission_id), false)"
        )
    op.execute(
        "UPDATE cases SET has_unthemed = EXISTS (SELECT 1 FROM statements t"
        " LEFT JOIN assignments a ON a.statement_id = t.id"
        " WHERE t.submission_id = cases.submission_id AND a.theme_id IS NULL),"
        " lowest_confidence = (SELECT min(a.confidence) FROM statements t"
        " JOIN assignments a ON a.statement_id = t.id"
        " WHERE t.submission_id = cases.submission_id AND a.decided_by IS NULL),"
        " campaign_id = (SELECT m.campaign_id FROM campaign_members m"
        " WHERE m.submission_id = cases.submission_id)"
    )
    _fill_leads("leads", "")
    _fill_leads("leads_in_status", ", c.status")
    op.execute(
        "UPDATE cases SET copies = (SELECT g.size FROM campaigns g WHERE g.id = cases.campaign_id)"
        " WHERE campaign_id IS NOT NULL AND leads_in_status AND NOT is_set_aside"
    )


def _fill_leads(flag: str, status: str) -> None:
    in_campaign = "campaign_id IS NOT NULL AND NOT is_set_aside"
    op.execute(f"UPDATE cases SET {flag} = false WHERE {in_campaign}")
    op.execute(
        f"UPDATE cases SET {flag} = true WHERE submission_id IN ("
        "SELECT coalesce(max(CASE WHEN g.representative_id = c.submission_id"
        " THEN c.submission_id END), min(c.submission_id))"
        " FROM cases c JOIN campaigns g ON g.id = c.campaign_id WHERE NOT c.is_set_aside"
        f" GROUP BY c.campaign_id, c.government_slug{status})"
    )


def _create_indexes() -> None:
    scope = ["government_slug", "is_set_aside"]
    order = ["received_at", "submission_id"]
    tab = [*scope, "status", "leads_in_status"]
    whole = {
        "list": [*scope, "leads", *order],
        "tab": [*tab, *order],
        "initiative": ["initiative_slug", "received_at"],
        "municipality": ["municipality_code"],
        "age": ["age_band"],
        "kind": ["kind"],
        "channel": ["channel"],
        "received": ["received_at"],
        "assignee": ["assignee_id"],
    }
    for name, columns in whole.items():
        op.create_index(f"ix_cases_{name}", "cases", columns)
    partial = {
        "standing": ("copies", ["campaign_id"]),
        "unsure": ("lowest_confidence", [*tab, "lowest_confidence", *order]),
        "copies": ("copies", ["government_slug", "copies", *order]),
        "due": ("due_on", ["government_slug", "due_on", *order]),
        "campaign": ("campaign_id", ["campaign_id", "government_slug", "status", "submission_id"]),
    }
    for name, (column, columns) in partial.items():
        _create_partial(name, columns, f"{column} IS NOT NULL", f"{column} IS NOT NULL")
    marked = (
        ("urgent", "is_urgent", ["status"]),
        ("personal", "has_personal_data", []),
        ("unthemed", "has_unthemed", []),
    )
    for name, column, within in marked:
        _create_partial(
            name, ["government_slug", *within, *order], f"{column} = 1", column
        )


def _create_partial(name: str, columns: list[str], sqlite: str, postgresql: str) -> None:
    op.create_index(
        f"ix_cases_{name}",
        "cases",
        columns,
        sqlite_where=sa.text(sqlite),
        postgresql_where=sa.text(postgresql),
    )


def _create_pairs() -> None:
    """Every two letters that stand side by side in the screened texts, for phrases."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE submission_search_pairs USING fts5(pairs, content='',"
            " columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        op.execute(
            "CREATE TABLE submission_search_pairs ("
            "submission_id BIGINT PRIMARY KEY REFERENCES submissions (id), pairs TSVECTOR NOT NULL)"
        )
        op.execute(
            "CREATE INDEX ix_submission_search_pairs"
            " ON submission_search_pairs USING gin (pairs)"
        )
    _fill_pairs()


def _fill_pairs() -> None:
    """As triage's ``search.pairs`` does it when a submission is screened."""
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    insert = sa.text(
        "INSERT INTO submission_search_pairs (rowid, pairs) VALUES (:id, :pairs)"
        if is_sqlite
        else "INSERT INTO submission_search_pairs (submission_id, pairs)"
        " VALUES (:id, array_to_tsvector(CAST(:pairs AS text[])))"
    )
    after = 0
    while True:
        texts = connection.execute(
            sa.text(
                "SELECT submission_id, title, body FROM screenings WHERE submission_id > :after"
                " ORDER BY submission_id LIMIT 1000"
            ),
            {"after": after},
        ).all()
        if not texts:
            return
        after = texts[-1][0]
        rows = []
        for at, title, body in texts:
            found = set()
            for run in re.findall(r"[^\W_]+", f"{title}\n{body}".lower()):
                found.update(run[start : start + 2] for start in range(len(run)))
            rows.append({"id": at, "pairs": " ".join(sorted(found)) if is_sqlite else sorted(found)})
        connection.execute(insert, rows)


def _create_saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("staff_id", IDENTIFIER, nullable=False),
        sa.Column("staff_name", sa.String(length=100), nullable=False),
        sa.Column("government_slug", sa.String(length=16), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_saved_views_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["government_slug"],
            ["governments.slug"],
            name=op.f("fk_saved_views_government_slug_governments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index("ix_saved_views_staff_id", "saved_views", ["staff_id"])
    op.create_index("ix_saved_views_government_slug", "saved_views", ["government_slug"])
    op.create_table(
        "default_views",
        sa.Column("staff_id", IDENTIFIER, nullable=False),
        sa.Column("view_id", IDENTIFIER, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_default_views_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_views.id"], name=op.f("fk_default_views_view_id_saved_views")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_default_views")),
    )
    op.create_index("ix_default_views_view_id", "default_views", ["view_id"])


def downgrade() -> None:
    op.drop_table("default_views")
    op.drop_table("saved_views")
    op.drop_table("submission_search_pairs")
    names = (
        *("list", "tab", "initiative", "municipality", "age", "kind", "channel", "received"),
        *("assignee", "unsure", "copies", "due", "campaign", "standing"),
        *("urgent", "personal", "unthemed"),
    )
    for name in names:
        op.drop_index(f"ix_cases_{name}", table_name="cases")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        for name in (*(name for name, _, _, _ in LISTED), *FLAGS):
            batch_op.drop_column(name)
        for name in ("lowest_confidence", "campaign_id", "copies"):
            batch_op.drop_column(name)
        batch_op.create_index("ix_cases_status", ["status"])
        batch_op.create_index("ix_cases_assignee_id", ["assignee_id"])
        batch_op.create_index("ix_cases_government_slug", ["government_slug"])
