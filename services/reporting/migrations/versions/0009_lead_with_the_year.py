"""0009_lead_with_the_year: a report reads its year's rows, whatever history stands beside them."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

INDEXES = (
    ('answer', 'academic_year'),
    ('delivery', 'delivered_on'),
    ('result', 'child_id'),
    ('risk', 'assessed_on'),
)
ANSWERS = ('fact_answer', 'past_answer')
OF_RESPONSE = """
UPDATE {0} SET academic_year = (
    SELECT academic_year FROM fact_response WHERE fact_response.response_id = {0}.response_id
)
"""


def upgrade() -> None:
    """Bring the schema on."""
    for table in ANSWERS:
        op.add_column(table, sa.Column('academic_year', sa.String(length=7), nullable=True))
        op.execute(sa.text(OF_RESPONSE.format(table)))
    for fact, column in INDEXES:
        op.create_index(op.f(f'ix_fact_{fact}_{column}'), f'fact_{fact}', [column])


def downgrade() -> None:
    """Take the schema back."""
    for fact, column in INDEXES:
        op.drop_index(op.f(f'ix_fact_{fact}_{column}'), f'fact_{fact}')
    for table in ANSWERS:
        op.drop_column(table, 'academic_year')
