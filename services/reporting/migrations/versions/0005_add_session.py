"""0005_add_session."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table(
        'session',
        sa.Column('id', sa.String(length=43), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('renewing_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('session')
