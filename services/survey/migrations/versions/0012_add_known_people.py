"""Add what is known of people, of relationships and of merged children."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('known_person',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('same_as', sa.Uuid(), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_known_person'))
    )
    op.create_table('known_relationship',
    sa.Column('relationship_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('barred_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('relationship_id', name=op.f('pk_known_relationship'))
    )
    with op.batch_alter_table('known_relationship', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_known_relationship_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('known_child', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into', sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f('ix_known_child_merged_into'), ['merged_into'], unique=False)



def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('known_child', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_known_child_merged_into'))
        batch_op.drop_column('merged_into')

    with op.batch_alter_table('known_relationship', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_known_relationship_person_id'))

    op.drop_table('known_relationship')
    op.drop_table('known_person')
