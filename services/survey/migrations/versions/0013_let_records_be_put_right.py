"""0013_let_records_be_put_right."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

VOIDABLE = ('complaint', 'compliment', 'delivery', 'rating', 'register_check', 'wave')
COUNTED = sa.text("standing = 'counted' AND void_reason IS NULL")

# Of a recipient's responses the order in which they were recorded is that of their first events.
PLACES = """
    UPDATE response SET place = (
        SELECT count(*) FROM response AS other
        JOIN event AS theirs ON theirs.subject = other.id AND theirs.sequence = 1
        JOIN event AS mine ON mine.subject = response.id AND mine.sequence = 1
        WHERE other.recipient_id = response.recipient_id AND theirs.position <= mine.position
    )
"""
# Who was cancelled by the day of issue was sent nothing.
UNSENT = """
    UPDATE recipient SET sent = FALSE WHERE cancelled_on <= (
        SELECT issued_on FROM wave WHERE wave.id = recipient.wave_id AND wave.state <> 'draft'
    )
"""


def upgrade() -> None:
    """Bring the schema on."""
    for name in VOIDABLE:
        op.add_column(name, _flag('void', default=False))
    op.add_column('recipient', _flag('sent', default=True))
    op.execute(sa.text(UNSENT))
    op.add_column('response', sa.Column('place', sa.Integer(), server_default='0', nullable=False))
    op.execute(sa.text(PLACES))
    op.drop_index('uq_response_counted', table_name='response')
    op.create_index('uq_response_place', 'response', ['recipient_id', 'place'], unique=True)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_index('uq_response_place', table_name='response')
    op.create_index('uq_response_counted', 'response', ['recipient_id'], unique=True,
    sqlite_where=COUNTED, postgresql_where=COUNTED)
    op.drop_column('response', 'place')
    op.drop_column('recipient', 'sent')
    for name in VOIDABLE:
        op.drop_column(name, 'void')


def _flag(name: str, *, default: bool) -> sa.Column:
    value = sa.true() if default else sa.false()
    return sa.Column(name, sa.Boolean(), server_default=value, nullable=False)
