"""calls are made by staff: a version against overwriting, and calls put away"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


# Columns come and go by name, never by a copy of the table: submissions point to it.
def upgrade() -> None:
    op.add_column('calls', sa.Column('version', sa.Integer(), server_default='1', nullable=False))
    op.add_column('calls', sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('calls', 'archived_at')
    op.drop_column('calls', 'version')
