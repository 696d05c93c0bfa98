"""sections, deadlines, hand-overs, replies to people and daily digests"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0007'
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('sections',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('government_slug', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['government_slug'], ['governments.slug'], name=op.f('fk_sections_government_slug_governments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sections')),
    sa.UniqueConstraint('government_slug', 'name', name=op.f('uq_sections_government_slug'))
    )
    op.create_table('section_members',
    sa.Column('section_id', IDENTIFIER, nullable=False),
    sa.Column('staff_id', IDENTIFIER, nullable=False),
    sa.ForeignKeyConstraint(['section_id'], ['sections.id'], name=op.f('fk_section_members_section_id_sections')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_section_members_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('section_id', 'staff_id', name=op.f('pk_section_members'))
    )
    op.create_index(op.f('ix_section_members_staff_id'), 'section_members', ['staff_id'])
    op.create_table('deadline_rules',
    sa.Column('government_slug', sa.String(length=16), nullable=False),
    sa.Column('due_days', sa.Integer(), nullable=True),
    sa.Column('urgent_hours', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['government_slug'], ['governments.slug'], name=op.f('fk_deadline_rules_government_slug_governments')),
    sa.PrimaryKeyConstraint('government_slug', name=op.f('pk_deadline_rules'))
    )
    op.create_table('handovers',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('submission_id', IDENTIFIER, nullable=False),
    sa.Column('from_government', sa.String(length=16), nullable=False),
    sa.Column('to_government', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('staff_name', sa.String(length=100), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['from_government'], ['governments.slug'], name=op.f('fk_handovers_from_government_governments')),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_handovers_submission_id_submissions')),
    sa.ForeignKeyConstraint(['to_government'], ['governments.slug'], name=op.f('fk_handovers_to_government_governments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handovers'))
    )
    for column in ('submission_id', 'from_government', 'to_government'):
        op.create_index(op.f(f'ix_handovers_{column}'), 'handovers', [column])
    op.create_table('reply_templates',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('government_slug', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('updated_by', sa.String(length=100), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['government_slug'], ['governments.slug'], name=op.f('fk_reply_templates_government_slug_governments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_templates')),
    sa.UniqueConstraint('government_slug', 'name', name=op.f('uq_reply_templates_government_slug'))
    )
    op.create_table('replies',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('submission_id', IDENTIFIER, nullable=False),
    sa.Column('government_slug', sa.String(length=16), nullable=False),
    sa.Column('method', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('mail_key', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('drafted_by', sa.String(length=100), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_by', sa.String(length=100), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['government_slug'], ['governments.slug'], name=op.f('fk_replies_government_slug_governments')),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_replies_submission_id_submissions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replies')),
    sa.UniqueConstraint('mail_key', name=op.f('uq_replies_mail_key'))
    )
    op.create_index(op.f('ix_replies_state'), 'replies', ['state'])
    op.create_index(op.f('ix_replies_submission_id'), 'replies', ['submission_id'])
    op.create_table('digests',
    sa.Column('staff_id', IDENTIFIER, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_digests_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('staff_id', 'day', name=op.f('pk_digests'))
    )
    op.add_column('staff', sa.Column('email', sa.String(length=254), nullable=True))
    _widen_cases()


def _widen_cases() -> None:
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('government_slug', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('section_id', IDENTIFIER, nullable=True))
        batch_op.add_column(sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True))
    # Nothing was ever handed over before this revision: who was addressed is in charge.
    op.execute(
        "UPDATE cases SET government_slug = (SELECT government_slug FROM submissions"
        " WHERE submissions.id = cases.submission_id)"
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.alter_column('government_slug', existing_type=sa.String(length=16), nullable=False)
        batch_op.create_foreign_key(batch_op.f('fk_cases_government_slug_governments'), 'governments', ['government_slug'], ['slug'])
        batch_op.create_foreign_key(batch_op.f('fk_cases_section_id_sections'), 'sections', ['section_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_cases_government_slug'), ['government_slug'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_section_id'), ['section_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_due_on'), ['due_on'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('cases', schema=None) as batch_op:
        for column in ('due_on', 'section_id', 'government_slug'):
            batch_op.drop_index(batch_op.f(f'ix_cases_{column}'))
        batch_op.drop_constraint(batch_op.f('fk_cases_section_id_sections'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_cases_government_slug_governments'), type_='foreignkey')
        for column in ('replied_at', 'section_id', 'government_slug'):
            batch_op.drop_column(column)
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.drop_column('email')
    for table in ('digests', 'replies', 'reply_templates', 'handovers', 'deadline_rules',
                  'section_members', 'sections'):
        op.drop_table(table)
