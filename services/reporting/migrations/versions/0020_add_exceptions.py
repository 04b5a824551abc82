"""Add exceptions."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('disclosure_exception',
    sa.Column('academic_year', sa.String(length=7), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('by', sa.String(length=40), nullable=False),
    sa.Column('label', sa.String(length=100), nullable=False),
    sa.Column('grounds', sa.String(length=40), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('asked_by', sa.String(length=200), nullable=False),
    sa.Column('asked_as', sa.String(length=40), nullable=False),
    sa.Column('allowed_by', sa.String(length=200), nullable=True),
    sa.Column('allowed_as', sa.String(length=40), nullable=True),
    sa.Column('allowed_on', sa.Date(), nullable=True),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure_exception'))
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('disclosure_exception')
