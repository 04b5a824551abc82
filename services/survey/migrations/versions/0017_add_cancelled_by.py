"""Add for which case's end a recipient was cancelled, so that a death that was none is undone."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0015'
branch_labels = None
depends_on = None

CANCELLED_BY_A_DEATH = """
UPDATE recipient SET cancelled_by = (
    SELECT known_case.case_id FROM known_case
    WHERE known_case.child_id = recipient.child_id AND known_case.end_reason = 'deceased'
    AND known_case.ended_on = recipient.cancelled_on AND NOT known_case.void
    ORDER BY known_case.case_id LIMIT 1
)
WHERE cancelled_on IS NOT NULL
"""


def upgrade() -> None:
    """Bring the schema on; who was cancelled on the day of a death was by that."""
    with op.batch_alter_table('recipient', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cancelled_by', sa.Uuid(), nullable=True))
    op.execute(CANCELLED_BY_A_DEATH)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('recipient', 'cancelled_by')
