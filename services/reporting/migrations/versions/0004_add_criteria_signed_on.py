"""0004_add_criteria_signed_on."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

HEARD_AGAIN = ('AssessmentRecorded', 'AssessmentCorrected', 'AssessmentVoided', 'CriteriaAdopted')


def upgrade() -> None:
    """Bring the schema on, and have two kinds of facts made again from what was published.

    Of criteria the day on which both had signed is kept; a correction of a result no longer
    changes its place.
    """
    op.add_column('fact_criteria', sa.Column('signed_on', sa.Date()))
    for name in HEARD_AGAIN:
        op.execute(f"DELETE FROM heard_type WHERE type = 'uk.sssen.assessment.{name}.v1'")


def downgrade() -> None:
    """Take the schema back."""
    op.drop_column('fact_criteria', 'signed_on')
