"""Parents and carers become people of their own, and likely duplicates are kept."""

from datetime import UTC, datetime
from itertools import groupby
from json import dumps
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on; rows of one reference become one person where they say the same."""
    _create()
    with op.batch_alter_table('child', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parents_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('merged_into', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('folded', sa.String(length=64), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_child_merged_into'), ['merged_into'], unique=False)
        batch_op.create_index(batch_op.f('ix_child_folded'), ['folded'], unique=False)
    op.execute("UPDATE child SET folded = lower(replace(reference, ' ', ''))")
    op.execute('UPDATE child SET parents_on = as_of WHERE id IN (SELECT child_id FROM parent)')
    _make_people()
    op.drop_table('parent')


def downgrade() -> None:
    """Take the schema back: a person is again a row for each child of theirs."""
    op.create_table(
        'parent',
        sa.Column('child_id', sa.Uuid(), nullable=False),
        sa.Column('reference', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('email', sa.String(length=200), nullable=True),
        sa.Column('phone', sa.String(length=40), nullable=True),
        sa.Column('relationship', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('row_version', sa.Integer(), nullable=False),
        sa.Column('event_version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_parent_child_id_child'), initially='DEFERRED', deferrable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_parent')),
        sa.UniqueConstraint('child_id', 'reference', name=op.f('uq_parent_child_id_reference')),
    )
    with op.batch_alter_table('parent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parent_child_id'), ['child_id'], unique=False)
    op.execute(
        'INSERT INTO parent (id, child_id, reference, name, email, phone, relationship, row_version, event_version)'
        ' SELECT r.id, r.child_id, p.reference, p.name, p.email, p.phone, r.kind, 1, 0'
        ' FROM relationship r JOIN person p ON p.id = r.person_id'
        ' WHERE r.ended_on IS NULL AND NOT r.void AND p.apart ='
        ' (SELECT min(q.apart) FROM relationship s JOIN person q ON q.id = s.person_id'
        ' WHERE s.child_id = r.child_id AND q.reference = p.reference'
        ' AND s.ended_on IS NULL AND NOT s.void)'
    )
    for table in ('duplicate', 'relationship', 'former_person', 'person'):
        op.drop_table(table)
    with op.batch_alter_table('child', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_child_folded'))
        batch_op.drop_index(batch_op.f('ix_child_merged_into'))
    for column in ('folded', 'merged_into', 'parents_on'):
        op.execute(f'ALTER TABLE child DROP COLUMN {column}')


def _create() -> None:
    op.create_table(
        'person',
        sa.Column('reference', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('email', sa.String(length=200), nullable=True),
        sa.Column('phone', sa.String(length=40), nullable=True),
        sa.Column('language', sa.String(length=40), nullable=True),
        sa.Column('apart', sa.Integer(), nullable=False),
        sa.Column('as_of', sa.Date(), nullable=False),
        sa.Column('withdrawn_on', sa.Date(), nullable=True),
        sa.Column('withdrawn_reason', sa.String(length=40), nullable=True),
        sa.Column('merged_into', sa.Uuid(), nullable=True),
        sa.Column('folded', sa.String(length=64), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('row_version', sa.Integer(), nullable=False),
        sa.Column('event_version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['merged_into'], ['person.id'], name=op.f('fk_person_merged_into_person'), initially='DEFERRED', deferrable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
        sa.UniqueConstraint('reference', 'apart', name=op.f('uq_person_reference_apart')),
    )
    for column in ('email', 'phone', 'folded', 'merged_into'):
        op.create_index(op.f(f'ix_person_{column}'), 'person', [column])
    op.create_table(
        'former_person',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_former_person_person_id_person'), initially='DEFERRED', deferrable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_former_person')),
    )
    op.create_table(
        'relationship',
        sa.Column('child_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('ended_on', sa.Date(), nullable=True),
        sa.Column('responsibility', sa.String(length=10), nullable=False),
        sa.Column('verified_on', sa.Date(), nullable=True),
        sa.Column('verified_by', sa.String(length=200), nullable=True),
        sa.Column('restrictions', sa.JSON(), nullable=False),
        sa.Column('restricted_on', sa.Date(), nullable=True),
        sa.Column('void', sa.Boolean(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('row_version', sa.Integer(), nullable=False),
        sa.Column('event_version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_relationship_child_id_child'), initially='DEFERRED', deferrable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_relationship_person_id_person'), initially='DEFERRED', deferrable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship')),
        sa.UniqueConstraint('child_id', 'person_id', 'from_on', name=op.f('uq_relationship_child_id_person_id_from_on')),
    )
    op.create_index(op.f('ix_relationship_person_id'), 'relationship', ['person_id'])
    op.create_table(
        'duplicate',
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('first_id', sa.Uuid(), nullable=False),
        sa.Column('second_id', sa.Uuid(), nullable=False),
        sa.Column('why', sa.JSON(), nullable=False),
        sa.Column('found_on', sa.Date(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('reason', sa.String(length=40), nullable=True),
        sa.Column('decided_by', sa.String(length=200), nullable=True),
        sa.Column('decided_on', sa.Date(), nullable=True),
        sa.Column('kept_id', sa.Uuid(), nullable=True),
        sa.Column('merged_on', sa.Date(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('row_version', sa.Integer(), nullable=False),
        sa.Column('event_version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_duplicate')),
        sa.UniqueConstraint('first_id', 'second_id', name=op.f('uq_duplicate_first_id_second_id')),
    )
    op.create_index(op.f('ix_duplicate_second_id'), 'duplicate', ['second_id'])


def _table(called, **columns):
    return sa.table(called, *(sa.column(name, type_) for name, type_ in columns.items()))


ID, TEXT, DAY, NUMBER = sa.Uuid(), sa.Text(), sa.Date(), sa.Integer()
PARENT = _table('parent', id=ID, child_id=ID, reference=TEXT, name=TEXT, email=TEXT, phone=TEXT, relationship=TEXT)
CHILD = _table('child', id=ID, registered_on=DAY, as_of=DAY)
VERSIONS = {'row_version': NUMBER, 'event_version': NUMBER}
PERSON = _table('person', id=ID, reference=TEXT, folded=TEXT, apart=NUMBER, name=TEXT, email=TEXT, phone=TEXT, as_of=DAY, **VERSIONS)
FORMER = _table('former_person', id=ID, person_id=ID)
RELATIONSHIP = _table(
    'relationship', id=ID, child_id=ID, person_id=ID, kind=TEXT, from_on=DAY, responsibility=TEXT,
    restrictions=sa.JSON(), void=sa.Boolean(), **VERSIONS,
)
DUPLICATE = _table('duplicate', id=ID, kind=TEXT, first_id=ID, second_id=ID, why=sa.JSON(), found_on=DAY, state=TEXT, **VERSIONS)
EVENT = _table(
    'event', id=ID, xid=sa.BigInteger(), type=TEXT, subject=ID, sequence=NUMBER,
    time=sa.DateTime(timezone=True), traceparent=TEXT, data=TEXT,
)


def _make_people() -> None:
    """Make a person of the rows of one reference that have one name and the same contacts.

    What differs is a person apart, and likely the same: a person says which. The first id of each
    stays theirs; the others are kept as former ones.
    """
    bind = op.get_bind()
    joined = PARENT.join(CHILD, CHILD.c.id == PARENT.c.child_id)
    columns = (*PARENT.c, CHILD.c.registered_on, CHILD.c.as_of)
    order = (PARENT.c.reference, PARENT.c.name, PARENT.c.email, PARENT.c.phone, PARENT.c.id)
    rows = bind.execute(sa.select(*columns).select_from(joined).order_by(*order)).all()
    by_reference: dict[str, list] = {}
    for said, same in groupby(rows, key=lambda row: (row.reference, row.name, row.email, row.phone)):
        by_reference.setdefault(said[0], []).append(list(same))
    for groups in by_reference.values():
        ids = [_make_person(bind, same, apart) for apart, same in enumerate(groups)]
        for other in ids[1:]:
            _propose(bind, *sorted((ids[0], other)))


def _make_person(bind, rows, apart):
    first = rows[0]
    bind.execute(
        sa.insert(PERSON).values(
            id=first.id, reference=first.reference, folded=first.reference.lower(), apart=apart,
            name=first.name, email=first.email, phone=first.phone,
            as_of=max(row.as_of for row in rows), row_version=1, event_version=0,
        )
    )
    for row in rows:
        if row.id != first.id:
            bind.execute(sa.insert(FORMER).values(id=row.id, person_id=first.id))
        _relate(bind, row, first.id)
    return first.id


def _relate(bind, row, person_id) -> None:
    """Make a relationship, and publish that as a unit of work would: nobody heard of it before."""
    id_ = uuid4()
    bind.execute(
        sa.insert(RELATIONSHIP).values(
            id=id_, child_id=row.child_id, person_id=person_id, kind=row.relationship,
            from_on=row.registered_on, responsibility='none', restrictions=[], void=False,
            row_version=1, event_version=1,
        )
    )
    told = {
        'relationship_id': str(id_), 'child_id': str(row.child_id), 'person_id': str(person_id),
        'kind': row.relationship, 'responsibility': 'none', 'restrictions': [],
        'from_on': row.registered_on.isoformat(), 'restricted_on': None, 'ended_on': None,
        'former_person_id': str(row.id) if row.id != person_id else None,
    }
    bind.execute(
        sa.insert(EVENT).values(
            id=uuid4(),
            xid=0 if bind.dialect.name == 'sqlite' else sa.text('pg_current_xact_id()::text::bigint'),
            type='uk.sssen.referral.RelationshipRecorded.v1', subject=id_, sequence=1,
            time=datetime.now(UTC), traceparent='', data=dumps(told, separators=(',', ':')),
        )
    )


def _propose(bind, first_id, second_id) -> None:
    bind.execute(
        sa.insert(DUPLICATE).values(
            id=uuid4(), kind='person', first_id=first_id, second_id=second_id, why=['reference'],
            found_on=datetime.now(UTC).date(), state='proposed', row_version=1, event_version=0,
        )
    )
