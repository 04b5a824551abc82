"""0006_add_recorded_by."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on. Who wrote down the reviews so far was not kept."""
    column = sa.Column('recorded_by', sa.String(length=200), nullable=False, server_default='')
    op.add_column('review', column)
    if op.get_bind().dialect.name == 'postgresql':  # SQLite would copy the table for it
        op.alter_column('review', 'recorded_by', server_default=None)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('review', 'recorded_by')
