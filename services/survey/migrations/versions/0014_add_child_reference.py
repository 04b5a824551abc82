"""0014_add_child_reference."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('child_reference',
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('scheme', 'reference', name=op.f('pk_child_reference'))
    )
    op.create_index(op.f('ix_child_reference_child_id'), 'child_reference', ['child_id'])


def downgrade() -> None:
    """Take the schema back."""
    op.drop_index(op.f('ix_child_reference_child_id'), table_name='child_reference')
    op.drop_table('child_reference')
