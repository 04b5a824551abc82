"""0002_add_settled_position."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

COUNTS = ('settled_position', 'topic_ahead', 'topic_behind')


def upgrade() -> None:
    """Bring the schema on. Which cluster the numbers are of is filled in at the first start."""
    for name in COUNTS:
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default='0')
        op.add_column('relay_position', column)
        if op.get_bind().dialect.name == 'postgresql':  # SQLite would copy the table for it
            op.alter_column('relay_position', name, server_default=None)
    op.add_column('relay_position', sa.Column('system_identifier', sa.String(length=20)))
    op.add_column('relay_position', sa.Column('timeline', sa.BigInteger()))


def downgrade() -> None:
    """Take the schema back."""
    for name in ('timeline', 'system_identifier', *COUNTS):
        op.drop_column('relay_position', name)
