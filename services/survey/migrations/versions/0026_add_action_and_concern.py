"""Add actions, and safeguarding concerns with their chronologies."""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('action',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.Column('response_id', sa.Uuid(), nullable=False),
    sa.Column('question', sa.String(length=40), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('routed', sa.Boolean(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=13), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('concluded_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=4000), nullable=True),
    sa.Column('answer', sa.String(length=4000), nullable=True),
    sa.Column('told_on', sa.Date(), nullable=True),
    sa.Column('told_how', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_action_response_id_response'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action')),
    sa.UniqueConstraint('response_id', 'question', name=op.f('uq_action_response_id_question'))
    )
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_child_id'), ['child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_owner_id'), ['owner_id'], unique=False)

    op.create_table('concern',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.Column('response_id', sa.Uuid(), nullable=True),
    sa.Column('question', sa.String(length=40), nullable=True),
    sa.Column('complaint_id', sa.Uuid(), nullable=True),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('school_id', sa.Uuid(), nullable=True),
    sa.Column('text', sa.String(length=4000), nullable=False),
    sa.Column('signs', sa.JSON(), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=True),
    sa.Column('raised_by', sa.String(length=200), nullable=True),
    sa.Column('note', sa.String(length=4000), nullable=True),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('raised_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('steps_taken', sa.Integer(), nullable=False),
    sa.Column('anonymised', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_concern_complaint_id_complaint'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_concern_response_id_response'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concern'))
    )
    with op.batch_alter_table('concern', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_concern_child_id'), ['child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_concern_complaint_id'), ['complaint_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_concern_raised_on'), ['raised_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_concern_response_id'), ['response_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_concern_state'), ['state'], unique=False)

    op.create_table('concern_step',
    sa.Column('concern_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('passed_to', sa.String(length=40), nullable=True),
    sa.Column('passed_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('note', sa.String(length=4000), nullable=True),
    sa.ForeignKeyConstraint(['concern_id'], ['concern.id'], name=op.f('fk_concern_step_concern_id_concern'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('concern_id', 'number', name=op.f('pk_concern_step'))
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('concern_step')
    op.drop_table('concern')
    op.drop_table('action')
