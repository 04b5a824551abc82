"""0004_add_contract_on."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on. Every contract is on record, the one of the appointment among them."""
    column = sa.Column('contract_on', sa.Date(), nullable=False, server_default='1900-01-01')
    op.add_column('staff_member', column)
    latest = "SELECT max(from_on) FROM staff_contract WHERE staff_id = staff_member.id"
    op.execute(f"UPDATE staff_member SET contract_on = coalesce(({latest}), appointed_on)")
    if op.get_bind().dialect.name == 'postgresql':  # SQLite would copy the table for it
        op.alter_column('staff_member', 'contract_on', server_default=None)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('staff_member', 'contract_on')
