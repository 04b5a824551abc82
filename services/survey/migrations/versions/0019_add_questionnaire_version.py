"""Add versions of questionnaires, what was chosen of several, and who lets themselves be quoted."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema on."""
    op.create_table('questionnaire_version',
    sa.Column('questionnaire', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=40), nullable=False),
    sa.Column('definition', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('retired_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('event_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_version')),
    sa.UniqueConstraint('questionnaire', 'version', name=op.f('uq_questionnaire_version_questionnaire_version'))
    )
    with op.batch_alter_table('questionnaire_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_questionnaire_version_audience'), ['audience'], unique=False)

    with op.batch_alter_table('answer_text', schema=None) as batch_op:
        batch_op.add_column(sa.Column('may_quote', sa.Boolean(), nullable=True))

    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.add_column(sa.Column('chosen', sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('response', 'chosen')
    op.drop_column('answer_text', 'may_quote')
    with op.batch_alter_table('questionnaire_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_questionnaire_version_audience'))

    op.drop_table('questionnaire_version')
