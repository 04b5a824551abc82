"""0008_result_reference_within_a_child."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    _set_aside()
    with op.batch_alter_table('result', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_result_reference'), type_='unique')
        batch_op.create_index(batch_op.f('ix_result_reference'), ['reference'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_result_child_id_reference'), ['child_id', 'reference'])
    _put_back()


def downgrade() -> None:
    """Take the schema back."""
    _set_aside()
    with op.batch_alter_table('result', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_result_child_id_reference'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_result_reference'))
        batch_op.create_unique_constraint(batch_op.f('uq_result_reference'), ['reference'])
    _put_back()


def _set_aside() -> None:
    """Empty the table on SQLite, which makes it anew while others refer to its rows.

    They are looked for at commit, when all are back.
    """
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('CREATE TABLE kept_result AS SELECT * FROM result')
        op.execute('DELETE FROM result')


def _put_back() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('INSERT INTO result SELECT * FROM kept_result')
        op.execute('DROP TABLE kept_result')
