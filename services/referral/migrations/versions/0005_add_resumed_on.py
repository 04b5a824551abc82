"""0005_add_resumed_on."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on. When a case was resumed before is not on record in its row."""
    op.add_column('case_', sa.Column('resumed_on', sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('case_', 'resumed_on')
