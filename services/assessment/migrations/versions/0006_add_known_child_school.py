"""0006_add_known_child_school."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    with op.batch_alter_table('known_child', schema=None) as batch_op:
        batch_op.add_column(sa.Column('school_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('school_on', sa.Date(), nullable=True))



def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('known_child', schema=None) as batch_op:
        batch_op.drop_column('school_on')
        batch_op.drop_column('school_id')

