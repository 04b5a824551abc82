"""0008_tell_staff_references."""

from datetime import UTC, datetime
from json import dumps
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on, and tell the references of staff whose appointment told none."""
    op.create_table(
        'heard_type',
        sa.Column('topic', sa.String(length=100), nullable=False),
        sa.Column('partition', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('type', sa.String(length=100), nullable=False),
        sa.Column('position', sa.BigInteger()),
        sa.PrimaryKeyConstraint('topic', 'partition', 'type', name=op.f('pk_heard_type')),
    )
    _tell_references()


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('heard_type')


def _tell_references() -> None:
    """Publish an event for each, as a unit of work would: the relay finds it in the table.

    Whoever changes the same member of staff at this moment finds the version changed.
    """
    bind = op.get_bind()
    staff = sa.table(
        'staff_member',
        sa.column('id', sa.Uuid()),
        *map(sa.column, ('reference', 'row_version', 'event_version')),
    )
    one_more = {'row_version': staff.c.row_version + 1, 'event_version': staff.c.event_version + 1}
    for id_, reference in bind.execute(sa.select(staff.c.id, staff.c.reference)).all():
        told = bind.execute(
            sa.update(staff)
            .where(staff.c.id == id_)
            .values(one_more)
            .returning(staff.c.event_version)
        )
        bind.execute(sa.insert(_event()).values(_row(id_, reference, told.scalar_one())))


def _event() -> sa.TableClause:
    names = ('xid', 'type', 'sequence', 'traceparent', 'data')
    return sa.table(
        'event',
        sa.column('id', sa.Uuid()),
        sa.column('subject', sa.Uuid()),
        sa.column('time', sa.DateTime(timezone=True)),
        *map(sa.column, names),
    )


def _row(id_: object, reference: str, sequence: int) -> dict[str, object]:
    sqlite = op.get_bind().dialect.name == 'sqlite'
    return {
        'id': uuid4(),
        'xid': 0 if sqlite else sa.text('pg_current_xact_id()::text::bigint'),
        'type': 'uk.sssen.referral.StaffReferenceRecorded.v1',
        'subject': id_,
        'sequence': sequence,
        'time': datetime.now(UTC),
        'traceparent': '',
        'data': dumps({'staff_id': str(id_), 'reference': reference}, separators=(',', ':')),
    }
