"""Add what help was given with a response."""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

AGAIN = ('ResponseCorrected', 'ResponseReceived', 'ResponseStandingChanged', 'ResponseVoided')
"""What tells of it, and what writes the same rows."""


def upgrade() -> None:
    """Bring the schema on."""
    for table in ('fact_response', 'past_response'):
        op.add_column(table, sa.Column('help', sa.String(40), nullable=True))
    for name in AGAIN:
        op.execute(sa.text(
            f"DELETE FROM subscribed_type WHERE type = 'uk.sssen.survey.{name}.v1'"
        ))


def downgrade() -> None:
    """Take the schema back."""
    for table in ('past_response', 'fact_response'):
        op.drop_column(table, 'help')
