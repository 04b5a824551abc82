"""0004_reference_within_its_recorder."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_complaint_reference'), type_='unique')
        batch_op.create_index(batch_op.f('ix_complaint_reference'), ['reference'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_complaint_recorded_by_reference'), ['recorded_by', 'reference'])

    with op.batch_alter_table('compliment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_compliment_reference'), type_='unique')
        batch_op.create_index(batch_op.f('ix_compliment_reference'), ['reference'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_compliment_recorded_by_reference'), ['recorded_by', 'reference'])



def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('compliment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_compliment_recorded_by_reference'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_compliment_reference'))
        batch_op.create_unique_constraint(batch_op.f('uq_compliment_reference'), ['reference'])

    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_complaint_recorded_by_reference'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_complaint_reference'))
        batch_op.create_unique_constraint(batch_op.f('uq_complaint_reference'), ['reference'])

