"""learning from staff's decisions: learners, their steps, what encoders say, new topics"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0008'
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agreed', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('evidence', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('teaches', sa.Float(), nullable=False, server_default='0'))
        batch_op.create_index(batch_op.f('ix_assignments_teaches'), ['teaches'], unique=False)
    op.create_table('learners',
    sa.Column('call_id', IDENTIFIER, nullable=False),
    sa.Column('learnt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decisions', sa.Integer(), nullable=False),
    sa.Column('example_ids', sa.JSON(), nullable=False),
    sa.Column('calibration', sa.JSON(), nullable=False),
    sa.Column('model', sa.LargeBinary(), nullable=False),
    sa.Column('model_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_learners_call_id_calls')),
    sa.PrimaryKeyConstraint('call_id', name=op.f('pk_learners'))
    )
    op.create_table('learning_steps',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('call_id', IDENTIFIER, nullable=False),
    sa.Column('learnt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decisions', sa.Integer(), nullable=False),
    sa.Column('accuracy', sa.Float(), nullable=True),
    sa.Column('macro_f1', sa.Float(), nullable=True),
    sa.Column('line', sa.Float(), nullable=True),
    sa.Column('above', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_learning_steps_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learning_steps'))
    )
    with op.batch_alter_table('learning_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_learning_steps_call_id'), ['call_id'], unique=False)
    op.create_table('statement_meanings',
    sa.Column('statement_id', IDENTIFIER, nullable=False),
    sa.Column('version', sa.String(length=100), nullable=False),
    sa.Column('rows', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statements.id'], name=op.f('fk_statement_meanings_statement_id_statements'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('statement_id', name=op.f('pk_statement_meanings'))
    )
    op.create_table('emerging_themes',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('call_id', IDENTIFIER, nullable=False),
    sa.Column('label', sa.String(length=100), nullable=False),
    sa.Column('keywords', sa.JSON(), nullable=False),
    sa.Column('statement_ids', sa.JSON(), nullable=False),
    sa.Column('voices', sa.Integer(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('decided_by', sa.String(length=100), nullable=True),
    sa.Column('theme_id', IDENTIFIER, nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_emerging_themes_call_id_calls')),
    sa.ForeignKeyConstraint(['theme_id'], ['themes.id'], name=op.f('fk_emerging_themes_theme_id_themes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_emerging_themes'))
    )
    with op.batch_alter_table('emerging_themes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_emerging_themes_call_id'), ['call_id'], unique=False)


def downgrade() -> None:
    op.drop_table('emerging_themes')
    op.drop_table('statement_meanings')
    op.drop_table('learning_steps')
    op.drop_table('learners')
    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignments_teaches'))
        batch_op.drop_column('teaches')
        batch_op.drop_column('evidence')
        batch_op.drop_column('agreed')
