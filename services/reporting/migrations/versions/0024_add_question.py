"""Add question."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('fact_question',
    sa.Column('questionnaire_id', sa.Uuid(), nullable=False),
    sa.Column('question', sa.String(length=40), nullable=False),
    sa.Column('questionnaire', sa.String(length=40), nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('audience', sa.String(length=40), nullable=True),
    sa.Column('trend_key', sa.String(length=40), nullable=True),
    sa.Column('reworded', sa.Boolean(), nullable=True),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('questionnaire_id', 'question', name=op.f('pk_fact_question'))
    )
    op.create_table('past_question',
    sa.Column('questionnaire_id', sa.Uuid(), nullable=False),
    sa.Column('question', sa.String(length=40), nullable=False),
    sa.Column('questionnaire', sa.String(length=40), nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('audience', sa.String(length=40), nullable=True),
    sa.Column('trend_key', sa.String(length=40), nullable=True),
    sa.Column('reworded', sa.Boolean(), nullable=True),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('known_from', sa.BigInteger(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('known_to', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('questionnaire_id', 'question', 'sequence', name=op.f('pk_past_question'))
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table('past_question')
    op.drop_table('fact_question')
