"""Let facts remember what was held before, and have the log read again from its beginning.

What was held before is on the bus alone. So the facts go, and where the listener was is noted as
`reread_until`: until it is there again no report is given. Dead letters are met again.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

KEY, SET, MAY_BE_NULL = 'key', 'set', 'may be null'

FACTS = {
    'allocation': (
        ('case_id', sa.Uuid(), KEY),
        ('from_on', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('staff_id', sa.Uuid(), SET),
        ('team_id', sa.Uuid(), MAY_BE_NULL),
    ),
    'answer': (
        ('response_id', sa.Uuid(), KEY),
        ('question', sa.String(40), KEY),
        ('state', sa.String(40), SET),
        ('value', sa.String(40), MAY_BE_NULL),
    ),
    'case': (
        ('case_id', sa.Uuid(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('referral_id', sa.Uuid(), MAY_BE_NULL),
        ('school_id', sa.Uuid(), MAY_BE_NULL),
        ('plan_id', sa.Uuid(), MAY_BE_NULL),
        ('plan_type', sa.String(40), MAY_BE_NULL),
        ('started_on', sa.Date(), MAY_BE_NULL),
        ('ended_on', sa.Date(), MAY_BE_NULL),
        ('end_reason', sa.String(40), MAY_BE_NULL),
    ),
    'characteristics': (
        ('child_id', sa.Uuid(), KEY),
        ('from_on', sa.Date(), KEY),
        ('year_group', sa.Text(), SET),
        ('needs', sa.Text(), SET),
        ('pupil_premium', sa.Boolean(), SET),
        ('looked_after', sa.Boolean(), SET),
        ('eal', sa.Boolean(), SET),
    ),
    'child': (
        ('child_id', sa.Uuid(), KEY),
        ('sex', sa.String(40), SET),
        ('year_group', sa.Text(), SET),
        ('registered_on', sa.Date(), SET),
    ),
    'child_school': (
        ('child_id', sa.Uuid(), KEY),
        ('from_on', sa.Date(), KEY),
        ('school_id', sa.Uuid(), SET),
    ),
    'complaint': (
        ('complaint_id', sa.Uuid(), KEY),
        ('received_on', sa.Date(), MAY_BE_NULL),
        ('formal', sa.Boolean(), MAY_BE_NULL),
        ('closed_on', sa.Date(), MAY_BE_NULL),
        ('outcome', sa.String(40), MAY_BE_NULL),
    ),
    'compliment': (
        ('compliment_id', sa.Uuid(), KEY),
        ('received_on', sa.Date(), SET),
        ('source', sa.String(40), SET),
    ),
    'continuation': (
        ('review_id', sa.Uuid(), KEY),
        ('case_id', sa.Uuid(), SET),
        ('child_id', sa.Uuid(), SET),
        ('decision', sa.String(40), SET),
        ('differs', sa.Boolean(), SET),
        ('reason', sa.Text(), SET),
        ('decided_on', sa.Date(), SET),
    ),
    'contract': (
        ('staff_id', sa.Uuid(), KEY),
        ('from_on', sa.Date(), KEY),
        ('fte_hundredths', sa.Integer(), SET),
    ),
    'criteria': (
        ('criteria_id', sa.Uuid(), KEY),
        ('academic_year', sa.String(7), SET),
        ('version', sa.Integer(), SET),
        ('progress', sa.JSON(), SET),
        ('cohort', sa.JSON(), SET),
        ('minimum_months', sa.Integer(), SET),
        ('minimum_terms', sa.Integer(), SET),
        ('minimum_judged', sa.Integer(), SET),
        ('signed_on', sa.Date(), MAY_BE_NULL),
    ),
    'delivery': (
        ('delivery_id', sa.Uuid(), KEY),
        ('kind', sa.String(50), SET),
        ('course', sa.String(40), MAY_BE_NULL),
        ('delivered_on', sa.Date(), SET),
        ('delegates', sa.Integer(), SET),
    ),
    'dialogue': (
        ('dialogue_id', sa.Uuid(), KEY),
        ('team_id', sa.Uuid(), SET),
        ('academic_year', sa.String(7), SET),
        ('held_on', sa.Date(), SET),
        ('areas', sa.Integer(), SET),
        ('achieved', sa.Integer(), SET),
    ),
    'eligibility': (
        ('referral_id', sa.Uuid(), KEY),
        ('checked_on', sa.Date(), KEY),
        ('rule_set', sa.Text(), SET),
        ('answer', sa.String(40), SET),
    ),
    'exclusion': (
        ('exclusion_id', sa.Uuid(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('school_id', sa.Uuid(), MAY_BE_NULL),
        ('category', sa.String(40), MAY_BE_NULL),
        ('starts_on', sa.Date(), MAY_BE_NULL),
        ('half_days', sa.Integer(), MAY_BE_NULL),
        ('upheld_on', sa.Date(), MAY_BE_NULL),
        ('rescinded_on', sa.Date(), MAY_BE_NULL),
        ('ground', sa.String(40), MAY_BE_NULL),
    ),
    'judgement': (
        ('judgement_id', sa.Uuid(), KEY),
        ('staff_id', sa.Uuid(), SET),
        ('academic_year', sa.String(7), SET),
        ('judgement', sa.String(40), SET),
        ('kinds_of_evidence', sa.Integer(), SET),
        ('judged_on', sa.Date(), SET),
    ),
    'pause': (
        ('case_id', sa.Uuid(), KEY),
        ('paused_on', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('reason', sa.Text(), SET),
    ),
    'plan': (
        ('plan_id', sa.Uuid(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('plan_type', sa.String(40), MAY_BE_NULL),
        ('names_service', sa.Boolean(), MAY_BE_NULL),
        ('starts_on', sa.Date(), MAY_BE_NULL),
        ('review_due_on', sa.Date(), MAY_BE_NULL),
        ('ceased_on', sa.Date(), MAY_BE_NULL),
        ('reason', sa.Text(), MAY_BE_NULL),
    ),
    'rating': (
        ('rating_id', sa.Uuid(), KEY),
        ('delivery_id', sa.Uuid(), SET),
        ('content', sa.Integer(), MAY_BE_NULL),
        ('methods', sa.Integer(), MAY_BE_NULL),
    ),
    'referral': (
        ('referral_id', sa.Uuid(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('school_id', sa.Uuid(), MAY_BE_NULL),
        ('submitted_on', sa.Date(), MAY_BE_NULL),
        ('agreed_on', sa.Date(), MAY_BE_NULL),
        ('refused_on', sa.Date(), MAY_BE_NULL),
        ('reason', sa.Text(), MAY_BE_NULL),
    ),
    'register_check': (
        ('check_id', sa.Uuid(), KEY),
        ('kind', sa.String(40), SET),
        ('month', sa.String(7), SET),
        ('checked_on', sa.Date(), SET),
    ),
    'response': (
        ('response_id', sa.Uuid(), KEY),
        ('wave_id', sa.Uuid(), SET),
        ('audience', sa.String(40), MAY_BE_NULL),
        ('academic_year', sa.String(7), MAY_BE_NULL),
        ('received_on', sa.Date(), MAY_BE_NULL),
        ('channel', sa.String(40), MAY_BE_NULL),
        ('assisted_by', sa.String(40), MAY_BE_NULL),
        ('standing', sa.String(40), MAY_BE_NULL),
    ),
    'result': (
        ('assessment_id', sa.Uuid(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('academic_year', sa.String(7), MAY_BE_NULL),
        ('term', sa.String(40), MAY_BE_NULL),
        ('subject', sa.String(40), MAY_BE_NULL),
        ('scheme', sa.String(40), MAY_BE_NULL),
        ('scheme_version', sa.Integer(), MAY_BE_NULL),
        ('scale', sa.String(10), MAY_BE_NULL),
        ('value_tenths', sa.Integer(), MAY_BE_NULL),
        ('assessed_on', sa.Date(), MAY_BE_NULL),
        ('moderated', sa.Boolean(), MAY_BE_NULL),
        ('recorded_at', sa.String(32), MAY_BE_NULL),
    ),
    'resumption': (
        ('case_id', sa.Uuid(), KEY),
        ('resumed_on', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
    ),
    'review': (
        ('review_id', sa.Uuid(), KEY),
        ('case_id', sa.Uuid(), SET),
        ('child_id', sa.Uuid(), SET),
        ('plan_id', sa.Uuid(), SET),
        ('plan_type', sa.String(40), SET),
        ('due_on', sa.Date(), MAY_BE_NULL),
        ('held_on', sa.Date(), SET),
        ('met', sa.Integer(), SET),
        ('partly_met', sa.Integer(), SET),
        ('not_met', sa.Integer(), SET),
        ('not_applicable', sa.Integer(), SET),
        ('recommendation', sa.String(40), SET),
        ('recommended_by', sa.Uuid(), SET),
    ),
    'risk': (
        ('case_id', sa.Uuid(), KEY),
        ('assessed_on', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('level', sa.String(40), SET),
        ('drivers', sa.Text(), SET),
    ),
    'school': (
        ('school_id', sa.Uuid(), KEY),
        ('kind', sa.String(40), SET),
        ('phase', sa.Integer(), SET),
        ('establishment_type', sa.Text(), SET),
        ('status', sa.Integer(), SET),
        ('opened_on', sa.Date(), MAY_BE_NULL),
        ('closed_on', sa.Date(), MAY_BE_NULL),
    ),
    'staff': (
        ('staff_id', sa.Uuid(), KEY),
        ('post', sa.String(40), MAY_BE_NULL),
        ('appointed_on', sa.Date(), MAY_BE_NULL),
        ('left_on', sa.Date(), MAY_BE_NULL),
    ),
    'staff_team': (
        ('staff_id', sa.Uuid(), KEY),
        ('from_on', sa.Date(), KEY),
        ('team_id', sa.Uuid(), MAY_BE_NULL),
    ),
    'team': (
        ('team_id', sa.Uuid(), KEY),
        ('code', sa.Text(), MAY_BE_NULL),
        ('area', sa.Text(), MAY_BE_NULL),
        ('formed_on', sa.Date(), MAY_BE_NULL),
        ('disbanded_on', sa.Date(), MAY_BE_NULL),
    ),
    'visit': (
        ('case_id', sa.Uuid(), KEY),
        ('week_beginning', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('staff_id', sa.Uuid(), SET),
        ('planned', sa.Integer(), SET),
        ('attended', sa.Integer(), SET),
        ('missed', sa.Text(), SET),
    ),
    'wave': (
        ('wave_id', sa.Uuid(), KEY),
        ('audience', sa.String(40), MAY_BE_NULL),
        ('academic_year', sa.String(7), MAY_BE_NULL),
        ('questionnaire', sa.String(40), MAY_BE_NULL),
        ('version', sa.Integer(), MAY_BE_NULL),
        ('unit', sa.String(40), MAY_BE_NULL),
        ('issued', sa.Integer(), MAY_BE_NULL),
        ('issued_on', sa.Date(), MAY_BE_NULL),
        ('closes_on', sa.Date(), MAY_BE_NULL),
        ('closed_on', sa.Date(), MAY_BE_NULL),
    ),
}

BEFORE = {
    'answer': (
        ('response_id', sa.Uuid(), KEY),
        ('question', sa.String(40), KEY),
        ('state', sa.String(40), SET),
        ('value', sa.String(40), MAY_BE_NULL),
    ),
    'case': (
        ('case_id', sa.Uuid(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('plan_type', sa.String(40), MAY_BE_NULL),
        ('started_on', sa.Date(), MAY_BE_NULL),
        ('ended_on', sa.Date(), MAY_BE_NULL),
        ('end_reason', sa.String(40), MAY_BE_NULL),
    ),
    'complaint': (
        ('complaint_id', sa.Uuid(), KEY),
        ('received_on', sa.Date(), SET),
        ('formal', sa.Boolean(), SET),
    ),
    'compliment': (
        ('compliment_id', sa.Uuid(), KEY),
        ('received_on', sa.Date(), SET),
    ),
    'continuation': (
        ('review_id', sa.Uuid(), KEY),
        ('decision', sa.String(40), SET),
        ('differs', sa.Boolean(), SET),
        ('decided_on', sa.Date(), SET),
    ),
    'contract': (
        ('staff_id', sa.Uuid(), KEY),
        ('from_on', sa.Date(), KEY),
        ('fte_hundredths', sa.Integer(), SET),
    ),
    'criteria': (
        ('criteria_id', sa.Uuid(), KEY),
        ('academic_year', sa.String(7), SET),
        ('version', sa.Integer(), SET),
        ('progress', sa.JSON(), SET),
        ('cohort', sa.JSON(), SET),
        ('minimum_months', sa.Integer(), SET),
        ('minimum_terms', sa.Integer(), SET),
        ('minimum_judged', sa.Integer(), SET),
        ('signed_on', sa.Date(), MAY_BE_NULL),
    ),
    'delivery': (
        ('delivery_id', sa.Uuid(), KEY),
        ('kind', sa.String(50), SET),
        ('course', sa.String(40), MAY_BE_NULL),
        ('delivered_on', sa.Date(), SET),
        ('delegates', sa.Integer(), SET),
    ),
    'dialogue': (
        ('dialogue_id', sa.Uuid(), KEY),
        ('team_id', sa.Uuid(), SET),
        ('academic_year', sa.String(7), SET),
        ('areas', sa.Integer(), SET),
        ('achieved', sa.Integer(), SET),
    ),
    'exclusion': (
        ('exclusion_id', sa.Uuid(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('category', sa.String(40), MAY_BE_NULL),
        ('starts_on', sa.Date(), MAY_BE_NULL),
        ('upheld_on', sa.Date(), MAY_BE_NULL),
        ('rescinded_on', sa.Date(), MAY_BE_NULL),
    ),
    'judgement': (
        ('judgement_id', sa.Uuid(), KEY),
        ('staff_id', sa.Uuid(), SET),
        ('academic_year', sa.String(7), SET),
        ('judgement', sa.String(40), SET),
        ('kinds_of_evidence', sa.Integer(), SET),
    ),
    'rating': (
        ('rating_id', sa.Uuid(), KEY),
        ('delivery_id', sa.Uuid(), SET),
        ('content', sa.Integer(), MAY_BE_NULL),
        ('methods', sa.Integer(), MAY_BE_NULL),
    ),
    'register_check': (
        ('check_id', sa.Uuid(), KEY),
        ('kind', sa.String(40), SET),
        ('month', sa.String(7), SET),
    ),
    'response': (
        ('response_id', sa.Uuid(), KEY),
        ('audience', sa.String(40), MAY_BE_NULL),
        ('academic_year', sa.String(7), MAY_BE_NULL),
        ('standing', sa.String(40), MAY_BE_NULL),
        ('void', sa.Boolean(), SET),
    ),
    'result': (
        ('assessment_id', sa.Uuid(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('academic_year', sa.String(7), MAY_BE_NULL),
        ('term', sa.String(40), MAY_BE_NULL),
        ('subject', sa.String(40), MAY_BE_NULL),
        ('scheme', sa.String(40), MAY_BE_NULL),
        ('scheme_version', sa.Integer(), MAY_BE_NULL),
        ('scale', sa.String(10), MAY_BE_NULL),
        ('value_tenths', sa.Integer(), MAY_BE_NULL),
        ('assessed_on', sa.Date(), MAY_BE_NULL),
        ('moderated', sa.Boolean(), MAY_BE_NULL),
        ('void', sa.Boolean(), SET),
        ('recorded_at', sa.String(32), MAY_BE_NULL),
    ),
    'review': (
        ('review_id', sa.Uuid(), KEY),
        ('case_id', sa.Uuid(), SET),
        ('plan_type', sa.String(40), SET),
        ('due_on', sa.Date(), MAY_BE_NULL),
        ('held_on', sa.Date(), SET),
        ('met', sa.Integer(), SET),
        ('partly_met', sa.Integer(), SET),
        ('not_met', sa.Integer(), SET),
        ('not_applicable', sa.Integer(), SET),
        ('recommendation', sa.String(40), SET),
    ),
    'risk': (
        ('case_id', sa.Uuid(), KEY),
        ('assessed_on', sa.Date(), KEY),
        ('child_id', sa.Uuid(), SET),
        ('level', sa.String(40), SET),
    ),
    'staff': (
        ('staff_id', sa.Uuid(), KEY),
        ('post', sa.String(40), MAY_BE_NULL),
        ('appointed_on', sa.Date(), MAY_BE_NULL),
        ('left_on', sa.Date(), MAY_BE_NULL),
    ),
    'team': (
        ('team_id', sa.Uuid(), KEY),
        ('formed_on', sa.Date(), MAY_BE_NULL),
        ('disbanded_on', sa.Date(), MAY_BE_NULL),
    ),
    'visit': (
        ('case_id', sa.Uuid(), KEY),
        ('week_beginning', sa.Date(), KEY),
        ('planned', sa.Integer(), SET),
        ('attended', sa.Integer(), SET),
    ),
    'wave': (
        ('wave_id', sa.Uuid(), KEY),
        ('audience', sa.String(40), SET),
        ('academic_year', sa.String(7), SET),
        ('questionnaire', sa.String(40), SET),
        ('version', sa.Integer(), SET),
        ('issued', sa.Integer(), SET),
    ),
}

INDEXES = (
    ('case', 'child_id'),
    ('case', 'started_on'),
    ('rating', 'delivery_id'),
    ('response', 'academic_year'),
    ('result', 'academic_year'),
)


def upgrade() -> None:
    """Bring the schema on."""
    _make(BEFORE, FACTS)
    for name, columns in FACTS.items():
        op.create_table(f'past_{name}', *_columns(columns), *_stamp(),
        sa.Column('known_to', sa.BigInteger(), nullable=False),
        _key(f'past_{name}', columns, 'sequence'))
    op.add_column('aggregate_version',
    sa.Column('known', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('consumer_position', sa.Column('reread_until', sa.BigInteger(), nullable=True))
    op.execute(sa.text('UPDATE consumer_position SET reread_until = position'))
    _read_again()


def downgrade() -> None:
    """Take the schema back."""
    _read_again()
    for name in FACTS:
        op.drop_table(f'past_{name}')
    _make(FACTS, BEFORE)
    op.drop_column('consumer_position', 'reread_until')
    op.drop_column('aggregate_version', 'known')


def _make(old, new) -> None:
    for name in old:
        op.drop_table(f'fact_{name}')
    for name, columns in new.items():
        table = f'fact_{name}'
        stamp = _stamp() if new is FACTS else ()
        op.create_table(table, *_columns(columns), *stamp, _key(table, columns))
    for name, column in INDEXES:
        op.create_index(op.f(f'ix_fact_{name}_{column}'), f'fact_{name}', [column])


def _columns(columns):
    return [sa.Column(name, type_, nullable=kind == MAY_BE_NULL) for name, type_, kind in columns]


def _stamp():
    return (
        sa.Column('event_id', sa.Uuid(), nullable=False),
        sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('known_from', sa.BigInteger(), nullable=False),
        sa.Column('stands', sa.Boolean(), nullable=False),
    )


def _key(table, columns, *more):
    names = [name for name, _, kind in columns if kind == KEY]
    return sa.PrimaryKeyConstraint(*names, *more, name=op.f(f'pk_{table}'))


def _read_again() -> None:
    for table in ('aggregate_version', 'dead_letter', 'subscribed_type'):
        op.execute(sa.text(f'DELETE FROM {table}'))
    op.execute(sa.text('UPDATE consumer_position SET position = 0, last_offset = NULL, last_id = NULL'))
