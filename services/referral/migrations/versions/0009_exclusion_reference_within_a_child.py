"""0009_exclusion_reference_within_a_child."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    with op.batch_alter_table('exclusion', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_exclusion_reference'), type_='unique')
        batch_op.create_index(batch_op.f('ix_exclusion_reference'), ['reference'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_exclusion_child_id_reference'), ['child_id', 'reference'])



def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('exclusion', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_exclusion_child_id_reference'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_exclusion_reference'))
        batch_op.create_unique_constraint(batch_op.f('uq_exclusion_reference'), ['reference'])

