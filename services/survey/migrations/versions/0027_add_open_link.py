"""Add open links, what comes by them, and what a delivery is called and where it was given."""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('open_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.Column('wave_id', sa.Uuid(), nullable=True),
    sa.Column('delivery_id', sa.Uuid(), nullable=True),
    sa.Column('closes_on', sa.Date(), nullable=True),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('ended', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_open_link_delivery_id_delivery'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_open_link_wave_id_wave'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_open_link')),
    sa.UniqueConstraint('delivery_id', name=op.f('uq_open_link_delivery_id')),
    sa.UniqueConstraint('digest', name=op.f('uq_open_link_digest')),
    sa.UniqueConstraint('wave_id', name=op.f('uq_open_link_wave_id'))
    )
    op.create_table('open_form',
    sa.Column('ticket', sa.String(length=64), nullable=False),
    sa.Column('open_link_id', sa.Uuid(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['open_link_id'], ['open_link.id'], name=op.f('fk_open_form_open_link_id_open_link'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('ticket', name=op.f('pk_open_form'))
    )
    op.create_index(op.f('ix_open_form_open_link_id'), 'open_form', ['open_link_id'], unique=False)
    op.add_column('delivery', sa.Column('title', sa.String(length=200), nullable=True))
    op.add_column('delivery', sa.Column('school_id', sa.Uuid(), nullable=True))
    op.create_index(op.f('ix_delivery_school_id'), 'delivery', ['school_id'], unique=False)
    op.add_column('rating', sa.Column('comment', sa.String(length=4000), nullable=True))
    op.add_column('rating', sa.Column('may_quote', sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Take the schema back; what came by an open link stays, as a response of nobody."""
    op.drop_column('rating', 'may_quote')
    op.drop_column('rating', 'comment')
    op.drop_index(op.f('ix_delivery_school_id'), table_name='delivery')
    op.drop_column('delivery', 'school_id')
    op.drop_column('delivery', 'title')
    op.drop_table('open_form')
    op.drop_table('open_link')
