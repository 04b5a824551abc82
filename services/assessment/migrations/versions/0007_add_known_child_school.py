"""0007_add_known_child_school."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on. Children are heard again: their school is kept only now."""
    with op.batch_alter_table('known_child', schema=None) as batch_op:
        batch_op.add_column(sa.Column('school_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('school_on', sa.Date(), nullable=True))
    op.execute("DELETE FROM heard_type WHERE type = 'uk.sssen.referral.ChildRegistered.v1'")


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('known_child', schema=None) as batch_op:
        batch_op.drop_column('school_on')
        batch_op.drop_column('school_id')

