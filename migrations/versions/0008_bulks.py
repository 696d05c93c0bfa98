"""changes of many cases at once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bulks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('staff_name', sa.String(length=100), nullable=False),
    sa.Column('summary', sa.String(length=200), nullable=False),
    sa.Column('change', sa.JSON(), nullable=False),
    sa.Column('view', sa.JSON(), nullable=False),
    sa.Column('selection', sa.JSON(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undoes_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('act_id', sa.Integer(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['undoes_id'], ['bulks.id'], name=op.f('fk_bulks_undoes_id_bulks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulks'))
    )
    op.create_index('ix_bulks_staff', 'bulks', ['staff_id', 'id'], unique=False)
    op.create_table('bulk_items',
    sa.Column('bulk_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('trace', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['bulk_id'], ['bulks.id'], name=op.f('fk_bulk_items_bulk_id_bulks')),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_bulk_items_submission_id_submissions')),
    sa.PrimaryKeyConstraint('bulk_id', 'submission_id', name=op.f('pk_bulk_items'))
    )
    op.create_index('ix_bulk_items_outcome', 'bulk_items', ['bulk_id', 'outcome', 'submission_id'], unique=False)


def downgrade() -> None:
    op.drop_table('bulk_items')
    op.drop_table('bulks')
