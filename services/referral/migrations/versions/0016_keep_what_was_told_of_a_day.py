"""Keep schools, characteristics and plans as they were told of a day, and numbers given up."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

TYPE = 'uk.sssen.referral.'
FIELDS = ('year_group', 'needs', 'pupil_premium', 'looked_after', 'eal')
PARTICULARS = ('upn', 'forename', 'surname', 'born_on', 'sex')


def upgrade() -> None:
    """Bring the schema on, and fill it from what was published and is on record."""
    _tables()
    _columns()
    # Of two told of one day, the later told was the one that held.
    _fill_schools()
    _fill_characteristics()
    _fill_plans()
    for statement in _on_record():
        op.execute(statement)
    if not _is_sqlite():  # which checks at commit what refers to a row, and indexes none before it
        op.execute('SET CONSTRAINTS ALL IMMEDIATE')
    op.create_index(
        'uq_child_upn',
        'child',
        ['upn'],
        unique=True,
        sqlite_where=sa.text('upn_shared IS FALSE AND closed_on IS NULL'),
        postgresql_where=sa.text('upn_shared IS FALSE AND closed_on IS NULL'),
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_index('uq_child_upn', 'child')
    for column in ('said_on', 'left_out', 'void'):
        op.drop_column('plan', column)
    for column in ('upn_shared', 'particulars_on', 'closed_on', 'parts_version'):
        op.drop_column('child', column)
    for table in (
        'new_identity', 'former_upn', 'plan_terms', 'listed_plans', 'child_characteristics',
        'child_school',
    ):  # fmt: skip
        op.drop_table(table)


def _tables() -> None:
    for table, owner in (
        ('child_characteristics', 'child'),
        ('listed_plans', 'child'),
        ('plan_terms', 'plan'),
    ):
        said = sa.Column('said', sa.JSON(), nullable=False)
        op.create_table(table, *_dated(table, owner, said))
    school = sa.Column('school_id', sa.Uuid(), nullable=False)
    op.create_table(
        'child_school', *_dated('child_school', 'child', school), _refers('child_school', 'school')
    )
    op.create_table(
        'former_upn',
        sa.Column('child_id', sa.Uuid(), nullable=False),
        sa.Column('until_on', sa.Date(), nullable=False),
        sa.Column('upn', sa.String(length=13), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('why', sa.String(length=40), nullable=False),
        _refers('former_upn', 'child'),
        sa.PrimaryKeyConstraint('child_id', 'until_on', 'upn', name=op.f('pk_former_upn')),
    )
    op.create_table(
        'new_identity',
        sa.Column('child_id', sa.Uuid(), nullable=False),
        sa.Column('former_child_id', sa.Uuid(), nullable=False),
        sa.Column('given_on', sa.Date(), nullable=False),
        _refers('new_identity', 'child'),
        _refers('new_identity', 'child', 'former_child_id'),
        sa.PrimaryKeyConstraint('child_id', name=op.f('pk_new_identity')),
    )


def _dated(table: str, owner: str, *more: sa.Column) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column(f'{owner}_id', sa.Uuid(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('until_on', sa.Date(), nullable=False),
        *more,
        sa.Column('void', sa.Boolean(), nullable=False),
        _refers(table, owner),
        sa.PrimaryKeyConstraint(f'{owner}_id', 'from_on', name=op.f(f'pk_{table}')),
    )


def _refers(table: str, to: str, column: str = '') -> sa.ForeignKeyConstraint:
    column = column or f'{to}_id'
    name = op.f(f'fk_{table}_{column}_{to}')
    return sa.ForeignKeyConstraint(
        [column], [f'{to}.id'], name=name, initially='DEFERRED', deferrable=True
    )


def _columns() -> None:
    for table, column in (
        ('child', sa.Column('upn_shared', sa.Boolean(), nullable=False, server_default=sa.false())),
        ('child', sa.Column('particulars_on', sa.JSON(), nullable=False, server_default='{}')),
        ('child', sa.Column('closed_on', sa.Date())),
        ('child', sa.Column('parts_version', sa.Integer(), nullable=False, server_default='0')),
        ('plan', sa.Column('said_on', sa.JSON(), nullable=False, server_default='{}')),
        ('plan', sa.Column('left_out', sa.Boolean(), nullable=False, server_default=sa.false())),
        ('plan', sa.Column('void', sa.Boolean(), nullable=False, server_default=sa.false())),
    ):
        op.add_column(table, column)
        if column.server_default is not None and not _is_sqlite():  # SQLite would copy the table
            op.alter_column(table, column.name, server_default=None)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == 'sqlite'


def _of(field: str, kind: str = '') -> str:
    """Return a field of an event's data in SQL, as it is kept in a column of that kind."""
    if _is_sqlite():
        value = f"json_extract(data, '$.{field}')"
        return f"replace({value}, '-', '')" if kind == 'uuid' else value
    return f"CAST(CAST(data AS jsonb) ->> '{field}' AS {kind or 'text'})"


def _last(type_: str, day: str) -> str:
    """Return the condition that no event of its aggregate and type told of that day later."""
    this, later = (_of(day).replace('data', f'{table}.data') for table in ('event', 'later'))
    return (
        f"type = '{TYPE}{type_}.v1' AND NOT EXISTS (SELECT 1 FROM event AS later"
        f" WHERE later.subject = event.subject AND later.type = event.type"
        f" AND later.sequence > event.sequence AND {later} = {this})"
    )


def _fill_schools() -> None:
    """A move of the day of the registration holds instead of it."""
    into = "INSERT INTO child_school (child_id, from_on, until_on, school_id, void) SELECT subject,"
    for type_, day, unless in (
        ('ChildMovedSchool', 'moved_on', ''),
        (
            'ChildRegistered',
            'registered_on',
            ' AND NOT EXISTS (SELECT 1 FROM child_school AS there WHERE there.child_id = subject'
            f" AND there.from_on = {_of('registered_on', 'date')})",
        ),
    ):
        on, school = _of(day, 'date'), _of('school_id', 'uuid')
        op.execute(
            f"{into} {on}, {on}, {school}, false FROM event WHERE {_last(type_, day)}{unless}"
        )


def _fill_characteristics() -> None:
    on = _of('effective_on', 'date')
    said = "json_remove(data, '$.child_id', '$.effective_on')"
    if not _is_sqlite():
        said = "CAST(CAST(data AS jsonb) - 'child_id' - 'effective_on' AS json)"
    op.execute(
        "INSERT INTO child_characteristics (child_id, from_on, until_on, said, void)"
        f" SELECT subject, {on}, {on}, {said}, false FROM event"
        f" WHERE {_last('ChildCharacteristicsRecorded', 'effective_on')}"
    )


def _fill_plans() -> None:
    """Take what each plan says now: from which day it said what it did before was not kept."""
    due = "CAST(review_due_on AS varchar)"
    if _is_sqlite():
        said = (
            "json_object('plan_type', plan_type, 'names_service', json(CASE WHEN names_service"
            " THEN 'true' ELSE 'false' END), 'review_due_on', review_due_on)"
        )
        listed = "json_object('plans', json_group_array(plan.reference))"
    else:
        said = (
            "json_build_object('plan_type', plan_type, 'names_service', names_service,"
            f" 'review_due_on', {due})"
        )
        listed = "json_build_object('plans', json_agg(plan.reference))"
    op.execute(
        "INSERT INTO plan_terms (plan_id, from_on, until_on, said, void)"
        f" SELECT id, starts_on, starts_on, {said}, false FROM plan"
    )
    op.execute(
        "INSERT INTO listed_plans (child_id, from_on, until_on, said, void)"
        f" SELECT plan.child_id, child.as_of, child.as_of, {listed}, false FROM (SELECT * FROM plan"
        " ORDER BY reference) AS plan JOIN child ON child.id = plan.child_id"
        " GROUP BY plan.child_id, child.as_of"
    )


def _on_record() -> tuple[str, ...]:
    """What the newest push told, and which numbers two children have already."""
    day = "CAST(as_of AS varchar)"
    told = " || ".join(f"'\"{name}\": \"' || {day} || '\", '" for name in PARTICULARS)
    told = f"'{{' || substr({told}, 1, length({told}) - 2) || '}}'"
    newest = "(SELECT CAST(as_of AS varchar) FROM child WHERE child.id = plan.child_id)"
    of_plan = f"'{{\"starts_on\": \"' || {newest} || '\", \"ends_on\": \"' || {newest} || '\"}}'"
    kept = "{}" if _is_sqlite() else "CAST({} AS json)"
    return (
        f"UPDATE child SET particulars_on = {kept.format(told)}",
        f"UPDATE plan SET said_on = {kept.format(of_plan)}",
        "UPDATE child SET upn_shared = true WHERE upn IN"
        " (SELECT upn FROM child WHERE upn IS NOT NULL GROUP BY upn HAVING count(*) > 1)",
    )
