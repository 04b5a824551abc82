"""Find changes by the record they are of, and keep a note of why."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on. The record is what a row's key begins with."""
    with op.batch_alter_table('change_log', schema=None) as batch_op:
        batch_op.add_column(sa.Column('record', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))
        batch_op.drop_index('ix_change_log_table_row')

    first = "split_part(row, ',', 1)"
    if op.get_bind().dialect.name == 'sqlite':
        first = "substr(row, 1, instr(row || ',', ',') - 1)"
    op.execute(f'UPDATE change_log SET record = {first}')  # noqa: S608 - nothing of a caller's

    with op.batch_alter_table('change_log', schema=None) as batch_op:
        batch_op.alter_column('record', existing_type=sa.String(length=200), nullable=False)
        batch_op.create_index('ix_change_log_record_number', ['record', 'number'], unique=False)


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('change_log', schema=None) as batch_op:
        batch_op.drop_index('ix_change_log_record_number')
        batch_op.create_index('ix_change_log_table_row', ['table', 'row'], unique=False)
        batch_op.drop_column('note')
        batch_op.drop_column('record')
