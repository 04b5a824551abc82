"""Note of recipients whose they are on the day of issue, from what is read again.

In which team a teacher is and in which area the team, to which school a child goes and of which kind it is, is on the bus alone.
"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

AGAIN = ('ChildRegistered', 'SchoolRecorded', 'StaffAppointed', 'TeamFormed')

ADDED = (
    ('known_school', 'kind', sa.String(length=40)),
    ('recipient', 'team_id', sa.Uuid()),
    ('recipient', 'area', sa.Text()),
    ('recipient', 'school_kind', sa.String(length=40)),
    ('wave', 'issued_to', sa.JSON()),
)


def upgrade() -> None:
    """Bring the schema on."""
    for table, name, type_ in ADDED:
        op.add_column(table, sa.Column(name, type_, nullable=True))
    op.create_table('known_contract',
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('staff_id', 'from_on', name=op.f('pk_known_contract'))
    )
    op.create_table('known_area',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('area', sa.Text(), nullable=True),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('team_id', 'from_on', name=op.f('pk_known_area'))
    )
    op.create_table('known_attendance',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=True),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('child_id', 'from_on', name=op.f('pk_known_attendance'))
    )
    _read_again()


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('known_attendance')
    op.drop_table('known_area')
    op.drop_table('known_contract')
    for table, name, _ in ADDED:
        op.drop_column(table, name)


def _read_again() -> None:
    subscribed = sa.table('subscribed_type', sa.column('type'))
    types = [f'uk.sssen.referral.{name}.v1' for name in AGAIN]
    op.execute(sa.delete(subscribed).where(subscribed.c.type.in_(types)))
