"""Keep why support ended though a plan named the service on."""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.add_column('case_', sa.Column('although_named', sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('case_', 'although_named')
