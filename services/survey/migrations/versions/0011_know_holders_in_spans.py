"""Know who holds a case from which day, and have that read again from the beginning.

Who held it before, and from when, is on the bus alone.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

AGAIN = ('TeacherAllocated',)


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table(
        'known_holder',
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('staff_id', sa.Uuid(), nullable=True),
        sa.Column('team_id', sa.Uuid(), nullable=True),
        sa.Column('void', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('case_id', 'from_on', name=op.f('pk_known_holder')),
    )
    op.create_table(
        'known_colleague',
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('staff_id', sa.Uuid(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('team_id', sa.Uuid(), nullable=True),
        sa.Column('until_on', sa.Date(), nullable=True),
        sa.Column('void', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('case_id', 'staff_id', 'from_on', name=op.f('pk_known_colleague')),
    )
    for table, column in INDEXES:
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column])
    void = sa.Column('void', sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column('known_case', void)
    op.drop_column('known_case', 'staff_id')
    op.drop_column('known_case', 'team_id')
    _read_again()


INDEXES = (
    ('known_holder', 'staff_id'),
    ('known_holder', 'team_id'),
    ('known_colleague', 'team_id'),
)


def downgrade() -> None:
    """Take the schema back."""
    _read_again()
    for column in ('staff_id', 'team_id'):
        op.add_column('known_case', sa.Column(column, sa.Uuid(), nullable=True))
    op.drop_column('known_case', 'void')
    op.drop_table('known_colleague')
    op.drop_table('known_holder')


def _read_again() -> None:
    subscribed = sa.table('subscribed_type', sa.column('type'))
    types = [f'uk.sssen.referral.{name}.v1' for name in AGAIN]
    op.execute(sa.delete(subscribed).where(subscribed.c.type.in_(types)))
