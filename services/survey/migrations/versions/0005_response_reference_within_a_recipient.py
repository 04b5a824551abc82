"""0005_response_reference_within_a_recipient."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    _set_aside()
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_response_reference'), type_='unique')
        batch_op.create_index(batch_op.f('ix_response_reference'), ['reference'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_response_recipient_id_reference'), ['recipient_id', 'reference'])
    _put_back()


def downgrade() -> None:
    """Take the schema back."""
    _set_aside()
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_response_recipient_id_reference'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_response_reference'))
        batch_op.create_unique_constraint(batch_op.f('uq_response_reference'), ['reference'])
    _put_back()


def _set_aside() -> None:
    """Empty the table on SQLite, which makes it anew while others refer to its rows.

    They are looked for at commit, when all are back.
    """
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('CREATE TABLE kept_response AS SELECT * FROM response')
        op.execute('DELETE FROM response')


def _put_back() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('INSERT INTO response SELECT * FROM kept_response')
        op.execute('DROP TABLE kept_response')
