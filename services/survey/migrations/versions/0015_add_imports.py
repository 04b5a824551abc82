"""Add imports."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('import_file',
    sa.Column('import_id', sa.Uuid(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('import_id', name=op.f('pk_import_file'))
    )
    op.create_table('import_job',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=10), nullable=False),
    sa.Column('atomic', sa.String(length=10), nullable=False),
    sa.Column('form', sa.JSON(), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('caller', sa.JSON(), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.Column('traceparent', sa.String(length=55), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=True),
    sa.Column('created', sa.Integer(), nullable=False),
    sa.Column('updated', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('superseded', sa.Integer(), nullable=False),
    sa.Column('skipped', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('problem', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_import_job')),
    sa.UniqueConstraint('id', name=op.f('uq_import_job_id'))
    )
    op.create_index('ix_import_job_state_number', 'import_job', ['state', 'number'])

    op.create_table('import_row',
    sa.Column('import_id', sa.Uuid(), nullable=False),
    sa.Column('row', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=True),
    sa.Column('holds_from', sa.Date(), nullable=True),
    sa.Column('key', sa.JSON(), nullable=True),
    sa.Column('code', sa.String(length=100), nullable=True),
    sa.Column('faults', sa.JSON(), nullable=True),
    sa.Column('sent', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('import_id', 'row', name=op.f('pk_import_row'))
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('import_row')
    op.drop_table('import_job')
    op.drop_table('import_file')
