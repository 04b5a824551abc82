"""0002_add_child_as_of."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on. Of pushes so far, the newest known is the one that changed the child."""
    column = sa.Column('as_of', sa.Date(), nullable=False, server_default='1900-01-01')
    op.add_column('child', column)
    op.execute("UPDATE child SET as_of = characteristics_on")
    if op.get_bind().dialect.name == 'postgresql':  # SQLite would copy the table for it
        op.alter_column('child', 'as_of', server_default=None)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('child', 'as_of')
