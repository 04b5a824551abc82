"""Add which records of children are merged."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('fact_merged',
    sa.Column('merged_child_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('merged_child_id', name=op.f('pk_fact_merged'))
    )
    op.create_table('past_merged',
    sa.Column('merged_child_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('known_to', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('merged_child_id', 'sequence', name=op.f('pk_past_merged'))
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('past_merged')
    op.drop_table('fact_merged')
