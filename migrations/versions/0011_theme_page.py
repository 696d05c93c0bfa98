"""stances of statements, and why a run kept a theme's statements together"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('statement_stances',
    sa.Column('statement_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('stance', sa.String(length=32), nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statements.id'], name=op.f('fk_statement_stances_statement_id_statements'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('statement_id', name=op.f('pk_statement_stances'))
    )
    with op.batch_alter_table('run_themes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('together', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('run_themes', schema=None) as batch_op:
        batch_op.drop_column('together')
    op.drop_table('statement_stances')
