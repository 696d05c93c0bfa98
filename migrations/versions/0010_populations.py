"""population by municipality and age"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('populations',
    sa.Column('municipality_code', sa.String(length=6), nullable=False),
    sa.Column('age_band', sa.String(length=8), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_code'], ['municipalities.code'], name=op.f('fk_populations_municipality_code_municipalities')),
    sa.PrimaryKeyConstraint('municipality_code', 'age_band', name=op.f('pk_populations'))
    )


def downgrade() -> None:
    op.drop_table('populations')
