"""Add from when each aggregate is known, and what an upgrade has read again."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    with op.batch_alter_table('aggregate_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('known', sa.BigInteger(), server_default='0', nullable=False))

    with op.batch_alter_table('consumer_position', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reread_until', sa.BigInteger(), nullable=True))



def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('consumer_position', schema=None) as batch_op:
        batch_op.drop_column('reread_until')

    with op.batch_alter_table('aggregate_version', schema=None) as batch_op:
        batch_op.drop_column('known')

