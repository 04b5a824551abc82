"""0003_keep_known_case_ended_on."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on.

    On which day a case closed was not kept here. The day that closed ones get is long past, so
    that nobody reaches again what they no longer reached.
    """
    op.add_column('known_case', sa.Column('ended_on', sa.Date(), nullable=True))
    op.execute("UPDATE known_case SET ended_on = '1900-01-01' WHERE NOT open")
    op.drop_column('known_case', 'open')


def downgrade() -> None:
    """Take the schema back."""
    column = sa.Column('open', sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column('known_case', column)
    op.execute("UPDATE known_case SET open = (ended_on IS NULL)")
    if op.get_bind().dialect.name == 'postgresql':  # SQLite would copy the table for it
        op.alter_column('known_case', 'open', server_default=None)
    op.drop_column('known_case', 'ended_on')
