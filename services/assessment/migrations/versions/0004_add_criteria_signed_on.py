"""0004_add_criteria_signed_on."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.add_column('criteria_set', sa.Column('signed_on', sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('criteria_set', 'signed_on')
