"""Add reviews and plans."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('published_value',
    sa.Column('figure', sa.String(length=100), nullable=False),
    sa.Column('academic_year', sa.String(length=7), nullable=False),
    sa.Column('printed', sa.String(length=200), nullable=False),
    sa.Column('value', sa.String(length=40), nullable=True),
    sa.Column('count', sa.Integer(), nullable=True),
    sa.Column('out_of', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('entered_by', sa.String(length=200), nullable=False),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_value')),
    sa.UniqueConstraint('figure', 'academic_year', name=op.f('uq_published_value_figure_academic_year'))
    )
    op.create_table('service_plan',
    sa.Column('academic_year', sa.String(length=7), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('vision', sa.Text(), nullable=False),
    sa.Column('priorities', sa.JSON(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_plan')),
    sa.UniqueConstraint('academic_year', name=op.f('uq_service_plan_academic_year'))
    )
    op.create_table('edition_note',
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('noted_by', sa.String(length=200), nullable=False),
    sa.Column('noted_on', sa.Date(), nullable=False),
    sa.Column('figure', sa.String(length=100), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_by', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_note_edition_id_edition'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('edition_id', 'number', name=op.f('pk_edition_note'))
    )
    op.create_table('edition_reader',
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_reader_edition_id_edition'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('edition_id', 'subject', name=op.f('pk_edition_reader'))
    )
    op.create_table('edition_settlement',
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('finding', sa.String(length=150), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.String(length=11), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('settled_by', sa.String(length=200), nullable=False),
    sa.Column('settled_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_settlement_edition_id_edition'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('edition_id', 'finding', name=op.f('pk_edition_settlement'))
    )
    op.create_table('edition_source',
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('looked_at', sa.JSON(), nullable=False),
    sa.Column('told_by', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_source_edition_id_edition'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('edition_id', name=op.f('pk_edition_source'))
    )
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parts_version', sa.Integer(), nullable=False, server_default='0'))



def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.drop_column('parts_version')

    op.drop_table('edition_source')
    op.drop_table('edition_settlement')
    op.drop_table('edition_reader')
    op.drop_table('edition_note')
    op.drop_table('service_plan')
    op.drop_table('published_value')
