"""0003_hear_new_types_and_codes."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

WIDENED = (
    ('fact_review', 'recommendation', 20, 40, False),
    ('fact_continuation', 'decision', 20, 40, False),
    ('fact_risk', 'level', 10, 40, False),
    ('fact_exclusion', 'category', 4, 40, True),
    ('fact_result', 'term', 6, 40, True),
    ('fact_result', 'subject', 20, 40, True),
    ('fact_judgement', 'judgement', 30, 40, False),
    ('fact_wave', 'audience', 20, 40, False),
    ('fact_response', 'audience', 20, 40, True),
    ('fact_response', 'standing', 20, 40, True),
    ('fact_answer', 'state', 20, 40, False),
    ('fact_delivery', 'kind', 30, 50, False),
    ('fact_register_check', 'kind', 20, 40, False),
)
HEARD = {
    'assessment': (
        'AssessmentCorrected',
        'AssessmentRecorded',
        'AssessmentVoided',
        'CriteriaAdopted',
        'QualityDialogueHeld',
        'TeachingJudged',
    ),
    'referral': (
        'ContinuationDecided',
        'ExclusionRecorded',
        'ExclusionRescinded',
        'ExclusionUpheld',
        'PlanReviewed',
        'RiskAssessed',
        'StaffAppointed',
        'StaffContractChanged',
        'StaffLeft',
        'SupportEnded',
        'SupportStarted',
        'TeamDisbanded',
        'TeamFormed',
        'VisitsRecorded',
    ),
    'survey': (
        'BespokeWorkDelivered',
        'ComplaintReceived',
        'ComplimentReceived',
        'RatingReceived',
        'RegisterChecked',
        'ResponseReceived',
        'ResponseVoided',
        'TrainingDelivered',
        'WaveIssued',
    ),
}


def upgrade() -> None:
    """Bring the schema on. Every code has the room that any code may take."""
    op.create_table(
        'heard_type',
        sa.Column('topic', sa.String(length=100), nullable=False),
        sa.Column('partition', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('type', sa.String(length=100), nullable=False),
        sa.Column('position', sa.BigInteger()),
        sa.PrimaryKeyConstraint('topic', 'partition', 'type', name=op.f('pk_heard_type')),
    )
    _note_heard()
    for table, column, before, now, nullable in WIDENED:
        _resize(table, column, before, now, nullable=nullable)


def downgrade() -> None:
    """Take the schema back."""
    for table, column, before, now, nullable in WIDENED:
        _resize(table, column, now, before, nullable=nullable)
    op.drop_table('heard_type')


def _resize(table: str, column: str, before: int, now: int, *, nullable: bool) -> None:
    with op.batch_alter_table(table) as batch:
        batch.alter_column(
            column,
            existing_type=sa.String(length=before),
            type_=sa.String(length=now),
            existing_nullable=nullable,
        )


def _note_heard() -> None:
    """Note what was heard by the version before: whatever it is not is read from the beginning."""
    heard = sa.table('heard_type', *map(sa.column, ('topic', 'partition', 'type')))
    read = sa.table('consumer_position', *map(sa.column, ('topic', 'partition')))
    rows = [
        {'topic': topic, 'partition': partition, 'type': f'uk.sssen.{topic}.{name}.v1'}
        for topic, partition in op.get_bind().execute(sa.select(read.c.topic, read.c.partition))
        for name in HEARD.get(topic, ())
    ]
    if rows:
        op.bulk_insert(heard, rows)
