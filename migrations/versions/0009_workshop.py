"""the theme workshop: fixed themes, parents set by staff, pairs never one, what to look at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0013'
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = ('pinned_by', 'parent_by', 'whole_by', 'merged_by', 'made_by')


def upgrade() -> None:
    with op.batch_alter_table('themes', schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(name, sa.String(length=100), nullable=True))
    # Before this, only staff's merges raised a theme's version; a run's did not.
    op.execute("UPDATE themes SET merged_by = '職員' WHERE state = 'merged' AND version > 1")
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('joined', sa.JSON(), nullable=False, server_default='{}'))
    op.create_table('themes_apart',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('call_id', IDENTIFIER, nullable=False),
    sa.Column('one_id', IDENTIFIER, nullable=False),
    sa.Column('other_id', IDENTIFIER, nullable=False),
    sa.Column('decided_by', sa.String(length=100), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_themes_apart_call_id_calls')),
    sa.ForeignKeyConstraint(['one_id'], ['themes.id'], name=op.f('fk_themes_apart_one_id_themes')),
    sa.ForeignKeyConstraint(['other_id'], ['themes.id'], name=op.f('fk_themes_apart_other_id_themes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_themes_apart')),
    sa.UniqueConstraint('one_id', 'other_id', name=op.f('uq_themes_apart_one_id'))
    )
    with op.batch_alter_table('themes_apart', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_themes_apart_call_id'), ['call_id'], unique=False)
    op.create_table('theme_hints',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('call_id', IDENTIFIER, nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('theme_id', IDENTIFIER, nullable=False),
    sa.Column('other_id', IDENTIFIER, nullable=True),
    sa.Column('share', sa.Float(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('other_evidence', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_theme_hints_call_id_calls')),
    sa.ForeignKeyConstraint(['other_id'], ['themes.id'], name=op.f('fk_theme_hints_other_id_themes')),
    sa.ForeignKeyConstraint(['theme_id'], ['themes.id'], name=op.f('fk_theme_hints_theme_id_themes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_hints'))
    )
    with op.batch_alter_table('theme_hints', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_hints_call_id'), ['call_id'], unique=False)


def downgrade() -> None:
    op.drop_table('theme_hints')
    op.drop_table('themes_apart')
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.drop_column('joined')
    with op.batch_alter_table('themes', schema=None) as batch_op:
        for name in reversed(COLUMNS):
            batch_op.drop_column(name)
