"""Add which school carries on, areas and managers of teams, and withdrawn referrals."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('fact_school_succession',
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('successor_id', sa.Uuid(), nullable=True),
    sa.Column('succeeded_on', sa.Date(), nullable=True),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('school_id', name=op.f('pk_fact_school_succession'))
    )
    op.create_table('fact_team_area',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('area', sa.Text(), nullable=True),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('team_id', 'from_on', name=op.f('pk_fact_team_area'))
    )
    op.create_table('fact_team_manager',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=True),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('team_id', 'from_on', name=op.f('pk_fact_team_manager'))
    )
    op.create_table('past_school_succession',
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('successor_id', sa.Uuid(), nullable=True),
    sa.Column('succeeded_on', sa.Date(), nullable=True),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('known_to', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('school_id', 'sequence', name=op.f('pk_past_school_succession'))
    )
    op.create_table('past_team_area',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('area', sa.Text(), nullable=True),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('known_to', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('team_id', 'from_on', 'sequence', name=op.f('pk_past_team_area'))
    )
    op.create_table('past_team_manager',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=True),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('known_to', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('team_id', 'from_on', 'sequence', name=op.f('pk_past_team_manager'))
    )
    with op.batch_alter_table('fact_contract', schema=None) as batch_op:
        batch_op.alter_column('fte_hundredths',
               existing_type=sa.INTEGER(),
               nullable=True)

    with op.batch_alter_table('fact_referral', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn_on', sa.Date(), nullable=True))

    with op.batch_alter_table('past_contract', schema=None) as batch_op:
        batch_op.alter_column('fte_hundredths',
               existing_type=sa.INTEGER(),
               nullable=True)

    with op.batch_alter_table('past_referral', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn_on', sa.Date(), nullable=True))

    _hear_again()


def _hear_again() -> None:
    """Read again what now fills another fact, with what writes the same rows."""
    for name in ('TeamDisbanded', 'TeamFormed'):
        op.execute(sa.text(
            f"DELETE FROM subscribed_type WHERE type = 'uk.sssen.referral.{name}.v1'"
        ))


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table('past_referral', schema=None) as batch_op:
        batch_op.drop_column('withdrawn_on')

    with op.batch_alter_table('past_contract', schema=None) as batch_op:
        batch_op.alter_column('fte_hundredths',
               existing_type=sa.INTEGER(),
               nullable=False)

    with op.batch_alter_table('fact_referral', schema=None) as batch_op:
        batch_op.drop_column('withdrawn_on')

    with op.batch_alter_table('fact_contract', schema=None) as batch_op:
        batch_op.alter_column('fte_hundredths',
               existing_type=sa.INTEGER(),
               nullable=False)

    op.drop_table('past_team_manager')
    op.drop_table('past_team_area')
    op.drop_table('past_school_succession')
    op.drop_table('fact_team_manager')
    op.drop_table('fact_team_area')
    op.drop_table('fact_school_succession')
