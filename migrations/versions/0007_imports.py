"""imports in steps: files in parts, progress, failed rows, remembered columns"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0005'
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: name, type, what imports of the first schema have: they were texts with one row of headers.
NEW_COLUMNS = (
    ('format', sa.String(length=32), "'csv'"),
    ('encoding', sa.String(length=16), "''"),
    ('sheet', sa.String(length=100), "''"),
    ('header_top', sa.Integer(), "1"),
    ('header_bottom', sa.Integer(), "1"),
    ('takes_repeats', sa.Boolean(), "false"),
    ('run', sa.Integer(), "0"),
    ('done', sa.Integer(), "CASE WHEN state = 'done' THEN rows ELSE 0 END"),
    ('stored', sa.Integer(), "CASE WHEN state = 'done' THEN rows ELSE 0 END"),
    ('known', sa.Integer(), "0"),
    ('failed', sa.Integer(), "0"),
    ('message', sa.Text(), "''"),
    ('begun_done', sa.Integer(), "0"),
    ('changed_at', sa.DateTime(timezone=True), "created_at"),
)


def upgrade() -> None:
    op.create_table('import_parts',
    sa.Column('import_id', IDENTIFIER, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_import_parts_import_id_imports'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('import_id', 'number', name=op.f('pk_import_parts'))
    )
    op.create_table('import_failed_rows',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('import_id', IDENTIFIER, nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_import_failed_rows_import_id_imports'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_failed_rows'))
    )
    with op.batch_alter_table('import_failed_rows', schema=None) as batch_op:
        batch_op.create_index('ix_import_failed_rows_import_row', ['import_id', 'row'], unique=False)
    op.create_table('import_column_memories',
    sa.Column('government_slug', sa.String(length=16), nullable=False),
    sa.Column('headers_hash', sa.String(length=64), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['government_slug'], ['governments.slug'], name=op.f('fk_import_column_memories_government_slug_governments')),
    sa.PrimaryKeyConstraint('government_slug', 'headers_hash', name=op.f('pk_import_column_memories'))
    )
    # Columns come and go by name, never by a copy of the table: submissions point to it.
    for name, kind, _value in NEW_COLUMNS:
        op.add_column('imports', sa.Column(name, kind, nullable=True))
    op.add_column('imports', sa.Column('begun_at', sa.DateTime(timezone=True), nullable=True))
    values = ", ".join(f"{name} = {value}" for name, _kind, value in NEW_COLUMNS)
    op.execute(f"UPDATE imports SET {values}")
    op.execute("INSERT INTO import_parts (import_id, number, content)"
               " SELECT id, 0, content FROM imports WHERE content IS NOT NULL")
    _remember_columns()
    with op.batch_alter_table('imports', schema=None) as batch_op:
        for name, kind, _value in NEW_COLUMNS:
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.drop_column('content')


def _remember_columns() -> None:
    connection = op.get_bind()
    imports = sa.table('imports', sa.column('id'), sa.column('government_slug'), sa.column('state'),
                       sa.column('headers', sa.JSON()), sa.column('mapping', sa.JSON()),
                       sa.column('created_at', sa.DateTime(timezone=True)))
    memories = sa.table('import_column_memories', sa.column('government_slug'), sa.column('headers_hash'),
                        sa.column('mapping', sa.JSON()), sa.column('changed_at', sa.DateTime(timezone=True)))
    query = sa.select(imports).where(imports.c.state == 'done').order_by(imports.c.id)
    latest = {}
    for row in connection.execute(query):
        headers = json.dumps(sorted(set(row.headers)), ensure_ascii=False)
        key = (row.government_slug, hashlib.sha256(headers.encode("utf-8", "backslashreplace")).hexdigest())
        latest[key] = {'government_slug': key[0], 'headers_hash': key[1],
                       'mapping': row.mapping, 'changed_at': row.created_at}
    if latest:
        connection.execute(memories.insert(), list(latest.values()))


def downgrade() -> None:
    op.add_column('imports', sa.Column('content', sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    # What the first schema knows: a text that waits, or rows that are submissions.
    connection.execute(sa.text("UPDATE imports SET state = 'done', rows = stored WHERE state <> 'uploaded'"))
    connection.execute(sa.text("DELETE FROM imports WHERE state = 'uploaded' AND format <> 'csv'"))
    waiting = connection.execute(sa.text("SELECT id FROM imports WHERE state = 'uploaded'")).scalars().all()
    for import_id in waiting:
        parts = connection.execute(
            sa.text("SELECT content FROM import_parts WHERE import_id = :id ORDER BY number"), {"id": import_id}
        ).scalars()
        connection.execute(
            sa.text("UPDATE imports SET content = :content WHERE id = :id"),
            {"content": b"".join(bytes(part) for part in parts), "id": import_id},
        )
    with op.batch_alter_table('imports', schema=None) as batch_op:
        for name, _kind, _value in NEW_COLUMNS:
            batch_op.drop_column(name)
        batch_op.drop_column('begun_at')
    op.drop_table('import_column_memories')
    op.drop_table('import_failed_rows')
    op.drop_table('import_parts')
