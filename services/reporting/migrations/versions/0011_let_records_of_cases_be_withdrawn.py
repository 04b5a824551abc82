"""Let what is recorded of a case be withdrawn, and have the log read again from its beginning.

What stands no longer may say nothing of what it was. The tables are made anew: the log fills them.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

KEY, SET, MAY_BE_NULL = 'key', 'set', 'may be null'

BEFORE = {
    'allocation': (
        ('case_id', sa.Uuid(), KEY),
        ('from_on', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('staff_id', sa.Uuid(), SET),
        ('team_id', sa.Uuid(), MAY_BE_NULL),
    ),
    'pause': (
        ('case_id', sa.Uuid(), KEY),
        ('paused_on', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('reason', sa.Text(), SET),
    ),
    'visit': (
        ('case_id', sa.Uuid(), KEY),
        ('week_beginning', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('staff_id', sa.Uuid(), SET),
        ('planned', sa.Integer(), SET),
        ('attended', sa.Integer(), SET),
        ('missed', sa.Text(), SET),
    ),
    'review': (
        ('review_id', sa.Uuid(), KEY),
        ('case_id', sa.Uuid(), SET),
        ('child_id', sa.Uuid(), SET),
        ('plan_id', sa.Uuid(), SET),
        ('plan_type', sa.String(length=40), SET),
        ('due_on', sa.Date(), MAY_BE_NULL),
        ('held_on', sa.Date(), SET),
        ('met', sa.Integer(), SET),
        ('partly_met', sa.Integer(), SET),
        ('not_met', sa.Integer(), SET),
        ('not_applicable', sa.Integer(), SET),
        ('recommendation', sa.String(length=40), SET),
        ('recommended_by', sa.Uuid(), SET),
    ),
    'continuation': (
        ('review_id', sa.Uuid(), KEY),
        ('case_id', sa.Uuid(), SET),
        ('child_id', sa.Uuid(), SET),
        ('decision', sa.String(length=40), SET),
        ('differs', sa.Boolean(), SET),
        ('reason', sa.Text(), SET),
        ('decided_on', sa.Date(), SET),
    ),
    'risk': (
        ('case_id', sa.Uuid(), KEY),
        ('assessed_on', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('level', sa.String(length=40), SET),
        ('drivers', sa.Text(), SET),
    ),
}
WHERE_IT_WAS = """
UPDATE consumer_position SET reread_until = position
WHERE reread_until IS NULL OR reread_until < position
"""
STILL_SET = ('child_id', 'case_id')
COLLEAGUE = (
    ('case_id', sa.Uuid(), KEY),
    ('staff_id', sa.Uuid(), KEY),
    ('from_on', sa.Date(), KEY),
    ('child_id', sa.Uuid(), SET),
    ('team_id', sa.Uuid(), MAY_BE_NULL),
    ('until_on', sa.Date(), MAY_BE_NULL),
)


def upgrade() -> None:
    """Bring the schema on."""
    _make({name: [_now(column) for column in columns] for name, columns in BEFORE.items()})
    _create('colleague', COLLEAGUE)
    op.execute(sa.text(WHERE_IT_WAS))
    _read_again()


def downgrade() -> None:
    """Take the schema back."""
    _read_again()
    for table in ('fact_colleague', 'past_colleague'):
        op.drop_table(table)
    _make(BEFORE)


def _now(column):
    name, type_, kind = column
    return name, type_, MAY_BE_NULL if kind == SET and name not in STILL_SET else kind


def _make(tables) -> None:
    for name, columns in tables.items():
        for table in (f'fact_{name}', f'past_{name}'):
            op.drop_table(table)
        _create(name, columns)
    op.create_index(op.f('ix_fact_risk_assessed_on'), 'fact_risk', ['assessed_on'])


def _create(name, columns) -> None:
    known_to = sa.Column('known_to', sa.BigInteger(), nullable=False)
    _table(f'fact_{name}', columns)
    _table(f'past_{name}', columns, known_to, more=('sequence',))


def _table(table, columns, *others, more=()) -> None:
    made = [sa.Column(name, type_, nullable=kind == MAY_BE_NULL) for name, type_, kind in columns]
    keys = [name for name, _, kind in columns if kind == KEY]
    key = sa.PrimaryKeyConstraint(*keys, *more, name=op.f(f'pk_{table}'))
    op.create_table(table, *made, *_stamp(), *others, key)


def _stamp():
    return (
        sa.Column('event_id', sa.Uuid(), nullable=False),
        sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('known_from', sa.BigInteger(), nullable=False),
        sa.Column('stands', sa.Boolean(), nullable=False),
    )


def _read_again() -> None:
    for table in ('aggregate_version', 'dead_letter', 'subscribed_type'):
        op.execute(sa.text(f'DELETE FROM {table}'))
    op.execute(
        sa.text('UPDATE consumer_position SET position = 0, last_offset = NULL, last_id = NULL')
    )
