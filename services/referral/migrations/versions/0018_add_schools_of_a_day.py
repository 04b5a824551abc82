"""Keep what each extract said, links, names and managers of teams, and what puts records right."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

NOT_KNOWN, NO = '', sa.false()
ADDED = (
    ('exclusion', 'recorded_by', sa.String(length=200), NOT_KNOWN),
    ('exclusion', 'void', sa.Boolean(), NO),
    ('referral', 'submitted_by', sa.String(length=200), NOT_KNOWN),
    ('referral', 'void', sa.Boolean(), NO),
    ('staff_contract', 'assumed', sa.Boolean(), NO),
    ('staff_contract', 'void', sa.Boolean(), NO),
    ('referral', 'grounds', sa.JSON(), None),
    ('referral', 'withdrawn_on', sa.Date(), None),
    ('referral', 'withdrawn_for', sa.String(length=40), None),
    ('school', 'successor_id', sa.Uuid(), None),
    ('school', 'succeeded_on', sa.Date(), None),
)

# What an extract said that changed a school was published; of a day read twice the last counts.
SAID = """
    INSERT INTO school_extract (school_id, snapshot_on, la_code, establishment_type, phase, status,
        kind, opened_on, closed_on)
    SELECT subject, {snapshot_on}, {la_code}, {establishment_type}, {phase}, {status}, {kind},
        {opened_on}, {closed_on}
    FROM event WHERE type = 'uk.sssen.referral.SchoolRecorded.v1'
        AND subject IN (SELECT id FROM school) AND NOT EXISTS (
        SELECT 1 FROM event later WHERE later.subject = event.subject
            AND later.type = event.type AND later.sequence > event.sequence
            AND {later_on} = {snapshot_on})
"""
# The newest may have said the same as the one before it, which was not published.
NEWEST = """
    INSERT INTO school_extract (school_id, snapshot_on, la_code, establishment_type, phase, status,
        kind, opened_on, closed_on)
    SELECT id, snapshot_on, la_code, establishment_type, phase, status, kind, opened_on, closed_on
    FROM school WHERE NOT EXISTS (
        SELECT 1 FROM school_extract said WHERE said.school_id = school.id
            AND said.snapshot_on = school.snapshot_on)
"""
TEXTS = ('establishment_type', 'kind')
NUMBERS = ('la_code', 'phase', 'status')
DAYS = ('snapshot_on', 'opened_on', 'closed_on')


def upgrade() -> None:
    """Bring the schema on."""
    _add_tables()
    for table, name, type_, default in ADDED:
        column = sa.Column(name, type_, nullable=default is None, server_default=default)
        op.add_column(table, column)
        if default is not None and _on_postgresql():  # SQLite would copy the table for it
            op.alter_column(table, name, server_default=None)
    op.execute(SAID.format(**_read()))
    op.execute(NEWEST)


def _add_tables() -> None:
    op.create_table('school_link',
    sa.Column('urn', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('link_urn', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('link_type', sa.String(length=200), nullable=False),
    sa.Column('link_name', sa.String(length=200), nullable=True),
    sa.Column('established_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('urn', 'link_urn', 'link_type', name=op.f('pk_school_link'))
    )
    op.create_index(op.f('ix_school_link_link_urn'), 'school_link', ['link_urn'], unique=False)
    op.create_table('school_extract',
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('snapshot_on', sa.Date(), nullable=False),
    sa.Column('la_code', sa.Integer(), nullable=False),
    sa.Column('establishment_type', sa.String(length=2), nullable=False),
    sa.Column('phase', sa.Integer(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_extract_school_id_school'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('school_id', 'snapshot_on', name=op.f('pk_school_extract'))
    )
    op.create_table('team_span',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('area', sa.String(length=40), nullable=False),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_team_span_team_id_team'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('team_id', 'from_on', name=op.f('pk_team_span'))
    )
    op.create_table('team_manager',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=True),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_team_manager_staff_id_staff_member'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_team_manager_team_id_team'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('team_id', 'from_on', name=op.f('pk_team_manager'))
    )
    op.create_index(op.f('ix_team_manager_staff_id'), 'team_manager', ['staff_id'], unique=False)


def _read() -> dict[str, str]:
    """Return how each field of an event's JSON is read, and the day of a later one's."""
    if _on_postgresql():
        read = {name: f"event.data::json->>'{name}'" for name in TEXTS}
        read |= {name: f"(event.data::json->>'{name}')::integer" for name in NUMBERS}
        read |= {name: f"(event.data::json->>'{name}')::date" for name in DAYS}
        return read | {'later_on': "(later.data::json->>'snapshot_on')::date"}
    read = {name: f"json_extract(event.data, '$.{name}')" for name in (*TEXTS, *NUMBERS, *DAYS)}
    return read | {'later_on': "json_extract(later.data, '$.snapshot_on')"}


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == 'postgresql'


def downgrade() -> None:
    """Take the schema back."""
    for table, name, *_ in reversed(ADDED):
        op.drop_column(table, name)  # a table that is made again would lose what refers to it
    for table in ('team_manager', 'team_span', 'school_extract', 'school_link'):
        op.drop_table(table)
