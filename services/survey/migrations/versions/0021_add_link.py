"""Add personal links, and the ticket code of a response that came by one."""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recipient_id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('draft', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_link_recipient_id_recipient'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link')),
    sa.UniqueConstraint('digest', name=op.f('uq_link_digest'))
    )
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_recipient_id'), ['recipient_id'], unique=False)

    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ticket', sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f('ix_response_ticket'), ['ticket'], unique=True)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_index(op.f('ix_response_ticket'), table_name='response')
    op.drop_column('response', 'ticket')
    op.drop_table('link')
