"""0015_let_records_be_put_right."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

# What an event that withdraws a record does not tell of it.
UNTOLD = {
    'compliment': (('received_on', sa.Date()), ('source', sa.String(40))),
    'delivery': (('kind', sa.String(50)), ('delivered_on', sa.Date()), ('delegates', sa.Integer())),
    'dialogue': (('held_on', sa.Date()), ('areas', sa.Integer()), ('achieved', sa.Integer())),
    'judgement': (
        ('judgement', sa.String(40)),
        ('kinds_of_evidence', sa.Integer()),
        ('judged_on', sa.Date()),
    ),
    'register_check': (('checked_on', sa.Date()),),
}


def upgrade() -> None:
    """Bring the schema on."""
    _allow_untold(nullable=True)
    op.create_table('fact_windows', *_windows(), *_stamp(),
    sa.PrimaryKeyConstraint('windows_id', name=op.f('pk_fact_windows')))
    op.create_table('past_windows', *_windows(), *_stamp(),
    sa.Column('known_to', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('windows_id', 'sequence', name=op.f('pk_past_windows')))


def downgrade() -> None:
    """Take the schema back; what no record of before would lack goes."""
    op.drop_table('past_windows')
    op.drop_table('fact_windows')
    for name, columns in UNTOLD.items():
        for table in (f'fact_{name}', f'past_{name}'):
            op.execute(sa.text(f'DELETE FROM {table} WHERE {columns[0][0]} IS NULL'))
    _allow_untold(nullable=False)


def _allow_untold(*, nullable: bool) -> None:
    for name, columns in UNTOLD.items():
        for table in (f'fact_{name}', f'past_{name}'):
            with op.batch_alter_table(table, schema=None) as batch_op:
                for column, type_ in columns:
                    batch_op.alter_column(column, existing_type=type_, nullable=nullable)


def _windows() -> tuple:
    return (
        sa.Column('windows_id', sa.Uuid(), nullable=False),
        sa.Column('academic_year', sa.String(7), nullable=False),
        sa.Column('autumn_to', sa.Date(), nullable=False),
        sa.Column('spring_to', sa.Date(), nullable=False),
        sa.Column('summer_to', sa.Date(), nullable=False),
    )


def _stamp() -> tuple:
    return (
        sa.Column('event_id', sa.Uuid(), nullable=False),
        sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('known_from', sa.BigInteger(), nullable=False),
        sa.Column('stands', sa.Boolean(), nullable=False),
    )
