"""0003_add_references."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

HEARD = {
    'referral': (
        'ChildRegistered',
        'SupportStarted',
        'TeacherAllocated',
        'SupportEnded',
    ),
}


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table(
        'heard_type',
        sa.Column('topic', sa.String(length=100), nullable=False),
        sa.Column('partition', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('type', sa.String(length=100), nullable=False),
        sa.Column('position', sa.BigInteger()),
        sa.PrimaryKeyConstraint('topic', 'partition', 'type', name=op.f('pk_heard_type')),
    )
    _note_heard()
    op.create_table(
        'known_school',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('urn', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('school_id', name=op.f('pk_known_school')),
    )
    op.create_index(op.f('ix_known_school_urn'), 'known_school', ['urn'])
    op.create_table(
        'known_staff',
        sa.Column('staff_id', sa.Uuid(), nullable=False),
        sa.Column('reference', sa.String(length=64)),
        sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_known_staff')),
    )
    op.create_index(op.f('ix_known_staff_reference'), 'known_staff', ['reference'])
    op.create_table(
        'known_team',
        sa.Column('team_id', sa.Uuid(), nullable=False),
        sa.Column('code', sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint('team_id', name=op.f('pk_known_team')),
    )
    op.create_index(op.f('ix_known_team_code'), 'known_team', ['code'])


def downgrade() -> None:
    """Take the schema back."""
    for table in ('known_team', 'known_staff', 'known_school'):
        op.drop_table(table)
    op.drop_table('heard_type')


def _note_heard() -> None:
    """Note what was heard by the version before: whatever it is not is read from the beginning."""
    heard = sa.table('heard_type', *map(sa.column, ('topic', 'partition', 'type')))
    read = sa.table('consumer_position', *map(sa.column, ('topic', 'partition')))
    rows = [
        {'topic': topic, 'partition': partition, 'type': f'uk.sssen.{topic}.{name}.v1'}
        for topic, partition in op.get_bind().execute(sa.select(read.c.topic, read.c.partition))
        for name in HEARD.get(topic, ())
    ]
    if rows:
        op.bulk_insert(heard, rows)
