"""Add which records of children are merged."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    with op.batch_alter_table('known_child', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into', sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f('ix_known_child_merged_into'), ['merged_into'], unique=False)


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('known_child', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_known_child_merged_into'))
        batch_op.drop_column('merged_into')
