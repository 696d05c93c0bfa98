"""masks, urgency and what is set aside as staff decide them; reports masked after approval"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0009'
branch_labels = None
depends_on = None

#: What stood in place of a body that could not be read, when this was written.
WITHHELD = '（自動確認ができなかったため表示していません。原文を確認してください。）'


def screenings() -> list[sa.Column]:
    return [
        sa.Column('is_withheld', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('urgent_state', sa.String(length=32), nullable=True),
        sa.Column('urgent_by', sa.String(length=100), nullable=True),
        sa.Column('urgent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('set_aside_kind', sa.String(length=32), nullable=True),
        sa.Column('set_aside_state', sa.String(length=32), nullable=True),
        sa.Column('set_aside_by', sa.String(length=100), nullable=True),
        sa.Column('set_aside_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('set_aside_evidence', sa.JSON(), nullable=False, server_default='[]'),
        sa.Column('is_set_aside', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('rules', sa.String(length=40), nullable=False, server_default=''),
        sa.Column('version', sa.Integer(), nullable=False, server_default='1'),
    ]


def marks() -> list[sa.Column]:
    return [
        sa.Column('origin', sa.String(length=32), nullable=False, server_default='machine'),
        sa.Column('decided_by', sa.String(length=100), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    ]


def upgrade() -> None:
    for column in screenings():
        op.add_column('screenings', column)
    for column in marks():
        op.add_column('personal_data_marks', column)
    op.add_column('reports', sa.Column('remasked_at', sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE screenings SET urgent_state = 'proposed' WHERE is_urgent")
    op.execute(
        "UPDATE screenings SET set_aside_kind = 'non_opinion', set_aside_state = 'proposed',"
        " is_set_aside = is_non_opinion WHERE is_non_opinion"
    )
    withheld = sa.text('UPDATE screenings SET is_withheld = has_personal_data WHERE body = :body')
    op.get_bind().execute(withheld, {'body': WITHHELD})
    op.drop_index('ix_screenings_is_non_opinion', table_name='screenings')
    op.create_index('ix_screenings_is_set_aside', 'screenings', ['is_set_aside'])
    op.create_index('ix_screenings_set_aside', 'screenings', ['set_aside_state', 'set_aside_kind'])
    op.drop_column('screenings', 'is_non_opinion')


def downgrade() -> None:
    op.add_column(
        'screenings',
        sa.Column('is_non_opinion', sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE screenings SET is_non_opinion = is_set_aside")
    op.drop_index('ix_screenings_set_aside', table_name='screenings')
    op.drop_index('ix_screenings_is_set_aside', table_name='screenings')
    op.create_index('ix_screenings_is_non_opinion', 'screenings', ['is_non_opinion'])
    op.drop_column('reports', 'remasked_at')
    for column in marks():
        op.drop_column('personal_data_marks', column.name)
    for column in screenings():
        op.drop_column('screenings', column.name)
