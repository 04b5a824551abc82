"""0003_add_criteria_signed_on."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on. The days of criteria adopted before come with a rebuild."""
    op.add_column('fact_criteria', sa.Column('signed_on', sa.Date()))


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('fact_criteria', 'signed_on')
