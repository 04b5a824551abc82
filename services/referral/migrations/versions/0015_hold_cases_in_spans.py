"""Hold cases in dated spans, pause them in others, and let what is recorded of them be withdrawn.

Spans are filled from what the service published, which is its history. What was recorded of one
day twice is as it was recorded last; who leads a case is then its last span.
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

VOIDED = ('case_', 'visit_week', 'review', 'risk_level')
OPEN = 'ended_on IS NULL'
INDEXES = (
    ('case_holder', 'staff_id'),
    ('case_holder', 'team_id'),
    ('case_colleague', 'team_id'),
)

ALLOCATED = """
INSERT INTO case_holder (case_id, from_on, staff_id, team_id, void)
SELECT told.subject, {allocated_on}, {staff_id}, {team_id}, FALSE
FROM event told
WHERE told.type = 'uk.sssen.referral.TeacherAllocated.v1' AND NOT EXISTS (
    SELECT 1 FROM event later
    WHERE later.type = told.type AND later.subject = told.subject
    AND later.sequence > told.sequence AND {later_allocated_on} = {allocated_on}
)
"""
NOT_TOLD = """
INSERT INTO case_holder (case_id, from_on, staff_id, team_id, void)
SELECT id, allocated_on, staff_id, team_id, FALSE FROM case_
WHERE NOT EXISTS (SELECT 1 FROM case_holder WHERE case_holder.case_id = case_.id)
"""
LAST = """
UPDATE case_ SET (staff_id, team_id, allocated_on) = (
    SELECT staff_id, team_id, from_on FROM case_holder
    WHERE case_holder.case_id = case_.id ORDER BY from_on DESC LIMIT 1
)
"""
PAUSED = """
INSERT INTO case_pause (case_id, paused_on, reason, resumed_on, void)
SELECT told.subject, {paused_on}, {reason}, (
    SELECT {resumed_on} FROM event next
    WHERE next.type = 'uk.sssen.referral.SupportResumed.v1' AND next.subject = told.subject
    AND next.sequence > told.sequence ORDER BY next.sequence LIMIT 1
), FALSE
FROM event told
WHERE told.type = 'uk.sssen.referral.SupportPaused.v1' AND NOT EXISTS (
    SELECT 1 FROM event later
    WHERE later.type = told.type AND later.subject = told.subject
    AND later.sequence > told.sequence AND {later_paused_on} = {paused_on}
)
"""


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table(
        'case_holder',
        _case(),
        sa.Column('from_on', sa.Date(), nullable=False),
        *_teacher('case_holder'),
        _void(),
        sa.PrimaryKeyConstraint('case_id', 'from_on', name=op.f('pk_case_holder')),
        _of_case('case_holder'),
    )
    op.create_table(
        'case_colleague',
        _case(),
        *_teacher('case_colleague'),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('until_on', sa.Date(), nullable=True),
        _void(),
        sa.PrimaryKeyConstraint('case_id', 'staff_id', 'from_on', name=op.f('pk_case_colleague')),
        _of_case('case_colleague'),
    )
    for table, column in INDEXES:
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column])
    op.create_table(
        'case_pause',
        _case(),
        sa.Column('paused_on', sa.Date(), nullable=False),
        sa.Column('reason', sa.String(length=40), nullable=False),
        sa.Column('resumed_on', sa.Date(), nullable=True),
        _void(),
        sa.PrimaryKeyConstraint('case_id', 'paused_on', name=op.f('pk_case_pause')),
        _of_case('case_pause'),
    )
    _fill()
    for table in VOIDED:
        op.add_column(table, _void(server_default=sa.false()))
        if op.get_bind().dialect.name == 'postgresql':  # SQLite would copy the table for it
            op.alter_column(table, 'void', server_default=None)
    op.add_column('review', sa.Column('corrected_by', sa.String(length=200), nullable=True))
    op.drop_column('case_', 'resumed_on')
    _one_open_case(f'{OPEN} AND NOT void')


def downgrade() -> None:
    """Take the schema back; what was withdrawn stays as it is."""
    _one_open_case(OPEN)
    op.add_column('case_', sa.Column('resumed_on', sa.Date(), nullable=True))
    op.drop_column('review', 'corrected_by')
    for table in VOIDED:
        op.drop_column(table, 'void')
    for table in ('case_pause', 'case_colleague', 'case_holder'):
        op.drop_table(table)


def _fill() -> None:
    said = _said()
    op.execute(ALLOCATED.format(**said))
    op.execute(NOT_TOLD)
    op.execute(LAST)
    op.execute(PAUSED.format(**said))


def _said() -> dict[str, str]:
    """Return how each field of an event's JSON is read, as the columns keep it."""
    if op.get_bind().dialect.name == 'sqlite':
        day = text = "json_extract({0}.data, '$.{1}')"
        id_ = f"replace({text}, '-', '')"
    else:
        text = "{0}.data::json ->> '{1}'"
        day, id_ = f'({text})::date', f'({text})::uuid'
    return {
        'allocated_on': day.format('told', 'allocated_on'),
        'later_allocated_on': day.format('later', 'allocated_on'),
        'staff_id': id_.format('told', 'staff_id'),
        'team_id': id_.format('told', 'team_id'),
        'paused_on': day.format('told', 'paused_on'),
        'later_paused_on': day.format('later', 'paused_on'),
        'reason': text.format('told', 'reason'),
        'resumed_on': day.format('next', 'resumed_on'),
    }


def _one_open_case(where: str) -> None:
    condition = sa.text(where)
    op.drop_index('uq_case_open', table_name='case_')
    op.create_index(
        'uq_case_open',
        'case_',
        ['child_id'],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _case() -> sa.Column:
    return sa.Column('case_id', sa.Uuid(), nullable=False)


def _void(**more: object) -> sa.Column:
    return sa.Column('void', sa.Boolean(), nullable=False, **more)


def _teacher(table: str) -> tuple[object, ...]:
    return (
        sa.Column('staff_id', sa.Uuid(), nullable=False),
        sa.Column('team_id', sa.Uuid(), nullable=True),
        _refers(table, 'staff_id', 'staff_member'),
    )


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return _refers(table, 'case_id', 'case_')


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f'{to}.id'],
        name=op.f(f'fk_{table}_{column}_{to}'),
        initially='DEFERRED',
        deferrable=True,
    )
