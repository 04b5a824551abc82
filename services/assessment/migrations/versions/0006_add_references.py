"""0006_add_references."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

REFERENCES = (('known_staff', 'reference', 64), ('known_team', 'code', 40))
HEARD = {
    'referral': (
        'ChildRegistered',
        'SupportStarted',
        'TeacherAllocated',
        'SupportEnded',
    ),
}


def upgrade() -> None:
    """Bring the schema on. Teams and staff are heard again: what they are called is kept only now."""
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
    for table, column, length in REFERENCES:
        op.add_column(table, sa.Column(column, sa.String(length=length)))
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column])


def downgrade() -> None:
    """Take the schema back."""
    for table, column, _ in REFERENCES:
        op.drop_index(op.f(f'ix_{table}_{column}'), table_name=table)
        op.drop_column(table, column)
    op.drop_table('known_school')
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
