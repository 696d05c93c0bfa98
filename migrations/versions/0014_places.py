"""a statement's submission and theme, read from indexes alone"""

from __future__ import annotations

from alembic import op


revision = '0014'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.create_index('ix_assignments_theme', 'assignments', ['theme_id', 'statement_id'])
        op.create_index('ix_assignments_place', 'assignments', ['statement_id', 'theme_id'])
        op.create_index('ix_statements_of', 'statements', ['submission_id', 'id'])


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_index('ix_statements_of', 'statements')
        op.drop_index('ix_assignments_place', 'assignments')
        op.drop_index('ix_assignments_theme', 'assignments')
