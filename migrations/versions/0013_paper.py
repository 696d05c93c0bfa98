"""bundles of paper and their sheets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('paper_bundles',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('call_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('government_slug', sa.String(length=16), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('initiative_slug', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('is_typed_twice', sa.Boolean(), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('staff_name', sa.String(length=100), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_paper_bundles_call_id_calls')),
    sa.ForeignKeyConstraint(['government_slug'], ['governments.slug'], name=op.f('fk_paper_bundles_government_slug_governments')),
    sa.ForeignKeyConstraint(['initiative_slug'], ['initiatives.slug'], name=op.f('fk_paper_bundles_initiative_slug_initiatives')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_paper_bundles_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_bundles'))
    )
    with op.batch_alter_table('paper_bundles', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paper_bundles_government_slug'), ['government_slug'], unique=False)

    op.create_table('paper_sheets',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('bundle_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('typed', sa.JSON(), nullable=True),
    sa.Column('typed_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('typed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.ForeignKeyConstraint(['bundle_id'], ['paper_bundles.id'], name=op.f('fk_paper_sheets_bundle_id_paper_bundles')),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_paper_sheets_submission_id_submissions')),
    sa.ForeignKeyConstraint(['typed_by'], ['staff.id'], name=op.f('fk_paper_sheets_typed_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_sheets')),
    sa.UniqueConstraint('bundle_id', 'number', name=op.f('uq_paper_sheets_bundle_id')),
    sa.UniqueConstraint('form_key', name=op.f('uq_paper_sheets_form_key'))
    )


def downgrade() -> None:
    op.drop_table('paper_sheets')
    with op.batch_alter_table('paper_bundles', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_paper_bundles_government_slug'))
    op.drop_table('paper_bundles')
