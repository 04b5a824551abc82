"""Add what help was given, papers with codes and their keying, and activities."""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on. Of waves that are there one form of ten is keyed twice, as of others."""
    op.create_table('activity',
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('assent', sa.String(length=20), nullable=False),
    sa.Column('agreement', sa.String(length=20), nullable=False),
    sa.Column('notes', sa.String(length=4000), nullable=True),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity')),
    sa.UniqueConstraint('recorded_by', 'reference', name=op.f('uq_activity_recorded_by_reference'))
    )
    for column in ('child_id', 'held_on', 'reference'):
        op.create_index(op.f(f'ix_activity_{column}'), 'activity', [column], unique=False)
    op.create_table('paper_code',
    sa.Column('code', sa.String(length=9), nullable=False),
    sa.Column('recipient_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_paper_code_recipient_id_recipient'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_paper_code')),
    sa.UniqueConstraint('recipient_id', name=op.f('uq_paper_code_recipient_id'))
    )
    op.create_table('paper_form',
    sa.Column('code', sa.String(length=9), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('wave_id', sa.Uuid(), nullable=False),
    sa.Column('recipient_id', sa.Uuid(), nullable=False),
    sa.Column('twice', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('first', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('second', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('first_by', sa.String(length=200), nullable=False),
    sa.Column('second_by', sa.String(length=200), nullable=True),
    sa.Column('resolved_by', sa.String(length=200), nullable=True),
    sa.Column('differed', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('response_id', sa.Uuid(), nullable=True),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_paper_form_recipient_id_recipient'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_paper_form_wave_id_wave'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_form')),
    sa.UniqueConstraint('code', 'number', name=op.f('uq_paper_form_code_number'))
    )
    for column in ('recipient_id', 'wave_id'):
        op.create_index(op.f(f'ix_paper_form_{column}'), 'paper_form', [column], unique=False)
    op.add_column('response', sa.Column('help', sa.String(length=20), nullable=True))
    op.add_column('wave', sa.Column('twice_percent', sa.Integer(), nullable=False, server_default='10'))


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('wave', 'twice_percent')
    op.drop_column('response', 'help')
    op.drop_table('paper_form')
    op.drop_table('paper_code')
    op.drop_table('activity')
